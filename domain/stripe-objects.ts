/** Stripe's objects as rows: what of them is kept, and which of two readings counts. */

export const STRIPE_OBJECT_TYPES = [
  ...(['payment_intent', 'charge', 'refund', 'dispute', 'payout'] as const),
  ...(['transfer', 'transfer_reversal'] as const),
] as const;
export type StripeObjectType = (typeof STRIPE_OBJECT_TYPES)[number];

export interface StripeObject {
  id: string;
  type: StripeObjectType;
  status: string;
  amount: number;
  currency: string;
  createdAt: Date;
  intentId: string | null;
  chargeId: string | null;
  balanceTransactionId: string | null;
  /** From the metadata. */
  orderId: string | null;
  /** What only this type has; no names, addresses or cards. */
  data: Readonly<Record<string, string | number | boolean | null>>;
}

/** One movement of Stripe's balance, less what is always computed from the rest. */
export interface BalanceMovement {
  id: string;
  type: string;
  status: string;
  amount: number;
  fee: number;
  /** The sum of what Stripe lists as the fee's parts. */
  feeDetailed: number;
  net: number;
  currency: string;
  sourceId: string | null;
  exchangeRate: number | null;
  description: string | null;
  createdAt: Date;
  availableAt: Date;
}

/**
 * How far a state is in its object's life. A reading of an earlier state never replaces a later one: lists may lag behind.
 * States between which an object may go to and fro share a rank; there the later reading counts.
 */
const RANKS: Readonly<Record<StripeObjectType, Readonly<Record<string, number>>>> = {
  payment_intent: { processing: 2, requires_capture: 3, succeeded: 4, canceled: 4 },
  charge: { pending: 1, failed: 2, succeeded: 2 },
  refund: { pending: 1, requires_action: 1, succeeded: 2, failed: 3, canceled: 3 },
  dispute: {
    warning_needs_response: 1,
    warning_under_review: 2,
    warning_closed: 3,
    needs_response: 4,
    under_review: 5,
    // An appeal leads from lost back to open, and to either end again.
    won: 6,
    lost: 6,
    prevented: 6,
    appeal_needs_response: 6,
    appeal_under_review: 6,
  },
  payout: { pending: 1, in_transit: 2, paid: 3, failed: 4, canceled: 4 },
  // Both are made at once and stay so.
  transfer: { made: 1 },
  transfer_reversal: { made: 1 },
};

/** Unknown states rank first: a later reading decides. */
export const rankOf = (type: StripeObjectType, status: string): number => RANKS[type][status] ?? 1;
