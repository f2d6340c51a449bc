/** Judges one movement of Stripe's balance against the row of ours that it belongs to, and against the ledger. */
import type { LedgerAccount } from './ledger.ts';
import { type Finding, say } from './reconciliation.ts';
import { judgeCharge } from './reconciliation-charges.ts';
import {
  about,
  exchangeOf,
  feeBooking,
  isOfAnotherAmount,
  type Judged,
  judgeLedger,
  type Movement,
  ownBooking,
} from './reconciliation-movement.ts';
import { payoutBookings } from './reconciliation-payouts.ts';
import type { FeeRates } from './stripe-fees.ts';

const none: Judged = { findings: [], bookings: [] };

export function judgeMovement(pair: Movement, rates: FeeRates = {}): Judged {
  const { findings, bookings } = judgeKind(pair, rates);
  return { findings: findings.filter((found) => !isSettled(pair, found)), bookings };
}

/** What was corrected is settled as long as the ledger holds what Stripe moved, and Stripe says the same as then: also a fee that others do not pay. */
const isSettled = (pair: Movement, { code, stripeAmount }: Finding): boolean =>
  pair.booked === movedBy(pair) &&
  pair.corrected.some(
    (each) =>
      (each.code === code || (each.code === 'fee_differs' && code === 'fee_unexpected')) &&
      (each.settles || each.stripe_amount === stripeAmount),
  );

function judgeKind(pair: Movement, rates: FeeRates): Judged {
  if (pair.type === 'charge' || pair.type === 'payment') return judgeCharge(pair, rates);
  if (pair.source_type === 'refund') return judgeRefund(pair);
  if (pair.source_type === 'dispute') return judgeDispute(pair);
  if (/^payout/.test(pair.type)) return judgePayoutMovement(pair);
  if (/^transfer/.test(pair.type)) return judgeStrangeTransfer(pair);
  return judgeOther(pair);
}

/** What Stripe's balance moved by for it; a dispute's movements count together. */
export const movedBy = (pair: Movement): number => (pair.source_type === 'dispute' ? pair.source_net : pair.net);

function judgeRefund(pair: Movement): Judged {
  const id = pair.source_id!;
  if (pair.payment_id === null) {
    const order = pair.named_order;
    const against = pair.settled_account ?? (order ? 'customer_receivable' : 'suspense');
    return { findings: [], bookings: [ownBooking(pair, against, order)] };
  }
  if (pair.refund_id === null && isOfAnotherAmount(pair))
    return { findings: [], bookings: [ownBooking(pair, 'customer_receivable', pair.order_id)] };
  if (pair.refund_id === null || isBehind(pair)) {
    const code = pair.refund_id === null ? 'refund_not_recorded' : 'refund_behind';
    const state = pair.refund_id === null ? 'there is no such refund of' : `it is ${pair.refund_status} with`;
    const explanation = `Stripe moved ${say(pair.amount, pair.currency)} for refund ${id} of ${pair.intent_id} (${pair.id}), ${state} order ${pair.order_number}.`;
    const action = { kind: 'read_refund', refundId: id } as const;
    const ourAmount = pair.refund_id === null ? 0 : -(pair.refund_amount ?? 0);
    return { findings: [about(pair, { code, subject: id, ourAmount, explanation, action })], bookings: [] };
  }
  const exchanged = pair.currency !== pair.refund_currency;
  const sign = pair.amount < 0 ? -1 : 1;
  const owed = sign * (pair.refund_amount ?? 0);
  const bookings = [
    ...(exchanged ? [exchangeOf(pair, owed)] : []),
    ...(pair.fee === 0 || exchanged ? [] : [feeBooking(pair)]),
  ];
  const actual = exchanged ? sign * (pair.source_amount ?? 0) : pair.amount;
  if (actual !== owed) {
    const currency = pair.refund_currency!;
    const explanation = `Refund ${id} (${pair.id}) is ${say(actual, currency)} at Stripe and ${say(owed, currency)} with order ${pair.order_number}, found by the refund's id.`;
    return {
      findings: [
        about(pair, {
          code: 'refund_amount_differs',
          subject: id,
          currency,
          ourAmount: owed,
          stripeAmount: actual,
          explanation,
        }),
      ],
      bookings,
    };
  }
  const settled =
    pair.refund_status === 'succeeded' || pair.refund_status === 'failed' || pair.refund_status === 'canceled';
  const comparable = settled && (bookings.length === 0 || pair.own_booking);
  return { findings: comparable ? judgeLedger(pair, pair.net) : [], bookings };
}

/** A movement back (`refund_failure`) says that the refund has failed; otherwise Stripe's own state is compared. */
function isBehind({ amount, refund_status: ours, source_status: theirs }: Movement): boolean {
  if (amount > 0) return ours !== 'failed' && ours !== 'canceled';
  return ours !== 'succeeded' && ours !== 'failed' && ours !== 'canceled' && theirs === 'succeeded';
}

/**
 * Disputes are booked where they are read; here the sums of all of a dispute's movements are compared. Reading it again helps
 * where a movement is not known yet; figures that differ are a person's.
 */
function judgeDispute(pair: Movement): Judged {
  if (pair.payment_id === null) return { findings: [], bookings: [ownBooking(pair, 'suspense', null)] };
  const { source_id: id, source_net: moved, source_fee: fee, known_fee: kept, currency, order_number: number } = pair;
  if (pair.booked === moved) return none;
  const subject = id!;
  if (pair.known_moves < pair.source_moves) {
    const explanation = `Stripe moved ${say(moved, currency)} in all for dispute ${id} of order ${number}, the ledger holds ${say(pair.booked, currency)}.`;
    const action = { kind: 'read_dispute', disputeId: subject } as const;
    const amounts = { ourAmount: pair.booked ?? 0, stripeAmount: moved };
    return {
      findings: [about(pair, { code: 'dispute_not_booked', subject, ...amounts, explanation, action })],
      bookings: [],
    };
  }
  if (kept !== fee) {
    const explanation = `Stripe's fee for dispute ${id} of order ${number} is ${say(fee, currency)} (${pair.id}), the dispute was kept and booked with ${say(kept, currency)}.`;
    const amounts = { ourAmount: kept, stripeAmount: fee };
    return { findings: [about(pair, { code: 'dispute_fee_differs', subject, ...amounts, explanation })], bookings: [] };
  }
  const explanation = `Stripe moved ${say(moved, currency)} in all for dispute ${id} of order ${number}, its movements were kept as ${say(pair.known_net, currency)}, and the ledger holds ${say(pair.booked, currency)}.`;
  const amounts = { ourAmount: pair.booked ?? 0, stripeAmount: moved };
  return {
    findings: [about(pair, { code: 'dispute_amount_differs', subject, ...amounts, explanation })],
    bookings: [],
  };
}

function judgePayoutMovement(pair: Movement): Judged {
  const { source_id: id, source_status: status, source_amount: amount, source_currency: currency } = pair;
  if (!id || status === null || amount === null || currency === null) return judgeOther(pair);
  const balance = pair.amount < 0 ? { amount: -pair.amount, fee: pair.fee, currency: pair.currency } : undefined;
  return {
    findings: [],
    bookings: payoutBookings({ id, status, amount, currency, createdAt: pair.created_at, balance }),
  };
}

/** A transfer or reversal that no row of ours stands for; what rows stand for is judged by reconciliation-transfers.ts. */
function judgeStrangeTransfer(pair: Movement): Judged {
  const doubled = pair.doubled_transfer !== null;
  const why = doubled
    ? `another was made for the same row of ours (${pair.doubled_transfer})`
    : 'no row of ours stands for it';
  const found = about(pair, {
    code: doubled ? 'transfer_doubled' : 'transfer_foreign',
    subject: pair.source_id ?? pair.id,
    orderId: pair.named_order,
    ourAmount: 0,
    explanation: `Stripe moved ${say(pair.amount, pair.currency)} by ${pair.type} ${pair.source_id} (${pair.id}): ${why}.`,
  });
  return { findings: [found], bookings: [ownBooking(pair, 'suspense', null)] };
}

/** Movements that explain themselves by their type, and the account that takes them. */
const ACCOUNT_OF_TYPE: Readonly<Record<string, LedgerAccount>> = {
  stripe_fee: 'stripe_fees',
  stripe_fx_fee: 'stripe_fees',
  tax_fee: 'stripe_fees',
  topup: 'bank',
  topup_reversal: 'bank',
};

export const SELF_EXPLAINING = Object.keys(ACCOUNT_OF_TYPE);

function judgeOther(pair: Movement): Judged {
  const account = ACCOUNT_OF_TYPE[pair.type];
  const bookings = [ownBooking(pair, account ?? 'suspense', null)];
  if (account) return { findings: [], bookings };
  const explanation = `Stripe moved ${say(pair.amount, pair.currency)} as ${pair.type} (${pair.id}), which belongs to no payment, refund, dispute or payout of ours.`;
  return {
    findings: [about(pair, { code: 'movement_unexplained', subject: pair.id, ourAmount: 0, explanation })],
    bookings,
  };
}
