/**
 * PostgreSQL 18 from npm, for a machine that has none. One folder, one owner: a process holds the folder by its lock,
 * starts the server, or adopts the one that a killed owner left behind, and stops it last, when its own work is drained.
 * There is no exit hook on purpose: a server that is not stopped keeps running and is adopted by the next start.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Binaries, prepareBinaries } from './embedded/binaries.ts';
import { createCluster, SUPERUSER } from './embedded/create-cluster.ts';
import { type DataFolder, findCluster, openDataFolder, ownerOfCluster, readPassword } from './embedded/data-folder.ts';
import { EmbeddedPostgresError } from './embedded/embedded-postgres-error.ts';
import { takeOwnerLock } from './embedded/owner-lock.ts';
import {
  chooseFreePort,
  findPostmaster,
  type Postmaster,
  spawnPostmaster,
  stopPostmaster,
  waitUntilGone,
  waitUntilReady,
} from './embedded/postmaster.ts';
import { isAlive } from './embedded/process-identity.ts';
import { chooseSystemUser, type SystemUser } from './embedded/system-user.ts';

export { EmbeddedPostgresError } from './embedded/embedded-postgres-error.ts';

const DATABASE = 'stockroom';
const DEFAULT_SETTINGS = { max_connections: '200', timezone: 'UTC', log_timezone: 'UTC' };
const START_ATTEMPTS = 5;
const RETRY_MS = 300;
const STOPPING_MS = 30_000;

export interface EmbeddedPostgresOptions {
  /** Made when missing. As root, its parents should be open to other users (o+x); otherwise the files go to /var/lib/stockroom. */
  dataDir: string;
  /** PostgreSQL's own names and values; an adopted server keeps those it was started with. */
  settings?: Record<string, string>;
  log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** A connection string of the superuser to the database `stockroom`, on 127.0.0.1. */
  url: string;
  /** Fast shutdown; resolves when the process is gone. */
  stop(): Promise<void>;
  /** True when the server of a killed owner was taken over. */
  adopted: boolean;
}

/** Throws {@link EmbeddedPostgresError} with one sentence that says what is in the way. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, settings = {}, log = () => {} } = options;
  const folder = openDataFolder(dataDir);
  const release = takeOwnerLock(folder.root);
  try {
    const server = (await adoptServer(folder)) ?? (await startServer(folder, settings, log));
    const url = await openDatabase(folder, server).catch(async (error: Error) => {
      if (!server.adopted) await stopPostmaster(server.pid);
      throw error;
    });
    if (server.adopted) log(`adopted the PostgreSQL of a killed process (pid ${server.pid}, port ${server.port})`);
    return { url, adopted: server.adopted, stop: once(() => stopPostmaster(server.pid).finally(release)) };
  } catch (error) {
    release();
    throw error;
  }
}

type Server = Postmaster & { adopted: boolean };

/** Its owner is dead, or this process would not hold the lock. */
async function adoptServer(folder: DataFolder): Promise<Server | undefined> {
  const cluster = findCluster(folder);
  const found = cluster && (await findPostmaster(cluster));
  if (!cluster || !found) return undefined;
  if (found.status === 'stopping') {
    if (await waitUntilGone(found.pid, STOPPING_MS)) return undefined;
    throw new EmbeddedPostgresError(
      `PostgreSQL (process ${found.pid}) has been stopping for ${STOPPING_MS / 1_000} s.`,
    );
  }
  const ready = await waitUntilReady(cluster, found.pid, () =>
    isAlive(found.pid) ? undefined : 'The PostgreSQL that a killed process left behind ended: start again.',
  );
  return { ...ready, adopted: true };
}

async function startServer(
  folder: DataFolder,
  settings: Record<string, string>,
  log: (line: string) => void,
): Promise<Server> {
  const chosen = chooseSystemUser();
  const binaries = prepareBinaries(chosen, log);
  const cluster = findCluster(folder) ?? (await createCluster({ folder, binaries, user: chosen, log }));
  const user = ownerOfCluster(cluster, chosen);
  const server = await startPatiently({
    folder,
    binaries,
    cluster,
    user,
    settings: { ...DEFAULT_SETTINGS, ...settings },
  });
  writeFileSync(folder.portFile, `${server.port}`);
  return { ...server, adopted: false };
}

interface StartPlan {
  folder: DataFolder;
  binaries: Binaries;
  cluster: string;
  user: SystemUser | undefined;
  settings: Record<string, string>;
}

/** A port may be taken between its choice and its use; children of a killed server may hold its memory for a moment. */
async function startPatiently(plan: StartPlan, attempt = 1): Promise<Postmaster> {
  const { folder, binaries, cluster, user, settings } = plan;
  const port = await chooseFreePort(attempt === 1 ? rememberedPort(folder) : undefined);
  try {
    return await spawnPostmaster({
      program: binaries.postgres,
      cluster,
      logFile: folder.logFile,
      port,
      user,
      settings,
    });
  } catch (error) {
    const passing = error instanceof EmbeddedPostgresError && /TCP\/IP sockets|shared memory block/.test(error.message);
    if (!passing || attempt === START_ATTEMPTS) throw error;
    await delay(RETRY_MS);
    return startPatiently(plan, attempt + 1);
  }
}

function rememberedPort({ portFile }: DataFolder): number | undefined {
  try {
    return Number(readFileSync(portFile, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

/** Signs in, which proves that the server is ours, and makes the database when it is missing. */
async function openDatabase(folder: DataFolder, { port }: Postmaster): Promise<string> {
  const base = `postgres://${SUPERUSER}:${readPassword(folder)}@127.0.0.1:${port}`;
  const client = new pg.Client({ connectionString: `${base}/postgres`, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
    return `${base}/${DATABASE}`;
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `PostgreSQL runs on port ${port} but does not accept ${join(folder.root, 'password')}: ${(cause as Error).message}.`,
      { cause },
    );
  } finally {
    await client.end().catch(() => {});
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= action();
    return running;
  };
}
