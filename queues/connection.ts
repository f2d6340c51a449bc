/**
 * The queue store: Redis when a URL is given, else BullMQ's PostgreSQL backend on the database itself; the same code on
 * both. A process opens its store once, and its queues and workers share it.
 */

import type { ConnectionOptions, Processor, WorkerOptions } from 'bullmq';
import { createPostgresBackend, createRedisBackend, PostgresConnection, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';

export type { Queue, Worker };

export interface QueueStoreOptions {
  redisUrl: string | undefined;
  databaseUrl: string;
  /** PostgreSQL queues: connections to work with, beside one for LISTEN per worker. */
  poolSize: number;
  applicationName: string;
  onError: (error: Error) => void;
}

export interface QueueStore {
  readonly kind: 'redis' | 'postgres';
  /** For producers and dashboards: fails at once while the store is away. */
  openQueue(name: string): Queue;
  /** For consumers: waits for the store to come back. */
  openWorker(name: string, processor: Processor, options: Omit<WorkerOptions, 'connection'>): Worker;
  /** Rejects when the store does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The braces keep all keys of all queues in one slot of a Redis Cluster. */
const PREFIX = '{stockroom}';

export function openQueueStore(options: QueueStoreOptions): QueueStore {
  return options.redisUrl ? openRedisStore(options.redisUrl, options) : openPostgresStore(options);
}

/** Creates or updates BullMQ's own schema; does nothing when the queues are on Redis. */
export async function migrateQueueStore(options: Pick<QueueStoreOptions, 'redisUrl' | 'databaseUrl'>): Promise<void> {
  if (options.redisUrl) return;
  const connection = new PostgresConnection({ connectionString: options.databaseUrl, migrate: true, max: 1 });
  try {
    await connection.waitUntilReady();
  } finally {
    await connection.close();
  }
}

function openRedisStore(url: string, { onError }: QueueStoreOptions): QueueStore {
  const retryStrategy = (times: number) => Math.min(times * 50, 1_000);
  const producer = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    retryStrategy,
    lazyConnect: false,
  });
  const consumer = new Redis(url, { maxRetriesPerRequest: null, retryStrategy });
  for (const client of [producer, consumer]) client.on('error', onError);
  const opened: (Queue | Worker)[] = [];
  return {
    kind: 'redis',
    openQueue: (name) =>
      watch(new Queue(name, { connection: producer, prefix: PREFIX }, createRedisBackend), opened, onError),
    openWorker: (name, processor, rest) =>
      watch(
        new Worker(name, processor, { ...rest, connection: consumer, prefix: PREFIX }, createRedisBackend),
        opened,
        onError,
      ),
    ping: async () => void (await producer.ping()),
    async close() {
      await closeAll(opened);
      await Promise.allSettled([producer, consumer].map(leave));
    },
  };
}

/** A goodbye to a server that is away would wait for its return. */
async function leave(client: Redis): Promise<void> {
  if (client.status === 'ready') await client.quit();
  else client.disconnect();
}

function openPostgresStore({ databaseUrl, poolSize, applicationName, onError }: QueueStoreOptions): QueueStore {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: `${applicationName}-queues`,
    // Raised by one for every worker: BullMQ keeps a connection of the pool for its LISTEN.
    max: poolSize,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    // A queue is rebuilt from the outbox, so its commits need not wait for the disk.
    options: '-c search_path=bullmq -c synchronous_commit=off',
  });
  // Every queue and worker of the process listens to the one pool.
  pool.setMaxListeners(0);
  pool.on('error', onError);
  // The pool listens to idle clients alone: one that is cut off while it is lent would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  const opened: (Queue | Worker)[] = [];
  const connection = pool as unknown as ConnectionOptions;
  return {
    kind: 'postgres',
    openQueue: (name) => watch(new Queue(name, { connection }, createPostgresBackend as never), opened, onError),
    openWorker(name, processor, rest) {
      pool.options.max += 1;
      return watch(
        new Worker(name, processor, { ...rest, connection }, createPostgresBackend as never),
        opened,
        onError,
      );
    },
    ping: async () => void (await pool.query('select 1')),
    async close() {
      await closeAll(opened);
      await pool.end();
    },
  };
}

/** From how many jobs on one bulk insert is cheaper than so many single ones, in PostgreSQL. */
const BULK_FROM = 30;

type NewJob = Parameters<Queue['addBulk']>[0][number];

/**
 * Adds jobs to a queue. BullMQ's bulk insert in PostgreSQL makes temporary tables, which costs some 30 single inserts and
 * leaves dead rows in the catalogue (bullmq 6.7, `add_jobs_bulk`): few jobs go one by one. In Redis a bulk is one round trip.
 */
export async function addJobs(store: Pick<QueueStore, 'kind'>, queue: Queue, jobs: NewJob[]): Promise<void> {
  if (store.kind === 'redis') return void (await queue.addBulk(jobs));
  // `true` lets a finished job be deleted by its key; a count, also of 0, is a look through the queue's finished jobs.
  const leaving = jobs.map((job) => ({ ...job, opts: { ...job.opts, removeOnComplete: true } }));
  if (jobs.length >= BULK_FROM) await queue.addBulk(leaving);
  else await Promise.all(leaving.map(({ name, data, opts }) => queue.add(name, data, opts)));
}

function watch<T extends Queue | Worker>(object: T, opened: (Queue | Worker)[], onError: (error: Error) => void): T {
  opened.push(object);
  (object as Queue).on('error', onError);
  return object;
}

async function closeAll(opened: (Queue | Worker)[]): Promise<void> {
  await Promise.allSettled(opened.map((each) => each.close()));
}
