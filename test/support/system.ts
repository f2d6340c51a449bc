/** The whole system as processes: sandbox, API, workers, on a database and a queue store of the test's. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, systemEnvironment } from '../../bench/system-environment.ts';
import { insertApiKey } from '../../db/api-keys.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { competitorHosts } from '../../sandbox/competitors/shops.ts';
import { type SpawnedNode, spawnNode } from './spawn-node.ts';
import { waitFor } from './wait-for.ts';

export interface SystemOptions {
  databaseUrl: string;
  redisUrl?: string | undefined;
  /** One workers process for each entry, e.g. `['checkout,payments', 'relay,scheduler']`. */
  workers?: string[];
  env?: Record<string, string>;
}

export interface System {
  apiUrl: string;
  sandboxUrl: string;
  secretKey: string;
  publishableKey: string;
  db: Database;
  env: Record<string, string>;
  /** By role: `sandbox`, `api`, and each entry of `workers`. */
  processes: Map<string, SpawnedNode>;
  start(role: string): Promise<void>;
  stop(): Promise<void>;
}

/** Patient, because several processes may start at once on a busy machine. */
const START_MS = 45_000;

export { freePort };

export const ALL_ROLES = 'checkout,payments,images,notifications,prices,relay,scheduler';

/** Starts everything and waits until it is ready. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const [apiPort, sandboxPort] = await Promise.all([freePort(), freePort()]);
  const dataDir = await mkdtemp(join(tmpdir(), 'stockroom-system-'));
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  const db = openDatabase({ url: options.databaseUrl, applicationName: 'system-test', max: 3 });
  const full = { mode: 'test', scopes: ['*'] } as const;
  const secret = await insertApiKey(db, { ...full, name: 'test', kind: 'secret' });
  const publishable = await insertApiKey(db, { ...full, name: 'shop', kind: 'publishable' });
  const env = {
    ...systemEnvironment({ apiPort, sandboxPort, apiUrl, sandboxUrl, dataDir }),
    // The sandbox's own shops are private addresses, too.
    STOCKROOM_ALLOWED_PRIVATE_HOSTS: [new URL(sandboxUrl).host, ...competitorHosts(sandboxPort)].join(','),
    ...urls(options),
    ...options.env,
  };
  const processes = new Map<string, SpawnedNode>();

  async function start(role: string): Promise<void> {
    if (role === 'sandbox')
      return run(role, spawnNode('sandbox/main.ts', env), () => answers(`${sandboxUrl}/sandbox/ready`));
    if (role === 'api') return run(role, spawnNode('api/main.ts', env), () => answers(`${apiUrl}/health/ready`));
    const worker = spawnNode('workers/main.ts', { ...env, WORKERS: role });
    return run(role, worker, async () => worker.lines.some((line) => line.includes('workers are running')));
  }

  async function run(role: string, process: SpawnedNode, ready: () => Promise<boolean>): Promise<void> {
    processes.set(role, process);
    const gone = process.exited.then(() => {
      throw new Error(`${role} ended at its start:\n${process.lines.slice(-20).join('\n')}`);
    });
    gone.catch(() => {});
    await Promise.race([waitFor(ready, { timeoutMs: START_MS, describe: `${role} to be ready` }), gone]);
  }

  async function stop(): Promise<void> {
    const [sandbox, ...rest] = [...processes].sort(([a]) => (a === 'sandbox' ? -1 : 0)).map(([, each]) => each);
    await Promise.all(rest.map((each) => each.kill()));
    await sandbox?.kill();
    await db.close();
    await rm(dataDir, { recursive: true, force: true });
  }

  await Promise.all(['sandbox', 'api', ...(options.workers ?? [ALL_ROLES])].map(start)).catch(async (error: Error) => {
    await stop();
    throw error;
  });
  return {
    apiUrl,
    sandboxUrl,
    db,
    env,
    processes,
    start,
    secretKey: secret.key,
    publishableKey: publishable.key,
    stop,
  };
}

const urls = ({ databaseUrl, redisUrl }: SystemOptions) => ({
  DATABASE_URL: databaseUrl,
  ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
});

async function answers(url: string): Promise<boolean> {
  return (await fetch(url)).ok;
}
