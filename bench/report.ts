/** The report, for people. */
import type { Comparison } from './compare.ts';
import type { Endurance } from './endurance.ts';
import type { Measured } from './measure.ts';
import { median, show, sum, table } from './numbers.ts';

export const FLOOR_WORDS = `The floor does, per order, the same number of things with no logic in them, on the same stores, machine and number of
processes: HTTP requests into an Express app (express.json, one durable INSERT each), steps in SQL (durable, not waiting for
the disk, and reading, in the system's proportion) that write as many rows, BullMQ jobs (addBulk of 2 ms, same number of queues, concurrency and retention), and HTTP calls to a node:http server with a
constant answer that also sends the webhooks. Its tables are one of rows, with a primary key alone, and one of finished orders.
In the floor each step is a transaction of its own; in the floor in sets the steps of a moment share one, as the system's do.`;

export function printComparison(comparison: Comparison): string {
  const { store, system, floor, setFloor, counts, plan, postMs, paidMs } = comparison;
  const rate = (runs: Measured[]) => median(runs.map((run) => run.rate));
  const roles = ['api', 'workers', 'sandbox', 'provider', 'postgres', 'redis', 'load'];
  const cpu = (runs: Measured[], role: string) => median(runs.map((run) => run.cpuMsPerOrder[role] ?? Number.NaN));
  const total = (runs: Measured[]) => median(runs.map((run) => sum(Object.values(run.cpuMsPerOrder))));
  const all = (label: string, of: (runs: Measured[]) => number) => [label, of(system), of(floor), of(setFloor)];
  return [
    `## Queues in ${store}`,
    '',
    table(
      ['', 'system', 'floor', 'floor in sets'],
      [
        all('orders/s, POST to delivered and told', rate),
        ...roles
          .filter((role) => cpu(system, role) > 0 || cpu(floor, role) > 0)
          .map((role) => all(`CPU ms/order: ${role}`, (runs) => cpu(runs, role))),
        all('CPU ms/order: all', total),
      ],
    ),
    '',
    `**System / floor: ${compareRates(system, floor)}**; ${show((total(floor) / total(system)) * 100)} % by CPU.`,
    `System / floor in sets: ${compareRates(system, setFloor)}; ${show((total(setFloor) / total(system)) * 100)} % by CPU.`,
    `Under this full load: POST p50 ${show(postMs.p50)} ms, p99 ${show(postMs.p99)} ms; POST→paid p50 ${show(paidMs.p50)} ms, p99 ${show(paidMs.p99)} ms.`,
    '',
    table(
      ['per order', 'api', 'workers', 'floor'],
      [
        ['HTTP requests into the API', counts.api.httpIn, 0, 1 + plan.webhooks],
        ['calls to providers', counts.api.httpOut, counts.workers.httpOut, plan.providerCalls],
        ['steps in SQL, durable', counts.api.transactions.durable, counts.workers.transactions.durable, plan.durable],
        [
          'steps in SQL, not waiting for the disk',
          counts.api.transactions.async,
          counts.workers.transactions.async,
          plan.async,
        ],
        ['steps in SQL, reading', counts.api.transactions.read, counts.workers.transactions.read, plan.read],
        ['rows written', '', counts.rowsWritten, plan.rowsPerWrite * (plan.durable + plan.async)],
        [
          'round trips to PostgreSQL',
          counts.api.roundTrips,
          counts.workers.roundTrips,
          plan.durable + plan.async + plan.read,
        ],
        ['jobs', 0, counts.jobs, plan.jobs],
      ],
    ),
  ].join('\n');
}

/** Pair by pair, so that a machine that slows down slows both of a pair. */
function compareRates(system: readonly Measured[], floor: readonly Measured[]): string {
  const ratios = system.map((run, i) => (run.rate / (floor[i]?.rate ?? Number.NaN)) * 100);
  return `${show(median(ratios))} % of the orders per second (median of ${ratios.length} interleaved: ${ratios.map((each) => show(each)).join(', ')} %)`;
}

export function printEndurance({
  store,
  mode,
  run,
  postMs,
  paidMs,
  lagPerSecond,
  oldestJobSeconds,
  memory,
  liveHeap,
  cost,
  statements,
  tables,
}: Endurance): string {
  return [
    `## Queues in ${store}: ${mode}, ${run.orders} orders in ${show((run.endedAt - run.startedAt) / 1_000)} s`,
    '',
    `${show(run.rate)} orders/s. POST p50 ${show(postMs.p50)} ms, p99 ${show(postMs.p99)} ms; POST→paid p50 ${show(paidMs.p50)} ms, p99 ${show(paidMs.p99)} ms.`,
    `Open jobs grow by ${show(lagPerSecond)} a second; the oldest open job was due for ${show(oldestJobSeconds)} s.`,
    '',
    table(
      ['MiB resident', 'start', 'middle', 'end', 'highest', 'per minute, last half', 'live heap'],
      Object.entries(memory).map(([role, at]) => [
        role,
        at.start,
        at.middle,
        at.end,
        at.highest,
        at.perMinute,
        liveHeap[role] ?? Number.NaN,
      ]),
    ),
    '',
    table(
      ['CPU ms per order', 'after the first 1,000', 'at the end', 'ratio'],
      cost.map((each) => [each.role, each.first, each.last, each.last / each.first]),
    ),
    '',
    table(
      ['rows per order', 'inserted', 'updated', 'of which heap-only'],
      tables.map((each) => [each.name, each.inserts, each.updates, each.heapOnly ?? Number.NaN]),
    ),
    ...(statements.length > 0
      ? [
          '',
          table(
            ['statement', 'calls per order', 'ms per order', 'planning ms', 'WAL bytes per order', 'pages per order'],
            statements.map((each) => [each.text, each.calls, each.ms, each.planMs, each.walBytes, each.pages]),
          ),
        ]
      : []),
  ].join('\n');
}
