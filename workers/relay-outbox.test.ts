import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { insertJobs } from '../db/outbox.ts';
import type { Queue, QueueStore } from '../queues/connection.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { type Relay, startRelay } from './relay-outbox.ts';

const QUEUE = 'check-out-order';
const log = pino({ level: 'silent' });

let database: TestDatabase;
let db: Database;
const relays: Relay[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.close()));
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

/** A relay into a store that only remembers what it was given. */
async function relayInto(taken: string[], addMs = 0): Promise<void> {
  const store: QueueStore = {
    kind: 'redis',
    openQueue: () => ({ getJob: async () => undefined }) as unknown as Queue,
    openWorker: () => {
      throw new Error('nobody works here');
    },
    async addJobs(jobs) {
      await new Promise((resolve) => setTimeout(resolve, addMs));
      taken.push(...jobs.map(({ jobId }) => jobId));
    },
    ping: async () => {},
    close: async () => {},
  };
  relays.push(await startRelay({ db, databaseUrl: database.url, store, queueNames: [QUEUE], log, attempts: 3 }));
}

const job = (jobId: string) => ({ queue: QUEUE, jobId, payload: {}, orderId: undefined, availableAt: undefined });

it('goes by what the database has kept after a crash, which may give a number that was seen to another transaction', async () => {
  const taken: string[] = [];
  await relayInto(taken);
  await insertJobs(db, [job('before')]);
  await waitFor(() => taken.includes('before'));
  await crashBackTo('3');
  await waitFor(() => taken.includes('after'), { timeoutMs: 5_000 });
});

/** The server is back as it stood when nothing was handed over, and this number is given to a transaction with a job. */
async function crashBackTo(xid: string): Promise<void> {
  await db.pool.query(`begin;
    update relay set seen = null, seen_at = null;
    insert into outbox (queue, job_id, payload, xid) values ('${QUEUE}', 'after', '{}', '${xid}');
    select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid();
    commit`);
}

it('stays the working one during a backlog that takes longer than its lease', async () => {
  const [first, second]: [string[], string[]] = [[], []];
  await db.rows(statement('test_clear', 'delete from outbox'));
  const ids = Array.from({ length: 4_500 }, (_, n) => `backlog-${n}`);
  await insertJobs(db, ids.map(job));
  await relayInto(first, 600);
  await waitFor(() => first.length > 0);
  await relayInto(second);
  await waitFor(() => first.length >= ids.length, { timeoutMs: 15_000 });
  expect(new Set(first).size).toBe(ids.length);
  expect(second).toHaveLength(0);
});
