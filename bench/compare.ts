/** System and floors in turns, so that a machine that slows down slows all; the median of the turns counts. */
import { addCounts, type CallCounts, perOrder } from './call-counts.ts';
import type { FloorPlan } from './floor/plan.ts';
import { startFloor } from './floor/start.ts';
import { type Measured, measure } from './measure.ts';
import { percentile } from './numbers.ts';
import type { BenchOptions } from './options.ts';
import { paidLatencies } from './paid-latency.ts';
import { say } from './progress.ts';
import { readRowsWritten } from './statement-costs.ts';
import type { Stores } from './stores.ts';
import type { Subject } from './subject.ts';
import { type BenchSystem, startSystem } from './system.ts';

/** Parcels cross the country in 50 ms, so that the closed loop measures work and not the post. */
const CARRIER_SPEED = 200;
const WARM_UP_SECONDS = 8;

export interface Comparison {
  store: string;
  system: Measured[];
  /** Each step a transaction of its own. */
  floor: Measured[];
  /** The steps gathered into sets, as the system's are. */
  setFloor: Measured[];
  /** Per order: of api and workers. */
  counts: { api: CallCounts; workers: CallCounts; rowsWritten: number; jobs: number; queues: number };
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
  const rowsBefore = await readRowsWritten(system.db);
  const counted = await measure(system, stores, warmUp, 'counting');
  const rows = ((await readRowsWritten(system.db)) - rowsBefore) / counted.orders;
  const counts = await countsPerOrder(system, counted, rows);
  const plan = planFloor(counts);
  say(`floor: ${JSON.stringify(plan)}`);
  const start = async (sets: boolean) =>
    startFloor(stores, await stores.createDatabase(`floor_${store}_${sets}`), { ...plan, sets }, system.body);
  const [floor, setFloor] = [await start(false), await start(true)];
  const turns: { system: Measured; floor: Measured; setFloor: Measured }[] = [];
  try {
    for (const each of [floor, setFloor]) await measure(each, stores, warmUp, 'warming a floor up');
    for (let turn = 1; turn <= options.segments; turn++) {
      const run = (subject: Subject, name: string) =>
        measure(subject, stores, pace, `${store} ${name} ${turn}/${options.segments}`);
      const ours = await run(system, 'system');
      const bare = await run(floor, 'floor');
      const gathered = await run(setFloor, 'floor in sets');
      const [rate, ...floors] = [ours, bare, gathered].map((each) => each.rate.toFixed(1));
      say(`${store} turn ${turn}: system ${rate}/s, floor ${floors.join('/s, in sets ')}/s`);
      turns.push({ system: ours, floor: bare, setFloor: gathered });
    }
    const ids = turns.flatMap((turn) => turn.system.ids);
    const paid = await paidLatencies(system.db, ids);
    const posts = turns.flatMap((turn) => turn.system.postMs);
    return {
      store,
      system: turns.map((turn) => turn.system),
      floor: turns.map((turn) => turn.floor),
      setFloor: turns.map((turn) => turn.setFloor),
      counts,
      plan,
      postMs: { p50: percentile(posts, 0.5), p99: percentile(posts, 0.99) },
      paidMs: { p50: percentile(paid, 0.5), p99: percentile(paid, 0.99) },
    };
  } finally {
    await Promise.all([system, floor, setFloor].map((each) => each.stop()));
  }
}

function readCounts(system: BenchSystem): Promise<CallCounts[]> {
  return Promise.all(system.children.slice(1).map((child) => child.ask<CallCounts>('counts')));
}

async function countsPerOrder(system: BenchSystem, run: Measured, rowsWritten: number): Promise<Comparison['counts']> {
  const [api, workers] = await readCounts(system);
  if (!api || !workers) throw new Error('api and workers gave no counts');
  const { rows } = await system.db.pool.query<{ jobs: number; queues: number }>(
    `select count(*)::float8 / count(distinct order_id) as jobs, count(distinct queue)::integer as queues
     from jobs where order_id = any($1::uuid[])`,
    [run.ids],
  );
  const { jobs = 0, queues = 1 } = rows[0] ?? {};
  return { api: perOrder(api, run.orders), workers: perOrder(workers, run.orders), rowsWritten, jobs, queues };
}

export function planFloor({ api, workers, rowsWritten, jobs, queues }: Comparison['counts']): FloorPlan {
  const { transactions } = addCounts(api, workers);
  return {
    webhooks: Math.round((api.httpIn - 1) * 100) / 100,
    jobs,
    queues,
    providerCalls: workers.httpOut,
    durable: transactions.durable,
    async: transactions.async,
    read: transactions.read,
    rowsPerWrite: rowsWritten / (transactions.durable + transactions.async),
    sets: false,
  };
}
