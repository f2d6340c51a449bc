/**
 * The queue store: Redis when a URL is given, else BullMQ's PostgreSQL backend on the database itself; the same code on
 * both. A process opens its store once, and its queues and workers share it.
 */

import type { ConnectionOptions, Processor, WorkerOptions } from 'bullmq';
import { createPostgresBackend, createRedisBackend, FlowProducer, PostgresConnection, Queue, Worker } from 'bullmq';
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

export interface NewJob {
  queue: string;
  jobId: string;
  payload: object;
  attempts: number;
}

export interface QueueStore {
  readonly kind: 'redis' | 'postgres';
  /** For producers and dashboards: fails at once while the store is away. */
  openQueue(name: string): Queue;
  /** For consumers: waits for the store to come back. */
  openWorker(name: string, processor: Processor, options: Omit<WorkerOptions, 'connection'>): Worker;
  /** Adds jobs of any queues, in as few round trips as the store allows; one that is there already stays as it is. */
  addJobs(jobs: readonly NewJob[]): Promise<void>;
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
  const opened: Opened[] = [];
  const openQueue = (name: string) =>
    watch(new Queue(name, { connection: producer, prefix: PREFIX }, createRedisBackend), opened, onError);
  const producers = new Map<string, Queue>();
  function producing(name: string): Queue {
    const queue = producers.get(name) ?? openQueue(name);
    producers.set(name, queue);
    return queue;
  }
  return {
    kind: 'redis',
    openQueue,
    openWorker: (name, processor, rest) =>
      watch(
        new Worker(name, processor, { ...rest, connection: consumer, prefix: PREFIX }, createRedisBackend),
        opened,
        onError,
      ),
    async addJobs(jobs) {
      const groups = [...Map.groupBy(jobs, (job) => job.queue)];
      await Promise.all(
        groups.map(([name, group]) =>
          producing(name).addBulk(group.map((job) => ({ name, data: job.payload, opts: optionsOf(job) }))),
        ),
      );
    },
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
  const opened: Opened[] = [];
  const connection = pool as unknown as ConnectionOptions;
  // A flow of single jobs is one call for any number of jobs and queues. Queue.addBulk makes temporary tables, which costs some
  // 30 single inserts and leaves dead rows in the catalogue (bullmq 6.7, `add_jobs_bulk`).
  const producer = watch(new FlowProducer({ connection }, createPostgresBackend as never), opened, onError);
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
    async addJobs(jobs) {
      // `true` lets a finished job be deleted by its key; a count, also of 0, is a look through the queue's finished jobs.
      await producer.addBulk(
        jobs.map((job) => ({
          name: job.queue,
          queueName: job.queue,
          data: job.payload,
          opts: { ...optionsOf(job), removeOnComplete: true },
        })),
      );
    },
    ping: async () => void (await pool.query('select 1')),
    async close() {
      await closeAll(opened);
      await pool.end();
    },
  };
}

const optionsOf = ({ jobId, attempts }: NewJob) => ({ jobId, attempts, backoff: { type: 'custom' } });

type Opened = Queue | Worker | FlowProducer;

function watch<T extends Opened>(object: T, opened: Opened[], onError: (error: Error) => void): T {
  opened.push(object);
  (object as Queue).on('error', onError);
  return object;
}

async function closeAll(opened: Opened[]): Promise<void> {
  await Promise.allSettled(opened.map((each) => each.close()));
}
