/**
 * Hands committed outbox rows to the queue store, in batches, oldest first. Wakes on a signal and looks every second
 * anyway. Any number of relays may run. A relay that dies between claim and hand-over loses nothing: the sweeper finds
 * rows without a live job. A job handed over twice is one job, because its id is the row's.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { listen } from '../db/listen.ts';
import { type ClaimedJob, claimJobs, unclaimJobs } from '../db/outbox.ts';
import { throttled } from '../logger.ts';
import { addJobs, type QueueStore } from '../queues/connection.ts';

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
/** A pause between two looks, in which rows gather: under load one statement serves many of them. */
const GATHER_MS = 4;
/** How long rows wait before the next try when the queue store refuses them. */
const RETRY_SECONDS = 1;

export interface Relay {
  close(): Promise<void>;
}

export async function startRelay(options: RelayOptions): Promise<Relay> {
  const queues = new Map(options.queueNames.map((name) => [name, options.store.openQueue(name)]));
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;

  function wake(): void {
    again = true;
    if (closed || running) return;
    running = drain()
      .catch((error) => options.log.error({ err: error }, 'relay failed, will look again'))
      .finally(() => {
        running = undefined;
        if (again && !closed) setImmediate(wake);
      });
  }

  async function drain(): Promise<void> {
    while (again && !closed) {
      again = false;
      const jobs = await claimJobs(options.db, BATCH);
      const full = jobs.length === BATCH;
      if (full) again = true;
      await Promise.all(groupByQueue(jobs).map(([name, group]) => handOver(options, queues.get(name), name, group)));
      if (!full) await delay(GATHER_MS);
    }
  }

  const timer = setInterval(wake, POLL_MS);
  const listener = await listen(
    options.databaseUrl,
    'stockroom_outbox',
    wake,
    throttled(options.log, 'the relay lost its listener'),
  );
  wake();
  return {
    async close() {
      closed = true;
      clearInterval(timer);
      await listener.close();
      await running;
    },
  };
}

function groupByQueue(jobs: ClaimedJob[]): [string, ClaimedJob[]][] {
  const groups = new Map<string, ClaimedJob[]>();
  for (const job of jobs) {
    const group = groups.get(job.queue);
    if (group) group.push(job);
    else groups.set(job.queue, [job]);
  }
  return [...groups];
}

async function handOver(
  { db, store, log, attempts }: RelayOptions,
  queue: Queue | undefined,
  name: string,
  jobs: ClaimedJob[],
) {
  if (!queue) {
    log.error({ queue: name, jobs: jobs.length }, 'no such queue in this version; the jobs wait');
    return unclaim(db, jobs, 60);
  }
  try {
    const busy = await makeRoom(queue, jobs);
    const opts = { attempts, backoff: { type: 'custom' } };
    if (busy.length > 0) await unclaim(db, busy, RETRY_SECONDS);
    const ready = jobs.filter((job) => !busy.includes(job));
    await addJobs(
      store,
      queue,
      ready.map((job) => ({ name, data: job.payload, opts: { ...opts, jobId: job.job_id } })),
    );
  } catch (error) {
    log.warn({ err: error, queue: name, jobs: jobs.length }, 'the queue store took no jobs; they wait in the outbox');
    await unclaim(db, jobs, RETRY_SECONDS);
  }
}

function unclaim(db: Database, jobs: ClaimedJob[], delaySeconds: number): Promise<void> {
  return unclaimJobs(
    db,
    jobs.map((job) => ({ queue: job.queue, jobId: job.job_id })),
    delaySeconds,
  );
}

/** Of jobs that were handed over before, clears what would swallow a new one; returns those that are running right now. */
async function makeRoom(queue: Queue, jobs: ClaimedJob[]): Promise<ClaimedJob[]> {
  const again = jobs.filter((job) => job.seen_before);
  const running = await Promise.all(again.map((job) => clear(queue, job.job_id)));
  return again.filter((_, index) => running[index]);
}

/** Removes a finished job that the store has kept, and lets a delayed one go at once. True for one that is running. */
async function clear(queue: Queue, jobId: string): Promise<boolean> {
  const job = await queue.getJob(jobId);
  const state = await job?.getState();
  if (state === 'completed' || state === 'failed') await job?.remove();
  if (state === 'delayed') await job?.promote();
  return state === 'active';
}
