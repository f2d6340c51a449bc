/**
 * Confirms an order's intent with the latest attempt's payment method. The intent was tied to the order before, and an
 * intent takes money once, so whatever is repeated here cannot take it twice.
 */

import { failAttempt, rotateAttemptKey } from '../db/claim-payment.ts';
import type { Database } from '../db/database.ts';
import { appendOrderEvent } from '../db/order-events.ts';
import type { PaymentRow } from '../db/payments.ts';
import { recordIntent, recordLockedIntent } from '../db/record-intent.ts';
import type { Intent } from '../domain/judge-intent.ts';
import { type PaymentProvider, PaymentRefusedError, PaymentStuckError } from '../providers/payments.ts';
import { followUps } from './follow-ups.ts';

export interface ConfirmDeps {
  db: Database;
  payments: PaymentProvider;
  /** Where Stripe sends the customer back to after 3-D Secure, given the order. */
  returnUrl: (orderId: string) => string;
}

export async function confirmAttempt(deps: ConfirmDeps, payment: PaymentRow, intentId: string): Promise<void> {
  const { order_id: orderId, attempt_id: attemptId, attempt_tries: tries, attempt_payment_method: method } = payment;
  const key = `attempt-${attemptId}-${tries}`;
  try {
    const intent = await deps.payments.confirmIntent(intentId, method ?? '', deps.returnUrl(orderId), key);
    await record(deps, payment, intent);
  } catch (error) {
    if (error instanceof PaymentStuckError) return resolveStuck(deps, payment, intentId);
    if (!(error instanceof PaymentRefusedError)) throw error;
    await refuse(deps, payment, intentId, error);
  }
}

/** A stored failure says nothing about the intent: read it, and let the next run use a new key if it is still unpaid. */
async function resolveStuck(deps: ConfirmDeps, payment: PaymentRow, intentId: string): Promise<void> {
  const intent = await deps.payments.retrieveIntent(intentId);
  if (!['requires_payment_method', 'requires_confirmation'].includes(intent.status))
    return record(deps, payment, intent);
  await rotateAttemptKey(deps.db, payment);
  throw new PaymentStuckError('the attempt will be made under a new key');
}

/** A request that Stripe cannot carry out (an unknown payment method, say) is told like a decline. */
async function refuse(
  deps: ConfirmDeps,
  payment: PaymentRow,
  intentId: string,
  error: PaymentRefusedError,
): Promise<void> {
  const { code, message } = error;
  const intent = await deps.payments.retrieveIntent(intentId);
  await deps.db.transaction(async (tx) => {
    await failAttempt(tx, payment.attempt_id, { code, message });
    await recordLockedIntent(tx, payment.order_id, intent, followUps);
    await appendOrderEvent(tx, payment.order_id, 'payment.refused', { code, param: error.param ?? null });
  });
}

async function record({ db }: ConfirmDeps, payment: PaymentRow, intent: Intent): Promise<void> {
  await recordIntent(db, payment.order_id, intent, followUps, { ...payment, provider_id: intent.id });
}
