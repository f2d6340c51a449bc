import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { countOpenJobs } from '../db/outbox.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { watchCapacity } from './capacity.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'capacity-test' });
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

const refused = (capacity: ReturnType<typeof watchCapacity>) => {
  try {
    capacity.assert();
    return undefined;
  } catch (error) {
    return (error as { details: object }).details;
  }
};
const addJobs = statement(
  'test_add_jobs',
  `insert into outbox (queue, job_id, payload) select 'check-out-order', $1 || n, '{}' from generate_series(1, 10) n`,
);

it('refuses with 503 and Retry-After from the limit on, and not below it', async () => {
  await db.rows(addJobs, ['few-']);
  const count = (atMost: number) => countOpenJobs(db, atMost);
  const roomy = watchCapacity(count, 11, () => {});
  const full = watchCapacity(count, 10, () => {});
  expect(await waitFor(() => refused(full))).toMatchObject({ status: 503, code: 'backlog_full', retryAfterSeconds: 5 });
  expect(refused(roomy)).toBeUndefined();
  roomy.close();
  full.close();
});
