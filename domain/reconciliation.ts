/** What reconciliation compares, and the differences it knows by name. Pure: facts of both sides in, findings out. */
import { formatMoney } from './money.ts';

export const RECONCILIATION_KINDS = ['events', 'orders', 'objects', 'balance', 'payouts'] as const;
export type ReconciliationKind = (typeof RECONCILIATION_KINDS)[number];

export const FINDING_OWNERS = ['finance', 'operations', 'engineering'] as const;
export type FindingOwner = (typeof FINDING_OWNERS)[number];

interface CodeMeaning {
  owner: FindingOwner;
  repair: string;
}

/** Every reason, who settles it, and what does. */
export const FINDING_CODES = {
  event_missed: meaning('engineering', 'The event goes to the inbox, as if the webhook had brought it.'),
  order_behind_intent: meaning('engineering', 'The intent is read anew and recorded, as for an event.'),
  intent_missing: meaning('engineering', 'Find out which account or mode the intent was made in.'),
  intent_amount_differs: meaning(
    'finance',
    'Refund the charge or accept the amount; the order does not move by itself.',
  ),
  intent_doubled: meaning('operations', 'Cancel the second intent in the dashboard: it could take the money again.'),
  charge_foreign: meaning(
    'finance',
    'Say what the charge is for by correcting it to an account, or refund it in the dashboard.',
  ),
  charge_doubled: meaning('finance', 'Refund the second charge in the dashboard: the customer has paid twice.'),
  charge_unplaced: meaning('finance', 'Refund the charge in the dashboard: the order is to be paid by another intent.'),
  charge_missing: meaning(
    'finance',
    'Compare with the charge in the dashboard; ask Stripe, or correct the booking: the money never came.',
  ),
  fee_unknown: meaning('finance', "Stripe's fee is kept with the payment, and booked."),
  fee_differs: meaning('finance', "Correct the booking to Stripe's figure, or ask Stripe."),
  fee_unexpected: meaning('finance', 'Ask Stripe for the fee; accept it, or change the rate in STOCKROOM_STRIPE_FEES.'),
  amount_differs: meaning('finance', "Correct the booking to Stripe's figure."),
  currency_differs: meaning('finance', 'Ask Stripe for the exchange, and book it.'),
  net_inconsistent: meaning(
    'finance',
    'Ask Stripe, and correct the booking by the difference: a movement must be its amount less its fee.',
  ),
  refund_not_recorded: meaning('finance', 'The refund is read and becomes a row of the order.'),
  refund_behind: meaning('engineering', 'The refund is read anew and recorded, as for an event.'),
  refund_missing: meaning('finance', 'Ask Stripe for the refund; issue it again when there is none.'),
  refund_amount_differs: meaning('finance', "Correct the booking to Stripe's figure."),
  dispute_not_recorded: meaning('finance', 'The dispute is read and becomes a row of the order.'),
  dispute_not_booked: meaning('finance', 'The dispute is read anew, and what Stripe withdrew or gave back is booked.'),
  dispute_behind: meaning('engineering', 'The dispute is read anew and recorded, as for an event.'),
  dispute_missing: meaning('engineering', 'Find out which account or mode the dispute belongs to.'),
  dispute_fee_differs: meaning('finance', "Correct the booking to Stripe's figure, or ask Stripe."),
  dispute_amount_differs: meaning('finance', "Correct the booking to Stripe's figure, or ask Stripe."),
  dispute_not_reinstated: meaning('finance', 'Ask Stripe for the money of the dispute that was won.'),
  transfer_foreign: meaning(
    'finance',
    'Say what the transfer is for by correcting it to an account, or reverse it in the dashboard.',
  ),
  transfer_doubled: meaning('finance', 'Reverse the second transfer in the dashboard: the vendor was paid twice.'),
  transfer_behind: meaning('engineering', 'The transfer is read anew and our row settled, as for an event.'),
  transfer_missing: meaning('finance', 'Ask Stripe for the transfer: the vendor may not have been paid.'),
  transfer_amount_differs: meaning('finance', 'Ask Stripe; reverse or pay the difference in the dashboard.'),
  transfer_ledger_differs: meaning('engineering', 'Find the booking of the transfer that is missing or too much.'),
  vendor_transfer_not_received: meaning('finance', "Ask Stripe: our transfer is not in the vendor's account."),
  vendor_transfer_differs: meaning('finance', "Ask Stripe: the vendor's account got another amount than we sent."),
  vendor_movement_unexplained: meaning(
    'finance',
    'Find out what moved in the account of the vendor: no transfer or payout of ours explains it.',
  ),
  vendor_payout_sum_differs: meaning(
    'finance',
    'Ask Stripe which movement the payout of the vendor holds or leaves out.',
  ),
  vendor_payout_failed: meaning(
    'operations',
    'Have the vendor name another bank account; the money is back in its balance.',
  ),
  vendor_balance_differs: meaning('finance', "Ask Stripe: the account's movements do not sum to its balance."),
  vendor_account_lost: meaning(
    'operations',
    'Ask the vendor to connect its account again: Stripe does not let us see it any more, and nothing is paid to it.',
  ),
  subscription_behind: meaning('engineering', 'The subscription is read anew and recorded, as for an event.'),
  invoice_behind: meaning('engineering', 'The invoice is read anew; if it is paid, its order is made.'),
  movement_unexplained: meaning(
    'finance',
    'Say what the movement is by correcting it to an account: it stands on the suspense account.',
  ),
  ledger_missing: meaning(
    'engineering',
    'Look why the ledger did not post it; correcting has it posted from the rows.',
  ),
  ledger_differs: meaning('finance', 'Find the booking that is too much or missing; correct by the difference.'),
  payout_sum_differs: meaning('finance', 'Ask Stripe which movement the payout holds or leaves out.'),
  payout_ledger_differs: meaning('finance', 'Settle the findings of its lines; then the payout agrees.'),
  payout_failed: meaning('finance', 'Correct the bank account in the dashboard; the money is back in the balance.'),
  payout_exchanged: meaning('finance', "The exchange is booked at Stripe's own figures."),
  payout_manual: meaning(
    'finance',
    'Nothing: Stripe does not list the lines of a manual payout, it is compared as a whole.',
  ),
} as const satisfies Record<string, CodeMeaning>;

function meaning(owner: FindingOwner, repair: string): CodeMeaning {
  return { owner, repair };
}

export type FindingCode = keyof typeof FINDING_CODES;

export type Facts = Readonly<Record<string, string | number | boolean | null>>;

export interface Finding {
  code: FindingCode;
  /** What it is about: an id of Stripe's, or ours when Stripe has none. */
  subject: string;
  orderId: string | null;
  currency: string | null;
  /** Minor units; null where a side has no figure. */
  ourAmount: number | null;
  stripeAmount: number | null;
  ours: Facts;
  stripe: Facts;
  /** How the two sides were matched and where they differ, in a sentence. */
  explanation: string;
  occurredAt: Date;
  /** What the reconciliation does by itself; undefined: a person must. */
  action?: RepairAction;
}

export type RepairAction =
  | { kind: 'receive_event' }
  | { kind: 'read_payment'; orderId: string }
  | { kind: 'read_refund'; refundId: string }
  | { kind: 'read_dispute'; disputeId: string }
  | { kind: 'read_transfer'; transferId: string }
  /** A subscription or an invoice. */
  | { kind: 'read_billing' }
  | { kind: 'keep_fee'; paymentId: string; amount: number; currency: string; chargeId: string }
  /** The booking that goes with it is the repair. */
  | { kind: 'booked' }
  /** Told, and nothing is to be done. */
  | { kind: 'told' };

type Optional = 'orderId' | 'currency' | 'ourAmount' | 'stripeAmount' | 'ours' | 'stripe';

/** A finding with what was left out filled in. */
export function finding(given: Omit<Finding, Optional> & Partial<Pick<Finding, Optional>>): Finding {
  return { orderId: null, currency: null, ourAmount: null, stripeAmount: null, ours: {}, stripe: {}, ...given };
}

/** An amount in a sentence; `nothing` where a side has none. */
export const say = (amount: number | null, currency: string): string =>
  amount === null ? 'nothing' : `${formatMoney({ amount, currency })} (${amount} ${currency})`;
