/** Judges our open payments and refunds against the objects at Stripe, and the other way round. */
import { type Finding, finding, say } from './reconciliation.ts';
import type { StripeObject } from './stripe-objects.ts';

export interface OpenPayment {
  order_id: string;
  order_number: string;
  order_status: string;
  payment_id: string;
  intent_id: string;
  status: string;
  amount: number;
  captured_amount: number;
  currency: string;
  created_at: Date;
}

const HOLDS_MONEY: ReadonlySet<string> = new Set(['succeeded', 'requires_capture']);

/** Undefined: both sides say the same. */
export function judgeOpenPayment(payment: OpenPayment, intent: StripeObject | undefined): Finding | undefined {
  if (!intent) return missing(payment);
  const received = Number(intent.data.amount_received ?? 0);
  const about = {
    orderId: payment.order_id,
    currency: payment.currency,
    ours: { order: payment.order_status, payment: payment.status, amount: payment.amount },
    stripe: { intent: intent.id, status: intent.status, amount: intent.amount, amount_received: received },
    occurredAt: intent.createdAt,
  };
  if (HOLDS_MONEY.has(intent.status) && (intent.amount !== payment.amount || intent.currency !== payment.currency))
    return finding({
      ...about,
      code: 'intent_amount_differs',
      subject: intent.id,
      ourAmount: payment.amount,
      stripeAmount: intent.amount,
      explanation: `Intent ${intent.id} of order ${payment.order_number} is ${intent.status} with ${say(intent.amount, intent.currency)}, the order is about ${say(payment.amount, payment.currency)}.`,
    });
  if (intent.status === payment.status) return undefined;
  return finding({
    ...about,
    code: 'order_behind_intent',
    subject: payment.order_id,
    ourAmount: payment.captured_amount,
    stripeAmount: received,
    explanation: `Intent ${intent.id} is ${intent.status} at Stripe, the payment of order ${payment.order_number} with this intent is ${payment.status}.`,
    action: { kind: 'read_payment', orderId: payment.order_id },
  });
}

function missing({ intent_id, order_number, order_id, amount, currency, status, created_at, payment_id }: OpenPayment) {
  return finding({
    code: 'intent_missing',
    subject: intent_id,
    orderId: order_id,
    currency,
    ourAmount: amount,
    stripeAmount: 0,
    ours: { payment: payment_id, status },
    explanation: `The payment of order ${order_number} names ${intent_id}, which Stripe does not know.`,
    occurredAt: created_at,
  });
}

/** A payment whose intent is not in Stripe's list, and not found by its id either. */
export const intentMissing: (payment: OpenPayment) => Finding = missing;

export interface OwnRefund {
  id: string;
  order_id: string;
  order_number: string;
  provider_id: string;
  status: string;
  amount: number;
  currency: string;
  created_at: Date;
}

export const refundMissing = (refund: OwnRefund): Finding =>
  finding({
    code: 'refund_missing',
    subject: refund.provider_id,
    orderId: refund.order_id,
    currency: refund.currency,
    ourAmount: -refund.amount,
    stripeAmount: 0,
    ours: { refund: refund.id, status: refund.status },
    explanation: `Refund ${refund.provider_id} of order ${refund.order_number} is ${refund.status} with us, Stripe does not know it.`,
    occurredAt: refund.created_at,
  });

export interface StrayObject {
  id: string;
  type: 'payment_intent' | 'refund' | 'dispute';
  status: string;
  amount: number;
  currency: string;
  created_at: Date;
  order_id: string;
  order_number: string;
  our_intent: string | null;
  our_status: string | null;
}

/** An object at Stripe that speaks of an order of ours and has no row, or one that is behind. */
export function judgeStray(stray: StrayObject): Finding {
  const { id, type, status, amount, currency, order_id, order_number, our_intent, our_status, created_at } = stray;
  const about = {
    subject: id,
    orderId: order_id,
    currency,
    ours: { intent: our_intent, status: our_status },
    stripe: { [type]: id, status, amount, currency },
    occurredAt: created_at,
  };
  if (type === 'payment_intent')
    return finding({
      ...about,
      code: 'intent_doubled',
      ourAmount: 0,
      stripeAmount: 0,
      explanation: `Intent ${id} (${status}, ${say(amount, currency)}) names order ${order_number}, which is paid by ${our_intent ?? 'none yet'}.`,
    });
  if (type === 'dispute')
    return finding({
      ...about,
      code: 'dispute_not_recorded',
      ourAmount: 0,
      stripeAmount: -amount,
      explanation: `Dispute ${id} (${status}, ${say(amount, currency)}) is about order ${order_number} by its intent ${our_intent}, and is not known here.`,
      action: { kind: 'read_dispute', disputeId: id },
    });
  return finding({
    ...about,
    code: our_status === null ? 'refund_not_recorded' : 'refund_behind',
    ourAmount: our_status === null ? 0 : -amount,
    stripeAmount: -amount,
    explanation: `Refund ${id} (${status}, ${say(amount, currency)}) is of order ${order_number} by its intent ${our_intent}; with us it is ${our_status ?? 'not known'}.`,
    action: { kind: 'read_refund', refundId: id },
  });
}

export interface UnseenCharge {
  payment_id: string;
  order_id: string;
  order_number: string;
  intent_id: string;
  charge_id: string | null;
  captured_amount: number;
  currency: string;
  created_at: Date;
}

/** A payment that was captured as far as we know, and of which Stripe's balance shows nothing. */
export const chargeMissing = (payment: UnseenCharge): Finding =>
  finding({
    code: 'charge_missing',
    subject: payment.payment_id,
    orderId: payment.order_id,
    currency: payment.currency,
    ourAmount: payment.captured_amount,
    stripeAmount: 0,
    ours: { intent: payment.intent_id, charge: payment.charge_id, captured_amount: payment.captured_amount },
    explanation: `The payment of order ${payment.order_number} (${payment.intent_id}) holds ${say(payment.captured_amount, payment.currency)} as captured, Stripe's balance shows no movement for it.`,
    occurredAt: payment.created_at,
  });
