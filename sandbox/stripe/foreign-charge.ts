import { buildPaymentIntent } from './build-payment-intent.ts';
import { chargePaymentIntent } from './charge-payment-intent.ts';
import type { Sandbox } from './context.ts';
import { noSuch } from './errors.ts';
import { takePaymentMethod } from './payment-methods.ts';
import type { Charge, PaymentIntent } from './types.ts';
import { amountOf, currencyOf, optionalText, type Wishes } from './wishes.ts';

/** Payments that somebody else made in the same account. */

interface Like {
  amount: number;
  currency: string;
  card: string;
  rest: Partial<PaymentIntent>;
}

/** A payment that nobody here asked for: another program's, or one by hand. */
export function chargeStranger(sandbox: Sandbox, wishes: Wishes): PaymentIntent {
  return pay(sandbox, {
    amount: amountOf(wishes.amount),
    currency: currencyOf(wishes.currency),
    card: optionalText(wishes.payment_method, 'payment_method') ?? 'pm_card_visa',
    rest: {
      description: optionalText(wishes.description, 'description') ?? 'Not from this shop',
      metadata: (wishes.metadata ?? {}) as Record<string, string>,
    },
  });
}

/** The same payment once more, with an intent of its own: a customer who was charged twice. */
export function chargeAgain(sandbox: Sandbox, charge: Charge): PaymentIntent {
  const intent = sandbox.objects.find<PaymentIntent>(charge.payment_intent, 'payment_intent');
  if (!intent) throw noSuch('payment_intent', charge.payment_intent);
  const { customer, description, metadata, receipt_email, shipping } = intent;
  return pay(sandbox, {
    amount: intent.amount,
    currency: intent.currency,
    card: 'pm_card_visa',
    rest: { customer, description, metadata, receipt_email, shipping },
  });
}

function pay(sandbox: Sandbox, { amount, currency, card, rest }: Like): PaymentIntent {
  const method = takePaymentMethod(sandbox, card, 'payment_method');
  const intent = buildPaymentIntent({
    amount,
    currency,
    created: sandbox.now(),
    captureMethod: 'automatic_async',
    confirmationMethod: 'automatic',
    types: undefined,
    allowRedirects: 'never',
    methodOptions: {},
    rest: { ...rest, payment_method: method.id, status: 'requires_confirmation' },
  });
  sandbox.objects.insert(intent);
  sandbox.emit('payment_intent.created', intent);
  chargePaymentIntent(sandbox, intent, method, false);
  return intent;
}
