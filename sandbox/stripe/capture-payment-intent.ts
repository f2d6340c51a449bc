import { bookCharge } from './book-charge.ts';
import { scheduleTrouble, unexpectedState } from './charge-payment-intent.ts';
import { changeDestination } from './connect/destination.ts';
import type { Sandbox } from './context.ts';
import { formatAmount } from './currencies.ts';
import { refuse } from './errors.ts';
import { insertRefund } from './insert-refund.ts';
import { mergeMetadata } from './params.ts';
import { behaviorOf } from './payment-methods.ts';
import type { Charge, Metadata, PaymentIntent } from './types.ts';

interface CaptureParams {
  amount_to_capture?: number | undefined;
  application_fee_amount?: number | undefined;
  final_capture?: boolean | undefined;
  metadata?: Metadata | null | undefined;
  statement_descriptor?: string | undefined;
  statement_descriptor_suffix?: string | undefined;
  transfer_data?: { amount?: number | undefined } | undefined;
}

/** Takes the authorized money, or part of it; what is not taken is released and shows as refunded on the charge. */
export function capturePaymentIntent(sandbox: Sandbox, intent: PaymentIntent, params: CaptureParams): PaymentIntent {
  const charge = checkCapturable(sandbox, intent);
  const amount = params.amount_to_capture ?? intent.amount_capturable;
  if (amount > intent.amount_capturable) {
    throw refuse(
      `The amount to capture (${formatAmount(amount, intent.currency)}) is greater than the remaining amount you can capture (${formatAmount(intent.amount_capturable, intent.currency)}).`,
      { code: 'amount_too_large', param: 'amount_to_capture' },
    );
  }
  if (params.final_capture === false) {
    throw refuse('Capturing more than once is not available for this PaymentIntent.', { param: 'final_capture' });
  }
  intent.status = 'succeeded';
  intent.amount_capturable = 0;
  intent.amount_received = amount;
  intent.metadata = mergeMetadata(intent.metadata, params.metadata);
  if (params.statement_descriptor) intent.statement_descriptor = params.statement_descriptor;
  if (params.statement_descriptor_suffix) intent.statement_descriptor_suffix = params.statement_descriptor_suffix;
  charge.captured = true;
  charge.amount_captured = amount;
  changeDestination(charge, params);
  if (amount < charge.amount) release(sandbox, charge, charge.amount - amount);
  const { card } = behaviorOf(sandbox, charge.payment_method ?? '');
  charge.balance_transaction = bookCharge(sandbox, charge, card?.bypassPending ?? false).id;
  sandbox.objects.update(charge);
  sandbox.objects.update(intent);
  scheduleTrouble(sandbox, charge.id, card);
  sandbox.emit('charge.captured', charge);
  sandbox.emit('payment_intent.succeeded', intent);
  return intent;
}

function checkCapturable(sandbox: Sandbox, intent: PaymentIntent): Charge {
  const charge = intent.latest_charge ? sandbox.objects.find<Charge>(intent.latest_charge, 'charge') : undefined;
  if (intent.status === 'requires_capture' && charge) return charge;
  if (intent.status === 'canceled' && intent.cancellation_reason === 'automatic') {
    throw refuse('The authorization of this PaymentIntent has expired and cannot be captured.', {
      code: 'charge_expired_for_capture',
    });
  }
  const why =
    intent.status === 'succeeded' && charge?.captured
      ? 'it has already been captured.'
      : `it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`;
  throw unexpectedState(intent, `This PaymentIntent could not be captured because ${why}`);
}

/** Gives back authorized money that was not taken: a refund on the charge that moves no balance. */
function release(sandbox: Sandbox, charge: Charge, amount: number): void {
  charge.amount_refunded += amount;
  charge.refunded = charge.amount_refunded === charge.amount;
  insertRefund(sandbox, { charge, amount, reason: null, metadata: {}, status: 'succeeded', released: true });
}

const CANCELABLE = [
  'requires_payment_method',
  'requires_capture',
  'requires_confirmation',
  'requires_action',
  'processing',
];

/** Cancels an intent that has not succeeded; an authorization is released. */
export function cancelPaymentIntent(sandbox: Sandbox, intent: PaymentIntent, reason: string | null): PaymentIntent {
  if (!CANCELABLE.includes(intent.status) || intent.status === 'processing') {
    throw unexpectedState(
      intent,
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_reauthorization, requires_confirmation, requires_action, processing.`,
    );
  }
  const charge =
    intent.status === 'requires_capture'
      ? sandbox.objects.find<Charge>(intent.latest_charge ?? '', 'charge')
      : undefined;
  if (charge) {
    const previous = { amount_refunded: charge.amount_refunded, refunded: charge.refunded };
    release(sandbox, charge, charge.amount - charge.amount_refunded);
    sandbox.objects.update(charge);
    sandbox.emit('charge.refunded', charge, previous);
  }
  return markCanceled(sandbox, intent, reason);
}

function markCanceled(sandbox: Sandbox, intent: PaymentIntent, reason: string | null): PaymentIntent {
  intent.status = 'canceled';
  intent.canceled_at = sandbox.now();
  intent.cancellation_reason = reason;
  intent.amount_capturable = 0;
  intent.next_action = null;
  sandbox.objects.update(intent);
  sandbox.emit('payment_intent.canceled', intent);
  return intent;
}

/** What happens to an authorization that nobody captured in time. */
export function expireAuthorization(sandbox: Sandbox, intentId: string): void {
  const intent = sandbox.objects.find<PaymentIntent>(intentId, 'payment_intent');
  const charge = sandbox.objects.find<Charge>(intent?.latest_charge ?? '', 'charge');
  if (intent?.status !== 'requires_capture' || !charge) return;
  release(sandbox, charge, charge.amount - charge.amount_refunded);
  sandbox.objects.update(charge);
  sandbox.emit('charge.expired', charge);
  markCanceled(sandbox, intent, 'automatic');
}
