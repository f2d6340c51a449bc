/** `npm run bench -- --notifications N`: N messages queued and sent to the played provider by the real pool, beside the floor of the same run. */
import type { CallCounts } from './call-counts.ts';
import { perOrder } from './call-counts.ts';
import { planFloor } from './compare.ts';
import type { FloorPlan } from './floor/plan.ts';
import { floorSide, type Side, systemSide } from './notifications/sides.ts';
import { median, show, slope, sum, table } from './numbers.ts';
import { cpuSeconds, residentBytes } from './processes.ts';
import { say } from './progress.ts';
import { readRowsWritten } from './statement-costs.ts';
import type { Stores } from './stores.ts';
import { type BenchSystem, startSystem } from './system.ts';

export interface NotificationBenchOptions {
  messages: number;
  turns: number;
  profileDir: string | undefined;
}

interface Turn {
  perSecond: number;
  /** CPU milliseconds per message by process; `load` is who queues. */
  cpuMs: Record<string, number>;
}

interface Sample {
  seconds: number;
  /** MiB by role. */
  rss: Record<string, number>;
}

export interface NotificationBench {
  store: string;
  messages: number;
  turns: Record<string, Turn[]>;
  plan: FloorPlan;
  workers: CallCounts;
  samples: Sample[];
}

const WARM_UP = 1_000;
const MIB = 2 ** 20;

export async function benchNotifications(
  { messages, turns: count, profileDir }: NotificationBenchOptions,
  stores: Stores,
  store: string,
): Promise<NotificationBench> {
  const system = await startSystem({
    stores,
    databaseUrl: await stores.createDatabase(`messages_${store}`),
    carrierSpeed: 1,
    profileDir,
  });
  const sides: Side[] = [systemSide(system)];
  const memory = watchMemory(system);
  try {
    const { plan, workers } = await countCalls(system, sides[0]!);
    say(`floor: ${JSON.stringify(plan)}`);
    for (const sets of [false, true]) sides.push(await floorSide(stores, store, { ...plan, sets }));
    for (const floor of sides.slice(1)) await floor.send(WARM_UP);
    memory.begin();
    const turns: Record<string, Turn[]> = Object.fromEntries(sides.map(({ name }) => [name, []]));
    const each = Math.ceil(messages / count);
    for (let turn = 1; turn <= count; turn++)
      for (const side of sides) {
        memory.pause(side.name !== 'system');
        const measured = await measure(side, stores, each);
        turns[side.name]!.push(measured);
        say(`${store} turn ${turn}, ${side.name}: ${show(measured.perSecond)} messages/s`);
      }
    return { store, messages: each * count, turns, plan, workers, samples: memory.end() };
  } finally {
    memory.end();
    await Promise.all(sides.map((side) => side.stop()));
  }
}

/** What one message asks of the stores and the provider, in the system: what the floor does without logic. */
async function countCalls(system: BenchSystem, side: Side): Promise<Pick<NotificationBench, 'plan' | 'workers'>> {
  await side.send(WARM_UP);
  const readCounts = () => Promise.all(system.children.slice(1).map((child) => child.ask<CallCounts>('counts')));
  const finished = async () =>
    (
      await system.db.pool.query<{ jobs: number; queues: number }>(
        'select count(*)::integer as jobs, count(distinct queue)::integer as queues from finished_jobs',
      )
    ).rows[0]!;
  await readCounts();
  const [rowsBefore, before] = [await readRowsWritten(system.db), await finished()];
  await side.send(WARM_UP);
  // PostgreSQL tells of a session's writes a second after they were made.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const [api, workers] = (await readCounts()).map((counts) => perOrder(counts, WARM_UP));
  const after = await finished();
  // Orders and their lines were there before.
  const rowsWritten = ((await readRowsWritten(system.db)) - rowsBefore) / WARM_UP - 3;
  const jobs = Math.max(1, (after.jobs - before.jobs) / WARM_UP);
  // A floor of orders begins with a request and its durable step; here that is the row that is queued.
  const queueing = {
    ...api!,
    httpIn: api!.httpIn + 1,
    transactions: { ...api!.transactions, durable: api!.transactions.durable + 1 },
  };
  return {
    plan: planFloor({ api: queueing, workers: workers!, rowsWritten, jobs, queues: after.queues }),
    workers: workers!,
  };
}

async function measure(side: Side, stores: Stores, messages: number): Promise<Turn> {
  const cpu = () => {
    const { user, system } = process.cpuUsage();
    return {
      ...Object.fromEntries(side.children.map((child) => [child.role, cpuSeconds(child.pid)])),
      postgres: cpuSeconds(stores.postgresPid, true),
      ...(stores.redisPid ? { redis: cpuSeconds(stores.redisPid) } : {}),
      load: (user + system) / 1e6,
    } as Record<string, number>;
  };
  const before = cpu();
  const seconds = await side.send(messages);
  const spent = Object.entries(cpu()).map(([role, value]) => [role, ((value - before[role]!) * 1_000) / messages]);
  return { perSecond: messages / seconds, cpuMs: Object.fromEntries(spent) };
}

/** Resident memory of api and workers while they send; the clock stands still while the floors do. */
function watchMemory({ children }: BenchSystem) {
  const samples: Sample[] = [];
  let paused = true;
  const timer = setInterval(() => {
    if (paused) return;
    const rss = Object.fromEntries(children.slice(1).map(({ role, pid }) => [role, residentBytes(pid) / MIB]));
    samples.push({ seconds: samples.length, rss });
  }, 1_000);
  return {
    begin: () => samples.splice(0),
    pause(on: boolean) {
      paused = on;
    },
    end() {
      clearInterval(timer);
      return samples;
    },
  };
}

const WORDS = `A message is the receipt of an order of two lines: told (row and job in one statement), handed over by the relay, claimed, rendered, sent to the played
SendGrid, recorded, and settled by the provider's signed events. The floor does, per message, as many steps in SQL that write as many rows, as many jobs, calls and
webhooks, with nothing decided, rendered or remembered; in the floor in sets the steps of a moment share a statement, as the system's do. They take turns.`;

export function printNotifications({ store, messages, turns, plan, workers, samples }: NotificationBench): string {
  const { system = [], floor = [], 'floor in sets': sets = [] } = turns;
  const roles = ['api', 'workers', 'sandbox', 'provider', 'postgres', 'redis', 'load'];
  const sides = [system, floor, sets];
  const cpu = (side: Turn[], role: string) => median(side.map((turn) => turn.cpuMs[role] ?? Number.NaN));
  const all = (side: Turn[]) => median(side.map((turn) => sum(Object.values(turn.cpuMs))));
  return [
    `## Messages, queues in ${store}`,
    '',
    `**System / floor: ${ratio(system, floor)}**; ${show((all(floor) / all(system)) * 100)} % by CPU.`,
    `System / floor in sets: ${ratio(system, sets)}; ${show((all(sets) / all(system)) * 100)} % by CPU.`,
    '',
    `${messages} messages in ${system.length} turns. ${WORDS}`,
    '',
    table(
      ['', 'system', 'floor', 'floor in sets'],
      [
        ['messages/s, queued to settled', ...sides.map((side) => median(side.map((turn) => turn.perSecond)))],
        ...roles
          .filter((role) => sides.some((side) => cpu(side, role) > 0))
          .map((role) => [`CPU ms/message: ${role}`, ...sides.map((side) => cpu(side, role))]),
        ['CPU ms/message: all', ...sides.map(all)],
      ],
    ),
    '',
    table(
      ['per message', ''],
      [
        ['steps in SQL: durable, not waiting, reading', [plan.durable, plan.async, plan.read].map(show).join(', ')],
        ['round trips of the workers to PostgreSQL', workers.roundTrips],
        ['rows written', plan.rowsPerWrite * (plan.durable + plan.async)],
        [
          'jobs, calls to the provider, webhooks from it',
          [plan.jobs, plan.providerCalls, plan.webhooks].map(show).join(', '),
        ],
      ],
    ),
    '',
    memoryTable(samples),
  ].join('\n');
}

function ratio(system: readonly Turn[], floor: readonly Turn[]): string {
  const shares = system.map((turn, at) => (turn.perSecond / floor[at]!.perSecond) * 100);
  return `${show(median(shares))} % (single turns ${show(Math.min(...shares))} to ${show(Math.max(...shares))} %)`;
}

function memoryTable(samples: readonly Sample[]): string {
  const part = (role: string, from: number, to: number) =>
    median(
      samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to)).map(({ rss }) => rss[role] ?? 0),
    );
  const half = samples.slice(Math.floor(samples.length / 2));
  return table(
    ['MiB resident while sending', 'first tenth', 'middle', 'last tenth', 'highest', 'per minute of the last half'],
    Object.keys(samples[0]?.rss ?? {}).map((role) => [
      role,
      part(role, 0, 0.1),
      part(role, 0.45, 0.55),
      part(role, 0.9, 1),
      Math.max(...samples.map(({ rss }) => rss[role] ?? 0)),
      slope(half.map(({ seconds, rss }) => [seconds / 60, rss[role] ?? 0])),
    ]),
  );
}
