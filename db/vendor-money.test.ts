import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { toMoney } from '../domain/vendors/facts.ts';
import { splitOrder } from '../domain/vendors/share.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertPaidOrders, makePaidOrders } from '../test/support/paid-orders.ts';
import {
  type OrderWish,
  type RefundWish,
  type SeedOrder,
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

it('every change of money is noted of orders of vendors, and of no others', async () => {
  const [vendor] = await seedVendors(db, 1);
  const lines = [{ vendor: vendor!, quantity: 1, unitAmount: 5_000 }];
  const [giver, taker] = (await seedVendorOrders(db, [{ lines }, { lines }])) as [SeedOrder, SeedOrder];
  await insertPaidOrders(db, makePaidOrders(1), new Date());
  await sql('update payments set captured_amount = captured_amount - 1');
  await sql('update payments set captured_amount = captured_amount + 1');
  const noted = async () => {
    const rows = await sql<{ order_id: string }>('select distinct order_id from vendor_due');
    await countAll();
    return rows.map((row) => row.order_id).sort();
  };
  const both = [giver.id, taker.id].sort();
  expect(await noted()).toEqual(both);
  expect(await noted()).toEqual([]);
  await sql(
    `insert into order_credits (id, from_order_id, to_order_id, kind, cause, currency, amount)
     values (gen_random_uuid(), $1, $2, 'exchange', 'exchange/1', 'usd', 2000)`,
    [giver.id, taker.id],
  );
  await sql(
    'update payments set captured_amount = captured_amount - 2000, amount = amount - 2000 where order_id = $1',
    [taker.id],
  );
  await sql('update payments set credited_amount = 2000 where order_id = $1', [giver.id]);
  expect(await noted()).toEqual(both);
  const payable = async () =>
    (
      await sql<{ payable: number }>(
        'select payable_amount as payable from vendor_shares where order_id = any ($1) order by order_id = $2 desc',
        [both, giver.id],
      )
    ).map((row) => row.payable);
  // The giver's goods went back for 20.00, the taker is paid by them.
  expect(await payable()).toEqual([2_925, 4_875]);
  await sql('update order_credits set returned_amount = 500');
  expect(await noted()).toEqual(both);
  expect(await payable()).toEqual([2_925, 4_387]);
  await sql('update orders set revision = revision + 1 where id = $1', [taker.id]);
  expect(await noted()).toEqual([taker.id]);
});

it('an order that cannot be counted keeps back no other, is listed, and counted when it can be', async () => {
  const [vendor] = await seedVendors(db, 1);
  const lines = [{ vendor: vendor!, quantity: 1, unitAmount: 5_000 }];
  const [good, bad] = (await seedVendorOrders(db, [{ lines }, { lines }])) as [SeedOrder, SeedOrder];
  await sql(`create function refuse_share() returns trigger language plpgsql as $$
    begin raise exception 'no' using errcode = 'check_violation'; end $$`);
  await sql(
    `create trigger refuse before insert on vendor_shares for each row when (new.order_id = '${bad.id}') execute function refuse_share()`,
  );
  await countAll();
  expect(await sql('select order_id from vendor_shares')).toEqual([{ order_id: good.id }]);
  expect(await sql('select code, subject from exceptions where resolved_at is null')).toEqual([
    { code: 'vendor_share_not_counted', subject: `order/${bad.id}` },
  ]);
  await sql('drop trigger refuse on vendor_shares');
  await sql('update vendor_due set available_at = now()');
  await countAll();
  expect(await sql('select from vendor_shares')).toHaveLength(2);
  expect(await sql('select from exceptions where resolved_at is null')).toEqual([]);
});
