/** System and floor in turns, so that a machine that slows down slows both; the median of the turns counts. */
import { addCounts, type CallCounts, perOrder } from './call-counts.ts';
import type { FloorPlan } from './floor/plan.ts';
import { startFloor } from './floor/start.ts';
import { type Measured, measure } from './measure.ts';
import { median, percentile } from './numbers.ts';
import type { BenchOptions } from './options.ts';
import { paidLatencies } from './paid-latency.ts';
import { say } from './progress.ts';
import type { Stores } from './stores.ts';
import { type BenchSystem, startSystem } from './system.ts';

/** Parcels cross the country in 50 ms, so that the closed loop measures work and not the post. */
const CARRIER_SPEED = 200;
const WARM_UP_SECONDS = 8;

export interface Comparison {
  store: string;
  system: Measured[];
  floor: Measured[];
  /** Median of the paired segments' ratios. */
  ratio: number;
  /** Per order: of api and workers. */
  counts: { api: CallCounts; workers: CallCounts; jobs: number; queues: number };
  plan: FloorPlan;
  postMs: { p50: number; p99: number };
  paidMs: { p50: number; p99: number };
}

export async function compare(options: BenchOptions, stores: Stores, store: string): Promise<Comparison> {
  const system = await startSystem({
    stores,
    databaseUrl: await stores.createDatabase(`bench_${store}`),
    carrierSpeed: CARRIER_SPEED,
    profileDir: options.profile,
  });
  const pace = {
    concurrency: options.concurrency,
    ...(options.orders ? { orders: options.orders } : { seconds: options.seconds }),
  };
  const warmUp = { concurrency: options.concurrency, seconds: WARM_UP_SECONDS };
  await measure(system, stores, warmUp, 'warming the system up');
  await readCounts(system);
  const counted = await measure(system, stores, warmUp, 'counting');
  const counts = await countsPerOrder(system, counted);
  const plan = planFloor(counts);
  say(`floor: ${JSON.stringify(plan)}`);
  const floor = await startFloor(stores, await stores.createDatabase(`floor_${store}`), plan, system.body);
  const turns: { system: Measured; floor: Measured }[] = [];
  try {
    await measure(floor, stores, warmUp, 'warming the floor up');
    for (let turn = 1; turn <= options.segments; turn++) {
      const ours = await measure(system, stores, pace, `${store} system ${turn}/${options.segments}`);
      const bare = await measure(floor, stores, pace, `${store} floor ${turn}/${options.segments}`);
      say(`${store} turn ${turn}: system ${ours.rate.toFixed(1)}/s, floor ${bare.rate.toFixed(1)}/s`);
      turns.push({ system: ours, floor: bare });
    }
    const ids = turns.flatMap((turn) => turn.system.ids);
    const paid = await paidLatencies(system.db, ids);
    const posts = turns.flatMap((turn) => turn.system.postMs);
    return {
      store,
      system: turns.map((turn) => turn.system),
      floor: turns.map((turn) => turn.floor),
      ratio: median(turns.map((turn) => turn.system.rate / turn.floor.rate)),
      counts,
      plan,
      postMs: { p50: percentile(posts, 0.5), p99: percentile(posts, 0.99) },
      paidMs: { p50: percentile(paid, 0.5), p99: percentile(paid, 0.99) },
    };
  } finally {
    await Promise.all([system.stop(), floor.stop()]);
  }
}

function readCounts(system: BenchSystem): Promise<CallCounts[]> {
  return Promise.all(system.children.slice(1).map((child) => child.ask<CallCounts>('counts')));
}

async function countsPerOrder(system: BenchSystem, run: Measured): Promise<Comparison['counts']> {
  const [api, workers] = await readCounts(system);
  if (!api || !workers) throw new Error('api and workers gave no counts');
  const { rows } = await system.db.pool.query<{ jobs: number; queues: number }>(
    `select count(*)::float8 / count(distinct order_id) as jobs, count(distinct queue)::integer as queues
     from jobs where order_id = any($1::uuid[])`,
    [run.ids],
  );
  const { jobs = 0, queues = 1 } = rows[0] ?? {};
  return { api: perOrder(api, run.orders), workers: perOrder(workers, run.orders), jobs, queues };
}

export function planFloor({ api, workers, jobs, queues }: Comparison['counts']): FloorPlan {
  const { transactions } = addCounts(api, workers);
  return {
    webhooks: Math.round((api.httpIn - 1) * 100) / 100,
    jobs,
    queues,
    providerCalls: workers.httpOut,
    durable: transactions.durable,
    async: transactions.async,
    read: transactions.read,
  };
}
