import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { type Database, openDatabase, statement } from './database.ts';
import { trimHistory } from './sweep.ts';

const fill = statement(
  'test_fill',
  `insert into finished_jobs (queue, job_id, attempts, created_at)
   select $2, 'job-' || n, 0, now() - make_interval(days => $3) from generate_series(1, $1::integer) n`,
);
const failed = statement(
  'test_failed',
  `insert into outbox (queue, job_id, payload, status, created_at)
   select 'failed', 'job-' || n, '{}', 'failed', now() - interval '40 days' from generate_series(1, 10) n`,
);
const left = statement('test_left', 'select queue, count(*)::integer as jobs from jobs group by queue order by queue');

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

it('trims what has outlived its retention, however much it is, and neither what failed nor what is young', async () => {
  await db.rows(fill, [12_000, 'old', 40]);
  await db.rows(failed);
  await db.rows(fill, [10, 'young', 1]);
  await trimHistory(db, 30, 48);
  expect(await db.rows(left)).toEqual([
    { queue: 'failed', jobs: 10 },
    { queue: 'young', jobs: 10 },
  ]);
});
