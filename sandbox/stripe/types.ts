/** The parts of Stripe's objects that the sandbox reads or changes itself; everything else is carried along. */

/** The version whose shapes the sandbox speaks, the one that the `stripe` package 23.1 pins. */
export const API_VERSION = '2026-10-28.endive';

export type Metadata = Record<string, string>;

export interface StripeObject {
  id: string;
  object: string;
  created: number;
  [field: string]: unknown;
}

export type PaymentIntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled';

export interface PaymentIntent extends StripeObject {
  amount: number;
  amount_capturable: number;
  amount_received: number;
  automatic_payment_methods: { enabled: boolean; allow_redirects?: string } | null;
  canceled_at: number | null;
  cancellation_reason: string | null;
  capture_method: 'automatic' | 'automatic_async' | 'manual';
  client_secret: string;
  confirmation_method: 'automatic' | 'manual';
  currency: string;
  customer: string | null;
  description: string | null;
  last_payment_error: Record<string, unknown> | null;
  latest_charge: string | null;
  metadata: Metadata;
  next_action: Record<string, unknown> | null;
  payment_method: string | null;
  payment_method_options: Record<string, unknown> | null;
  payment_method_types: string[];
  receipt_email: string | null;
  setup_future_usage: string | null;
  shipping: Record<string, unknown> | null;
  statement_descriptor: string | null;
  statement_descriptor_suffix: string | null;
  status: PaymentIntentStatus;
  transfer_group: string | null;
}

export interface Charge extends StripeObject {
  amount: number;
  amount_captured: number;
  amount_refunded: number;
  balance_transaction: string | null;
  captured: boolean;
  currency: string;
  customer: string | null;
  disputed: boolean;
  metadata: Metadata;
  paid: boolean;
  payment_intent: string;
  payment_method: string | null;
  payment_method_details: Record<string, unknown> & { type: string };
  receipt_url: string | null;
  refunded: boolean;
  status: 'succeeded' | 'pending' | 'failed';
}

export interface Refund extends StripeObject {
  amount: number;
  balance_transaction: string | null;
  charge: string;
  currency: string;
  failure_balance_transaction?: string;
  failure_reason?: string;
  metadata: Metadata;
  payment_intent: string | null;
  pending_reason?: string;
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';
}

export interface BalanceTransaction extends StripeObject {
  amount: number;
  available_on: number;
  currency: string;
  fee: number;
  net: number;
  source: string | null;
  status: 'pending' | 'available';
  type: string;
}

export interface Payout extends StripeObject {
  amount: number;
  automatic: boolean;
  balance_transaction: string | null;
  currency: string;
  failure_balance_transaction: string | null;
  failure_code: string | null;
  failure_message: string | null;
  metadata: Metadata;
  reconciliation_status: 'not_applicable' | 'in_progress' | 'completed';
  reversed_by: string | null;
  status: 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';
}

export interface Dispute extends StripeObject {
  amount: number;
  balance_transactions: BalanceTransaction[];
  charge: string;
  currency: string;
  evidence: Record<string, unknown>;
  evidence_details: {
    due_by: number | null;
    has_evidence: boolean;
    past_due: boolean;
    submission_count: number;
    submission_method: string;
    enhanced_eligibility: object;
  };
  is_charge_refundable: boolean;
  metadata: Metadata;
  payment_intent: string | null;
  reason: string;
  status: string;
}

export interface EarlyFraudWarning extends StripeObject {
  actionable: boolean;
  charge: string;
}

export interface PaymentMethod extends StripeObject {
  type: string;
  billing_details: Record<string, unknown>;
  customer: string | null;
  metadata: Metadata;
}

/** A discount has no `created`. */
export type StripeDiscount = {
  id: string;
  object: 'discount';
  end: number | null;
  source: { coupon: string; type: 'coupon' };
  start: number;
} & Record<string, unknown>;

export interface Customer extends StripeObject {
  /** What the customer owes (above 0) or has to its credit (below), for the next invoice. */
  balance: number;
  currency: string | null;
  default_source: string | null;
  discount: StripeDiscount | null;
  email: string | null;
  metadata: Metadata;
  invoice_prefix: string;
  invoice_settings: Record<string, unknown> & { default_payment_method: string | null };
  name: string | null;
  next_invoice_sequence: number;
  test_clock: string | null;
}

export interface Coupon extends StripeObject {
  amount_off: number | null;
  applies_to?: { products: string[] };
  currency: string | null;
  duration: 'forever' | 'once' | 'repeating';
  duration_in_months: number | null;
  max_redemptions: number | null;
  metadata: Metadata;
  name: string | null;
  percent_off: number | null;
  redeem_by: number | null;
  times_redeemed: number;
  valid: boolean;
}

export interface WebhookEndpoint extends StripeObject {
  enabled_events: string[];
  metadata: Metadata;
  status: 'enabled' | 'disabled';
  url: string;
}
