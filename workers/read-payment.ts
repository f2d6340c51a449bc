/**
 * Triggered by the sweeper for a payment of which nothing was heard for a while (3-D Secure, a bank debit, an
 * authorization): its events may have been lost. Reads the intent and records it as an event would, so a second or late
 * run changes nothing; what is unchanged is noted as read, and asked for less and less often.
 */

import { touchPayment } from '../db/claim-payment.ts';
import type { Database } from '../db/database.ts';
import { findPayment } from '../db/payments.ts';
import { recordIntent } from '../db/record-intent.ts';
import type { PaymentProvider } from '../providers/payments.ts';
import { followUps } from './follow-ups.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export function createReadPayment({
  db,
  payments,
}: {
  db: Database;
  payments: PaymentProvider;
}): Processor<{ order_id: string }> {
  return async ({ order_id: orderId }) => {
    const payment = await findPayment(db, orderId);
    if (!payment?.provider_id) return done('the order has no intent');
    if (payment.status === 'succeeded' || payment.status === 'canceled') return done(`it is ${payment.status}`);
    const intent = await payments.retrieveIntent(payment.provider_id);
    const judgement = await recordIntent(db, orderId, intent, followUps, payment);
    await touchPayment(db, orderId);
    return done(judgement?.kind);
  };
}
