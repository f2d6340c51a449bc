/**
 * Confirms an order's intent with the latest attempt's payment method. The intent was tied to the order before, and an
 * intent takes money once, so whatever is repeated here cannot take it twice.
 */

import { failAttempt, rotateAttemptKey } from '../db/claim-payment.ts';
import type { Database, Executor } from '../db/database.ts';
import { appendOrderEvent } from '../db/order-events.ts';
import { lockPayment, type PaymentRow } from '../db/payments.ts';
import { recordIntent, recordLockedIntent } from '../db/record-intent.ts';
import { tell } from '../db/tell.ts';
import type { Intent } from '../domain/judge-intent.ts';
import {
  type Confirmation,
  type PaymentProvider,
  PaymentRefusedError,
  PaymentStuckError,
} from '../providers/payments.ts';
import { followUps } from './follow-ups.ts';

export interface ConfirmDeps {
  db: Database;
  payments: PaymentProvider;
  /** Where Stripe sends the customer back to after 3-D Secure, given the order. */
  returnUrl: (orderId: string) => string;
}

export async function confirmAttempt(deps: ConfirmDeps, payment: PaymentRow, intentId: string): Promise<void> {
  try {
    await record(deps, payment, await confirm(deps, payment, intentId));
  } catch (error) {
    if (error instanceof PaymentStuckError) return resolveStuck(deps, payment, intentId);
    if (!(error instanceof PaymentRefusedError)) throw error;
    await refuse(deps, payment, intentId, error);
  }
}

async function confirm({ payments, returnUrl }: ConfirmDeps, payment: PaymentRow, intentId: string): Promise<Intent> {
  const key = `attempt-${payment.attempt_id}-${payment.attempt_tries}`;
  const confirmation: Confirmation = {
    paymentMethod: payment.attempt_payment_method ?? '',
    returnUrl: returnUrl(payment.order_id),
    capturesLater: payment.capture_method !== 'automatic',
  };
  const offSession = isOffSession(payment);
  const intent = await payments.confirmIntent(intentId, { ...confirmation, offSession }, key);
  if (!offSession || intent.lastError?.code !== 'authentication_required' || !isUnpaid(intent)) return intent;
  // Tried again as if the customer were there, the intent says where they can confirm; they are told by mail.
  return payments.confirmIntent(intentId, confirmation, `${key}-customer`);
}

/** Only the shop itself charges off-session, and once: whoever pays again is there. */
const isOffSession = (payment: PaymentRow) => payment.off_session && payment.attempt_number === 1;

const isUnpaid = ({ status }: Intent) => status === 'requires_payment_method' || status === 'requires_confirmation';

/** A stored failure says nothing about the intent: read it, and let the next run use a new key if it is still unpaid. */
async function resolveStuck(deps: ConfirmDeps, payment: PaymentRow, intentId: string): Promise<void> {
  const intent = await deps.payments.retrieveIntent(intentId);
  if (!isUnpaid(intent)) return record(deps, payment, intent);
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
    await lockPayment(tx, payment.order_id);
    await failAttempt(tx, payment.attempt_id, { code, message });
    await recordLockedIntent(tx, payment.order_id, intent, followUps);
    await appendOrderEvent(tx, payment.order_id, 'payment.refused', { code, param: error.param ?? null });
    if (isOffSession(payment)) await tellCustomer(tx, payment, code);
  });
}

/** Nobody is there to see the answer. */
async function tellCustomer(tx: Executor, { order_id: orderId, attempt_id, customer_email }: PaymentRow, code: string) {
  const cause = `payment.failed/${attempt_id}`;
  await tell(tx, { event: 'payment.failed', orderId, cause, email: customer_email, data: { code } });
}

async function record({ db }: ConfirmDeps, payment: PaymentRow, intent: Intent): Promise<void> {
  await recordIntent(db, payment.order_id, intent, followUps, { ...payment, provider_id: intent.id });
}
