/** One movement of Stripe's balance with what it joins to on our side, and how it is told and booked. */
import { balanceEntries, exchangeEntries, feeEntries, type LedgerAccount, type LedgerBooking } from './ledger.ts';
import { type Finding, finding, say } from './reconciliation.ts';

/** A balance transaction with all that it joins to. Amounts in minor units; a charge is found by its intent. */
export interface Movement {
  id: string;
  type: string;
  amount: number;
  fee: number;
  /** What Stripe's own list of the fee's parts sums to. */
  fee_detailed: number;
  /** Charges of one kind pay one rate; null where nothing is known of the kind. */
  fee_kind: string | null;
  net: number;
  currency: string;
  exchange_rate: string | null;
  source_id: string | null;
  created_at: Date;
  source_type: string | null;
  source_status: string | null;
  source_amount: number | null;
  source_currency: string | null;
  automatic: boolean | null;
  charge_id: string | null;
  /** What the charge was authorized for; null when the movement has none. */
  charge_amount: number | null;
  charge_currency: string | null;
  intent_id: string | null;
  /** What went back of the charge, by Stripe's own movements. */
  charge_returned: number;
  /** All movements of the same source together, less fees. */
  source_net: number;
  source_fee: number;
  source_moves: number;
  /** What our rows know of a dispute's movements. */
  known_net: number;
  known_fee: number;
  known_moves: number;
  payment_id: string | null;
  payment_status: string | null;
  payment_charge: string | null;
  /** What the order costs. */
  payment_amount: number | null;
  payment_currency: string | null;
  captured_amount: number | null;
  fee_amount: number | null;
  fee_currency: string | null;
  order_id: string | null;
  order_number: string | null;
  /** The order that the charge's metadata names, when it is one of ours. */
  named_order: string | null;
  named_number: string | null;
  named_captured: number | null;
  refund_id: string | null;
  refund_status: string | null;
  refund_amount: number | null;
  refund_currency: string | null;
  /** What the ledger's Stripe balance holds for it; null when nothing is booked. */
  booked: number | null;
  /** Our row has changes that the ledger has yet to post. */
  due: boolean;
  /** A movement of its own (exchange, fee, suspense) is booked under the transaction's id. */
  own_booking: boolean;
  /** Findings about it that were corrected in the ledger. */
  corrected: readonly Corrected[];
  /** The account that a correction gave for the charge that this is, or gives money back of. */
  settled_account: LedgerAccount | null;
  /** The row of ours that a transfer names, although another one was made for it. */
  doubled_transfer: string | null;
}

export interface Corrected {
  code: string;
  stripe_amount: number | null;
  /** Money that a person gave an account: what goes back of it follows. */
  settles: boolean;
}

export interface Judged {
  findings: Finding[];
  /** What is to be booked so that the ledger's Stripe balance is Stripe's. Booked once, whatever is judged again. */
  bookings: LedgerBooking[];
}

/** A difference of the ledger's Stripe balance; the rows themselves agree. */
export function judgeLedger(pair: Movement, expected: number): Finding[] {
  const { booked, currency } = pair;
  if (booked === expected || pair.due) return [];
  const explanation = `${matched(pair)}: Stripe's balance moved by ${say(expected, currency)}, the ledger holds ${say(booked, currency)} for it.`;
  const code = booked === null ? 'ledger_missing' : 'ledger_differs';
  return [about(pair, { code, subject: pair.id, ourAmount: booked ?? 0, stripeAmount: expected, explanation })];
}

export const matched = ({ source_id, id, intent_id, order_number, type }: Movement) =>
  `${type} ${source_id} (${id}) belongs to order ${order_number} by ${intent_id}`;

/**
 * Money of another amount than the order's, which no order will take up by itself (`payment_mismatch`). The run of open orders
 * tells it; here it is booked as owed to the customer, and what goes back of it likewise.
 */
export const isOfAnotherAmount = (pair: Movement): boolean =>
  pair.payment_id !== null &&
  pair.payment_status !== 'succeeded' &&
  pair.charge_amount !== null &&
  (pair.charge_amount !== pair.payment_amount || pair.charge_currency !== pair.payment_currency);

type About = Pick<Finding, 'code' | 'subject' | 'explanation'> & Partial<Finding>;

export function about(pair: Movement, given: About): Finding {
  const { id, type, amount, fee, net, currency, source_id, source_status, created_at } = pair;
  const { payment_status, captured_amount, fee_amount, refund_id, refund_status, booked } = pair;
  return finding({
    orderId: pair.order_id,
    currency,
    stripeAmount: amount,
    stripe: { transaction: id, type, amount, fee, net, currency, source: source_id, status: source_status },
    ours: { payment_status, captured_amount, fee_amount, refund: refund_id, refund_status, booked },
    occurredAt: created_at,
    ...given,
  });
}

const cause = (pair: Movement, kind: 'exchange' | 'balance_transaction') => ({ kind, id: pair.id }) as const;

/** Books the movement against an account that explains it, under its own id. */
export function ownBooking(pair: Movement, against: LedgerAccount, orderId: string | null): LedgerBooking {
  const { amount, fee, currency } = pair;
  return {
    cause: cause(pair, 'balance_transaction'),
    ...(orderId ? { orderId } : {}),
    occurredAt: pair.created_at,
    description: `${pair.type} ${pair.source_id ?? ''}`.trim(),
    entries: balanceEntries({ amount, fee, currency }, against as Exclude<LedgerAccount, 'stripe_balance'>),
  };
}

/** Stripe settled in another currency than ours: `amount` is the payment's or refund's own, signed as the movement. */
export function exchangeOf(pair: Movement, amount: number): LedgerBooking {
  const from = { amount, currency: pair.refund_currency ?? pair.payment_currency! };
  const entries = exchangeEntries(from, { amount: pair.amount, currency: pair.currency });
  return {
    cause: cause(pair, 'exchange'),
    ...(pair.order_id ? { orderId: pair.order_id } : {}),
    occurredAt: pair.created_at,
    description: `${pair.type} ${pair.source_id}, settled at ${pair.exchange_rate ?? '?'}`,
    // A refund's own fee has no row of ours to be booked from.
    entries: pair.refund_id === null || pair.fee === 0 ? entries : [...entries, ...feeEntries(pair.fee, pair.currency)],
  };
}

export const feeBooking = (pair: Movement): LedgerBooking => ({
  cause: cause(pair, 'balance_transaction'),
  ...(pair.order_id ? { orderId: pair.order_id } : {}),
  occurredAt: pair.created_at,
  description: `fee of refund ${pair.source_id}`,
  entries: feeEntries(pair.fee, pair.currency),
});
