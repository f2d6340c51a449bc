/** The sender and the publisher of webhooks killed between any two of their steps, and two publishers at once. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Statement, statement } from '../../db/database.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import type { Check, Play, Scenario } from '../scenario.ts';
import { killRole, type Stage } from '../stage.ts';
import { checkTold, type Listener, listen, readBox, setReceiver, test } from '../webhooks.ts';
import { killAt } from './kill-at-point.ts';

interface Step {
  what: string;
  lock: Statement;
  /** Part of the statement that waits. */
  waits: string;
  /** How far the very delivery must be. */
  after?: 'arrived' | 'delivered';
}

const share = (table: string) => statement(`faults_share_${table}`, `lock table ${table} in share mode`);
const endpointsLocked = share('webhook_endpoints');

const SENDING: readonly Step[] = [
  { what: 'it takes its turn', lock: endpointsLocked, waits: 'set holder = item.holder' },
  {
    what: 'it records the answer',
    lock: share('webhook_deliveries'),
    waits: `set status = 'delivered'`,
    after: 'arrived',
  },
  { what: 'it ends its turn', lock: endpointsLocked, waits: 'update webhook_endpoints', after: 'delivered' },
  { what: 'its job is closed', lock: share('outbox'), waits: 'outbox', after: 'delivered' },
];

const waiting = statement(
  'faults_waiting_statements',
  `select count(*)::integer as n from pg_stat_activity
   where datname = current_database() and wait_event_type = 'Lock' and query ilike '%' || $1 || '%'`,
);
const waitsAt = async ({ system }: Stage, part: string) =>
  (await system.db.rows<{ n: number }>(waiting, [part]))[0]!.n > 0;

export const killWebhookDelivery: Scenario = {
  name: 'kill-webhook-delivery',
  title: 'the sender of webhooks killed between any two steps of a delivery: nothing is lost, and others go on',
  async run({ stage, crowd }) {
    const load = crowd({ endless: true, buyers: 2, pauseMs: 1_000, ways: ['good'] });
    const neighbour = await listen(stage, 'neighbour');
    const killed: { what: string; listener: Listener }[] = [];
    for (const step of SENDING)
      for (const cut of [false, true]) {
        const listener = await listen(stage, 'killed', { types: ['webhook.test'] });
        await killSender(stage, listener, step, cut);
        killed.push({ what: `${step.what}, the statement ${cut ? 'cut' : 'left'}`, listener });
      }
    const unheard = await listen(stage, 'killed', { types: ['webhook.test'] });
    await killSender(stage, unheard);
    killed.push({ what: 'it waits for the answer', listener: unheard });
    const checks = await Promise.all(killed.map(({ what, listener }) => comesAllTheSame(stage, what, listener)));
    await load.close();
    return [...checks, ...(await checkTold(stage, neighbour, 120_000)).checks];
  },
};

async function killSender(stage: Stage, listener: Listener, step?: Step, cut = false): Promise<void> {
  // The receiver takes its time, so that the lock is there before the answer.
  await setReceiver(stage, listener.name, { delay_ms: 2_000 });
  if (step?.after !== undefined || !step) {
    await test(stage, listener);
    await untilArrived(stage, listener);
  }
  if (!step) await killRole(stage, 'notifications');
  else await killAtStep(stage, 'notifications', step, { cut, listener });
  await setReceiver(stage, listener.name, { delay_ms: 0 });
  await stage.system.start('notifications');
}

const untilArrived = (stage: Stage, { name }: Listener) =>
  waitFor(async () => (await readBox(stage, name)).data.length > 0, { timeoutMs: 20_000, everyMs: 20 });

function killAtStep(
  stage: Stage,
  role: string,
  { lock, waits, after }: Step,
  { cut, listener }: { cut: boolean; listener?: Listener },
): Promise<void> {
  const begin = () => void (listener && after === undefined && test(stage, listener));
  // Others' statements wait as well: this delivery is where it should be when it is sent or recorded besides.
  const isReached = async () =>
    (await waitsAt(stage, waits)) && (after !== 'delivered' || (await statusOf(stage, listener!)) === 'delivered');
  return killAt(stage, role, { lock, application: 'stockroom-workers', begin, isReached }, cut);
}

const statusOf = async ({ system }: Stage, { id }: Listener) =>
  (await system.db.pool.query<{ status: string }>('select status from webhook_deliveries where endpoint_id = $1', [id]))
    .rows[0]?.status;

async function comesAllTheSame(stage: Stage, when: string, listener: Listener): Promise<Check> {
  const isDone = async () => (await statusOf(stage, listener)) === 'delivered';
  const done = await waitFor(isDone, { timeoutMs: 60_000, everyMs: 200 }).catch(() => false);
  const { data } = await readBox(stage, listener.name);
  const held = done && data.length > 0 && new Set(data.map(({ id }) => id)).size === 1;
  return { what: `killed while ${when}: it comes`, held, detail: `${data.length} times under one id` };
}

const PUBLISHING: readonly Step[] = [
  { what: 'it writes deliveries', lock: share('webhook_deliveries'), waits: 'insert into webhook_deliveries' },
  { what: 'it keeps how far it came', lock: share('webhook_publisher'), waits: 'update webhook_publisher' },
  { what: 'it opens jobs', lock: share('outbox'), waits: 'insert into outbox' },
];

export const killPublisher: Scenario = {
  name: 'kill-publisher',
  title: 'the scheduler killed between any two steps of publishing events to webhooks: each is told, none twice',
  async run({ stage, crowd }) {
    const listeners = [await listen(stage, 'everything'), await listen(stage, 'orders', { types: ['order.*'] })];
    const load = crowd({ endless: true, buyers: 4, pauseMs: 500, ways: ['good'] });
    for (const step of PUBLISHING)
      for (const cut of [false, true]) {
        // At the others a run lingers, so that no job is opened for them.
        const listener = await listen(stage, 'quiet', { types: ['webhook.test'] });
        await killAtStep(stage, 'scheduler', step, { cut, listener });
        await stage.system.start('scheduler');
      }
    await load.close();
    return tellsAll(stage, listeners);
  },
};

async function tellsAll(stage: Stage, listeners: readonly Listener[]): Promise<Check[]> {
  const told = await Promise.all(listeners.map((each) => checkTold(stage, each)));
  return told.flatMap(({ checks }) => checks);
}

const SECOND = 'relay,scheduler';

export const twoPublishers: Scenario = {
  name: 'two-publishers',
  title: 'two schedulers publish at the same time, stopped beyond their time and killed by turns: each event is told',
  async run(play: Play) {
    const { stage, size, crowd } = play;
    const { system } = stage;
    const listeners = [await listen(stage, 'everything'), await listen(stage, 'orders', { types: ['order.*'] })];
    await system.start(SECOND);
    const load = crowd({ endless: true, buyers: 4, pauseMs: 500, ways: ['good'] });
    for (let round = 0; round < 2 * size.rounds; round++) {
      await delay(1_000);
      const asleep = system.processes.get('scheduler')!.child;
      asleep.kill('SIGSTOP');
      await delay(1_500);
      await killRole(stage, SECOND);
      asleep.kill('SIGCONT');
      await system.start(SECOND);
    }
    await load.close();
    const checks = await tellsAll(stage, listeners);
    await system.processes.get(SECOND)?.kill();
    system.processes.delete(SECOND);
    return checks;
  },
};
