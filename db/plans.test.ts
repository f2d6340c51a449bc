/** Plans are made when a shop is young and stay in the session: what they read must not grow with the tables. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { type Database, openDatabase } from './database.ts';
import { closeJob, insertJobs } from './outbox.ts';
import { startOrder } from './place-order.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** How many entries of an index are read by `work`, done once on empty tables and again when they are full. */
async function entriesRead(index: string, work: (db: Database) => Promise<unknown>, fill: string): Promise<number> {
  const db = openDatabase({ url: database.url, applicationName: 'test', max: 1 });
  await work(db);
  await db.pool.query(fill);
  await work(db);
  // A session tells what it has read when it ends.
  await db.close();
  const look = openDatabase({ url: database.url, applicationName: 'test', max: 1 });
  try {
    const read = 'select idx_tup_read::integer as entries from pg_stat_user_indexes where indexrelname = $1';
    return (await look.pool.query<{ entries: number }>(read, [index])).rows[0]!.entries;
  } finally {
    await look.close();
  }
}

it('an order is priced without a walk through all products', async () => {
  const fill = `with p as (
      insert into products (id, slug, name, status) select gen_random_uuid(), 'p' || i, 'P', 'active' from generate_series(1, 1000) i
      returning id, slug
    ) insert into variants (id, product_id, sku) select gen_random_uuid(), id, slug from p`;
  const price = (db: Database) => startOrder(db, { skus: ['p7'], currency: 'usd' });
  expect(await entriesRead('products_status_idx', price, fill)).toBe(0);
});

it('a job is closed without a walk through all open exceptions', async () => {
  const fill = `insert into exceptions (id, code, subject)
    select gen_random_uuid(), 'job_failed', 'q/' || i from generate_series(1, 1000) i`;
  const job = { queue: 'q', jobId: 'j', payload: {}, orderId: undefined, availableAt: undefined };
  const close = async (db: Database) => {
    await insertJobs(db, [job]);
    await closeJob(db, job);
  };
  expect(await entriesRead('exceptions_open_idx', close, fill)).toBe(0);
});
