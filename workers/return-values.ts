/**
 * What customers have paid for goods that are not sent, or that cost less than they paid: refunded, or taken off the next invoice.
 * What was paid from a balance at Stripe was never captured for this order, so there is nothing to refund it from: it is credited too.
 */
import type { Executor } from '../db/database.ts';
import { creditRefundable, giveBack } from '../db/order-credits.ts';
import type { OutboxJob } from '../db/outbox.ts';
import { refundableAmount } from '../db/refunds.ts';
import type { WaitingOrder } from '../db/stock-waits.ts';
import { insertCredit } from '../db/subscription-credits.ts';
import { appendSubscriptionEvent } from '../db/subscription-events.ts';
import { findBilledLines, findInvoice } from '../db/subscription-invoices.ts';
import { orderOf } from '../domain/subscriptions/invoice.ts';
import type { Decision } from '../domain/subscriptions/shortage.ts';
import { creditSubscription } from '../queues/credit-subscription.ts';
import { makeJob } from '../queues/define-queue.ts';

interface Value {
  /** The line, or what else it is for: it goes back once. */
  cause: string;
  amount: number;
  shippingAmount: number;
  isCredit: boolean;
}

/** Writes the refunds and credits, in the transaction that decides them. Returns the jobs that bring the credits to Stripe. */
export async function returnValues(
  tx: Executor,
  order: WaitingOrder,
  decisions: readonly Decision[],
  isEmpty: boolean,
): Promise<{ jobs: OutboxJob[] }> {
  const jobs: OutboxJob[] = [];
  for (const { outcome, line, returned } of decisions) {
    const data = { order_id: order.id, sku: line.sku, quantity: line.quantity, returned };
    await appendSubscriptionEvent(tx, order.subscription_id, `subscription.line_${outcome}`, 'stockroom', data);
    const value = { cause: line.id, amount: returned, shippingAmount: 0, isCredit: outcome === 'skipped' };
    jobs.push(...(await returnValue(tx, order, value)));
  }
  if (isEmpty && decisions.length > 0)
    jobs.push(...(await returnValue(tx, order, await shippingOf(tx, order, decisions))));
  return { jobs };
}

/** Where nothing is delivered, what was paid for the delivery goes the way of the last line. */
async function shippingOf(tx: Executor, order: WaitingOrder, decisions: readonly Decision[]): Promise<Value> {
  const invoice = (await findInvoice(tx, order.invoice_id))!;
  const lines = await findBilledLines(tx, order.subscription_id);
  const { shippingValue } = orderOf({ lines: invoice.lines, capturedAmount: invoice.captured_amount }, lines);
  const isCredit = decisions.at(-1)?.outcome === 'skipped';
  const shippingAmount = Math.min(shippingValue, order.shipping_amount);
  return { cause: `shipping-${order.id}`, amount: shippingValue, shippingAmount, isCredit };
}

async function returnValue(tx: Executor, order: WaitingOrder, value: Value): Promise<OutboxJob[]> {
  const { id: orderId, currency, subscription_id: subscriptionId } = order;
  const captured = Math.min(value.amount, await leftOf(tx, orderId));
  const cash = value.isCredit ? 0 : captured;
  if (cash > 0) {
    const cause = `out_of_stock/${value.cause}`;
    await giveBack(tx, { orderId, cause, amount: cash, shippingAmount: Math.min(cash, value.shippingAmount) });
  }
  const amount = value.amount - cash;
  if (amount <= 0) return [];
  const credit = { subscriptionId, orderId, cause: value.cause, currency, amount, captured: captured - cash };
  const creditId = await insertCredit(tx, credit);
  return creditId ? [makeJob(creditSubscription, { order_id: orderId, credit_id: creditId })] : [];
}

const leftOf = async (tx: Executor, orderId: string) =>
  (await refundableAmount(tx, orderId)) + (await creditRefundable(tx, orderId));
