import { chargePaymentIntent, decline, type HiddenAttempt, unexpectedState } from './charge-payment-intent.ts';
import type { Sandbox } from './context.ts';
import { refuse } from './errors.ts';
import { behaviorOf, takePaymentMethod } from './payment-methods.ts';
import type { Answer } from './routes.ts';
import type { Decline, TestCard } from './test-cards.ts';
import type { PaymentIntent, PaymentMethod } from './types.ts';

export interface ConfirmOptions {
  returnUrl: string | undefined;
  useStripeSdk: boolean;
  offSession: boolean;
  errorOnRequiresAction: boolean;
  /** An invoice's payment: without the customer it is asked for later rather than declined. */
  mayAskLater?: boolean;
}

const AUTHENTICATION_REQUIRED: Decline = {
  code: 'authentication_required',
  decline_code: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

/**
 * Tries to pay an intent: it succeeds, waits for capture, asks the customer to authenticate, or is declined
 * (402 with the intent inside). The intent is changed and stored.
 */
export function confirmPaymentIntent(
  sandbox: Sandbox,
  intent: PaymentIntent,
  options: ConfirmOptions,
): PaymentIntent | Answer {
  const method = checkConfirmable(sandbox, intent, options);
  if (intent.status === 'requires_action') return intent;
  const { card, setUp } = behaviorOf(sandbox, method.id);
  const { authenticated, returnUrl } = sandbox.objects.hidden<HiddenAttempt>(intent.id);
  const hidden: HiddenAttempt = (options.returnUrl ?? returnUrl) ? { returnUrl: options.returnUrl ?? returnUrl! } : {};
  if (!authenticated && needsAuthentication(card, intent, options, setUp)) {
    if ((options.offSession && !options.mayAskLater) || options.errorOnRequiresAction) {
      return decline(sandbox, intent, method, card, AUTHENTICATION_REQUIRED, false);
    }
    return requireAction(sandbox, intent, hidden, options.useStripeSdk);
  }
  sandbox.objects.update(intent, hidden);
  return chargePaymentIntent(sandbox, intent, method, authenticated ?? false);
}

function checkConfirmable(sandbox: Sandbox, intent: PaymentIntent, options: ConfirmOptions): PaymentMethod {
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
    throw unexpectedState(
      intent,
      intent.status === 'succeeded'
        ? 'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.'
        : `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action, requires_payment_method.`,
    );
  }
  if (!intent.payment_method) {
    throw unexpectedState(
      intent,
      "You cannot confirm this PaymentIntent because it's missing a payment method. Update the PaymentIntent with a payment method and then confirm it again.",
    );
  }
  const automatic = intent.automatic_payment_methods;
  const mayRedirect = automatic?.enabled && automatic.allow_redirects !== 'never';
  if (
    mayRedirect &&
    !options.returnUrl &&
    !options.useStripeSdk &&
    !options.offSession &&
    !options.errorOnRequiresAction
  ) {
    throw refuse(
      'This PaymentIntent may use payment methods that redirect the customer, so a `return_url` is needed to confirm it. Without redirects, set `automatic_payment_methods[allow_redirects]` to `never`.',
    );
  }
  const method = takePaymentMethod(sandbox, intent.payment_method, 'payment_method');
  if (method.customer && method.customer !== intent.customer) {
    throw refuse(
      'The provided PaymentMethod belongs to a Customer: include that Customer in the `customer` parameter.',
      {
        param: 'payment_method',
      },
    );
  }
  return method;
}

function needsAuthentication(
  card: TestCard | undefined,
  intent: PaymentIntent,
  options: ConfirmOptions,
  setUp: boolean,
): boolean {
  const asked = (intent.payment_method_options?.card as { request_three_d_secure?: string } | undefined)
    ?.request_three_d_secure;
  switch (card?.threeDSecure) {
    case 'always':
      return true;
    case 'unless_set_up':
      return !setUp;
    case 'on_session':
      return !options.offSession;
    case 'on_request':
      return asked === 'any' || asked === 'challenge';
    default:
      return false;
  }
}

function requireAction(
  sandbox: Sandbox,
  intent: PaymentIntent,
  hidden: HiddenAttempt,
  useStripeSdk: boolean,
): PaymentIntent {
  const url = `${sandbox.baseUrl}/sandbox/stripe/3ds/${intent.id}`;
  intent.status = 'requires_action';
  intent.last_payment_error = null;
  intent.next_action =
    useStripeSdk || !hidden.returnUrl
      ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
      : { type: 'redirect_to_url', redirect_to_url: { return_url: hidden.returnUrl, url } };
  sandbox.objects.update(intent, hidden);
  sandbox.emit('payment_intent.requires_action', intent);
  sandbox.followPayment(sandbox, intent);
  return intent;
}
