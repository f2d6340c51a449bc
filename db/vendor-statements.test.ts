import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { makeStatement } from '../domain/vendors/statement.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { type SeedVendor, seedRefunds, seedVendorOrders, seedVendors } from '../test/support/vendor-orders.ts';
import { listCommissionChanges, readCommission, setCommission } from './commission.ts';
import { type Database, openDatabase } from './database.ts';
import { bookDueFacts } from './ledger-poster.ts';
import { settleTransfer } from './settle-vendor-transfer.ts';
import { countDueShares } from './vendor-money.ts';
import {
  listVendorTransfers,
  payVendorAgain,
  readStatementFacts,
  readVendorBalances,
  readVendorFigures,
  setDelay,
} from './vendor-statements.ts';
import { decideTransfer } from './vendor-transfers.ts';

let database: TestDatabase;
let db: Database;
let kiln: SeedVendor;
let loom: SeedVendor;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
  [kiln, loom] = (await seedVendors(db, 2)) as [SeedVendor, SeedVendor];
  const line = (vendor: SeedVendor, unitAmount: number) => ({ vendor, quantity: 1, unitAmount });
  await setDelay(db, loom.id, 3_600);
  const orders = await seedVendorOrders(db, [
    { lines: [line(kiln, 10_000), line(loom, 4_000)], tax: 1_400 },
    { lines: [line(kiln, 2_000)] },
  ]);
  await count();
  for (const order of orders) await pay(order.parts.get(kiln.id)!);
  await sql(`update vendor_shares set waits_for = 'delay' where vendor_id = $1`, [loom.id]);
  await seedRefunds(db, [{ order: orders[0]!, line: { at: 0, quantity: 1 } }]);
  await count();
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const sql = <T>(text: string, values: unknown[] = []) =>
  db.pool.query(text, values).then((result) => result.rows as T[]);
const today = new Date().toISOString().slice(0, 10);

async function count(): Promise<void> {
  await bookDueFacts(db);
  await countDueShares(db, { delaySeconds: 0 });
}

async function pay(part: string): Promise<void> {
  const { id } = (await decideTransfer(db, part))!;
  await db.transaction((tx) => settleTransfer(tx, id, { providerId: `tr_${id}` }));
}

const nothing = { pending: 0, due: 0, owed: 0, transferred: 0, refunded: 0, disputed: 0, waiting: {} };

it('a balance says what was earned, what was transferred, what is owed, and what the rest waits for', async () => {
  const [ofKiln] = await readVendorBalances(db, kiln.id);
  expect(ofKiln).toEqual({
    ...{ ...nothing, currency: 'usd', owed: 9_750, transferred: 11_700 },
    ...{ gross: 12_000, refunded: 10_000, commission: 50, payable: 1_950 },
  });
  expect(await readVendorBalances(db, loom.id)).toEqual([
    {
      ...{ ...nothing, currency: 'usd', pending: 3_900, gross: 4_000, commission: 100, payable: 3_900 },
      waiting: { delay: 3_900 },
    },
  ]);
  expect(await readVendorFigures(db)).toEqual([{ currency: 'usd', unpaid: 3_900, owed: 9_750 }]);
});

it('a statement is what the ledger has booked, to the cent, and shows nothing of another vendor', async () => {
  const [statement] = makeStatement(await readStatementFacts(db, kiln.id, { from: today, to: today }));
  expect(statement).toMatchObject({
    opening: 0,
    closing: -9_750,
    totals: { gross: 12_000, refunded: 10_000, transferred: 11_700 },
  });
  expect(statement!.orders).toHaveLength(2);
  const [other] = makeStatement(await readStatementFacts(db, loom.id, { from: today, to: today }));
  const [ledger] = await sql<{ amount: number }>(
    `select -sum(amount)::integer as amount from ledger_entries where account = 'vendor_payable'`,
  );
  expect(statement!.closing + other!.closing).toBe(ledger!.amount);
  const later = await readStatementFacts(db, kiln.id, { from: '2999-01-01', to: '2999-01-31' });
  expect(makeStatement(later)).toMatchObject([
    { currency: 'usd', opening: -9_750, orders: [], transfers: [], closing: -9_750 },
  ]);
  expect(makeStatement(await readStatementFacts(db, kiln.id, { from: '2000-01-01', to: '2000-01-31' }))).toEqual([]);
});

it('lists transfers newest first, a page at a time', async () => {
  const page = await listVendorTransfers(db, kiln.id, {}, { after: undefined, limit: 1 });
  expect(page.map(({ amount, status }) => [amount, status])).toEqual([
    [1_950, 'succeeded'],
    [9_750, 'succeeded'],
  ]);
  const rest = await listVendorTransfers(db, kiln.id, { status: 'succeeded' }, { after: page[0]!.id, limit: 1 });
  expect(rest.map(({ amount }) => amount)).toEqual([9_750]);
  expect(await listVendorTransfers(db, loom.id, {}, { after: undefined, limit: 5 })).toEqual([]);
});

it('has what is not even looked at again', async () => {
  await sql('update vendor_shares set pay_at = null');
  expect(await payVendorAgain(db, kiln.id)).toBe(1);
  expect(await sql('select vendor_id from vendor_shares where pay_at is not null')).toEqual([{ vendor_id: kiln.id }]);
});

it('keeps every rate there was: the shop’s, a vendor’s and a category’s', async () => {
  const set = (rate: Parameters<typeof setCommission>[1]) => db.transaction((tx) => setCommission(tx, rate, 'key'));
  expect(await readCommission(db)).toEqual({ basis_points: 250, vendors: [], categories: [] });
  expect(await set({ basisPoints: 300 })).toBe(true);
  expect(await set({ basisPoints: 0, vendorId: kiln.id })).toBe(true);
  expect(await set({ basisPoints: 9, vendorId: '01900000-0000-7000-8000-000000000000' })).toBe(false);
  await sql(`insert into categories (id, slug, name) values ('01900000-0000-7000-8000-00000000000c', 'pots', 'Pots')`);
  expect(await set({ basisPoints: 1_250, categoryId: '01900000-0000-7000-8000-00000000000c' })).toBe(true);
  expect(await readCommission(db)).toMatchObject({
    basis_points: 300,
    vendors: [{ vendor_id: kiln.id, basis_points: 0 }],
    categories: [{ name: 'Pots', basis_points: 1_250 }],
  });
  await set({ basisPoints: null, vendorId: kiln.id });
  const changes = await listCommissionChanges(db, Number.MAX_SAFE_INTEGER, 10);
  expect(changes.map(({ basis_points, actor }) => [basis_points, actor])).toEqual([
    [null, 'key'],
    [1_250, 'key'],
    [0, 'key'],
    [300, 'key'],
  ]);
});
