/**
 * Hands committed outbox rows to the queue store, in batches, oldest first, and writes nothing for it. Wakes on a signal and
 * looks every second anyway; while there is work it looks every few milliseconds, so that rows gather. Any number of
 * relays may run: one works, the others wait for its lease to end. A relay that dies loses nothing: the next one goes on from
 * what was kept, and the sweeper finds rows without a live job. A job handed over twice is one job, because its id is the row's.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { listen } from '../db/listen.ts';
import { handOverAgain } from '../db/outbox.ts';
import {
  type DueJob,
  findDueJobs,
  keepSeen,
  type Place,
  readSeen,
  releaseRelayLease,
  type Seen,
  takeRelayLease,
} from '../db/relay.ts';
import { throttled } from '../logger.ts';
import type { QueueStore } from '../queues/connection.ts';

export interface RelayOptions {
  db: Database;
  databaseUrl: string;
  store: QueueStore;
  queueNames: readonly string[];
  log: Logger;
  attempts: number;
}

const BATCH = 500;
const POLL_MS = 1_000;
/** Between two looks while there is work: what gathers meanwhile shares a look, and its jobs a round trip to the store. */
const BUSY_MS = 15;
/** How long a relay stays awake after a signal or a find; db/database.ts counts on it and signals less often. */
const AWAKE_MS = 250;
/** A relay that stopped (or was stopped) is followed by another after this time. */
const LEASE_SECONDS = 4;
/** How long rows wait before the next try when the queue store refuses them. */
const RETRY_SECONDS = 1;

export interface Relay {
  close(): Promise<void>;
}

export async function startRelay(options: RelayOptions): Promise<Relay> {
  const queues = new Map(options.queueNames.map((name) => [name, options.store.openQueue(name)]));
  const turn = createTurn(options.db);
  const refused = throttled(options.log, 'rows could not be handed over; they wait in the outbox');
  let awakeUntil = 0;
  let ring = () => {};
  let closed = false;

  function stayAwake(): void {
    awakeUntil = performance.now() + AWAKE_MS;
    ring();
  }

  async function look(): Promise<void> {
    const from = await turn.take();
    if (!from) return;
    const isMine = async () => (await turn.take()) === from;
    const found = await handOverNew(options, queues, from, isMine);
    if (found.seen) turn.advance(from, found.seen);
    if (found.jobs > 0) stayAwake();
  }

  /** Until the next look: a breath while there is work, else until a signal. */
  async function rest(failed: boolean): Promise<void> {
    if (failed) return delay(RETRY_SECONDS * 1_000);
    if (performance.now() < awakeUntil) return delay(BUSY_MS);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      ring = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function run(): Promise<void> {
    while (!closed) {
      const error = await look().catch((thrown: Error) => thrown);
      if (error) {
        turn.forget();
        refused(error);
      }
      if (!closed) await rest(error !== undefined);
    }
    await turn.giveUp();
  }

  const lost = throttled(options.log, 'the relay lost its listener');
  const listener = await listen(options.databaseUrl, 'stockroom_outbox', stayAwake, (error) => {
    turn.forget();
    lost(error);
  });
  const running = run();
  return {
    async close() {
      closed = true;
      ring();
      await listener.close();
      await running;
    },
  };
}

/**
 * The lease that makes one relay the working one, and how far it has come. A server that crashed, or was replaced by its
 * standby, may have lost transactions that nobody waited for, and gives their numbers to others: whenever a connection broke,
 * what is kept in the database counts, not what was seen.
 */
function createTurn(db: Database) {
  const holder = uuidv7();
  let seen: Seen | undefined;
  let renewAt = 0;
  return {
    /** From where to look, or undefined while it is another relay's turn. */
    async take(): Promise<Seen | undefined> {
      if (performance.now() < renewAt) return seen;
      const now = performance.now();
      const mine = await takeRelayLease(db, holder, LEASE_SECONDS);
      if (mine && seen) await keepSeen(db, holder, seen);
      else seen = mine ? await readSeen(db) : undefined;
      renewAt = now + POLL_MS;
      return seen;
    },
    /** Does nothing when `from` is not where it stands any more. */
    advance(from: Seen, to: Seen): void {
      if (seen === from) seen = to;
    },
    forget(): void {
      seen = undefined;
      renewAt = 0;
    },
    async giveUp(): Promise<void> {
      const kept = seen ? keepSeen(db, holder, seen) : Promise.resolve();
      await kept.then(() => releaseRelayLease(db, holder)).catch(() => {});
    },
  };
}

/**
 * Hands over what is new since `from`, page by page, as long as it is this relay's turn. Returns how many jobs that were, and
 * what the first look has seen; nothing of that when the turn was lost before the end.
 */
async function handOverNew(
  options: RelayOptions,
  queues: Map<string, Queue>,
  from: Seen,
  isMine: () => Promise<boolean>,
): Promise<{ jobs: number; seen: Seen | undefined }> {
  let page = await findDueJobs(options.db, from, BATCH);
  const { seen } = page;
  let jobs = 0;
  for (;;) {
    jobs += page.jobs.length;
    await handOver(options, queues, page.jobs);
    if (page.jobs.length < BATCH) return { jobs, seen };
    if (!(await isMine())) return { jobs, seen: undefined };
    page = await findDueJobs(options.db, from, BATCH, page.jobs.at(-1) as Place);
  }
}

/** Rejects when the store is away: then nothing counts as seen. */
async function handOver(options: RelayOptions, queues: Map<string, Queue>, jobs: DueJob[]): Promise<void> {
  const ready = await makeRoom(options, queues, jobs);
  if (ready.length === 0) return;
  try {
    await options.store.addJobs(ready.map((job) => newJob(options, job)));
  } catch {
    await options.store.ping();
    for (const job of ready) await handOverAlone(options, job);
  }
}

/** For a job whose batch was refused: what is wrong with one must not keep the others. */
async function handOverAlone(options: RelayOptions, job: DueJob): Promise<void> {
  try {
    await options.store.addJobs([newJob(options, job)]);
  } catch (error) {
    options.log.warn({ err: error, ...keyOf(job) }, 'the queue store did not take the job; it waits in the outbox');
    await handOverAgain(options.db, [keyOf(job)], RETRY_SECONDS);
  }
}

const keyOf = (job: DueJob) => ({ queue: job.queue, jobId: job.job_id });
const newJob = ({ attempts }: RelayOptions, job: DueJob) => ({ ...keyOf(job), payload: job.payload, attempts });

/**
 * Clears what would swallow a job that is handed over again. Returns the jobs to hand over now: not those that run right now,
 * which are handed over after a while, nor those of no known queue.
 */
async function makeRoom({ db, log }: RelayOptions, queues: Map<string, Queue>, jobs: DueJob[]): Promise<DueJob[]> {
  const unknown = jobs.filter((job) => !queues.has(job.queue));
  if (unknown.length > 0) log.error({ jobs: unknown.map(keyOf) }, 'no such queues in this version; the jobs wait');
  const again = jobs.filter((job) => job.again);
  const running = await Promise.all(again.map((job) => clear(queues.get(job.queue), job.job_id)));
  const busy = again.filter((_, index) => running[index]);
  if (busy.length > 0) await handOverAgain(db, busy.map(keyOf), RETRY_SECONDS);
  return jobs.filter((job) => !unknown.includes(job) && !busy.includes(job));
}

/** Removes a finished job that the store has kept, and lets a delayed one go at once. True for one that is running. */
async function clear(queue: Queue | undefined, jobId: string): Promise<boolean> {
  const job = await queue?.getJob(jobId);
  const state = await job?.getState();
  if (state === 'completed' || state === 'failed') await job?.remove();
  if (state === 'delayed') await job?.promote();
  return state === 'active';
}
