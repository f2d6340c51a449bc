/**
 * Triggered when an order ends unpaid: closes its PaymentIntent. Canceling twice is one cancel at Stripe; money that
 * came first is read from the intent and sent back by what recording it calls for.
 */
import type { Database } from '../db/database.ts';
import { findPayment } from '../db/payments.ts';
import type { PaymentProvider } from '../providers/payments.ts';
import { closeIntent } from './close-intent.ts';
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
    await closeIntent({ db, payments }, payment, payment.provider_id, 'requested_by_customer');
    return done();
  };
}
