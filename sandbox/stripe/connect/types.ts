/** The parts of Connect's objects that the sandbox reads or changes itself. */
import type { Metadata, StripeObject } from '../types.ts';

export interface Account extends StripeObject {
  business_profile: Record<string, unknown> & { name: string | null; url: string | null };
  business_type: string | null;
  capabilities: Record<string, 'active' | 'inactive'>;
  charges_enabled: boolean;
  company?: Record<string, unknown>;
  controller: {
    fees: { payer: string };
    is_controller: true;
    losses: { payments: string };
    requirement_collection: 'application' | 'stripe';
    stripe_dashboard: { type: 'express' | 'full' | 'none' };
    type: 'application';
  };
  country: string;
  default_currency: string;
  deleted?: true;
  details_submitted: boolean;
  email: string | null;
  individual?: Person;
  metadata: Metadata;
  payouts_enabled: boolean;
  requirements: Requirements;
  settings: Record<string, unknown> & {
    payouts: { debit_negative_balances: boolean; schedule: Record<string, unknown>; statement_descriptor: null };
  };
  tos_acceptance: { date?: number | null; ip?: string | null; user_agent?: string | null };
  type: 'custom' | 'express' | 'none' | 'standard';
}

export interface Requirements {
  alternatives: [];
  current_deadline: number | null;
  currently_due: string[];
  disabled_reason: string | null;
  errors: [];
  eventually_due: string[];
  past_due: string[];
  pending_verification: string[];
}

/** What the sandbox keeps of an account beside what it shows. */
export interface HiddenAccount {
  /** What Stripe asks for besides, on request, and until when. */
  asked: { field: string; until: number }[];
  /** When each capability was asked for. */
  requested: Record<string, number>;
  /** Why the platform will not have it any more. */
  rejected?: string;
  /** Numbers that are taken and never shown. */
  given: string[];
}

export interface Person extends StripeObject {
  account: string;
  metadata: Metadata;
  relationship: Record<string, unknown>;
}

/** A bank account shows no time of its making. */
export interface BankAccount {
  id: string;
  object: 'bank_account';
  account: string;
  country: string;
  currency: string;
  default_for_currency: boolean;
  last4: string;
  metadata: Metadata;
  status: string;
  [field: string]: unknown;
}

export interface AccountLink extends StripeObject {
  account: string;
  expires_at: number;
  return_url: string;
  refresh_url: string;
  /** Whoever opened it: what the page sends back. */
  session: string | null;
}

export interface Transfer extends StripeObject {
  amount: number;
  amount_reversed: number;
  balance_transaction: string;
  currency: string;
  destination: string;
  destination_payment: string;
  metadata: Metadata;
  reversed: boolean;
  source_transaction: string | null;
  transfer_group: string | null;
}

export interface TransferReversal extends StripeObject {
  amount: number;
  balance_transaction: string;
  metadata: Metadata;
  transfer: string;
}

export interface ApplicationFee extends StripeObject {
  account: string;
  amount: number;
  amount_refunded: number;
  charge: string;
  currency: string;
  refunded: boolean;
}

export interface FeeRefund extends StripeObject {
  amount: number;
  fee: string;
  metadata: Metadata;
}
