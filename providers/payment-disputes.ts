/** Stripe's disputes and early fraud warnings: read as they stand, answered with evidence once. */
import type Stripe from 'stripe';
import { type DisputeStatus, isDisputeStatus } from '../domain/disputes.ts';
import type { EvidenceTexts } from '../domain/evidence.ts';
import { call } from './stripe-call.ts';

export interface ProviderDispute {
  id: string;
  status: DisputeStatus;
  reason: string;
  amount: number;
  currency: string;
  chargeId: string;
  paymentIntent: string | null;
  isChargeRefundable: boolean;
  evidenceDueBy: Date | null;
  submissionCount: number;
  openedAt: Date;
  /** What Stripe withdrew (negative) and gave back, in the currency it settles in. */
  movements: { id: string; amount: number; fee: number; net: number; currency: string; occurredAt: Date }[];
}

export interface ProviderFraudWarning {
  id: string;
  chargeId: string;
  paymentIntent: string | null;
  fraudType: string;
  isActionable: boolean;
  openedAt: Date;
}

export interface DisputeProvider {
  retrieveDispute(id: string): Promise<ProviderDispute>;
  /** Hands the evidence in to the bank: Stripe takes it once. */
  submitEvidence(id: string, texts: EvidenceTexts, key: string): Promise<ProviderDispute>;
  retrieveFraudWarning(id: string): Promise<ProviderFraudWarning>;
}

export function createStripeDisputes(stripe: Stripe): DisputeProvider {
  return {
    retrieveDispute: async (id) => toDispute(await call(() => stripe.disputes.retrieve(id))),
    submitEvidence: async (id, texts, idempotencyKey) =>
      toDispute(await call(() => stripe.disputes.update(id, { evidence: texts, submit: true }, { idempotencyKey }))),
    async retrieveFraudWarning(id) {
      const warning = await call(() => stripe.radar.earlyFraudWarnings.retrieve(id));
      return {
        id: warning.id,
        chargeId: idOf(warning.charge),
        paymentIntent: warning.payment_intent ? idOf(warning.payment_intent) : null,
        fraudType: warning.fraud_type,
        isActionable: warning.actionable,
        openedAt: timeOf(warning.created),
      };
    },
  };
}

function toDispute(dispute: Stripe.Dispute): ProviderDispute {
  const { status } = dispute;
  // A new word needs a decision of ours: the job says so until somebody looks.
  if (!isDisputeStatus(status)) throw new Error(`Stripe says that a dispute is ${status}, which is not known here`);
  const { due_by: dueBy, submission_count: submissionCount } = dispute.evidence_details;
  return {
    id: dispute.id,
    status,
    reason: dispute.reason,
    amount: dispute.amount,
    currency: dispute.currency,
    chargeId: idOf(dispute.charge),
    paymentIntent: dispute.payment_intent ? idOf(dispute.payment_intent) : null,
    isChargeRefundable: dispute.is_charge_refundable,
    evidenceDueBy: dueBy ? timeOf(dueBy) : null,
    submissionCount,
    openedAt: timeOf(dispute.created),
    movements: dispute.balance_transactions.map(({ id, amount, fee, net, currency, created }) => ({
      id,
      amount,
      fee,
      net,
      currency,
      occurredAt: timeOf(created),
    })),
  };
}

const idOf = (reference: string | { id: string }): string => (typeof reference === 'string' ? reference : reference.id);
const timeOf = (seconds: number) => new Date(seconds * 1_000);
