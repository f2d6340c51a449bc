/**
 * Stripe, as far as the pipeline needs it. Every call that changes something carries an idempotency key made from a row's
 * id. Errors come in three kinds: refused (another try with the same request cannot help), stuck (Stripe has stored a
 * failure of its own under the key), and everything else (unknown: try again with the same key).
 */
import Stripe from 'stripe';
import type { Intent } from '../domain/judge-intent.ts';

export interface NewIntent {
  orderId: string;
  orderNumber: string;
  amount: number;
  currency: string;
  captureMethod: 'automatic' | 'manual';
}

export interface ProviderRefund {
  id: string;
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';
  amount: number;
  paymentIntent: string | null;
  failureReason: string | null;
  /** Our refund's id, from the metadata. */
  refundId: string | null;
}

export interface PaymentProvider {
  createIntent(intent: NewIntent, key: string): Promise<Intent>;
  /** Confirms with a payment method. A decline is an answer (the intent with its `lastError`), not an error. */
  confirmIntent(id: string, paymentMethod: string, returnUrl: string, key: string): Promise<Intent>;
  retrieveIntent(id: string): Promise<Intent>;
  /** Cancels an intent, or returns it as it stands when it cannot be canceled any more. */
  cancelIntent(id: string, reason: 'abandoned' | 'requested_by_customer', key: string): Promise<Intent>;
  createRefund(
    refund: { id: string; orderId: string; intentId: string; amount: number; cause: string },
    key: string,
  ): Promise<ProviderRefund>;
  retrieveRefund(id: string): Promise<ProviderRefund>;
  /** A refund of ours that exists although its answer was lost, found by our id in its metadata. */
  findRefund(intentId: string, refundId: string): Promise<ProviderRefund | undefined>;
}

/** Stripe understood and refused: a definite answer. */
export class PaymentRefusedError extends Error {
  override readonly name = 'PaymentRefusedError';
  readonly code: string;
  readonly param: string | undefined;
  constructor(code: string, message: string, param?: string) {
    super(message);
    this.code = code;
    this.param = param;
  }
}

/**
 * What Stripe has stored under the key is no answer to this request: a failure of its own, or other parameters (an earlier
 * version of this program asked). Whether anything happened must be looked up.
 */
export class PaymentStuckError extends Error {
  override readonly name = 'PaymentStuckError';
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
    retrieveIntent,
    async createIntent(intent, idempotencyKey) {
      const params: Stripe.PaymentIntentCreateParams = {
        amount: intent.amount,
        currency: intent.currency,
        capture_method: intent.captureMethod === 'manual' ? 'manual' : 'automatic_async',
        automatic_payment_methods: { enabled: true },
        description: `Order ${intent.orderNumber}`,
        metadata: { order_id: intent.orderId, order_number: intent.orderNumber },
      };
      return toIntent(await call(() => stripe.paymentIntents.create(params, { idempotencyKey })));
    },
    async confirmIntent(id, paymentMethod, returnUrl, idempotencyKey) {
      const params = { payment_method: paymentMethod, return_url: returnUrl };
      try {
        return toIntent(await call(() => stripe.paymentIntents.confirm(id, params, { idempotencyKey })));
      } catch (error) {
        if (error instanceof DeclinedError) return toIntent(error.intent);
        if (error instanceof PaymentRefusedError && error.code === 'payment_intent_unexpected_state')
          return retrieveIntent(id);
        throw error;
      }
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
    async createRefund(refund, idempotencyKey) {
      const metadata = { order_id: refund.orderId, refund_id: refund.id, cause: refund.cause };
      const params = { payment_intent: refund.intentId, amount: refund.amount, metadata };
      return toRefund(await call(() => stripe.refunds.create(params, { idempotencyKey })));
    },
    retrieveRefund: async (id) => toRefund(await call(() => stripe.refunds.retrieve(id))),
    async findRefund(intentId, refundId) {
      const page = await call(() => stripe.refunds.list({ payment_intent: intentId, limit: 100 }));
      const found = page.data.find((refund) => refund.metadata?.refund_id === refundId);
      return found ? toRefund(found) : undefined;
    },
  };
}

function hostOf(apiBase: string | undefined): Pick<Stripe.StripeConfig, 'host' | 'port' | 'protocol'> {
  if (!apiBase) return {};
  const { hostname, port, protocol } = new URL(apiBase);
  return { host: hostname, protocol: protocol === 'http:' ? 'http' : 'https', ...(port ? { port } : {}) };
}

class DeclinedError extends Error {
  readonly intent: Stripe.PaymentIntent;
  constructor(intent: Stripe.PaymentIntent) {
    super('declined');
    this.intent = intent;
  }
}

/** Turns Stripe's errors into ours. A 2xx or 404 body without an object resolves in the SDK: it is no answer. */
async function call<T extends { object?: string }>(request: () => Promise<T>): Promise<T> {
  try {
    const answer = await request();
    if (typeof answer?.object !== 'string') throw new Error('Stripe answered with something that is no object');
    return answer;
  } catch (error) {
    throw translate(error);
  }
}

function translate(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  const status = error.statusCode ?? 0;
  const replayed = (error.headers as Record<string, string> | undefined)?.['idempotent-replayed'] === 'true';
  if (status >= 500 && replayed) return new PaymentStuckError(`Stripe has stored a ${status} under this key`);
  if (status === 400 && error.type === 'StripeIdempotencyError') return new PaymentStuckError(error.message);
  if (status === 402 && error.payment_intent) return new DeclinedError(error.payment_intent);
  if (status === 400 || status === 402 || status === 404) {
    return new PaymentRefusedError(error.code ?? error.type, error.message, error.param);
  }
  return error;
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
    lastError: toLastError(intent.last_payment_error),
    cancellationReason: intent.cancellation_reason,
    orderId: intent.metadata.order_id ?? null,
  };
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

function toRefund(refund: Stripe.Refund): ProviderRefund {
  const { payment_intent: intent } = refund;
  return {
    id: refund.id,
    status: (refund.status ?? 'pending') as ProviderRefund['status'],
    amount: refund.amount,
    paymentIntent: typeof intent === 'string' ? intent : (intent?.id ?? null),
    failureReason: refund.failure_reason ?? null,
    refundId: refund.metadata?.refund_id ?? null,
  };
}
