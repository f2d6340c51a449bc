/** Judges our disputes against Stripe's, and what was to come back of those that were won. */
import { type Finding, finding, say } from './reconciliation.ts';
import type { StripeObject } from './stripe-objects.ts';

export interface OpenDispute {
  id: string;
  dispute_id: string;
  order_id: string;
  order_number: string;
  status: string;
  amount: number;
  currency: string;
  opened_at: Date;
}

/** Undefined: both sides say the same. */
export function judgeOpenDispute(ours: OpenDispute, theirs: StripeObject | undefined): Finding | undefined {
  const { dispute_id: id, order_id: orderId, order_number: number, currency, amount, status } = ours;
  const about = { subject: id, orderId, currency, ours: { status, amount }, occurredAt: ours.opened_at };
  if (!theirs) {
    const explanation = `Dispute ${id} of order ${number} is ${status} with us, Stripe does not know it.`;
    return finding({ ...about, code: 'dispute_missing', ourAmount: -amount, stripeAmount: 0, explanation });
  }
  if (theirs.status === status) return undefined;
  return finding({
    ...about,
    code: 'dispute_behind',
    ourAmount: -amount,
    stripeAmount: -theirs.amount,
    stripe: { dispute: id, status: theirs.status, amount: theirs.amount, currency: theirs.currency },
    explanation: `Dispute ${id} (${say(theirs.amount, theirs.currency)}) is ${theirs.status} at Stripe; with order ${number} it is ${status}.`,
    action: { kind: 'read_dispute', disputeId: id },
  });
}

export interface WonDispute {
  dispute_id: string;
  order_id: string;
  order_number: string;
  closed_at: Date;
  /** What all movements of the dispute come to: nothing, when its money is back. */
  amount: number;
  currency: string;
}

export const disputeNotReinstated = (dispute: WonDispute): Finding => {
  const { dispute_id: id, order_id: orderId, order_number: number, amount, currency, closed_at: occurredAt } = dispute;
  return finding({
    code: 'dispute_not_reinstated',
    subject: id,
    orderId,
    currency,
    ourAmount: 0,
    stripeAmount: amount,
    ours: { status: 'won', closed_at: occurredAt.toISOString() },
    stripe: { dispute: id, moved: amount },
    explanation: `Dispute ${id} of order ${number} was won, and Stripe's movements for it still come to ${say(amount, currency)}: the money has not come back.`,
    occurredAt,
  });
};
