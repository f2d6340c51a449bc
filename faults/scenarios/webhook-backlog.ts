/** A day of events that nobody published, told all at once: within bounds of memory, of requests, and of time for what is new. */
import { setTimeout as delay } from 'node:timers/promises';
import { residentBytes } from '../../bench/processes.ts';
import { statement } from '../../db/database.ts';
import type { Scenario } from '../scenario.ts';
import { killRole, type Stage } from '../stage.ts';
import { checkTold, describeDelays, listen, readBox } from '../webhooks.ts';

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
    const { system } = stage;
    const all = await listen(stage, 'backlog', { types: ['order.held'] });
    const paced = await listen(stage, 'paced', { types: ['payment.processing'], max_per_second: PACE });
    const fresh = await listen(stage, 'fresh', { types: ['order.released'] });
    await system.db.rows(asOfYesterday, [[all.id, paced.id]]);
    await killRole(stage, 'scheduler');
    const hours = 23 * 3_600;
    await system.db.rows(happen, ['order.held', EVENTS, hours]);
    await system.db.rows(happen, ['payment.processing', PACED, hours]);
    await system.start('scheduler');
    const memory = watchMemory(stage);
    const began = performance.now();
    for (let each = 0; each < FRESH; each++) {
      await system.db.rows(happen, ['order.released', 1, 0]);
      await delay(250);
    }
    const beside = await checkTold(stage, fresh);
    const told = [await checkTold(stage, all, 120_000), await checkTold(stage, paced, 60_000)];
    const seconds = (performance.now() - began) / 1_000;
    const { grown, detail } = memory.stop();
    const [box, slow] = [await readBox(stage, all.name), await readBox(stage, paced.name)];
    return [
      ...told.flatMap(({ checks }) => checks),
      ...beside.checks,
      {
        what: 'what is new is told in time',
        held: (beside.delays.at(-1) ?? Number.POSITIVE_INFINITY) < SLOWEST_MS,
        detail: describeDelays(beside.delays),
      },
      {
        what: `the receiver has no more than ${AT_ONCE} at a time`,
        held: box.statistics.most_at_once <= AT_ONCE,
        detail: `${box.statistics.most_at_once} at once, ${box.statistics.most_per_second} in a second, all within ${seconds.toFixed(0)} s`,
      },
      {
        what: `one that asked for ${PACE} a second gets no more`,
        // The seconds of the clock and those of the sender do not begin together.
        held: slow.statistics.most_per_second <= PACE * 1.1,
        detail: `${slow.statistics.most_per_second}`,
      },
      { what: 'memory stays', held: grown < MOST_MB, detail },
    ];
  },
};

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
