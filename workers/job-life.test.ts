import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { insertJobs, reopenJobs } from '../db/outbox.ts';
import { findDueJobs, keepSeen, readSeen, releaseRelayLease, takeRelayLease } from '../db/relay.ts';
import { checkOutOrder } from '../queues/check-out-order.ts';
import { openQueueStore, type QueueStore } from '../queues/connection.ts';
import { makeJob } from '../queues/define-queue.ts';
import { describeEachStore } from '../test/support/each-store.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { done, giveUp, later, type Outcome } from './outcome.ts';
import { type Relay, startRelay } from './relay-outbox.ts';
import { type Processor, runWorker } from './run-worker.ts';
import { restoreLostJobs } from './sweep.ts';

const log = pino({ level: 'silent' });
const statusOf = statement('test_status', 'select status, attempts, last_error from jobs where job_id = $1');
const openCount = statement('test_open', 'select count(*)::integer as open from outbox');

describeEachStore('a job', (store) => {
  let db: Database;
  let queueStore: QueueStore;
  let relay: Relay | undefined;
  let behave: (orderId: string) => Promise<Outcome> | Outcome = () => done();
  const ran: string[] = [];
  const workers: { close(): Promise<void> }[] = [];

  beforeAll(() => {
    db = openDatabase({ url: store.databaseUrl, applicationName: 'test' });
    queueStore = openQueueStore({
      redisUrl: store.redisUrl,
      databaseUrl: store.databaseUrl,
      poolSize: 4,
      applicationName: 'test',
      onError: () => {},
    });
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
    await relay?.close();
    relay = undefined;
    behave = () => done();
    ran.length = 0;
  });
  afterAll(async () => {
    await queueStore.close();
    await db.close();
  });

  const processor: Processor<{ order_id: string }> = async ({ order_id }) => {
    ran.push(order_id);
    return behave(order_id);
  };
  const work = () =>
    workers.push(
      runWorker(checkOutOrder, processor, {
        store: queueStore,
        db,
        log,
        concurrency: 20,
        attempts: 3,
        backoffMs: 10,
        backoffMaxMs: 20,
        lockMs: 5_000,
        stalledMs: 1_000,
      }),
    );
  const startRelaying = async () => {
    relay = await startRelay({
      db,
      databaseUrl: store.databaseUrl,
      store: queueStore,
      queueNames: [checkOutOrder.name],
      log,
      attempts: 3,
    });
  };
  const newJob = () => makeJob(checkOutOrder, { order_id: uuidv7() });
  const row = async (jobId: string) =>
    (await db.rows<{ status: string; attempts: number; last_error: { code: string } }>(statusOf, [jobId]))[0]!;
  const allDone = async () => (await db.rows<{ open: number }>(openCount))[0]!.open === 0;

  it('goes from a committed row through the queue to a closed row', async () => {
    await startRelaying();
    work();
    const job = newJob();
    await db.transaction((tx) => insertJobs(tx, [job, job]));
    await waitFor(async () => (await row(job.jobId)).status === 'done');
    expect(ran).toHaveLength(1);
  });

  it('is tried again after an error, each failed try is kept, and it ends well', async () => {
    await startRelaying();
    work();
    const job = newJob();
    behave = () => {
      if (ran.length < 3) throw Object.assign(new Error('not yet'), { code: 'EARLY' });
      return done();
    };
    await insertJobs(db, [job]);
    await waitFor(async () => (await row(job.jobId)).status === 'done');
    expect(await row(job.jobId)).toMatchObject({ attempts: 2, last_error: { code: 'EARLY' } });
  });

  it.each([
    ['is given up', () => giveUp('hopeless', 'nothing helps'), 1],
    [
      'has used up its attempts',
      () => {
        throw new Error('always');
      },
      3,
    ],
  ] as const)('stands in the exceptions list when it %s, and can be opened again', async (_name, outcome, tries) => {
    await startRelaying();
    work();
    const job = newJob();
    behave = outcome;
    await insertJobs(db, [job]);
    await waitFor(async () => (await row(job.jobId)).status === 'failed');
    expect(ran).toHaveLength(tries);
    const listed = await db.rows(
      statement('test_listed', `select 1 from exceptions where code = 'job_failed' and subject = $1`),
      [`check-out-order/${job.jobId}`],
    );
    expect(listed).toHaveLength(1);
    behave = () => done();
    expect(await reopenJobs(db, [job])).toBe(1);
    await waitFor(async () => (await row(job.jobId)).status === 'done');
  });

  it('comes later when it says so, without using up an attempt', async () => {
    await startRelaying();
    work();
    const job = newJob();
    behave = () => (ran.length < 3 ? later(20) : done());
    await insertJobs(db, [job]);
    await waitFor(async () => (await row(job.jobId)).status === 'done');
    expect(await row(job.jobId)).toMatchObject({ attempts: 0 });
  });

  it('is handed over again when the relay died between claim and hand-over', async () => {
    const job = newJob();
    await insertJobs(db, [job]);
    await readAndDie();
    await startRelaying();
    work();
    await restoreLostJobs({ db, log, staleSeconds: 0 }, queues());
    await waitFor(allDone);
    expect(ran).toEqual([job.payload].map((payload) => (payload as { order_id: string }).order_id));
  });

  it('survives the loss of the whole queue store with 600 jobs waiting in it', async () => {
    await startRelaying();
    const jobs = Array.from({ length: 600 }, newJob);
    await insertJobs(db, jobs);
    const queue = queueStore.openQueue(checkOutOrder.name);
    await waitFor(async () => (await queue.getJobCountByTypes('waiting')) >= 600);
    if (store.redis) await store.redis.flush();
    else await queue.obliterate({ force: true });
    expect(await queue.getJobCountByTypes('waiting')).toBe(0);
    work();
    await restoreLostJobs({ db, log, staleSeconds: 0 }, queues());
    await waitFor(allDone, { timeoutMs: 20_000 });
    expect(new Set(ran).size).toBe(600);
  });

  /** A relay that has read what is due, says so, and hands nothing over. */
  async function readAndDie(): Promise<void> {
    const holder = uuidv7();
    await takeRelayLease(db, holder, 10);
    const { seen } = await findDueJobs(db, await readSeen(db), 1_000);
    await keepSeen(db, holder, seen);
    await releaseRelayLease(db, holder);
  }

  const queues = () => new Map([[checkOutOrder.name, queueStore.openQueue(checkOutOrder.name)]]);
});
