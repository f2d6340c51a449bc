/** A refund's or dispute's event may be the first that is heard of the payment itself: then the payment is read before. */
import type { Database } from '../db/database.ts';
import { findPaymentByIntent, type PaymentRow } from '../db/payments.ts';
import { recordIntent } from '../db/record-intent.ts';
import type { PaymentProvider } from '../providers/payments.ts';
import { followUps } from './follow-ups.ts';

interface Deps {
  db: Database;
  payments: PaymentProvider;
}

/** Whether the payment's money is recorded as taken, after a look at Stripe when it was not. */
export async function ensureCaptured({ db, payments }: Deps, payment: PaymentRow): Promise<boolean> {
  if (payment.status === 'succeeded' || !payment.provider_id) return payment.status === 'succeeded';
  const intent = await payments.retrieveIntent(payment.provider_id);
  await recordIntent(db, payment.order_id, intent, followUps);
  return (await findPaymentByIntent(db, payment.provider_id))?.status === 'succeeded';
}
