/** What long runs tell: latency at a steady rate, lag, memory, and whether the thousandth order costs what the last does. */
import { type Measured, measure, type Sample } from './measure.ts';
import { percentile, slope, sum } from './numbers.ts';
import type { BenchOptions } from './options.ts';
import { paidLatencies } from './paid-latency.ts';
import { readTableWrites, type StatementCost, type TableWrites, watchStatements } from './statement-costs.ts';
import type { Stores } from './stores.ts';
import { startSystem } from './system.ts';

interface HeapAnswer {
  live: { heapUsed: number };
}

export interface Endurance {
  store: string;
  mode: BenchOptions['mode'];
  run: Measured;
  postMs: { p50: number; p99: number };
  paidMs: { p50: number; p99: number };
  /** Open jobs that each further second of the run adds, over its last three quarters; and the oldest that was ever open. */
  lagPerSecond: number;
  oldestJobSeconds: number;
  /** MiB at the start, in the middle, at the end, and what each further minute of the last half adds. */
  memory: Record<string, { start: number; middle: number; end: number; highest: number; perMinute: number }>;
  /** MiB of heap that a full collection leaves, at the end. */
  liveHeap: Record<string, number>;
  /** CPU milliseconds per order, all processes but the load: at the start (after the first 1,000) and at the end. */
  cost: { role: string; first: number; last: number }[];
  statements: StatementCost[];
  tables: TableWrites[];
}

export async function endure(options: BenchOptions, stores: Stores, store: string): Promise<Endurance> {
  const open = options.mode === 'rate' || options.mode === 'sustain';
  const system = await startSystem({
    stores,
    databaseUrl: await stores.createDatabase(`bench_${store}`),
    carrierSpeed: open ? 1 : 200,
    profileDir: options.profile,
  });
  try {
    await measure(system, stores, { concurrency: 32, seconds: 10 }, `${store} warming up`);
    const statements = options.statements ? await watchStatements(system.db) : undefined;
    const pace = open
      ? { rate: options.rate ?? 50, seconds: options.seconds }
      : { concurrency: options.concurrency, orders: options.orders ?? 10_000 };
    const run = await measure(system, stores, pace, `${store} ${options.mode}`);
    const heaps = await Promise.all(system.children.slice(1).map((child) => child.ask<HeapAnswer>('memory')));
    const paid = await paidLatencies(system.db, run.ids);
    const launching = run.samples.filter((each) => !open || each.seconds < options.seconds);
    const late = launching.slice(Math.floor(launching.length / 4));
    return {
      store,
      mode: options.mode,
      run,
      postMs: { p50: percentile(run.postMs, 0.5), p99: percentile(run.postMs, 0.99) },
      paidMs: { p50: percentile(paid, 0.5), p99: percentile(paid, 0.99) },
      lagPerSecond: slope(late.map((each) => [each.seconds, each.openJobs])),
      oldestJobSeconds: Math.max(...run.samples.map((each) => each.oldestJobSeconds)),
      memory: memoryOf(launching),
      liveHeap: Object.fromEntries(
        system.children.slice(1).map((child, i) => [child.role, (heaps[i]?.live.heapUsed ?? 0) / 2 ** 20]),
      ),
      cost: costOf(run.samples),
      statements: (await statements?.(run.orders)) ?? [],
      tables: await readTableWrites(system.db, run.orders),
    };
  } finally {
    await system.stop();
  }
}

function memoryOf(samples: readonly Sample[]): Endurance['memory'] {
  const roles = Object.keys(samples[0]?.rss ?? {});
  const half = samples.slice(Math.floor(samples.length / 2));
  return Object.fromEntries(
    roles.map((role) => {
      const at = (index: number) => samples[index]?.rss[role] ?? 0;
      const perMinute = slope(half.map((each) => [each.seconds / 60, each.rss[role] ?? 0]));
      const highest = Math.max(...samples.map((each) => each.rss[role] ?? 0));
      return [
        role,
        { start: at(0), middle: at(Math.floor(samples.length / 2)), end: at(samples.length - 1), highest, perMinute },
      ];
    }),
  );
}

/** Between two samples: CPU milliseconds of each role per order that came to its end. */
function costOf(samples: readonly Sample[]): Endurance['cost'] {
  const total = samples.at(-1)?.done ?? 0;
  const width = Math.max(500, Math.min(5_000, Math.floor(total / 10)));
  const sampleAt = (orders: number) => samples.find((each) => each.done >= orders);
  const between = (from: Sample | undefined, to: Sample | undefined, role: string) =>
    from && to && to.done > from.done
      ? (((to.cpu[role] ?? 0) - (from.cpu[role] ?? 0)) * 1_000) / (to.done - from.done)
      : Number.NaN;
  const roles = Object.keys(samples[0]?.cpu ?? {}).filter((role) => role !== 'load');
  const cost = roles.map((role) => ({
    role,
    first: between(sampleAt(Math.min(1_000, total / 10)), sampleAt(Math.min(1_000, total / 10) + width), role),
    last: between(sampleAt(total - width), samples.at(-1), role),
  }));
  return [
    ...cost,
    { role: 'all', first: sum(cost.map((each) => each.first)), last: sum(cost.map((each) => each.last)) },
  ];
}
