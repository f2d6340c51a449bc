/**
 * Triggered by the sweeper for an order that nobody paid in time: closes the PaymentIntent, then ends the order and frees
 * its stock. Money that arrives in between wins: the intent's own state decides, so a paid order is never expired.
 */
import { endOrder } from '../db/cancel-order.ts';
import type { Database } from '../db/database.ts';
import { findPayment, type PaymentRow } from '../db/payments.ts';
import { tell } from '../db/tell.ts';
import type { PaymentProvider } from '../providers/payments.ts';
import { closeIntent } from './close-intent.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';

const UNPAID = new Set(['pending', 'awaiting_payment']);

export function createExpireOrder({
  db,
  payments,
}: {
  db: Database;
  payments: PaymentProvider;
}): Processor<{ order_id: string }> {
  return async ({ order_id: orderId }) => {
    const payment = await findPayment(db, orderId);
    if (!payment || !UNPAID.has(payment.order_status)) return done('nothing to expire');
    if (!payment.due || payment.payment_status === 'processing') return done('not due');
    if (!payment.provider_id) return expireWithoutIntent(db, payment);
    await closeIntent({ db, payments }, payment, payment.provider_id, 'abandoned');
    return done();
  };
}

async function expireWithoutIntent(
  db: Database,
  { order_id: orderId, order_kind: kind, customer_email: email }: PaymentRow,
) {
  await db.transaction(async (tx) => {
    if (!(await endOrder(tx, orderId, 'expired', 'expired'))) return;
    // What becomes of an edit is told of the order that it changes.
    if (kind === 'balance') return;
    const cause = `order.canceled/${orderId}`;
    await tell(tx, { event: 'order.canceled', orderId, cause, email, data: { reason: 'expired' } });
  });
  return done();
}
