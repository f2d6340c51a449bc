/**
 * Closes an order's intent and records where it then stands. Canceling twice is one cancel at Stripe, and an intent that
 * took money first is read as it is. A stored failure of Stripe's rotates the key, or it would be replayed for a day.
 */

import { rotateIntentKey, touchPayment } from '../db/claim-payment.ts';
import type { Database } from '../db/database.ts';
import type { PaymentRow } from '../db/payments.ts';
import { recordIntent } from '../db/record-intent.ts';
import { type PaymentProvider, PaymentStuckError } from '../providers/payments.ts';
import { followUps } from './follow-ups.ts';

interface Deps {
  db: Database;
  payments: PaymentProvider;
}

export async function closeIntent(
  { db, payments }: Deps,
  payment: Pick<PaymentRow, 'id' | 'order_id' | 'tries'>,
  intentId: string,
  reason: 'abandoned' | 'requested_by_customer',
): Promise<void> {
  try {
    const intent = await payments.cancelIntent(intentId, reason, `${reason}-${payment.id}-${payment.tries}`);
    await recordIntent(db, payment.order_id, intent, followUps);
    await touchPayment(db, payment.order_id);
  } catch (error) {
    if (error instanceof PaymentStuckError) await rotateIntentKey(db, payment);
    throw error;
  }
}
