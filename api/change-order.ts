/** What may be done to an accepted order: cancel it, pay again, mark it delivered. */
import { endOrder, insertPaymentAttempt } from '../db/cancel-order.ts';
import type { Executor } from '../db/database.ts';
import { moveOrder } from '../db/order-events.ts';
import { releaseOrder } from '../db/order-holds.ts';
import { lockOrder, type OrderRow } from '../db/orders.ts';
import { insertJobs, reopenJobs } from '../db/outbox.ts';
import { hasMismatch } from '../db/record-intent.ts';
import { insertFullRefund } from '../db/refunds.ts';
import { tell } from '../db/tell.ts';
import { orderTransitions } from '../domain/order-status.ts';
import { cancelPayment } from '../queues/cancel-payment.ts';
import { confirmPayment } from '../queues/confirm-payment.ts';
import { makeJob } from '../queues/define-queue.ts';
import { issueRefund } from '../queues/issue-refund.ts';
import { assertVersion } from './etag.ts';
import { conflict, notFound } from './problem.ts';

/** Locks the order. Throws 404 when there is none and 412 when the caller knew another version. */
export async function lockForChange(tx: Executor, id: string, expected: number | undefined): Promise<OrderRow> {
  const row = await lockOrder(tx, id);
  if (!row) throw notFound('order', id);
  assertVersion(expected, row.version);
  return row;
}

const TAKEN: ReadonlySet<string> = new Set([
  'paid',
  'partially_captured',
  'refund_pending',
  'partially_refunded',
  'refunded',
]);

/** Cancels: the stock is free at once, the intent is closed or the money sent back by a job. A second call changes nothing. */
export async function cancelOrder(tx: Executor, order: OrderRow, reason: string): Promise<void> {
  if (order.status === 'canceled') return;
  const wasPaid = TAKEN.has(order.payment_status);
  if (!(await endOrder(tx, order.id, 'canceled', reason))) throw refuseMove(order, 'canceled');
  await releaseOrder(tx, order.id, 'The order was canceled.');
  if (wasPaid) await refundAll(tx, order.id, 'order_canceled');
  else await reopenJobs(tx, [makeJob(cancelPayment, { order_id: order.id })]);
  // What becomes of an edit is told of the order that it changes.
  if (order.kind === 'balance') return;
  await tell(tx, {
    event: 'order.canceled',
    orderId: order.id,
    cause: `order.canceled/${order.id}`,
    email: order.customer_email,
    data: { reason },
  });
}

async function refundAll(tx: Executor, orderId: string, cause: string): Promise<void> {
  const refundId = await insertFullRefund(tx, orderId, cause);
  if (refundId) await insertJobs(tx, [makeJob(issueRefund, { order_id: orderId, refund_id: refundId })]);
}

/** Starts another attempt on the same PaymentIntent. Throws 409 when the order is not payable or an attempt is under way. */
export async function payAgain(tx: Executor, order: OrderRow, paymentMethod: string): Promise<string> {
  if (order.status !== 'awaiting_payment')
    throw conflict('order_not_payable', `An order that is ${order.status} takes no payment.`);
  if (await hasMismatch(tx, order.id))
    throw conflict('payment_held', 'The payment took another amount than the order costs, so it takes no other one.');
  const attemptId = await insertPaymentAttempt(tx, order.id, paymentMethod);
  if (!attemptId)
    throw conflict('payment_in_progress', `The payment is ${order.payment_status}, or another attempt is under way.`);
  await insertJobs(tx, [makeJob(confirmPayment, { order_id: order.id, attempt_id: attemptId })]);
  return attemptId;
}

/** Sets a status by hand, where the transition table and common sense allow it: payment and parcels move the others. */
export async function setStatus(tx: Executor, order: OrderRow, status: string, reason: string): Promise<void> {
  const allowed: readonly string[] = orderTransitions[order.status];
  if (!allowed.includes(status)) throw refuseMove(order, status);
  if (status === 'canceled') return cancelOrder(tx, order, reason);
  if (status === 'delivered' && order.fulfillment_status !== 'unfulfilled') {
    const moved = await moveOrder(tx, {
      orderId: order.id,
      status: 'delivered',
      fulfillmentStatus: 'delivered',
      event: 'order.delivered',
      data: { by: 'operations', reason },
    });
    if (moved) return;
  }
  throw conflict(
    'status_not_settable',
    `${status} follows from the payment or the parcels; by hand an order can be canceled or marked delivered.`,
  );
}

function refuseMove(order: OrderRow, to: string) {
  const detail = `An order that is ${order.status} (${order.fulfillment_status}) cannot become ${to}.`;
  return conflict('transition_not_allowed', detail, {
    from: order.status,
    to,
    allowed: orderTransitions[order.status],
  });
}
