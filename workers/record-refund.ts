/** Records what Stripe says of a refund, moves the order's payment status with it, and tells the customer when it is final. */
import type { Database } from '../db/database.ts';
import { openException } from '../db/exceptions.ts';
import { insertNotification } from '../db/notifications.ts';
import { appendOrderEvent, moveOrder } from '../db/order-events.ts';
import { type RefundRow, settleRefund } from '../db/refunds.ts';
import type { PaymentStatus } from '../domain/order-status.ts';
import type { ProviderRefund } from '../providers/payments.ts';

const STATUS: Readonly<Record<ProviderRefund['status'], RefundRow['status']>> = {
  pending: 'requested',
  requires_action: 'requested',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'canceled',
};

export async function recordRefund(db: Database, refund: RefundRow, answer: ProviderRefund): Promise<void> {
  const status = STATUS[answer.status];
  const error = answer.failureReason ? { code: answer.failureReason } : undefined;
  await db.transaction(async (tx) => {
    const totals = await settleRefund(tx, refund.id, { providerId: answer.id, status, ...(error ? { error } : {}) });
    if (!totals) return;
    const data = { refund_id: refund.id, amount: refund.amount, currency: refund.currency, cause: refund.cause };
    const paymentStatus = statusAfter(status, totals);
    const event = `refund.${status}`;
    if (!(await moveOrder(tx, { orderId: refund.order_id, paymentStatus, event, data })))
      await appendOrderEvent(tx, refund.order_id, event, data);
    if (status === 'failed') {
      await openException(tx, {
        code: 'refund_failed',
        subject: refund.id,
        orderId: refund.order_id,
        detail: { ...data, ...error },
      });
    }
    if (status !== 'succeeded') return;
    const cause = `refund.succeeded/${refund.id}`;
    await insertNotification(tx, {
      orderId: refund.order_id,
      cause,
      template: 'refunded',
      recipient: refund.customer_email,
    });
  });
}

function statusAfter(
  status: RefundRow['status'],
  totals: { captured_amount: number; refunded_amount: number },
): PaymentStatus {
  if (status === 'requested') return 'refund_pending';
  if (totals.refunded_amount === 0) return 'paid';
  return totals.refunded_amount < totals.captured_amount ? 'partially_refunded' : 'refunded';
}
