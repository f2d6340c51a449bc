/**
 * The health check of a container that runs workers/main.ts, which listens on no port. It asks the stores whether a worker
 * at this container's address has spoken to them lately: idle workers do so every few seconds, so silence means that the
 * process hangs, is cut off, or never came up. Exits 0 when each role of WORKERS was heard, else 1 with the silent ones.
 * Takes the silence to bear in seconds (default: 30).
 */
import { networkInterfaces } from 'node:os';
import { type Config, loadConfigOrExit } from '../config.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { hasActiveSession } from '../db/sessions.ts';
import { openQueueStore, type QueueStore } from '../queues/connection.ts';
import { allQueues } from '../queues/index.ts';

const silentSeconds = Number(process.argv[2] ?? 30);

const config = loadConfigOrExit();
const fail = (error: Error): never => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
};
const shared = { applicationName: 'stockroom-health', onError: fail };
const db = openDatabase({ ...shared, url: config.DATABASE_URL, max: 1 });
const store = openQueueStore({ ...shared, redisUrl: config.REDIS_URL, databaseUrl: config.DATABASE_URL, poolSize: 1 });

const silent = await findSilentRoles(config, db, store).catch(fail);
if (silent.length > 0) process.stderr.write(`nothing was heard for ${silentSeconds} s from ${silent.join(', ')}\n`);
process.exit(silent.length > 0 ? 1 : 0);

async function findSilentRoles({ WORKERS: roles }: Config, database: Database, queues: QueueStore): Promise<string[]> {
  const heard = await Promise.all(roles.map((role) => isHeard(role, database, queues)));
  return roles.filter((_, index) => !heard[index]);
}

/** Relay and scheduler look at the outbox every few seconds; a pool looks for jobs, or for stalled ones. */
async function isHeard(role: string, database: Database, queues: QueueStore): Promise<boolean> {
  const queue = allQueues.find((each) => each.pool === role);
  if (!queue) return hasActiveSession(database, ['stockroom-bookkeeping'], silentSeconds);
  if (queues.kind === 'postgres') return hasActiveSession(database, ['stockroom-workers-queues'], silentSeconds);
  const opened = queues.openQueue(queue.name);
  await opened.waitUntilReady();
  const workers = await opened.getWorkers();
  return workers.some(({ addr, idle }) => isOwn(addr) && Number(idle) <= silentSeconds);
}

/** @param address as CLIENT LIST writes it: `172.18.0.5:41234`, `[::1]:41234` */
function isOwn(address: string | undefined): boolean {
  const host = address?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return Object.values(networkInterfaces()).some((each) => each?.some(({ address: own }) => own === host));
}
