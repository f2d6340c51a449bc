/** The stores of a run, as `npm start` and production have them: durable PostgreSQL, Redis with AOF every second. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { startEmbeddedPostgres } from '../db/embedded-postgres.ts';
import { migrate } from '../db/migrate.ts';
import { migrateQueueStore } from '../queues/connection.ts';
import { startProgram } from './processes.ts';
import { freePort } from './system-environment.ts';

/** As start.ts starts it; fsync and synchronous_commit stay at their defaults, on. */
const SETTINGS = { shared_buffers: '128MB', max_wal_size: '2GB', random_page_cost: '1.1' };

const COUNTING = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'all',
  'pg_stat_statements.track_planning': 'on',
};

export interface Stores {
  dataDir: string;
  postgresPid: number;
  redisPid: number | undefined;
  redisUrl: string | undefined;
  /** A new database with our schema, and the queues' when they are not in Redis. */
  createDatabase(name: string): Promise<string>;
  urlOf(database: string): string;
  /** @param keepFiles for the logs of a run that failed */
  stop(keepFiles?: boolean): Promise<void>;
}

export const hasRedis = () => spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;

/** @param withStatements lets PostgreSQL count what each statement costs, which costs something itself */
export async function startStores(withRedis: boolean, withStatements = false): Promise<Stores> {
  const dataDir = mkdtempSync(join(tmpdir(), 'stockroom-bench-'));
  // PostgreSQL runs as a user of its own when we are root.
  chmodSync(dataDir, 0o755);
  const postgres = await startEmbeddedPostgres({
    dataDir: join(dataDir, 'postgres'),
    settings: withStatements ? { ...SETTINGS, ...COUNTING } : SETTINGS,
  });
  const redis = withRedis ? await startRedis(join(dataDir, 'redis')) : undefined;
  const urlOf = (database: string) => {
    const url = new URL(postgres.url);
    url.pathname = `/${database}`;
    return url.href;
  };
  return {
    dataDir,
    urlOf,
    postgresPid: await findPostmaster(postgres.url),
    redisPid: redis?.pid,
    redisUrl: redis?.url,
    async createDatabase(name) {
      await run(postgres.url, `create database ${name}`);
      const databaseUrl = urlOf(name);
      await migrate({ databaseUrl });
      await migrateQueueStore({ databaseUrl, redisUrl: redis?.url });
      return databaseUrl;
    },
    async stop(keepFiles = false) {
      await redis?.stop();
      await postgres.stop();
      if (!keepFiles) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function findPostmaster(url: string): Promise<number> {
  const [row] = await run(url, "select pg_read_file('postmaster.pid') as text");
  return Number((row as { text: string }).text.split('\n')[0]);
}

async function run(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function startRedis(dir: string) {
  mkdirSync(dir);
  const port = await freePort();
  const settings = {
    port,
    bind: '127.0.0.1',
    dir,
    save: '',
    'maxmemory-policy': 'noeviction',
    appendonly: 'yes',
    appendfsync: 'everysec',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = startProgram('redis-server', flags);
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => {});
  await Promise.race([
    client.ping(),
    delay(10_000).then(() => Promise.reject(new Error('redis-server does not answer'))),
  ]);
  client.disconnect();
  return { ...server, url };
}

/** What the machine is, for the report. */
export function describeMachine(): string {
  const cpu = /model name\s*:\s*(.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown CPU';
  const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
  return `${cpu}, node ${process.version}, load average ${load} at the start`;
}
