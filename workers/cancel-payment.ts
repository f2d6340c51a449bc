/**
 * Triggered when an order ends unpaid: closes its PaymentIntent. Canceling twice is one cancel at Stripe; money that
 * came first is read from the intent and sent back by what recording it calls for.
 */
import type { Database } from '../db/database.ts';
import { findPayment, recordIntent } from '../db/payments.ts';
import type { PaymentProvider } from '../providers/payments.ts';
import { followUps } from './follow-ups.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';

const ENDED = new Set(['canceled', 'expired', 'rejected']);

export function createCancelPayment({
  db,
  payments,
}: {
  db: Database;
  payments: PaymentProvider;
}): Processor<{ order_id: string }> {
  return async ({ order_id: orderId }) => {
    const payment = await findPayment(db, orderId);
    if (!payment?.provider_id) return done('no intent exists; one that comes late will be closed then');
    if (!ENDED.has(payment.order_status)) return done(`the order is ${payment.order_status}`);
    if (payment.status === 'canceled' || payment.status === 'succeeded')
      return done(`the payment is ${payment.status}`);
    const intent = await payments.cancelIntent(payment.provider_id, 'requested_by_customer', `cancel-${payment.id}`);
    await db.transaction((tx) => recordIntent(tx, orderId, intent, followUps));
    return done();
  };
}
