/**
 * Stripe, as far as the pipeline needs it. Every call that changes something carries an idempotency key made from a row's
 * id. Errors come in three kinds: refused (another try with the same request cannot help), stuck (Stripe has stored a
 * failure of its own under the key), and everything else (unknown: try again with the same key).
 */
import Stripe from 'stripe';
import type { CaptureMethod, Intent } from '../domain/judge-intent.ts';
import { type CustomerProvider, createStripeCustomers } from './payment-customers.ts';
import { createStripeDisputes, type DisputeProvider } from './payment-disputes.ts';
import { createStripeRefunds, type RefundProvider } from './payment-refunds.ts';
import { call, DeclinedError, PaymentRefusedError } from './stripe-call.ts';

export type { ProviderRefund } from './payment-refunds.ts';
export { PaymentRefusedError, PaymentStuckError } from './stripe-call.ts';

export interface NewIntent {
  orderId: string;
  orderNumber: string;
  amount: number;
  currency: string;
  captureMethod: CaptureMethod;
  /** Stripe's id of a known customer; with it a saved method may be used. */
  customerId?: string | undefined;
  /** Whether the method is kept for the customer's later orders. */
  saveMethod?: boolean | undefined;
}

export interface Confirmation {
  paymentMethod: string;
  /** Where Stripe sends the customer back to. */
  returnUrl: string;
  /** The customer is not there: what they would have to confirm is declined with `authentication_required`. */
  offSession?: boolean | undefined;
  /** An authorization is to be captured later: how long that is possible is read with the answer. */
  capturesLater?: boolean | undefined;
}

/** Intents, refunds, disputes and customers, as Stripe has them. */
export interface PaymentProvider extends RefundProvider, DisputeProvider, CustomerProvider {
  createIntent(intent: NewIntent, key: string): Promise<Intent>;
  /** Confirms with a payment method. A decline is an answer (the intent with its `lastError`), not an error. */
  confirmIntent(id: string, confirmation: Confirmation, key: string): Promise<Intent>;
  /** Takes an authorization, or a part of it and releases the rest. Refused when there is none (any more). */
  captureIntent(id: string, amount: number, key: string): Promise<Intent>;
  /** Changes what an intent is to take. Refused once it is under way, authorized or settled. */
  updateIntent(id: string, amount: number, key: string): Promise<Intent>;
  retrieveIntent(id: string): Promise<Intent>;
  /** Cancels an intent, or returns it as it stands when it cannot be canceled any more. */
  cancelIntent(id: string, reason: 'abandoned' | 'requested_by_customer', key: string): Promise<Intent>;
}

export interface StripeOptions {
  secretKey: string;
  apiBase?: string | undefined;
  timeoutMs: number;
}

export function createStripePayments(options: StripeOptions): PaymentProvider {
  const stripe = new Stripe(options.secretKey, {
    timeout: options.timeoutMs,
    // Jobs are tried again by the queue, with the same key; one retry here covers a dropped keep-alive connection.
    maxNetworkRetries: 1,
    telemetry: false,
    ...hostOf(options.apiBase),
  });
  const expand = ['latest_charge.balance_transaction'];

  const retrieveIntent = async (id: string) =>
    toIntent(await call(() => stripe.paymentIntents.retrieve(id, { expand })));

  return {
    ...createStripeRefunds(stripe),
    ...createStripeDisputes(stripe),
    ...createStripeCustomers(stripe),
    retrieveIntent,
    async createIntent(intent, idempotencyKey) {
      const params: Stripe.PaymentIntentCreateParams = {
        amount: intent.amount,
        currency: intent.currency,
        capture_method: intent.captureMethod === 'automatic' ? 'automatic_async' : 'manual',
        automatic_payment_methods: { enabled: true },
        description: `Order ${intent.orderNumber}`,
        metadata: { order_id: intent.orderId, order_number: intent.orderNumber },
        ...(intent.customerId ? { customer: intent.customerId } : {}),
        ...(intent.saveMethod ? { setup_future_usage: 'off_session' } : {}),
      };
      return toIntent(await call(() => stripe.paymentIntents.create(params, { idempotencyKey })));
    },
    async confirmIntent(id, { paymentMethod, returnUrl, offSession, capturesLater }, idempotencyKey) {
      const params: Stripe.PaymentIntentConfirmParams = {
        payment_method: paymentMethod,
        return_url: returnUrl,
        ...(offSession ? { off_session: true } : {}),
        ...(capturesLater ? { expand: ['latest_charge'] } : {}),
      };
      try {
        return toIntent(await call(() => stripe.paymentIntents.confirm(id, params, { idempotencyKey })));
      } catch (error) {
        if (error instanceof DeclinedError) return toIntent(error.intent);
        if (error instanceof PaymentRefusedError && error.code === 'payment_intent_unexpected_state')
          return retrieveIntent(id);
        throw error;
      }
    },
    async captureIntent(id, amount, idempotencyKey) {
      const params = { amount_to_capture: amount, expand };
      return toIntent(await call(() => stripe.paymentIntents.capture(id, params, { idempotencyKey })));
    },
    async updateIntent(id, amount, idempotencyKey) {
      return toIntent(await call(() => stripe.paymentIntents.update(id, { amount, expand }, { idempotencyKey })));
    },
    async cancelIntent(id, reason, idempotencyKey) {
      try {
        return toIntent(
          await call(() => stripe.paymentIntents.cancel(id, { cancellation_reason: reason }, { idempotencyKey })),
        );
      } catch (error) {
        if (error instanceof PaymentRefusedError && error.code === 'payment_intent_unexpected_state')
          return retrieveIntent(id);
        throw error;
      }
    },
  };
}

export function hostOf(apiBase: string | undefined): Pick<Stripe.StripeConfig, 'host' | 'port' | 'protocol'> {
  if (!apiBase) return {};
  const { hostname, port, protocol } = new URL(apiBase);
  return { host: hostname, protocol: protocol === 'http:' ? 'http' : 'https', ...(port ? { port } : {}) };
}

function toIntent(intent: Stripe.PaymentIntent): Intent {
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  const balance = charge && typeof charge.balance_transaction === 'object' ? charge.balance_transaction : null;
  return {
    id: intent.id,
    status: intent.status as Intent['status'],
    amount: intent.amount,
    amountReceived: intent.amount_received,
    currency: intent.currency,
    clientSecret: intent.client_secret,
    nextActionUrl: intent.next_action?.redirect_to_url?.url ?? null,
    chargeId: charge?.id ?? (typeof intent.latest_charge === 'string' ? intent.latest_charge : null),
    feeAmount: balance?.fee ?? null,
    feeCurrency: balance?.currency ?? null,
    captureBefore: captureBeforeOf(charge),
    lastError: toLastError(intent.last_payment_error),
    cancellationReason: intent.cancellation_reason,
    orderId: intent.metadata.order_id ?? null,
  };
}

function captureBeforeOf(charge: Stripe.Charge | null): Date | null {
  const seconds = charge?.payment_method_details?.card?.capture_before;
  return seconds ? new Date(seconds * 1_000) : null;
}

function toLastError(error: Stripe.PaymentIntent['last_payment_error']): Intent['lastError'] {
  if (!error) return null;
  return {
    code: error.code ?? error.type,
    declineCode: error.decline_code ?? null,
    message: error.message ?? '',
    paymentMethodId: error.payment_method?.id ?? null,
  };
}
