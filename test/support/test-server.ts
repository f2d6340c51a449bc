/** The PostgreSQL of a test run: one server, one migrated template, one database per test file cloned from it. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findOwner } from '../../db/embedded/owner-lock.ts';
import { findPostmaster, stopPostmaster } from '../../db/embedded/postmaster.ts';
import { startEmbeddedPostgres } from '../../db/embedded-postgres.ts';
import { migrate } from '../../db/migrate.ts';
import { migrateQueueStore } from '../../queues/connection.ts';

const PREFIX = 'stockroom-test-postgres-';
/** A folder without an owner is being made or removed by another run; after this time it was forgotten. */
const YOUNG_MS = 60_000;
/** Nothing of a test run is worth a wait for the disk. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  autovacuum_naptime: '10min',
};

export interface TestServer {
  adminUrl: string;
  template: string;
  stop(): Promise<void>;
}

/** Uses the server at `givenUrl` when there is one, else starts an embedded one in a temporary folder. */
export async function startTestServer(givenUrl: string | undefined): Promise<TestServer> {
  const server = givenUrl ? { url: givenUrl, stop: async () => {} } : await startOwnServer();
  const template = `stockroom_template_${process.pid}`;
  const dropTemplate = () =>
    runSql(server.url, `alter database ${template} is_template false; drop database ${template} with (force)`);
  try {
    await runSql(server.url, `create database ${template}`);
    await migrate({ databaseUrl: databaseUrl(server.url, template) });
    await migrateQueueStore({ redisUrl: undefined, databaseUrl: databaseUrl(server.url, template) });
    await runSql(server.url, `alter database ${template} is_template true allow_connections false`);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    adminUrl: server.url,
    template,
    async stop() {
      if (givenUrl) await dropTemplate();
      await server.stop();
    },
  };
}

export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Opens a connection for one errand. Statements separated by `;` run one after the other, outside a transaction. */
export async function runSql<T extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    if (values.length > 0) return (await client.query<T>(sql, values)).rows;
    let rows: T[] = [];
    // One at a time: several in one message would be one transaction, which CREATE DATABASE refuses.
    for (const each of sql.split(';').filter((part) => part.trim() !== '')) rows = (await client.query<T>(each)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

async function startOwnServer() {
  await removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres({ dataDir: folder, settings: SETTINGS });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A test run that was killed leaves its server behind: the next run clears it away. */
async function removeAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    if (findOwner(folder) !== undefined || isBeingMade(folder)) continue;
    const left = await findPostmaster(join(folder, 'data'));
    if (left) await stopPostmaster(left.pid).catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
}

function isBeingMade(folder: string): boolean {
  const made = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return !existsSync(join(folder, 'owner.lock')) && Date.now() - made < YOUNG_MS;
}
