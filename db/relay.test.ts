import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { type Database, openDatabase, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { handOverAgain, insertJobs, type OutboxJob } from './outbox.ts';
import { findDueJobs, keepSeen, type Place, readSeen, releaseRelayLease, type Seen, takeRelayLease } from './relay.ts';

let database: TestDatabase;
let db: Database;
let seen: Seen;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
});
beforeEach(async () => {
  await db.rows(statement('test_clear', 'delete from outbox'));
  seen = await readSeen(db);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const QUEUE = 'check-out-order';
const job = (jobId: string, availableAt?: Date): OutboxJob => ({
  queue: QUEUE,
  jobId,
  payload: { order_id: jobId },
  orderId: undefined,
  availableAt,
});

/** What a relay hands over at its next look. */
async function look(): Promise<string[]> {
  const found = await findDueJobs(db, seen, 100);
  seen = found.seen;
  return found.jobs.map(({ job_id }) => job_id);
}

it('finds each job once', async () => {
  await insertJobs(db, [job('a')]);
  await insertJobs(db, [job('b')]);
  expect(await look()).toEqual(['a', 'b']);
  await insertJobs(db, [job('c')]);
  expect(await look()).toEqual(['c']);
  expect(await look()).toEqual([]);
});

it('overlooks no transaction that began before others and committed after them', async () => {
  await db.transaction(async (slow) => {
    await insertJobs(slow, [job('slow')]);
    await insertJobs(db, [job('fast')]);
    expect(await look()).toEqual(['fast']);
    await insertJobs(db, [job('faster')]);
    expect(await look()).toEqual(['faster']);
  });
  expect(await look()).toEqual(['slow']);
  expect(await look()).toEqual([]);
});

it('finds a delayed job when it falls due, and not before', async () => {
  await insertJobs(db, [job('delayed', new Date(Date.now() + 3_600_000))]);
  expect(await look()).toEqual([]);
  await db.rows(statement('test_due', `update outbox set available_at = clock_timestamp() + interval '50 ms'`));
  expect(await look()).toEqual([]);
  await db.rows(statement('test_pause', 'select pg_sleep(0.06)'));
  expect(await look()).toEqual(['delayed']);
  expect(await look()).toEqual([]);
});

it('finds a job without a delay although its clock was read later than the one of the look', async () => {
  await insertJobs(db, [job('ahead')]);
  const ahead = `update outbox set created_at = now() + interval '1 minute', available_at = now() + interval '1 minute'`;
  await db.rows(statement('test_clock', ahead));
  expect(await look()).toEqual(['ahead']);
});

it('finds a job again that is to be handed over again, and says so', async () => {
  await insertJobs(db, [job('lost')]);
  await look();
  await handOverAgain(db, [{ queue: QUEUE, jobId: 'lost' }], 0);
  expect((await findDueJobs(db, seen, 100)).jobs).toMatchObject([{ job_id: 'lost', again: true }]);
});

it('reads a large backlog page by page, also when one transaction wrote it', async () => {
  const ids = Array.from({ length: 250 }, (_, n) => `job-${String(n).padStart(3, '0')}`);
  const jobs = ids.map((id) => job(id));
  await insertJobs(db, jobs);
  const found: string[] = [];
  let after: Place | undefined;
  for (;;) {
    const page = await findDueJobs(db, seen, 100, after);
    found.push(...page.jobs.map(({ job_id }) => job_id));
    if (page.jobs.length < 100) break;
    after = page.jobs.at(-1);
  }
  expect(found).toEqual(ids);
});

it('lets one relay work at a time; the next goes on from where the last one stopped', async () => {
  const [first, second] = [uuidv7(), uuidv7()];
  expect(await takeRelayLease(db, first, 30)).toBe(true);
  expect(await takeRelayLease(db, first, 30)).toBe(true);
  expect(await takeRelayLease(db, second, 30)).toBe(false);
  await insertJobs(db, [job('a')]);
  expect(await look()).toEqual(['a']);
  await keepSeen(db, first, seen);
  await releaseRelayLease(db, first);
  expect(await takeRelayLease(db, second, 30)).toBe(true);
  seen = await readSeen(db);
  expect(await look()).toEqual([]);
});

it('does not wait for the end of a lease that a clock ahead of ours has given', async () => {
  await takeRelayLease(db, uuidv7(), 4);
  await db.rows(statement('test_clock_back', `update relay set lease_until = clock_timestamp() + interval '1 hour'`));
  expect(await takeRelayLease(db, uuidv7(), 4)).toBe(true);
});

it('begins again in a database whose transactions were numbered by another server', async () => {
  await insertJobs(db, [job('restored')]);
  await db.rows(statement('test_future', `update outbox set xid = '9000000000000'`));
  await db.rows(statement('test_ahead', `update relay set seen = '9000000000000:9000000000001:', seen_at = now()`));
  seen = await readSeen(db);
  expect(await look()).toEqual(['restored']);
  expect(await look()).toEqual([]);
});
