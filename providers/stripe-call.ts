/** A call to Stripe, with its errors turned into ours. */
import Stripe from 'stripe';

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

/** A decline, with the intent as it then stands. */
export class DeclinedError extends Error {
  readonly intent: Stripe.PaymentIntent;
  constructor(intent: Stripe.PaymentIntent) {
    super('declined');
    this.intent = intent;
  }
}

/** Turns Stripe's errors into ours. A 2xx or 404 body without an object resolves in the SDK: it is no answer. */
export async function call<T extends { object?: string }>(request: () => Promise<T>): Promise<T> {
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
    return new PaymentRefusedError(error.code ?? error.rawType ?? error.type, error.message, error.param);
  }
  // An account that is not, or no more, connected with us.
  if (status === 403 && error.code === 'account_invalid') return new PaymentRefusedError(error.code, error.message);
  return error;
}
