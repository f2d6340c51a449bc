/** A day of events that nobody published, told all at once: within bounds of memory, of requests, and of time for what is new. */
import { setTimeout as delay } from 'node:timers/promises';
import { residentBytes } from '../../bench/processes.ts';
import { statement } from '../../db/database.ts';
import type { Check, Scenario } from '../scenario.ts';
import { killRole, type Stage } from '../stage.ts';
import { checkTold, describeDelays, type Listener, listen, readBox, type Told } from '../webhooks.ts';

const EVENTS = 20_000;
const PACED = 1_000;
const PACE = 100;
const FRESH = 20;
const AT_ONCE = 32;
const MOST_MB = 120;
const SLOWEST_MS = 5_000;

const happen = statement(
  'faults_day_of_events',
  `insert into order_events (order_id, sequence, type, created_at)
   select gen_random_uuid(), 1, $1, now() - random() * make_interval(secs => $3) from generate_series(1, $2)`,
);
// The endpoints have been there all the time.
const asOfYesterday = statement(
  'faults_endpoints_of_yesterday',
  `update webhook_endpoints set collects_from = now() - interval '25 hours' where id = any ($1)`,
);

export const webhookBacklog: Scenario = {
  name: 'webhook-backlog',
  title: `the publisher away for a day, with ${EVENTS} events: told without a burst, in bounded memory, and what is new beside it in time`,
  async run({ stage }) {
    const all = await listen(stage, 'backlog', { types: ['order.held'] });
    const paced = await listen(stage, 'paced', { types: ['payment.processing'], max_per_second: PACE });
    const fresh = await listen(stage, 'fresh', { types: ['order.released'] });
    await missADay(stage, [all, paced]);
    const memory = watchMemory(stage);
    const began = performance.now();
    for (let each = 0; each < FRESH; each++) {
      await stage.system.db.rows(happen, ['order.released', 1, 0]);
      await delay(250);
    }
    const beside = await checkTold(stage, fresh);
    const told = [await checkTold(stage, all, 120_000), await checkTold(stage, paced, 60_000)];
    const seconds = (performance.now() - began) / 1_000;
    const { grown, detail } = memory.stop();
    return [
      ...[...told, beside].flatMap(({ checks }) => checks),
      isInTime(beside),
      ...(await checkPace(stage, all, paced, seconds)),
      { what: 'memory stays', held: grown < MOST_MB, detail },
    ];
  },
};

/** Nobody publishes, and much happens that both would have been told. */
async function missADay(stage: Stage, listeners: readonly Listener[]): Promise<void> {
  const { db } = stage.system;
  await db.rows(asOfYesterday, [listeners.map(({ id }) => id)]);
  await killRole(stage, 'scheduler');
  const hours = 23 * 3_600;
  await db.rows(happen, ['order.held', EVENTS, hours]);
  await db.rows(happen, ['payment.processing', PACED, hours]);
  await stage.system.start('scheduler');
}

const isInTime = ({ delays }: Told): Check => ({
  what: 'what is new is told in time',
  held: (delays.at(-1) ?? Number.POSITIVE_INFINITY) < SLOWEST_MS,
  detail: describeDelays(delays),
});

async function checkPace(stage: Stage, all: Listener, paced: Listener, seconds: number): Promise<Check[]> {
  const { statistics } = await readBox(stage, all.name);
  const { most_per_second } = (await readBox(stage, paced.name)).statistics;
  return [
    {
      what: `the receiver has no more than ${AT_ONCE} at a time`,
      held: statistics.most_at_once <= AT_ONCE,
      detail: `${statistics.most_at_once} at once, ${statistics.most_per_second} in a second, all within ${seconds.toFixed(0)} s`,
    },
    {
      what: `one that asked for ${PACE} a second gets no more`,
      // The seconds of the clock and those of the sender do not begin together.
      held: most_per_second <= PACE * 1.1,
      detail: `${most_per_second}`,
    },
  ];
}

const ROLES = ['scheduler', 'notifications', 'relay'];
const MB = 2 ** 20;

function watchMemory({ system }: Stage) {
  const read = (role: string) => residentBytes(system.processes.get(role)?.child.pid ?? 0) / MB;
  const first = new Map(ROLES.map((role) => [role, read(role)]));
  const most = new Map(first);
  const timer = setInterval(() => {
    for (const role of ROLES) most.set(role, Math.max(most.get(role)!, read(role)));
  }, 100);
  return {
    stop() {
      clearInterval(timer);
      const parts = ROLES.map((role) => `${role} ${first.get(role)!.toFixed(0)} → ${most.get(role)!.toFixed(0)} MB`);
      return { grown: Math.max(...ROLES.map((role) => most.get(role)! - first.get(role)!)), detail: parts.join(', ') };
    },
  };
}
