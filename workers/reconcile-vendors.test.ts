import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { listFindings } from '../db/finding-list.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { settleTransfer } from '../db/settle-vendor-transfer.ts';
import { countDueShares } from '../db/vendor-money.ts';
import { createLogger } from '../logger.ts';
import { charge } from '../sandbox/stripe/connect/connect-for-test.ts';
import { startSandbox, type TestSandbox } from '../sandbox/stripe/start-for-test.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createTestReconciler, type TestReconciler } from '../test/support/reconcile.ts';
import { type SeedVendor, seedVendorOrders, seedVendors } from '../test/support/vendor-orders.ts';
import { applyTransferEvent } from './connect-events.ts';
import { createPayVendor } from './pay-vendor.ts';
import { createReadVendorAccount } from './read-vendor-account.ts';
import { createReadVendorPayouts } from './read-vendor-payouts.ts';

let database: TestDatabase;
let db: Database;
let stripe: TestSandbox;
let reconciler: TestReconciler;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
  stripe = await startSandbox({ settings: { automaticPayouts: false } });
  reconciler = createTestReconciler(db, stripe.url, 0);
});
afterAll(async () => {
  stripe.close();
  await db.close();
  await database.drop();
});

const run = { log: createLogger({ level: 'silent', pretty: false, role: 'test' }) };
const sql = <T>(text: string, values: unknown[] = []) =>
  db.pool.query(text, values).then((result) => result.rows as T[]);

/** A vendor with an open account in the sandbox, and one order of 100.00 whose money Stripe has: 97.50 are the vendor's. */
async function vendorWithOrder(): Promise<{ vendor: SeedVendor; account: string; orderId: string; part: string }> {
  const [vendor] = (await seedVendors(db, 1)) as [SeedVendor];
  const about = { vendorId: vendor.id, email: 'v@example.com', country: 'US', businessName: 'V' };
  const { id: account } = await reconciler.deps.connect!.createAccount(about, randomUUID());
  await stripe.control(`accounts/${account}/onboard`, {});
  await sql(`update vendors set account_id = $2 where id = $1`, [vendor.id, account]);
  const [order] = await seedVendorOrders(db, [{ lines: [{ vendor, quantity: 1, unitAmount: 10_000 }] }]);
  const source = await charge(stripe, 10_000);
  await sql(`update payments set charge_id = $2 where order_id = $1`, [order!.id, source]);
  await bookDueFacts(db);
  await countDueShares(db, { delaySeconds: 0 });
  return { vendor, account, orderId: order!.id, part: order!.parts.get(vendor.id)! };
}
/** From the beginning: the played Stripe's clock is ahead of the database's after a while. */
const reconcile = (kind: 'balance' | 'payouts') => reconciler.run(kind, { since: new Date(0) });
const pay = ({ orderId, part }: { orderId: string; part: string }) =>
  createPayVendor({ db, connect: reconciler.deps.connect! })({ order_id: orderId, vendor_order_id: part }, run);
const transferOf = async (part: string) =>
  (
    await sql<{ id: string; provider_id: string }>(
      'select id, provider_id from vendor_transfers where vendor_order_id = $1',
      [part],
    )
  )[0]!;

let before: Set<string>;
const found = async () =>
  (await listFindings(db, {}, { limit: 10_000 }))
    .filter(({ id, code }) => !before.has(id) && /transfer|^vendor/.test(code))
    .map(({ code, status }) => `${code} ${status}`)
    .sort();
beforeEach(async () => {
  before = new Set((await listFindings(db, {}, { limit: 10_000 })).map(({ id }) => id));
});

describe('transfers to vendors', () => {
  it('that agree at Stripe, in our rows, in the ledger and in the account are no finding, nor are their payouts', async () => {
    const paid = await vendorWithOrder();
    await pay(paid);
    await stripe.control('settings', { automaticPayouts: true });
    await stripe.control('advance', { seconds: 2 * 86_400 });
    await stripe.control('settings', { automaticPayouts: false });
    await reconcile('balance');
    await reconcile('payouts');
    expect(await found()).toEqual([]);
    const [payout] = await sql<{ amount: string; status: string }>(
      'select amount, status from vendor_payouts where account_id = $1',
      [paid.account],
    );
    expect(payout).toMatchObject({ amount: 9_750, status: 'paid' });
    const lines = await sql<{ transfer_id: string | null; type: string }>(
      'select transfer_id, type from vendor_account_movements where account_id = $1 and payout_id is not null order by type',
      [paid.account],
    );
    expect(lines).toEqual([
      { type: 'payment', transfer_id: (await transferOf(paid.part)).provider_id },
      { type: 'payout', transfer_id: null },
    ]);
    const [vendor] = await sql('select status, payouts_enabled from vendors where id = $1', [paid.vendor.id]);
    expect(vendor).toEqual({ status: 'active', payouts_enabled: true });
  });

  it('whose answer was lost are settled by their event, or by the next run', async () => {
    const [first, second] = [await vendorWithOrder(), await vendorWithOrder()];
    for (const each of [first, second]) {
      await pay(each);
      const { id } = await transferOf(each.part);
      await unsettle(id, each.part);
    }
    const { connect } = reconciler.deps;
    const provider = await connect!.findTransfer(first.orderId, (await transferOf(first.part)).id);
    expect(await applyTransferEvent({ db, connect: connect! }, { object_id: provider!.id })).toBe('settled: 1');
    expect(await applyTransferEvent({ db, connect: connect! }, { object_id: provider!.id })).toBe('known');
    await reconcile('balance');
    expect(await found()).toEqual(['transfer_behind repaired']);
    const states = await sql('select distinct status from vendor_transfers');
    expect(states).toEqual([{ status: 'succeeded' }]);
  });

  it('that are nobody’s, doubled, missing or of another amount are each named, and booked as far as they moved', async () => {
    const [doubled, missing, other] = [await vendorWithOrder(), await vendorWithOrder(), await vendorWithOrder()];
    await pay(doubled);
    await pay(other);
    const row = await transferOf(doubled.part);
    const again = { currency: 'usd', destination: doubled.account, metadata: { vendor_transfer_id: row.id } };
    await stripe.stripe.transfers.create({ ...again, amount: 1_000 });
    await stripe.stripe.transfers.create({ ...again, amount: 500, metadata: {} });
    await lie(missing);
    await sql('update vendor_transfers set amount = amount - 1 where id = $1', [(await transferOf(other.part)).id]);
    await reconcile('balance');
    const said = await found();
    expect(said).toEqual([
      'transfer_amount_differs open',
      'transfer_doubled open',
      'transfer_foreign open',
      'transfer_missing open',
    ]);
    const [suspense] = await sql<{ amount: string }>(
      `select sum(e.amount)::integer as amount from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
       where e.account = 'suspense' and t.description like 'transfer %'`,
    );
    expect(suspense).toEqual({ amount: 1_500 });
    // Found again, nothing is new; put right, it is closed.
    await sql('update vendor_transfers set amount = amount + 1 where id = $1', [(await transferOf(other.part)).id]);
    await reconcile('balance');
    expect(await found()).toEqual([
      'transfer_amount_differs resolved',
      'transfer_doubled open',
      'transfer_foreign open',
      'transfer_missing open',
    ]);
    await reconcile('payouts');
    expect(await found()).toEqual(
      expect.arrayContaining(['vendor_movement_unexplained open', 'vendor_transfer_not_received open']),
    );
  });
});

describe('the accounts of vendors', () => {
  it('whose bank sends a payout back, or which are lost, are told, and their vendors are paid no more', async () => {
    const failing = await vendorWithOrder();
    const bank = { object: 'bank_account', country: 'US', currency: 'usd', account_number: '000111111116' } as const;
    await stripe.stripe.accounts.createExternalAccount(failing.account, {
      external_account: bank,
      default_for_currency: true,
    });
    await pay(failing);
    await stripe.stripe.payouts.create({ amount: 9_000, currency: 'usd' }, { stripeAccount: failing.account });
    await stripe.control('advance', { seconds: 2 * 86_400 });
    const lost = await vendorWithOrder();
    await stripe.stripe.accounts.del(lost.account);
    await reconcile('payouts');
    expect(await found()).toEqual(['vendor_account_lost open', 'vendor_payout_failed open']);
    const states = await sql('select status from vendors where id = any ($1)', [[failing.vendor.id, lost.vendor.id]]);
    expect(states).toEqual([{ status: 'restricted' }, { status: 'restricted' }]);
  });

  it('which are disconnected are closed by the event that says so', async () => {
    const { account, vendor } = await vendorWithOrder();
    await stripe.stripe.accounts.del(account);
    await createReadVendorAccount({ db, connect: reconciler.deps.connect! })({ account_id: account });
    expect(await sql('select status, payouts_enabled from vendors where id = $1', [vendor.id])).toEqual([
      { status: 'restricted', payouts_enabled: false },
    ]);
  });

  it('are read by a job for each event of a payout; nobody else’s account is', async () => {
    const paid = await vendorWithOrder();
    await pay(paid);
    await stripe.stripe.payouts.create({ amount: 1_000, currency: 'usd' }, { stripeAccount: paid.account });
    const read = createReadVendorPayouts({ db, connect: reconciler.deps.connect! });
    await read({ account_id: paid.account }, run);
    await read({ account_id: paid.account }, run);
    const payouts = await sql('select amount from vendor_payouts where account_id = $1', [paid.account]);
    expect(payouts).toEqual([{ amount: 1_000 }]);
    const [held] = await sql('select available_amount from vendor_account_balances where account_id = $1', [
      paid.account,
    ]);
    expect(held).toEqual({ available_amount: 8_750 });
    const foreign = await stripe.stripe.accounts.create({ type: 'express' });
    await read({ account_id: foreign.id }, run);
    expect(await sql('select from vendor_account_readings_done where account_id = $1', [foreign.id])).toEqual([]);
  });

  it('whose movements do not sum to what Stripe holds are told', async () => {
    const paid = await vendorWithOrder();
    await pay(paid);
    await reconcile('payouts');
    await sql(
      "update vendor_account_movements set created_at = now() - interval '30 days', net = net - 5, read_at = now() + interval '1 day' where account_id = $1",
      [paid.account],
    );
    await reconcile('payouts');
    expect(await found()).toContain('vendor_balance_differs open');
  });
});

/** As it is when the process died between Stripe's answer and our own commit. */
async function unsettle(id: string, part: string): Promise<void> {
  await sql(`update vendor_transfers set status = 'pending', provider_id = null, settled_at = null where id = $1`, [
    id,
  ]);
  await sql('update vendor_shares set transferred_amount = 0 where vendor_order_id = $1', [part]);
}

/** A row that says Stripe has made it, although it has not. */
async function lie(of: { orderId: string; part: string; vendor: SeedVendor; account: string }): Promise<void> {
  const id = randomUUID();
  await sql(
    `insert into vendor_transfers (id, vendor_order_id, order_id, vendor_id, kind, amount, currency, account_id)
     values ($1, $2, $3, $4, 'transfer', 9750, 'usd', $5)`,
    [id, of.part, of.orderId, of.vendor.id, of.account],
  );
  await db.transaction((tx) => settleTransfer(tx, id, { providerId: `tr_never_${id.slice(-6)}` }));
}
