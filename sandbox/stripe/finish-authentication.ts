import { chargePaymentIntent, type HiddenAttempt, paymentError, unexpectedState } from './charge-payment-intent.ts';
import type { Sandbox } from './context.ts';
import { takePaymentMethod } from './payment-methods.ts';
import type { PaymentIntent } from './types.ts';

/** Ends the customer's authentication. On success the payment goes on; on failure the intent wants another card. */
export function finishAuthentication(
  sandbox: Sandbox,
  intent: PaymentIntent,
  outcome: 'success' | 'fail',
): PaymentIntent {
  if (intent.status !== 'requires_action' || !intent.payment_method) {
    throw unexpectedState(
      intent,
      `This PaymentIntent does not wait for authentication: it has a status of ${intent.status}.`,
    );
  }
  const method = takePaymentMethod(sandbox, intent.payment_method, 'payment_method');
  intent.next_action = null;
  if (outcome === 'fail') {
    intent.status = 'requires_payment_method';
    intent.payment_method = null;
    intent.last_payment_error = paymentError(
      {
        code: 'payment_intent_authentication_failure',
        message:
          'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
      },
      method,
      { type: 'invalid_request_error' },
    );
    sandbox.objects.update(intent);
    sandbox.emit('payment_intent.payment_failed', intent);
    sandbox.followPayment(sandbox, intent);
    return intent;
  }
  if (intent.confirmation_method === 'manual') {
    intent.status = 'requires_confirmation';
    sandbox.objects.update(intent, { ...sandbox.objects.hidden<HiddenAttempt>(intent.id), authenticated: true });
    return intent;
  }
  chargePaymentIntent(sandbox, intent, method, true);
  return intent;
}
