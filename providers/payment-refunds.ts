/** Stripe's refunds: made under the key of a row of ours, found by our id in their metadata. */
import type Stripe from 'stripe';
import { call } from './stripe-call.ts';

export interface ProviderRefund {
  id: string;
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';
  amount: number;
  currency: string;
  paymentIntent: string | null;
  failureReason: string | null;
  reason: string | null;
  /** Our refund's id, from the metadata. */
  refundId: string | null;
  /** What was authorized and never captured, given back: no money moved (a partial capture shows its rest so). */
  isRelease: boolean;
}

export interface NewProviderRefund {
  id: string;
  orderId: string;
  intentId: string;
  amount: number;
  cause: string;
  reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer' | null;
}

export interface RefundProvider {
  createRefund(refund: NewProviderRefund, key: string): Promise<ProviderRefund>;
  retrieveRefund(id: string): Promise<ProviderRefund>;
  /** Every refund of an intent, whoever made it. */
  listRefunds(intentId: string): Promise<ProviderRefund[]>;
  /** A refund of ours that exists although its answer was lost, found by our id in its metadata. */
  findRefund(intentId: string, refundId: string): Promise<ProviderRefund | undefined>;
}

export function createStripeRefunds(stripe: Stripe): RefundProvider {
  async function listRefunds(intentId: string): Promise<ProviderRefund[]> {
    const found: ProviderRefund[] = [];
    for (let after: string | undefined; ; ) {
      const from = after ? { starting_after: after } : {};
      const page = await call(() => stripe.refunds.list({ payment_intent: intentId, limit: 100, ...from }));
      found.push(...page.data.map(toRefund));
      after = page.data.at(-1)?.id;
      if (!page.has_more || !after) return found;
    }
  }

  return {
    async createRefund(refund, idempotencyKey) {
      const metadata = { order_id: refund.orderId, refund_id: refund.id, cause: refund.cause };
      const reason = refund.reason ? { reason: refund.reason } : {};
      const params = { payment_intent: refund.intentId, amount: refund.amount, metadata, ...reason };
      return toRefund(await call(() => stripe.refunds.create(params, { idempotencyKey })));
    },
    listRefunds,
    retrieveRefund: async (id) => toRefund(await call(() => stripe.refunds.retrieve(id))),
    async findRefund(intentId, refundId) {
      return (await listRefunds(intentId)).find((refund) => refund.refundId === refundId);
    },
  };
}

function toRefund(refund: Stripe.Refund): ProviderRefund {
  const { payment_intent: intent } = refund;
  return {
    id: refund.id,
    status: (refund.status ?? 'pending') as ProviderRefund['status'],
    amount: refund.amount,
    currency: refund.currency,
    paymentIntent: typeof intent === 'string' ? intent : (intent?.id ?? null),
    failureReason: refund.failure_reason ?? null,
    reason: refund.reason,
    isRelease: refund.status === 'succeeded' && refund.balance_transaction === null,
    refundId: refund.metadata?.refund_id ?? null,
  };
}
