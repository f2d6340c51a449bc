import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { payOrder, seedVendor, seedVendorOrder } from '../../test/support/vendor-shop.ts';
import { createFollowVendorOrders } from '../../workers/follow-vendor-orders.ts';
import { reopenVendorAccounts } from '../../workers/sweep-vendors.ts';
import { type Database, openDatabase } from '../database.ts';
import { askRule } from './rule.ts';
import { vendorParts } from './vendor-parts.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
  const vendor = await seedVendor(db, 'kiln');
  const order = await seedVendorOrder(db, [{ ...vendor, quantity: 2 }]);
  await payOrder(db, order);
  await createFollowVendorOrders({ db })({ order_id: order });
  await db.pool.query(`delete from outbox; update orders set updated_at = now() - interval '1 hour'`);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const values = { graceSeconds: 0, waitSeconds: 60, limit: 5, facts: '{}' };
const broken = async () => {
  const names: string[] = [];
  for (const each of vendorParts) if ((await askRule(db, each, values)).count > 0) names.push(each.name);
  return names;
};

it('finds nothing where all went as it should', async () => {
  expect(await broken()).toEqual([]);
});

const noTriggers = 'set session_replication_role = replica';
it.each([
  [`${noTriggers}; update locations set vendor_id = null`, 'goods_in_a_place_of_somebody_else'],
  [`${noTriggers}; update vendors set status = 'suspended'`, 'product_withheld_without_a_reason'],
  ['delete from vendor_order_lines', 'order_without_the_part_of_a_vendor'],
  [`${noTriggers}; update order_lines set refunded_quantity = 1`, 'part_that_does_not_follow_its_order'],
  [`${noTriggers}; delete from order_lines`, 'part_that_does_not_follow_its_order'],
])('finds what %s breaks', async (harm, name) => {
  const client = await db.pool.connect();
  try {
    await client.query('begin');
    for (const part of harm.split('; ')) await client.query(part);
    const rows = <T>({ text }: { text: string }, asked?: readonly unknown[]) =>
      client.query(text, asked as unknown[]).then((result) => result.rows as T[]);
    const names: string[] = [];
    for (const each of vendorParts)
      if ((await askRule({ rows } as never, each, values)).count > 0) names.push(each.name);
    expect(names).toContain(name);
  } finally {
    await client.query('rollback; set session_replication_role = default');
    client.release();
  }
});

it('finds a verified vendor whose account nobody opens, which the sweeper then does', async () => {
  await db.pool.query(
    `insert into vendors (id, name, slug, email, country, currency, status, updated_at)
     values (gen_random_uuid(), 'Loom', 'loom', 'loom@v.example', 'GB', 'usd', 'onboarding', now() - interval '1 hour')`,
  );
  expect(await broken()).toEqual(['vendor_waits_for_its_account']);
  expect(await reopenVendorAccounts(db, 60)).toBe(1);
  expect(await reopenVendorAccounts(db, 60)).toBe(0);
  expect(await broken()).toEqual([]);
});
