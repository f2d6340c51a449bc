/**
 * Triggered by the checkout of a recurring order that is short of goods, and by the sweeper when they have come or the time is up.
 * The order is paid and held: with stock it goes on; else each line is dealt with as its customer chose, in one transaction with the
 * money that goes back for it. A second or late run finds the order past its hold and does nothing.
 */
import type { Database, Executor } from '../db/database.ts';
import { moveOrder } from '../db/order-events.ts';
import { holdOrder, releaseOrder } from '../db/order-holds.ts';
import { reopenJobs } from '../db/outbox.ts';
import { reserveStock, type Shortage } from '../db/stock.ts';
import {
  applyDecision,
  countLines,
  endStockWait,
  findLinesOutOfStock,
  findSubstitutes,
  lockWaitingOrder,
  noteStockTry,
  type WaitingOrder,
} from '../db/stock-waits.ts';
import { tellSubscriber } from '../db/tell-subscriber.ts';
import { type Decision, decideShortage, type ShortLine } from '../domain/subscriptions/shortage.ts';
import { makeJob } from '../queues/define-queue.ts';
import { fulfillOrder } from '../queues/fulfill-order.ts';
import { done, later, type Outcome } from './outcome.ts';
import { returnValues } from './return-values.ts';
import type { Processor } from './run-worker.ts';

export interface SettleShortageDeps {
  db: Database;
  /** How long a customer who wants to wait is made to. */
  stockWaitSeconds: number;
}

/** The money is recorded by the job that wrote this one, a moment later. */
const MOMENT_MS = 500;

export function createSettleShortage({ db, stockWaitSeconds }: SettleShortageDeps): Processor<{ order_id: string }> {
  return ({ order_id: orderId }) =>
    db.transaction(async (tx) => {
      const order = await lockWaitingOrder(tx, orderId, stockWaitSeconds);
      if (!order) return done('it does not wait');
      if (order.status === 'pending') return later(MOMENT_MS);
      if (order.status !== 'paid' || order.hold_reason !== 'out_of_stock') {
        await endStockWait(tx, orderId);
        return done(`it is ${order.status}, held: ${order.hold_reason}`);
      }
      return settle(tx, order);
    });
}

/** How often a substitute may turn out to be gone as well: once for each of an order's lines is enough. */
const MAX_ROUNDS = 20;

async function settle(tx: Executor, order: WaitingOrder): Promise<Outcome> {
  const decisions: Decision[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const short = await reserveStock(tx, order.id);
    if (short.length === 0) return goOn(tx, order, decisions);
    const decided = await decide(tx, order, short);
    if (decided === 'wait') return wait(tx, order, short);
    for (const decision of decided) await applyDecision(tx, order.id, decision);
    decisions.push(...decided);
  }
  throw new Error(`order ${order.id} stays short of goods`);
}

async function decide(tx: Executor, order: WaitingOrder, short: readonly Shortage[]) {
  const lines = await findLinesOutOfStock(
    tx,
    order.id,
    short.map(({ sku }) => sku),
  );
  return decideShortage(lines, await findSubstitutes(tx, lines, order.currency), order.is_time_up);
}

async function wait(tx: Executor, order: WaitingOrder, short: readonly Shortage[]): Promise<Outcome> {
  await noteStockTry(tx, order.id);
  const skus = short.map(({ sku }) => sku);
  const lines = (await findLinesOutOfStock(tx, order.id, skus)).filter(({ choice }) => choice === 'wait');
  const items = lines.map((line) => itemOf(line, 'waits'));
  await tellSubscriber(tx, order.subscription_id, {
    event: 'subscription.goods_missing',
    cause: `subscription.goods_waited_for/${order.id}`,
    orderId: order.id,
    data: { items },
  });
  return done(`waits for ${skus.join(', ')}`);
}

const itemOf = ({ name, sku, quantity }: ShortLine, outcome: 'waits' | Decision['outcome']) => ({
  ...{ name, sku, quantity, outcome },
  substitute: null as string | null,
  amount: null as object | null,
});

/** All that is left of it is reserved: what was taken off goes back, and the rest is sent. */
async function goOn(tx: Executor, order: WaitingOrder, decisions: readonly Decision[]): Promise<Outcome> {
  const isEmpty = (await countLines(tx, order.id)) === 0;
  await endStockWait(tx, order.id);
  await releaseOrder(tx, order.id, isEmpty ? 'Nothing of it is to be sent.' : 'Its stock is there.');
  if (isEmpty) await endEmpty(tx, order.id);
  const { jobs } = await returnValues(tx, order, decisions, isEmpty);
  await tellDecisions(tx, order, decisions);
  const next = isEmpty ? undefined : await holdFurther(tx, order);
  if (!isEmpty && !next) jobs.push(makeJob(fulfillOrder, { order_id: order.id }));
  await reopenJobs(tx, jobs);
  return done(decisions.map(({ outcome, line }) => `${line.sku} ${outcome}`).join(', ') || 'its stock is there');
}

/** An order of which nothing is sent is over: no parcel will ever say so. */
async function endEmpty(tx: Executor, orderId: string): Promise<void> {
  const data = { by: 'no_goods' };
  await moveOrder(tx, { orderId, fulfillmentStatus: 'processing', event: 'order.settled', data });
  await moveOrder(tx, { orderId, status: 'delivered', fulfillmentStatus: 'delivered', event: 'order.delivered', data });
}

const HOLDING: ReadonlySet<string | null> = new Set(['inquiry', 'open', 'lost']);

/** What happened to its money while it waited keeps it from being sent as it would have then. */
async function holdFurther(tx: Executor, order: WaitingOrder): Promise<string | undefined> {
  const reason = HOLDING.has(order.dispute_status) ? 'dispute' : undefined;
  const why = reason ?? (order.payment_status === 'refunded' ? 'refunded' : undefined);
  return why && (await holdOrder(tx, order.id, why)) ? why : undefined;
}

async function tellDecisions(tx: Executor, order: WaitingOrder, decisions: readonly Decision[]): Promise<void> {
  if (decisions.length === 0) return;
  const items = decisions.map((decision) => ({
    ...itemOf(decision.line, decision.outcome),
    substitute: decision.outcome === 'substituted' ? decision.by.name : null,
    amount: decision.returned > 0 ? { amount: decision.returned, currency: order.currency } : null,
  }));
  await tellSubscriber(tx, order.subscription_id, {
    event: 'subscription.goods_missing',
    cause: `subscription.goods_missing/${order.id}`,
    orderId: order.id,
    data: { items },
  });
}
