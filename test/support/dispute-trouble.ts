/** Disputes at Stripe and with us, as they should be and not. */
import { statement } from '../../db/database.ts';
import type { DisputeStatus } from '../../domain/disputes.ts';
import { recordDispute } from '../../workers/record-dispute.ts';
import type { PaidOrder } from './paid-orders.ts';
import type { StripeRecord } from './stripe-books.ts';
import { addMovement, type PaidCharge } from './stripe-records.ts';
import { type Books, clean, expect, type Trouble } from './trouble-books.ts';

const FEE = 1_500;
const age = statement(
  'trouble_dispute_age',
  `update disputes set created_at = $2, updated_at = $2, closed_at = case when closed_at is not null then $2::timestamptz end
   where provider_id = $1`,
);

/** Stripe takes the money of a charge back, and a fee. */
function dispute(books: Books, order: PaidOrder, { intent, charge }: PaidCharge, status: DisputeStatus): StripeRecord {
  const { stripe, created } = books;
  const made = stripe.add({
    id: `du_${order.name}`,
    object: 'dispute',
    created,
    amount: order.amount,
    currency: order.currency,
    status,
    reason: 'fraudulent',
    charge: charge.id,
    payment_intent: intent.id,
    is_charge_refundable: false,
    evidence_details: { due_by: null, submission_count: 0 },
    balance_transactions: [],
    metadata: {},
  });
  move(books, order, made, -order.amount, FEE);
  return made;
}

function move(books: Books, order: PaidOrder, made: StripeRecord, amount: number, fee: number): StripeRecord {
  const known = made.balance_transactions as StripeRecord[];
  const { created } = books;
  const { currency } = order;
  const id = `txn_${made.id}_${known.length}`;
  const moved = addMovement(books.stripe, { id, type: 'adjustment', amount, fee, currency, source: made.id, created });
  known.push(moved);
  books.lines.push(moved);
  return moved;
}

/** As its events tell it. */
async function record(books: Books, order: PaidOrder, made: StripeRecord): Promise<void> {
  const movements = (made.balance_transactions as StripeRecord[]).map(({ id, amount, fee, net, currency }) => ({
    id,
    amount: Number(amount),
    fee: Number(fee),
    net: Number(net),
    currency: String(currency),
    occurredAt: books.at,
  }));
  await recordDispute({ db: books.db }, order.id, {
    id: made.id,
    status: made.status as DisputeStatus,
    reason: 'fraudulent',
    amount: order.amount,
    currency: order.currency,
    chargeId: String(made.charge),
    paymentIntent: String(made.payment_intent),
    isChargeRefundable: false,
    evidenceDueBy: null,
    submissionCount: 0,
    openedAt: books.at,
    movements,
  });
  await books.db.rows(age, [made.id, books.at]);
}

export const DISPUTE_TROUBLES: Record<string, Trouble> = {
  disputeNobodyHeardOf(books, order) {
    const made = dispute(books, order, clean(books, order), 'needs_response');
    expect(books, 'objects', 'dispute_not_recorded', made.id);
  },
  async lostWithoutAWord(books, order) {
    const made = dispute(books, order, clean(books, order), 'needs_response');
    await record(books, order, made);
    made.status = 'lost';
    expect(books, 'objects', 'dispute_behind', made.id);
  },
  async wonWithoutAWord(books, order) {
    const made = dispute(books, order, clean(books, order), 'needs_response');
    await record(books, order, made);
    made.status = 'won';
    move(books, order, made, order.amount, -FEE);
    expect(books, 'objects', 'dispute_behind', made.id);
  },
  async disputeNobodyKnows(books, order) {
    const of = clean(books, order);
    const aside: Books = { ...books, lines: [], stripe: { ...books.stripe, add: (record) => record } };
    const made = dispute(aside, order, of, 'needs_response');
    made.balance_transactions = [];
    await record(books, order, made);
    expect(books, 'objects', 'dispute_missing', made.id);
  },
  async wrongDisputeFee(books, order) {
    const made = dispute(books, order, clean(books, order), 'lost');
    await record(books, order, made);
    const [moved] = made.balance_transactions as StripeRecord[];
    Object.assign(moved!, { fee: FEE + 500, net: -order.amount - FEE - 500 });
    expect(books, 'balance', 'dispute_fee_differs', made.id);
  },
  async wonAndNothingCameBack(books, order) {
    const made = dispute(books, order, clean(books, order), 'won');
    await record(books, order, made);
    expect(books, 'balance', 'dispute_not_reinstated', made.id);
  },
};

export const SOUND_DISPUTES: Record<string, Trouble> = {
  async openDispute(books, order) {
    await record(books, order, dispute(books, order, clean(books, order), 'under_review'));
  },
  async lostDispute(books, order) {
    await record(books, order, dispute(books, order, clean(books, order), 'lost'));
  },
  async wonDispute(books, order) {
    const made = dispute(books, order, clean(books, order), 'won');
    move(books, order, made, order.amount, -FEE);
    await record(books, order, made);
  },
};
