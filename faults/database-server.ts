/** A PostgreSQL of a scenario's own, which is ended and comes back at the same address. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostmaster, waitUntilGone } from '../db/embedded/postmaster.ts';
import { startEmbeddedPostgres } from '../db/embedded-postgres.ts';
import { migrate } from '../db/migrate.ts';
import { migrateQueueStore } from '../queues/connection.ts';
import type { DatabaseServer } from './stage.ts';

export interface OwnDatabase extends DatabaseServer {
  url: string;
  stop(): Promise<void>;
}

/** Durable as in production: what it forgets, it forgets as production would. */
export async function startOwnDatabase(): Promise<OwnDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'stockroom-faults-postgres-'));
  chmodSync(dataDir, 0o755);
  const start = () => startEmbeddedPostgres({ dataDir, settings: { max_connections: '300' } });
  let server = await start();
  await migrate({ databaseUrl: server.url });
  await migrateQueueStore({ redisUrl: undefined, databaseUrl: server.url });
  return {
    url: server.url,
    async restart(mode) {
      if (mode === 'immediate') await quitPostmaster(join(dataDir, 'data'));
      await server.stop();
      server = await start();
    },
    async stop() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** SIGQUIT: PostgreSQL ends at once and recovers from its log at the next start. */
async function quitPostmaster(cluster: string): Promise<void> {
  const found = await findPostmaster(cluster);
  if (!found) throw new Error(`No PostgreSQL serves ${cluster}.`);
  process.kill(found.pid, 'SIGQUIT');
  await waitUntilGone(found.pid, 10_000);
}
