/** Where a scenario plays: a database, a queue store and every role as a process of its own, with short times. */
import { seedVariants } from '../test/support/catalogue.ts';
import type { RedisServer } from '../test/support/redis.ts';
import { type System, startSystem } from '../test/support/system.ts';

/** Seconds instead of minutes, so that what production does in an hour is seen in one. */
const SHORT_TIMES: Record<string, string> = {
  STOCKROOM_SWEEP_INTERVAL_SECONDS: '1',
  STOCKROOM_STALE_JOB_SECONDS: '3',
  STOCKROOM_JOB_LOCK_SECONDS: '3',
  STOCKROOM_JOB_STALLED_SECONDS: '1',
  STOCKROOM_JOB_BACKOFF_SECONDS: '0.1',
  STOCKROOM_JOB_BACKOFF_MAX_SECONDS: '2',
  STOCKROOM_UNCERTAIN_WAIT_SECONDS: '5',
  // As with the real times, well beyond what an event of the e-mail provider's takes, late ones included.
  STOCKROOM_EMAIL_DOUBT_SECONDS: '8',
  STOCKROOM_ORDER_EXPIRY_SECONDS: '25',
  STOCKROOM_ACTION_GRACE_SECONDS: '3',
  STOCKROOM_PROVIDER_TIMEOUT_SECONDS: '3',
  STOCKROOM_RECONCILE_GRACE_SECONDS: '2',
  STOCKROOM_WEBHOOK_TIMEOUT_SECONDS: '3',
  STOCKROOM_RECONCILE_TAKEOVER_SECONDS: '5',
  STOCKROOM_DATABASE_POOL: '6',
  // Two sizes say as much as five, and AVIF of the large ones would take most of the time.
  STOCKROOM_IMAGE_PRESETS: '200x200,800',
  SANDBOX_CARRIER_SPEED: '10',
};

export const POOLS = ['checkout', 'payments', 'images', 'notifications', 'prices'] as const;
export const ROLES = ['api', 'relay', ...POOLS, 'scheduler'] as const;

/** A database server of the scenario's own, which may be ended and started again at the same address. */
export interface DatabaseServer {
  /** fast: connections are cut, all is written; immediate: as in a power cut. */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
}

export interface Stage {
  kind: 'postgres' | 'redis';
  system: System;
  sku: string;
  redis: RedisServer | undefined;
  /** There when the scenario asked for one. */
  server: DatabaseServer | undefined;
  /** Chance, from a seed that the report names. */
  random: () => number;
}

export interface StageOptions {
  databaseUrl: string;
  redis?: RedisServer | undefined;
  server?: DatabaseServer | undefined;
  seed: number;
  env?: Record<string, string>;
}

const SKU = 'FAULTLESS';

export async function openStage({ databaseUrl, redis, server, seed, env }: StageOptions): Promise<Stage> {
  const system = await startSystem({
    databaseUrl,
    redisUrl: redis?.url,
    workers: ROLES.filter((role) => role !== 'api'),
    env: { ...SHORT_TIMES, ...env },
  });
  await seedVariants(system.db, [{ sku: SKU, units: 100_000 }]);
  return { kind: redis ? 'redis' : 'postgres', system, sku: SKU, redis, server, random: createRandom(seed) };
}

/** mulberry32: the same seed, the same chances. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Gives orders so long to be paid from now on: the expiry is the API's to set. Returns how to undo it. */
export async function setExpiry({ system }: Stage, seconds: number): Promise<() => Promise<void>> {
  const before = system.env.STOCKROOM_ORDER_EXPIRY_SECONDS;
  const set = async (value: string) => {
    system.env.STOCKROOM_ORDER_EXPIRY_SECONDS = value;
    await system.processes.get('api')?.kill();
    await system.start('api');
  };
  await set(`${seconds}`);
  return () => set(before ?? '1800');
}

/** SIGKILL, as the kernel or an operator would. */
export async function killRole({ system }: Stage, role: string): Promise<void> {
  await system.processes.get(role)?.kill('SIGKILL');
}
