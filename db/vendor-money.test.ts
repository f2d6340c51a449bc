import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { toMoney } from '../domain/vendors/facts.ts';
import { splitOrder } from '../domain/vendors/share.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import {
  type OrderWish,
  type RefundWish,
  seedDisputed,
  seedRefunds,
  seedVendorOrders,
  seedVendors,
  totalOf,
} from '../test/support/vendor-orders.ts';
import { type Database, openDatabase } from './database.ts';
import { bookDueFacts } from './ledger-poster.ts';
import { readVendorFacts } from './vendor-facts.ts';
import { countDueShares } from './vendor-money.ts';

let database: TestDatabase;
let db: Database;
beforeEach(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
});
afterEach(async () => {
  await db.close();
  await database.drop();
});

const sql = <T>(text: string, values: unknown[] = []) =>
  db.pool.query(text, values).then((result) => result.rows as T[]);
const settings = { delaySeconds: 0 };
const countAll = async () => {
  await bookDueFacts(db);
  return countDueShares(db, settings);
};
it('1,000 orders over 50 vendors with partial refunds and disputes add up to the cent', async () => {
  const vendors = await seedVendors(db, 50, 250);
  for (const [at, vendor] of vendors.entries()) vendor.commissionBps = [250, 0, 1_333, 10_000, 199][at % 5]!;
  const wishes: OrderWish[] = Array.from({ length: 1_000 }, (_, n) => ({
    lines: Array.from({ length: 1 + (n % 4) }, (_line, at) => ({
      vendor: vendors[(n * 7 + at * 13) % 50]!,
      quantity: 1 + ((n + at) % 3),
      unitAmount: 199 + ((n * 7919 + at * 104_729) % 9_973),
    })),
    shipping: n % 3 === 0 ? 0 : 499 + (n % 100),
    tax: (n * 31) % 1_900,
  }));
  const orders = await seedVendorOrders(db, wishes);
  await countAll();
  const refunds = await seedRefunds(
    db,
    orders
      .map((order, n): RefundWish & { n: number } =>
        n % 3 === 0
          ? { n, order, line: { at: n % order.lines.length, quantity: 1 } }
          : { n, order, amount: 1 + (n % 197) },
      )
      .filter(({ n }) => n % 3 < 2),
  );
  for (const order of orders.filter((_, n) => n % 99 === 2)) await seedDisputed(db, order, totalOf(order));
  await countAll();
  const [sums] = await sql<Record<string, number>>(
    `select sum(amount) filter (where account = 'vendor_payable')::integer as payable, sum(amount) filter (where account = 'commission')::integer as commission,
       sum(amount) filter (where account = 'tax_payable')::integer as tax, sum(amount) filter (where account = 'shipping_revenue')::integer as shipping,
       sum(amount) filter (where account in ('revenue', 'refunds', 'dispute_losses'))::integer as rest, sum(amount) filter (where account = 'stripe_balance')::integer as stripe
     from ledger_entries`,
  );
  const taken = orders.reduce((sum, order) => sum + totalOf(order), 0);
  const back = refunds.reduce((sum, { amount }) => sum + amount, 0);
  expect(sums!.stripe).toBe(taken - back);
  expect(sums!.payable! + sums!.commission! + sums!.tax! + sums!.shipping! + sums!.rest!).toBe(-(taken - back));
  const [rows] = await sql<{ payable: number; commission: number }>(
    `select sum(payable_amount)::integer as payable, sum(commission_amount)::integer as commission from vendor_shares`,
  );
  expect([-sums!.payable!, -sums!.commission!]).toEqual([rows!.payable, rows!.commission]);
  expect(await sql('select 1 from vendor_shares')).toHaveLength(
    orders.reduce((sum, order) => sum + order.parts.size, 0),
  );
  // By order, as the rule has it: payables, commission, tax and shipping are all that is left of what was paid.
  const facts = await readVendorFacts(
    db,
    orders.map(({ id }) => id),
  );
  const splits = facts.map((each) => splitOrder(toMoney(each)));
  expect(splits.every(({ ownGoods, unsold }) => ownGoods === 0 && unsold === 0)).toBe(true);
  const parts = splits.flatMap(({ vendors: all, tax, shipping }) => [
    ...all.flatMap(({ payable, commission }) => [payable, commission]),
    ...[tax, shipping],
  ]);
  const lost = orders.filter((_, n) => n % 99 === 2).reduce((sum, order) => sum + totalOf(order), 0);
  expect(parts.reduce((sum, part) => sum + part, 0)).toBe(taken - back - lost);
  expect(await countDueShares(db, settings)).toBe(0);
});
