import { DAY } from './book-transaction.ts';
import { newId } from './ids.ts';
import type { Charge, Dispute } from './types.ts';

export interface DisputeFacts {
  charge: Charge;
  amount: number;
  reason: string;
  /** An inquiry asks first; it takes no money. */
  inquiry: boolean;
  created: number;
  days: number;
}

/** The evidence that can be given, as text or as the id of a file. */
export const EVIDENCE_FIELDS = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
] as const;

/** Visa's codes of the reasons that are asked for most. */
const NETWORK_CODES: Record<string, string> = {
  credit_not_processed: '13.6',
  duplicate: '12.6.1',
  fraudulent: '10.4',
  general: '10.4',
  product_not_received: '13.1',
  product_unacceptable: '13.3',
  subscription_canceled: '13.2',
};

/** A dispute that waits for an answer, complete as the contract asks for it. */
export function buildDispute(facts: DisputeFacts): Dispute {
  const { charge, reason, inquiry, created } = facts;
  const card = charge.payment_method_details.card as { brand?: string; network?: string } | undefined;
  const code = NETWORK_CODES[reason] ?? null;
  const details = {
    brand: card?.brand ?? 'visa',
    case_type: inquiry ? 'inquiry' : 'chargeback',
    network: card?.network ?? 'visa',
    network_reason_code: code,
  };
  return {
    id: newId('du'),
    object: 'dispute',
    amount: facts.amount,
    balance_transactions: [],
    charge: charge.id,
    created,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: emptyEvidence(charge),
    evidence_details: {
      // The last second of the day.
      due_by: (Math.floor(created / DAY) + facts.days + 1) * DAY - 1,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: {},
    network_reason_code: code,
    payment_intent: charge.payment_intent,
    payment_method_details: { card: details, type: 'card' },
    reason,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  };
}

/** What the charge says already is filled in. */
function emptyEvidence(charge: Charge): Dispute['evidence'] {
  const billing = charge.billing_details as { email: string | null; name: string | null } | null;
  return {
    ...Object.fromEntries(EVIDENCE_FIELDS.map((name) => [name, null])),
    customer_email_address: billing?.email ?? null,
    customer_name: billing?.name ?? null,
    enhanced_evidence: {},
  };
}
