import { confirmPaymentIntent } from '../confirm-payment-intent.ts';
import type { Sandbox } from '../context.ts';
import { StripeError } from '../errors.ts';
import { Answer } from '../routes.ts';
import type { PaymentIntent } from '../types.ts';
import { saveInvoice } from './build-invoice.ts';
import { DAY } from './calendar.ts';
import { endSubscription } from './end-subscription.ts';
import { defaultPaymentOf, intentOf, tellFailure } from './settle-invoice.ts';
import { copyOf, findSubscription, methodOf, saveSubscription, takeCustomer } from './subscription-rows.ts';
import { plan } from './time.ts';
import type { Invoice, Subscription } from './types.ts';

const subscriptionOf = (sandbox: Sandbox, invoice: Invoice): Subscription | undefined =>
  findSubscription(sandbox, invoice.parent?.subscription_details?.subscription);

/** The payment method that an invoice is charged to; null when there is none. */
export const methodFor = (sandbox: Sandbox, invoice: Invoice): string | null =>
  invoice.default_payment_method ?? methodOf(subscriptionOf(sandbox, invoice), takeCustomer(sandbox, invoice.customer));

/** Charges an open invoice to this payment method, unless a debit of it is under way. What became of it is read from the invoice; a refusal is the answer. */
export function chargeInvoice(
  sandbox: Sandbox,
  invoice: Invoice,
  method: string,
  isCustomerThere: boolean,
): PaymentIntent | Answer | undefined {
  const intent = intentOf(sandbox, defaultPaymentOf(sandbox, invoice.id));
  if (!intent || intent.status === 'processing') return intent;
  if (intent.status === 'requires_action') intent.next_action = null;
  intent.payment_method = method;
  intent.status = 'requires_confirmation';
  sandbox.objects.update(intent);
  return confirmPaymentIntent(sandbox, intent, {
    returnUrl: invoice.hosted_invoice_url ?? undefined,
    useStripeSdk: false,
    offSession: !isCustomerThere,
    errorOnRequiresAction: false,
    mayAskLater: true,
  });
}

/** An attempt by the schedule: when it fails the next is planned, and after the last the subscription ends as is set. */
export function collectInvoice(sandbox: Sandbox, invoice: Invoice): void {
  const days = sandbox.settings.retryDays[invoice.attempt_count];
  const now = sandbox.now();
  invoice.attempt_count += 1;
  invoice.attempted = true;
  invoice.next_payment_attempt = days === undefined ? null : now + days * DAY;
  saveInvoice(sandbox, invoice);
  const method = methodFor(sandbox, invoice);
  if (method === null) tellFailure(sandbox, invoice, false);
  else chargeInvoice(sandbox, invoice, method, false);
  const after = sandbox.objects.find<Invoice>(invoice.id, 'invoice');
  if (after?.status !== 'open') return;
  // A bank debit says later what became of it.
  if (intentOf(sandbox, defaultPaymentOf(sandbox, invoice.id))?.status === 'processing') {
    after.next_payment_attempt = null;
    return void saveInvoice(sandbox, after);
  }
  if (after.next_payment_attempt !== null) plan(sandbox, 'collect', invoice.id, after.next_payment_attempt);
  else giveUp(sandbox, after);
}

/** All attempts failed. */
function giveUp(sandbox: Sandbox, invoice: Invoice): void {
  const subscription = subscriptionOf(sandbox, invoice);
  if (!subscription || subscription.status === 'canceled') return;
  const end = sandbox.settings.afterLastRetry;
  if (end === 'cancel') return void endSubscription(sandbox, subscription, 'payment_failed');
  const before = copyOf(subscription);
  subscription.status = end === 'unpaid' ? 'unpaid' : 'past_due';
  saveSubscription(sandbox, subscription, before);
}

/** Undoes everything with a 402 when a payment that had to succeed did not. */
export function requirePaid(result: ReturnType<typeof chargeInvoice>): void {
  if (result instanceof Answer) {
    const {
      payment_intent: _intent,
      payment_method: _method,
      charge: _charge,
      message,
      ...rest
    } = result.body as Record<string, unknown>;
    throw new StripeError(402, { ...rest, message: String(message) }, { stored: true });
  }
  if (result?.status !== 'requires_action') return;
  throw new StripeError(
    402,
    {
      type: 'card_error',
      code: 'subscription_payment_intent_requires_action',
      message: 'Payment for this subscription requires additional user action before it can be completed successfully.',
    },
    { stored: true },
  );
}
