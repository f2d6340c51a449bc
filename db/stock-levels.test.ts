import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { type Database, openDatabase, statement } from './database.ts';
import { adjustStock, lockStockLevels } from './stock-levels.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const reserved = statement(
  'test_reserved',
  'update stock_levels set reserved = reserved + $2 where variant_id = $1 returning location_id',
);
const waiting = statement(
  'test_waiting',
  `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
);

it('a level is adjusted to what an order leaves that gives its units back at the same time', async () => {
  const variantId = [...(await seedVariants(db, [{ sku: 'TIGHT', units: 5 }])).values()][0]!;
  const [level] = await db.rows<{ location_id: string }>(reserved, [variantId, 5]);
  const adjustment = { variant_id: variantId, location_id: level!.location_id, change: -1 };
  const { adjusted } = await db.transaction(async (order) => {
    await lockStockLevels(order, [variantId]);
    const adjusted = db.transaction((tx) =>
      adjustStock(tx, [{ ...adjustment, kind: 'adjusted', reason: 'broken', actor: 'test' }]),
    );
    adjusted.catch(() => {});
    await waitFor(async () => (await db.rows(waiting)).length > 0);
    await order.rows(reserved, [variantId, -1]);
    return { adjusted };
  });
  expect(await adjusted).toMatchObject([{ on_hand: 4, reserved: 4, applied: true }]);
});
