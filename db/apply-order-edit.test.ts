/** The stock that an edit moves: whatever an order is brought to hold, levels, reservations and movements agree. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertTestOrder } from '../test/support/orders.ts';
import { adjustStock } from './apply-order-edit.ts';
import { type Database, openDatabase } from './database.ts';
import { checkInvariants } from './invariants.ts';
import { reserveStock } from './stock.ts';

let database: TestDatabase;
let db: Database;
let variants: Map<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
  variants = await seedVariants(db, [
    { sku: 'A', units: 6 },
    { sku: 'B', units: 3 },
  ]);
  await db.pool.query(
    `insert into locations (id, code, name, country, position) values (gen_random_uuid(), 'far', 'Far', 'US', 9)`,
  );
  await db.pool.query(
    `insert into stock_levels (variant_id, location_id, on_hand, reserved) select $1, id, 4, 0 from locations where code = 'far'`,
    [variants.get('A')],
  );
  await db.pool.query(
    `insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change) select $1, id, 'received', 4, 0
     from locations where code = 'far'`,
    [variants.get('A')],
  );
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const heldBy = async (orderId: string) => {
  const { rows } = await db.pool.query(
    `select v.sku, sum(r.quantity)::integer as units from reservations r join variants v on v.id = r.variant_id
     where r.order_id = $1 and r.status = 'reserved' group by v.sku`,
    [orderId],
  );
  return new Map(rows.map(({ sku, units }) => [sku as string, units as number]));
};
const wanted = (units: Record<string, number>) =>
  Object.entries(units)
    .filter(([, quantity]) => quantity > 0)
    .map(([sku, quantity]) => ({ sku, quantity, variant_id: variants.get(sku)! }));

it('is exactly what was asked for, or as it was where something is short', async () => {
  const [one, other] = [
    await insertTestOrder(db, { variants, sku: 'A' }),
    await insertTestOrder(db, { variants, sku: 'B' }),
  ];
  await reserveStock(db, one);
  await reserveStock(db, other);
  const steps = fc.array(fc.record({ first: fc.boolean(), A: fc.nat(11), B: fc.nat(4) }), {
    minLength: 1,
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      for (const { first, ...units } of list) {
        const id = first ? one : other;
        const before = await heldBy(id);
        const rest = await heldBy(first ? other : one);
        const short = await db.transaction((tx) => adjustStock(tx, id, wanted(units)));
        const free = { A: 10 - (rest.get('A') ?? 0), B: 3 - (rest.get('B') ?? 0) };
        const isShort = units.A > free.A || units.B > free.B;
        expect(short.length > 0).toBe(isShort);
        const after = new Map(Object.entries(units).filter(([, quantity]) => quantity > 0));
        expect(await heldBy(id)).toEqual(isShort ? before : after);
        for (const { sku, available } of short) expect(available).toBe(free[sku as 'A' | 'B']);
      }
    }),
    { numRuns: 25 },
  );
  const examples = (await checkInvariants(db))[2]!.examples as { rule: string }[];
  // The lines of these orders were not changed with what they hold.
  expect(
    examples.filter(({ rule }) => !['reservation_is_not_the_orders_lines', 'order_and_stock_disagree'].includes(rule)),
  ).toEqual([]);
});
