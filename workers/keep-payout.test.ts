import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { closeJob } from '../db/outbox.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { applyPayoutEvent } from './keep-payout.ts';

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

const openJobs = () =>
  db.rows<{ job_id: string; again: boolean }>(
    statement('test_jobs', `select job_id, again from outbox where queue = 'read-payout' order by job_id`),
  );
const hear = (event_id: string) => applyPayoutEvent({ db }, { object_id: 'po_1', event_id });

it('an event that comes while the payout is being read has it read once more', async () => {
  await hear('evt_created');
  await hear('evt_paid');
  expect(await openJobs()).toHaveLength(2);
});

it('an event that is applied twice has its job handed over again, although the queue may hold the first one', async () => {
  for (const { job_id: jobId } of await openJobs()) await closeJob(db, { queue: 'read-payout', jobId });
  await hear('evt_paid');
  expect(await openJobs()).toEqual([{ job_id: expect.stringContaining('evt_paid'), again: true }]);
});
