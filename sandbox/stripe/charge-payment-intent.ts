import { bookCharge } from './book-charge.ts';
import { buildCharge } from './build-charge.ts';
import type { Sandbox } from './context.ts';
import { docUrl, refuse } from './errors.ts';
import { attachPaymentMethod, behaviorOf, markSetUp } from './payment-methods.ts';
import { Answer } from './routes.ts';
import type { Decline, TestCard } from './test-cards.ts';
import type { Charge, PaymentIntent, PaymentMethod } from './types.ts';

/** What the sandbox remembers of an intent's attempt beside what it shows. */
export interface HiddenAttempt {
  returnUrl?: string;
  authenticated?: boolean;
}

const DAY_MS = 86_400_000;

/** 400 for a call that the intent's state does not allow, with the intent inside as Stripe sends it. */
export const unexpectedState = (intent: PaymentIntent, message: string) =>
  refuse(message, { code: 'payment_intent_unexpected_state', payment_intent: intent });

/** Charges the payment method: paid, authorized, processing, or declined (402 with the intent inside). */
export function chargePaymentIntent(
  sandbox: Sandbox,
  intent: PaymentIntent,
  method: PaymentMethod,
  authenticated: boolean,
): PaymentIntent | Answer {
  const { card } = behaviorOf(sandbox, method.id);
  const refusal = card?.decline ?? (authenticated ? card?.declineAfterAuthentication : undefined);
  if (refusal) return decline(sandbox, intent, method, card, refusal, authenticated);
  const manual = intent.capture_method === 'manual' && method.type === 'card';
  const expiresInMs = sandbox.settings.authorizationDays * DAY_MS;
  const captureBefore = manual ? Math.floor((sandbox.nowMs() + expiresInMs) / 1000) : undefined;
  const made = buildCharge({
    created: sandbox.now(),
    intent,
    method,
    card,
    decline: undefined,
    authenticated,
    captureBefore,
  });
  intent.latest_charge = made.id;
  intent.last_payment_error = null;
  intent.next_action = null;
  if (method.type !== 'card') return startProcessing(sandbox, intent, made);
  if (intent.setup_future_usage) keepForLater(sandbox, intent, method);
  if (manual) {
    intent.status = 'requires_capture';
    intent.amount_capturable = intent.amount;
    sandbox.schedule('expire_authorization', intent.id, expiresInMs);
    return record(sandbox, intent, made, ['charge.succeeded', 'payment_intent.amount_capturable_updated']);
  }
  intent.status = 'succeeded';
  intent.amount_received = intent.amount;
  scheduleTrouble(sandbox, made.id, card);
  // With automatic_async, the default, the money's booking follows the answer and comes with charge.updated.
  if (intent.capture_method === 'automatic')
    made.balance_transaction = bookCharge(sandbox, made, card?.bypassPending ?? false).id;
  else sandbox.schedule('settle_charge', made.id, card?.bypassPending ? 0 : sandbox.settings.settleDelayMs);
  return record(sandbox, intent, made, ['charge.succeeded', 'payment_intent.succeeded']);
}

/** What a test card's owner will say of a captured charge. */
export function scheduleTrouble(sandbox: Sandbox, charge: string, card: TestCard | undefined): void {
  const { disputeDelayMs } = sandbox.settings;
  if (card?.trouble === 'fraud_warning') sandbox.schedule('warn_of_fraud', charge, disputeDelayMs);
  else if (card?.trouble) sandbox.schedule('open_dispute', `${charge} ${card.trouble}`, disputeDelayMs);
}

function record(
  sandbox: Sandbox,
  intent: PaymentIntent,
  made: Charge,
  [ofCharge, ofIntent]: [string, string],
): PaymentIntent {
  sandbox.objects.insert(made);
  sandbox.objects.update(intent);
  sandbox.emit(ofCharge, made);
  sandbox.emit(ofIntent, intent);
  sandbox.followPayment(sandbox, intent);
  return intent;
}

/** A bank debit is not decided at once: it stays `processing` and succeeds later. */
function startProcessing(sandbox: Sandbox, intent: PaymentIntent, made: Charge): PaymentIntent {
  intent.status = 'processing';
  sandbox.schedule('finish_processing', intent.id, sandbox.settings.processingDelayMs);
  return record(sandbox, intent, made, ['charge.pending', 'payment_intent.processing']);
}

function keepForLater(sandbox: Sandbox, intent: PaymentIntent, method: PaymentMethod): void {
  if (intent.customer && !method.customer) attachPaymentMethod(sandbox, method, intent.customer);
  markSetUp(sandbox, method);
}

/** A refused payment leaves a failed charge, the reason on the intent, and an intent that waits for another card. */
export function decline(
  sandbox: Sandbox,
  intent: PaymentIntent,
  method: PaymentMethod,
  card: TestCard | undefined,
  refusal: Decline,
  authenticated: boolean,
): Answer {
  const failed = buildCharge({
    created: sandbox.now(),
    intent,
    method,
    card,
    decline: refusal,
    authenticated,
    captureBefore: undefined,
  });
  const error = paymentError(refusal, method, { charge: failed.id, type: 'card_error' });
  intent.latest_charge = failed.id;
  intent.last_payment_error = error;
  intent.next_action = null;
  intent.payment_method = null;
  intent.status = 'requires_payment_method';
  record(sandbox, intent, failed, ['charge.failed', 'payment_intent.payment_failed']);
  return new Answer(402, { ...error, payment_intent: intent });
}

export function paymentError(refusal: Decline, method: PaymentMethod, rest: { type: string; charge?: string }) {
  return {
    ...rest,
    code: refusal.code,
    ...(refusal.decline_code ? { decline_code: refusal.decline_code } : {}),
    doc_url: docUrl(refusal.code),
    message: refusal.message,
    ...(refusal.network_decline_code ? { network_decline_code: refusal.network_decline_code } : {}),
    payment_method: method,
  };
}
