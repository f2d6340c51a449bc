import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { type Database, openDatabase, statement } from './database.ts';
import { trimHistory } from './sweep.ts';

const fill = statement(
  'test_fill',
  `insert into outbox (queue, job_id, payload, status, created_at)
   select $2, 'job-' || n, '{}', $3, now() - make_interval(days => $4) from generate_series(1, $1::integer) n`,
);
const left = statement(
  'test_left',
  'select queue, count(*)::integer as jobs from outbox group by queue order by queue',
);

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
  await db.rows(fill, [12_000, 'old', 'done', 40]);
  await db.rows(fill, [10, 'failed', 'failed', 40]);
  await db.rows(fill, [10, 'young', 'done', 1]);
  await trimHistory(db, 30, 48);
  expect(await db.rows(left)).toEqual([
    { queue: 'failed', jobs: 10 },
    { queue: 'young', jobs: 10 },
  ]);
});
