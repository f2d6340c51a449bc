/**
 * Months of subscriptions on test clocks: cards fail, banks ask, goods run out, events are lost, doubled and shuffled, and processes are
 * killed. At the end every paid invoice has made one order, captured and booked once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { statement } from '../../db/database.ts';
import { inParallel } from '../../workers/in-parallel.ts';
import { breakOutside, mendOutside } from '../outside.ts';
import { reconcile } from '../reconcile.ts';
import type { Check, Play, Scenario } from '../scenario.ts';
import { settle } from '../settle.ts';
import { killRole, type Stage } from '../stage.ts';
import {
  advance,
  authenticateOpen,
  chargeTo,
  openClock,
  receiveStock,
  SCARCE,
  type Subscriber,
  stockShelves,
  stripe,
  stripeId,
  subscribe,
} from '../subscribers.ts';

const DAY = 86_400;
/** Subscribers of a clock: more than Stripe allows, so that a thousand do not need hundreds of clocks. */
const PER_CLOCK = 25;
const AT_ONCE = 8;
/** Processes that fall, in turn: one a month, or so many in a long run. */
const MOST_FALLS = 8;
const FALLING = ['payments', 'api', 'checkout', 'relay', 'notifications', 'scheduler'] as const;

export const subscriptions: Scenario = {
  name: 'subscriptions',
  title:
    'months of subscriptions on test clocks: lost, doubled and shuffled events, declines, empty shelves, kills of workers and API',
  async run(play) {
    const { stage, size } = play;
    const begun = performance.now();
    await loosenClocks(stage);
    await stockShelves(stage.system);
    await breakEvents(stage);
    const all = await subscribeAll(play);
    const everyMonths = Math.ceil(size.months / MOST_FALLS);
    for (let month = 1; month <= size.months; month++) await playMonth(stage, all, { month, everyMonths });
    await mendOutside(stage.system);
    await receiveStock(stage.system, SCARCE, all.length * 10);
    const patience = 60_000 + size.subscriptions * size.months * 60;
    await settle(stage.system, patience);
    await reconcile(stage.system);
    await settle(stage.system, patience);
    await reconcile(stage.system);
    const seconds = (performance.now() - begun) / 1_000;
    return judge(stage, { seconds, size });
  },
};

async function loosenClocks({ system }: Stage): Promise<void> {
  await fetch(`${system.sandboxUrl}/sandbox/stripe/control/settings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ testClockCustomers: 0 }),
  });
}

async function breakEvents({ system }: Stage): Promise<void> {
  await breakOutside(system, { provider: 'stripe', kind: 'webhook_lose', probability: 0.15 });
  await breakOutside(system, { provider: 'stripe', kind: 'webhook_double', probability: 0.3 });
  await breakOutside(system, { provider: 'stripe', kind: 'webhook_reorder', probability: 0.3, delay_ms: 1_500 });
}

const START = Date.UTC(2027, 0, 15, 10) / 1_000;

async function subscribeAll({ stage, size }: Play): Promise<Subscriber[]> {
  const { system } = stage;
  const clocks: string[] = [];
  for (let made = 0; made < size.subscriptions; made += PER_CLOCK) clocks.push((await openClock(system, START)).id);
  const numbers = Array.from({ length: size.subscriptions }, (_, at) => at);
  const all = await inParallel(numbers, AT_ONCE, (at) => subscribe(system, at, clocks[Math.floor(at / PER_CLOCK)]!));
  await inParallel(all, AT_ONCE, ({ id }) => stripeId(system, id));
  await keepUp(stage);
  return all;
}

/** A renewal falls due at its beginning; a few days later customers have put right what they can. */
async function playMonth(
  stage: Stage,
  all: readonly Subscriber[],
  { month, everyMonths }: { month: number; everyMonths: number },
): Promise<void> {
  const { system } = stage;
  const clocks = [...new Set(all.map(({ clock }) => clock))];
  const falling = FALLING[(month / everyMonths) % FALLING.length];
  const fell = falling && kill(stage, falling);
  await inParallel(all, AT_ONCE, (each) => beforeRenewal(stage, each, month));
  const at = START + Math.round((month * 365 * DAY) / 12) + DAY;
  await inParallel(clocks, AT_ONCE, (clock) => advance(system, clock, at));
  await keepUp(stage);
  await inParallel(all, AT_ONCE, (each) => afterRenewal(stage, each, month));
  // By then Stripe has tried again what was declined.
  await inParallel(clocks, AT_ONCE, (clock) => advance(system, clock, at + 9 * DAY));
  if (month % 3 === 0) await receiveStock(system, SCARCE, Math.ceil(all.length / 4));
  await fell;
  await keepUp(stage);
}

async function kill(stage: Stage, role: string): Promise<void> {
  await delay(stage.random() * 800);
  await killRole(stage, role);
  await delay(stage.random() * 800);
  await stage.system.start(role);
}

async function beforeRenewal({ system }: Stage, each: Subscriber, month: number): Promise<void> {
  if (each.fate === 'declined' && month % 3 === 1) await chargeTo(system, each, each.otherCard);
  if (each.fate === 'authenticated' && month % 4 === 2) await chargeTo(system, each, each.otherCard);
  if (each.fate === 'canceled' && month === 3)
    await stripe(system, 'DELETE', `subscriptions/${await stripeId(system, each.id)}`);
}

async function afterRenewal({ system }: Stage, each: Subscriber, month: number): Promise<void> {
  if (each.fate === 'declined' && month % 3 === 1) await chargeTo(system, each, each.card);
  if (each.fate !== 'authenticated' || month % 4 !== 2) return;
  await authenticateOpen(system, each);
  await chargeTo(system, each, each.card);
}

const backlog = statement(
  'faults_backlog',
  `select count(*)::integer as jobs from outbox where status = 'pending' and queue = any($1)`,
);
const QUEUES = [
  ...['apply-stripe-event', 'apply-subscription-change', 'make-recurring-order', 'check-out-order', 'fulfill-order'],
  ...['settle-shortage', 'credit-subscription', 'issue-refund'],
];

/** Months pass in seconds here: what has happened is heard of before the next thing does, as it would be in life. */
async function keepUp({ system }: Stage): Promise<void> {
  for (;;) {
    const response = await fetch(`${system.sandboxUrl}/sandbox/stripe/control/deliveries?limit=1`);
    const { count } = (await response.json()) as { count: Record<string, number> };
    const [row] = await system.db.rows<{ jobs: number }>(backlog, [QUEUES]);
    if (!count.pending && row?.jobs === 0) return;
    await delay(250);
  }
}

const figures = statement(
  'faults_subscription_figures',
  `select (select count(*)::integer from subscription_invoices where status = 'paid') as paid,
     (select count(*)::integer from subscription_invoices where order_id is not null) as tied,
     (select count(*)::integer from orders where kind = 'recurring') as orders,
     (select coalesce(sum(captured_amount), 0)::bigint from subscription_invoices where status = 'paid') as invoiced,
     (select coalesce(sum(p.captured_amount), 0)::bigint from payments p join orders o on o.id = p.order_id where o.kind = 'recurring') as captured,
     (select coalesce(sum(e.amount), 0)::bigint from ledger_transactions t join orders o on o.id = t.order_id
        join ledger_entries e on e.transaction_id = t.id
      where o.kind = 'recurring' and t.cause_kind = 'capture' and e.account = 'stripe_balance') as booked,
     (select count(*)::integer from subscription_events where type in ('subscription.payment_failed', 'subscription.action_required')) as failed,
     (select count(*)::integer from recurring_lines where outcome <> 'billed') as short,
     (select count(*)::integer from findings where status = 'open') as open`,
);

type Figures = Record<
  'paid' | 'tied' | 'orders' | 'invoiced' | 'captured' | 'booked' | 'failed' | 'short' | 'open',
  number
>;

async function judge({ system }: Stage, { seconds, size }: { seconds: number; size: Play['size'] }): Promise<Check[]> {
  const [found] = await system.db.rows<Figures>(figures);
  const { paid, tied, orders, invoiced, captured, booked, failed, short, open } = found!;
  const atStripe = await countPaid(system);
  const isLong = size.months > 3;
  return [
    {
      what: 'paid invoices = those at Stripe = orders',
      held: paid > 0 && paid === atStripe && paid === tied && paid === orders,
      detail: `${paid} here, ${atStripe} at Stripe, ${orders} orders in ${seconds.toFixed(0)} s: ${(orders / seconds).toFixed(1)} a second`,
    },
    {
      what: 'invoiced = captured = booked',
      held: invoiced === captured && captured === booked,
      detail: `${invoiced} · ${captured} · ${booked}`,
    },
    { what: 'declines and questions of banks were heard of', held: !isLong || failed > 0, detail: `${failed}` },
    { what: 'goods were short', held: size.subscriptions < 4 || short > 0, detail: `${short} lines` },
    { what: 'reconciliation finds nothing open', held: open === 0, detail: `${open}` },
  ];
}

async function countPaid(system: Stage['system']): Promise<number> {
  let paid = 0;
  for (let after: string | undefined; ; ) {
    const page = await stripe<{ data: { id: string }[]; has_more: boolean }>(system, 'GET', 'invoices', {
      ...{ status: 'paid', limit: '100' },
      ...(after ? { starting_after: after } : {}),
    });
    paid += page.data.length;
    after = page.data.at(-1)?.id;
    if (!page.has_more) return paid;
  }
}
