/**
 * The payments pool killed between any two steps by which money moves: asked for, sent to Stripe, done there, recorded, settled,
 * its job closed. Each point is seen to be reached; then each order comes to its end, and Stripe has moved the money once.
 */
import { statement } from '../../db/database.ts';
import type { OrderJson } from '../../test/support/client.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { insist } from '../insist.ts';
import { breakOutside, mendOutside, waitForHits } from '../outside.ts';
import type { Check, Play, Scenario } from '../scenario.ts';
import { killRole, type Stage } from '../stage.ts';
import { type Steps, until } from '../ways.ts';
import { killAt, type Point } from './kill-at-point.ts';

interface Gap {
  between: string;
  lock: Point['lock'];
  application: string;
  /** Whether money of one of the orders stands between the two steps. */
  isReached(stage: Stage, orders: readonly OrderJson[]): Promise<boolean>;
}

export interface Move {
  steps: Steps;
  isReady(order: OrderJson): boolean;
  ask(stage: Stage, order: OrderJson): Promise<void>;
  /** Stripe's path of the call that moves it. */
  path(order: OrderJson): string;
  gaps: readonly Gap[];
  isOver(order: OrderJson): boolean;
}

const ORDERS = 3;

export function killDuring(name: string, title: string, move: Move): Scenario {
  return {
    name,
    title,
    async run(play) {
      const checks = [
        await killWhileSending(play, move, 'before'),
        await killWhileSending(play, move, 'after'),
        ...(await inTurn(move.gaps, async (gap) => [
          await killInGap(play, move, gap, false),
          await killInGap(play, move, gap, true),
        ])),
      ];
      return checks;
    },
  };
}

async function inTurn(gaps: readonly Gap[], each: (gap: Gap) => Promise<Check[]>): Promise<Check[]> {
  const checks: Check[] = [];
  for (const gap of gaps) checks.push(...(await each(gap)));
  return checks;
}

/** Orders that stand where the move begins. */
export async function prepare(
  { stage, crowd }: Play,
  { steps, isReady }: Pick<Move, 'steps' | 'isReady'>,
): Promise<OrderJson[]> {
  const load = crowd({ orders: ORDERS, buyers: ORDERS, pauseMs: 0, ways: [steps] });
  await load.done;
  const ready = await Promise.all(load.accepted.map(({ order_id }) => until(stage.system, order_id, isReady)));
  return ready.filter((order) => order !== undefined);
}

/** The call reaches Stripe, which does it before or after the death, and nobody hears the answer. */
async function killWhileSending(play: Play, move: Move, phase: 'before' | 'after'): Promise<Check> {
  const { stage } = play;
  const orders = await prepare(play, move);
  const match = { method: 'POST', path: move.path(orders[0]!) };
  const wish = { provider: 'stripe', kind: 'slow', phase, delay_ms: 1_500, match } as const;
  const fault = await breakOutside(stage.system, wish);
  await Promise.all(orders.map((order) => move.ask(stage, order)));
  await waitForHits(stage.system, fault, 1);
  await killRole(stage, 'payments');
  await mendOutside(stage.system);
  return comesToAnEnd(play, move, orders, `killed ${phase} Stripe does it`);
}

async function killInGap(play: Play, move: Move, gap: Gap, cut: boolean): Promise<Check> {
  const { stage } = play;
  const orders = await prepare(play, move);
  const { child } = stage.system.processes.get('payments')!;
  await waitUntilIdle(stage, orders);
  child.kill('SIGSTOP');
  const wake = () => void child.kill('SIGCONT');
  const isReached = () => gap.isReached(stage, orders);
  try {
    await Promise.all(orders.map((order) => move.ask(stage, order)));
    await killAt(stage, 'payments', { ...gap, begin: wake, isReached }, cut);
  } finally {
    // Left asleep, it would not even end.
    wake();
  }
  return comesToAnEnd(play, move, orders, `killed ${gap.between}, ${cut ? 'the statement cut' : 'the statement left'}`);
}

const openJobs = statement(
  'faults_jobs_of_orders',
  `select count(*)::integer as jobs from outbox where order_id = any($1) and status = 'pending'`,
);

/** A worker that sleeps within a transaction would keep the order's lock. */
async function waitUntilIdle({ system }: Stage, orders: readonly OrderJson[]): Promise<void> {
  const ids = orders.map(({ id }) => id);
  await waitFor(async () => (await system.db.rows<{ jobs: number }>(openJobs, [ids]))[0]!.jobs === 0, {
    timeoutMs: 20_000,
    describe: 'no job to be open',
  });
}

export async function comesToAnEnd(
  play: Play,
  { isOver }: Pick<Move, 'isOver'>,
  orders: readonly OrderJson[],
  when: string,
  role = 'payments',
): Promise<Check> {
  const { system } = play.stage;
  await system.start(role);
  const count = async () => (await Promise.all(orders.map(({ id }) => read(play.stage, id)))).filter(isOver).length;
  const over = await waitFor(async () => (await count()) === ORDERS && ORDERS, {
    timeoutMs: 30_000,
    everyMs: 200,
  }).catch(count);
  return { what: `${when}: all come to an end`, held: over === ORDERS, detail: `${over} of ${ORDERS}` };
}

const read = async ({ system }: Stage, id: string) => (await insist(system, 'GET', `/v1/orders/${id}`)).body;

export const paymentOf = ({ payment }: OrderJson) => `/v1/payment_intents/${payment.provider_id}`;

async function readStripe<T>({ system }: Stage, path: string): Promise<T> {
  const headers = { authorization: 'Bearer sk_test_reads_the_sandbox' };
  return (await fetch(system.sandboxUrl + path, { headers })).json() as Promise<T>;
}

export const isIntent =
  (status: string) =>
  async (stage: Stage, order: OrderJson): Promise<boolean> =>
    (await readStripe<{ status: string }>(stage, paymentOf(order))).status === status;

export async function hasRefund(stage: Stage, { payment }: OrderJson): Promise<boolean> {
  const path = `/v1/refunds?payment_intent=${payment.provider_id}`;
  return (await readStripe<{ data: object[] }>(stage, path)).data.length > 0;
}

/** Between two steps stands what the rows say, and what Stripe says of the same order. */
export function gap(
  between: string,
  table: string,
  application: string,
  rows: string,
  isAtStripe?: (stage: Stage, order: OrderJson) => Promise<boolean>,
): Gap {
  const halfway = statement(`faults_${between.replaceAll(/\W+/g, '_')}`, `${rows} and o.id = any($1)`);
  return {
    between,
    lock: statement(`faults_lock_${table}`, `lock table ${table} in share mode`),
    application,
    async isReached(stage, orders) {
      const found = await stage.system.db.rows<{ id: string }>(halfway, [orders.map(({ id }) => id)]);
      const halves = orders.filter(({ id }) => found.some((row) => row.id === id));
      if (!isAtStripe) return halves.length > 0;
      return (await Promise.all(halves.map((order) => isAtStripe(stage, order)))).includes(true);
    },
  };
}
