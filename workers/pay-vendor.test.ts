import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { countDueShares } from '../db/vendor-money.ts';
import { decideTransfer } from '../db/vendor-transfers.ts';
import { createLogger } from '../logger.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakeConnect, type FakeConnect } from '../test/support/fake-connect.ts';
import {
  moveRefund,
  type SeedOrder,
  type SeedVendor,
  seedDisputed,
  seedRefunds,
  seedVendorOrders,
  seedVendors,
} from '../test/support/vendor-orders.ts';
import { keepVendorsPaid } from './count-vendor-shares.ts';
import { createPayVendor } from './pay-vendor.ts';

let database: TestDatabase;
let db: Database;
let connect: FakeConnect;
let vendor: SeedVendor;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(async () => {
  connect = createFakeConnect();
  [vendor] = (await seedVendors(db, 1)) as [SeedVendor];
  const about = { vendorId: vendor.id, email: 'v@x.example', country: 'US', businessName: 'V' };
  const account = await connect.createAccount(about, 'a');
  connect.onboard(account.id);
  await sql('update vendors set account_id = $2 where id = $1', [vendor.id, account.id]);
});

const run = { log: createLogger({ level: 'silent', pretty: false, role: 'test' }) };
const sql = <T>(text: string, values: unknown[] = []) =>
  db.pool.query(text, values).then((result) => result.rows as T[]);
/** One order of 100.00 for the vendor: 97.50 payable. */
const seedOrder = async (unitAmount = 10_000, currency = 'usd'): Promise<SeedOrder> =>
  (await seedVendorOrders(db, [{ lines: [{ vendor, quantity: 1, unitAmount }], currency }]))[0]!;
const partOf = (order: SeedOrder) => order.parts.get(vendor.id)!;
const count = async (delaySeconds = 0) => {
  await bookDueFacts(db);
  await countDueShares(db, { delaySeconds });
};
const pay = (order: SeedOrder) =>
  createPayVendor({ db, connect })({ order_id: order.id, vendor_order_id: partOf(order) }, run);
const countAndPay = async (order: SeedOrder) => {
  await count();
  return pay(order);
};
const shareOf = async (order: SeedOrder) =>
  (
    await sql<{ payable: number; transferred: number; settled: number; waits_for: string | null; to_pay: boolean }>(
      `select payable_amount as payable, transferred_amount as transferred, settled_amount as settled, waits_for, pay_at is not null as to_pay
       from vendor_shares where vendor_order_id = $1`,
      [partOf(order)],
    )
  )[0];
const atStripe = () => [...connect.transfers.values()].map(({ amount, amountReversed }) => amount - amountReversed);
const payableInLedger = async () =>
  (
    await sql<{ amount: number }>(
      `select coalesce(sum(e.amount), 0)::integer as amount from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
       where e.account = 'vendor_payable' and t.order_id in (select order_id from vendor_orders where vendor_id = $1)`,
      [vendor.id],
    )
  )[0]!.amount;
const exceptions = () =>
  sql(
    `select code, subject from exceptions where resolved_at is null and order_id in (select order_id from vendor_orders where vendor_id = $1)`,
    [vendor.id],
  );
const jobs = () =>
  sql(
    `select payload ->> 'vendor_order_id' as part from outbox where queue = 'pay-vendor'
       and order_id in (select order_id from vendor_orders where vendor_id = $1)`,
    [vendor.id],
  );

describe('a vendor is paid', () => {
  it('what is payable, once, out of the order’s own charge, and the ledger says so', async () => {
    const order = await seedOrder();
    await countAndPay(order);
    expect(atStripe()).toEqual([9_750]);
    expect([...connect.transfers.values()][0]).toMatchObject({
      orderId: order.id,
      sourceCharge: `ch_${order.id.slice(-12)}`,
    });
    expect(await shareOf(order)).toEqual({
      payable: 9_750,
      transferred: 9_750,
      settled: 0,
      waits_for: null,
      to_pay: false,
    });
    expect(await payableInLedger()).toBe(0);
    await pay(order);
    expect(atStripe()).toEqual([9_750]);
    const told = `select type, data ->> 'amount' as amount from shop_events where object_id = $1`;
    expect(await sql(told, [vendor.id])).toEqual([{ type: 'vendor.transfer.paid', amount: '9750' }]);
  });

  it('not before the delay is over, not while the vendor cannot be paid, and as soon as it can', async () => {
    const order = await seedOrder();
    await count(3_600);
    await pay(order);
    expect(await shareOf(order)).toMatchObject({ waits_for: 'delay', to_pay: true });
    await sql(`update vendor_shares set due_at = now() - interval '1 second' where vendor_id = $1`, [vendor.id]);
    await sql('update vendors set payouts_enabled = false where id = $1', [vendor.id]);
    await pay(order);
    expect(atStripe()).toEqual([]);
    expect(await shareOf(order)).toMatchObject({ waits_for: 'vendor' });
    await sql(`update vendor_shares set pay_at = now() + interval '1 hour' where vendor_id = $1`, [vendor.id]);
    await sql('update vendors set payouts_enabled = true where id = $1', [vendor.id]);
    await keepVendorsPaid(db, 0);
    expect(await jobs()).toEqual([{ part: partOf(order) }]);
    await pay(order);
    expect(atStripe()).toEqual([9_750]);
  });

  it('by a delay of its own, which is fixed when the money comes', async () => {
    await sql('insert into vendor_payment_terms (vendor_id, delay_seconds) values ($1, 86400)', [vendor.id]);
    const order = await seedOrder();
    await countAndPay(order);
    expect(await shareOf(order)).toMatchObject({ waits_for: 'delay' });
    const [share] = await sql<{ hours: number }>(
      'select round(extract(epoch from due_at - now()) / 3600)::integer as hours from vendor_shares where vendor_id = $1',
      [vendor.id],
    );
    expect(share!.hours).toBe(24);
  });

  it('what no refund that is on its way may take back; when that fails, the rest', async () => {
    const order = await seedOrder();
    const [refund] = await seedRefunds(db, [{ order, amount: 4_000, status: 'pending' }]);
    await countAndPay(order);
    expect(atStripe()).toEqual([5_850]);
    expect(await shareOf(order)).toMatchObject({ payable: 9_750, to_pay: false });
    await moveRefund(db, order, refund!.id, 'failed');
    await countAndPay(order);
    expect(atStripe()).toEqual([5_850, 3_900]);
  });

  it('in steps that Stripe takes', async () => {
    const order = await seedOrder(10_010, 'kwd');
    await countAndPay(order);
    // 10.010 less 0.250 are 9.760; of 9.759 and 9.760 both 9.76 leave as whole hundredths.
    expect(atStripe()).toEqual([9_760]);
    await seedRefunds(db, [{ order, amount: 330 }]);
    await countAndPay(order);
    const { payable, transferred } = (await shareOf(order))!;
    expect(transferred % 10).toBe(0);
    expect(payable - transferred).toBeGreaterThanOrEqual(0);
    expect(payable - transferred).toBeLessThan(10);
    expect(await shareOf(order)).toMatchObject({ to_pay: false });
  });
});

describe('whatever becomes of the answer', () => {
  it.each(['unknown_before', 'unknown_after', 'stuck_before', 'stuck_after'] as const)(
    '%s: money moves once',
    async (failure) => {
      const order = await seedOrder();
      await count();
      connect.failNext('createTransfer', failure);
      await pay(order).catch(() => {});
      await pay(order).catch(() => {});
      expect(atStripe()).toEqual([9_750]);
      await seedRefunds(db, [{ order, amount: 4_000 }]);
      await count();
      connect.failNext('reverseTransfer', failure);
      await pay(order).catch(() => {});
      await pay(order).catch(() => {});
      expect(atStripe()).toEqual([5_850]);
      expect(await shareOf(order)).toMatchObject({ payable: 5_850, transferred: 5_850, to_pay: false });
      expect(await payableInLedger()).toBe(0);
    },
  );

  it('two workers at once move it once', async () => {
    const order = await seedOrder();
    await count();
    await Promise.all([pay(order), pay(order), pay(order)]);
    expect(atStripe()).toEqual([9_750]);
    expect(await shareOf(order)).toMatchObject({ transferred: 9_750 });
  });

  it('one that died before it recorded it finds it by our id, although the key is forgotten', async () => {
    const order = await seedOrder();
    await count();
    const row = (await decideTransfer(db, partOf(order)))!;
    await connect.createTransfer(
      {
        ...{ id: row.id, vendorId: vendor.id, vendorOrderId: partOf(order), orderId: order.id, orderNumber: 'ORD-1' },
        ...{ accountId: row.account_id, amount: row.amount, currency: 'usd' },
      },
      'forgotten',
    );
    await sql(`update vendor_transfers set created_at = now() - interval '13 hours' where vendor_id = $1`, [vendor.id]);
    await pay(order);
    expect(atStripe()).toEqual([9_750]);
  });

  it('a refusal stands in the list, is tried again later by a row and a key of its own, and goes when it went well', async () => {
    const order = await seedOrder();
    await count();
    connect.failNext('createTransfer', new PaymentRefusedError('balance_insufficient', 'Insufficient funds.'));
    await pay(order);
    expect(await shareOf(order)).toMatchObject({ waits_for: 'balance', to_pay: true, transferred: 0 });
    expect(await exceptions()).toEqual([{ code: 'vendor_transfer_failed', subject: `vendor_order/${partOf(order)}` }]);
    await keepVendorsPaid(db, 0);
    expect(await jobs()).toEqual([]);
    await pay(order);
    expect(atStripe()).toEqual([9_750]);
    expect(await exceptions()).toEqual([]);
    expect(await sql('select status from vendor_transfers where vendor_id = $1 order by id', [vendor.id])).toEqual([
      { status: 'failed' },
      { status: 'succeeded' },
    ]);
  });

  it('a charge that Stripe does not take as the source is left out at once', async () => {
    const order = await seedOrder();
    await count();
    connect.failNext('createTransfer', new PaymentRefusedError('source_invalid', 'No such charge.'));
    await pay(order);
    expect(await shareOf(order)).toMatchObject({ waits_for: 'refused', to_pay: true });
    await pay(order);
    expect([...connect.transfers.values()].map(({ amount, sourceCharge }) => [amount, sourceCharge])).toEqual([
      [9_750, null],
    ]);
    expect(await exceptions()).toEqual([]);
  });
});

describe('what goes back to the customer', () => {
  it('is taken back exactly, over several transfers if need be, and paid again when a dispute is won', async () => {
    const order = await seedOrder();
    await seedDisputed(db, order, 5_000);
    await countAndPay(order);
    await seedDisputed(db, order, 0);
    await countAndPay(order);
    expect(atStripe()).toEqual([4_875, 4_875]);
    await seedDisputed(db, order, 8_000);
    await countAndPay(order);
    expect(atStripe()).toEqual([1_950, 0]);
    await seedDisputed(db, order, 0);
    await countAndPay(order);
    expect(atStripe()).toEqual([1_950, 0, 7_800]);
    // What came out of a charge does not go back to it.
    const source = `ch_${order.id.slice(-12)}`;
    expect([...connect.transfers.values()].map(({ sourceCharge }) => sourceCharge)).toEqual([source, source, null]);
    expect(await payableInLedger()).toBe(0);
  });

  it('stands as a debt when Stripe cannot take it back, and the next orders settle it', async () => {
    const order = await seedOrder();
    await countAndPay(order);
    await seedRefunds(db, [{ order }]);
    await count();
    connect.failNext('reverseTransfer', new PaymentRefusedError('balance_insufficient', 'The account is empty.'));
    await pay(order);
    expect(await shareOf(order)).toMatchObject({ payable: 0, transferred: 9_750, waits_for: 'owed' });
    expect(await exceptions()).toEqual([{ code: 'vendor_owes', subject: `vendor_order/${partOf(order)}` }]);
    const small = await seedOrder(6_000);
    await countAndPay(small);
    expect(atStripe()).toEqual([9_750]);
    expect(await shareOf(small)).toMatchObject({ payable: 5_850, transferred: 0, settled: 5_850, to_pay: false });
    const great = await seedOrder(10_000);
    await countAndPay(great);
    expect(atStripe()).toEqual([9_750, 5_850]);
    expect(await shareOf(great)).toMatchObject({ transferred: 5_850, settled: 3_900 });
    expect(await shareOf(order)).toMatchObject({ transferred: 9_750, settled: -9_750 });
    expect(await exceptions()).toEqual([]);
    await pay(order);
    expect(await shareOf(order)).toMatchObject({ waits_for: null, to_pay: false });
    expect(atStripe()).toEqual([9_750, 5_850]);
  });

  it('is owed where the order was paid by a debt', async () => {
    const [first, second] = [await seedOrder(), await seedOrder()];
    await countAndPay(first);
    await seedRefunds(db, [{ order: first }]);
    await count();
    connect.failNext('reverseTransfer', new PaymentRefusedError('balance_insufficient', 'The account is empty.'));
    await pay(first);
    await pay(second);
    await seedRefunds(db, [{ order: second }]);
    await countAndPay(second);
    expect(await shareOf(second)).toMatchObject({ payable: 0, transferred: 0, settled: 9_750, waits_for: 'owed' });
    const third = await seedOrder();
    await countAndPay(third);
    expect(await shareOf(third)).toMatchObject({ transferred: 0, settled: 9_750 });
    expect(await payableInLedger()).toBe(0);
  });
});
