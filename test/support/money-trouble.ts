/**
 * A shop's books at Stripe and with us that agree, but for the trouble that is put in on purpose. Returns what reconciliation
 * must find, by kind, code and subject: all of it, and nothing else.
 */
import { type Database, statement } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { bookDueFacts } from '../../db/ledger-poster.ts';
import { DISPUTE_TROUBLES, SOUND_DISPUTES } from './dispute-trouble.ts';
import { EXCHANGE_TROUBLES, SOUND_EXCHANGES } from './exchange-trouble.ts';
import { feeFor, insertPaidOrders, insertPaidRefund, makePaidOrders } from './paid-orders.ts';
import type { StripeBooks } from './stripe-books.ts';
import { addEvent, addMovement, addPayout, addRefund, failPayout } from './stripe-records.ts';
import { aside, type Books, charged, clean, type Expected, expect, type Trouble } from './trouble-books.ts';

const unpaid = statement(
  'trouble_unpaid',
  `with p as (
     update payments set status = 'processing', captured_amount = 0, fee_amount = null, charge_id = null where order_id = $1
   )
   update orders set status = 'awaiting_payment', payment_status = 'processing' where id = $1`,
);
const noFee = statement('trouble_no_fee', 'update payments set fee_amount = null where order_id = $1');
const notPosted = statement('trouble_not_posted', 'delete from ledger_due where subject_id = $1');
const strangeIntent = statement('trouble_intent', 'update payments set provider_id = $2 where order_id = $1');
const received = statement(
  'trouble_inbox',
  `insert into inbox_events (provider, event_id, type, object_id, status) select 'stripe', id, 'payment_intent.succeeded', null, 'applied'
   from unnest($1::text[]) as event (id)`,
);
const spread = statement('trouble_age', `update payments set updated_at = $1`);

const authorized = statement(
  'trouble_authorized',
  `with p as (
     update payments set status = 'requires_capture', capture_method = 'manual', captured_amount = 0, fee_amount = null where order_id = $1
   )
   update orders set status = 'authorized', payment_status = 'authorized' where id = $1`,
);
const sameFee = statement('trouble_fee', 'update payments set fee_amount = $2 where order_id = $1');

const TROUBLES: Record<string, Trouble> = {
  async lostEvent(books, order) {
    const { intent } = clean(books, order);
    await books.db.rows(unpaid, [order.id]);
    const event = addEvent(books.stripe, 'payment_intent.succeeded', intent, false);
    expect(books, 'events', 'event_missed', event.id);
  },
  async eventNeverMade(books, order) {
    clean(books, order);
    await books.db.rows(unpaid, [order.id]);
    expect(books, 'orders', 'order_behind_intent', order.id);
  },
  async otherAmount(books, order) {
    const of = charged(books, { ...order, amount: order.amount + 100 });
    addRefund(books.stripe, { name: order.name, of, amount: 300, created: books.created });
    await books.db.rows(unpaid, [order.id]);
    expect(books, 'orders', 'intent_amount_differs', of.intent.id);
  },
  wrongFee(books, order) {
    const { charge } = charged(books, order, { fee: order.fee + 7 });
    expect(books, 'balance', 'fee_differs', charge.id);
  },
  /** Nobody here has ever known another fee. */
  async wrongFeeFromTheStart(books, order) {
    const { charge } = charged(books, order, { fee: order.fee + 25 });
    await books.db.rows(sameFee, [order.id, order.fee + 25]);
    expect(books, 'balance', 'fee_unexpected', charge.id);
  },
  async partlyCapturedInDashboard(books, order) {
    const { intent, charge, movement } = clean(books, order);
    const part = order.amount - 400;
    intent.amount_received = part;
    charge.amount_captured = part;
    const fee = feeFor(part);
    Object.assign(movement, { amount: part, fee, fee_details: [{ amount: fee }], net: part - fee });
    await books.db.rows(authorized, [order.id]);
    expect(books, 'orders', 'order_behind_intent', order.id);
  },
  async unknownFee(books, order) {
    const { charge } = clean(books, order);
    await books.db.rows(noFee, [order.id]);
    expect(books, 'balance', 'fee_unknown', charge.id);
  },
  wrongAmount(books, order) {
    const { charge, movement } = clean(books, order);
    Object.assign(movement, { amount: order.amount + 100, net: order.amount + 100 - order.fee });
    expect(books, 'balance', 'amount_differs', charge.id);
  },
  doubleCapture(books, order) {
    clean(books, order);
    const { charge } = charged(books, order, { name: `${order.name}_again` });
    expect(books, 'balance', 'charge_doubled', charge.id);
  },
  foreignCharge(books, order) {
    clean(books, order);
    const { charge } = charged(books, order, { name: `${order.name}_foreign`, orderId: undefined });
    expect(books, 'balance', 'charge_foreign', charge.id);
  },
  dashboardRefund({ stripe, created, expected, lines }, order) {
    const of = clean({ stripe, created, lines } as Books, order);
    const refund = addRefund(stripe, { name: order.name, of, amount: 500, created });
    expected.push({ kind: 'objects', code: 'refund_not_recorded', subject: refund.id });
  },
  async refundNobodyKnows(books, order) {
    clean(books, order);
    await insertPaidRefund(books.db, order, { refundId: uuidv7(), providerId: `re_gone_${order.name}`, amount: 300 });
    expect(books, 'objects', 'refund_missing', `re_gone_${order.name}`);
  },
  secondIntent(books, order) {
    clean(books, order);
    const { intent } = charged(aside(books), order, { name: `${order.name}_open` });
    books.stripe.add({ ...intent, status: 'requires_payment_method', amount_received: 0, latest_charge: null });
    expect(books, 'objects', 'intent_doubled', intent.id);
  },
  async intentNobodyKnows(books, order) {
    await books.db.rows(strangeIntent, [order.id, `pi_gone_${order.name}`]);
    expect(books, 'objects', 'intent_missing', `pi_gone_${order.name}`);
  },
  chargeNobodyKnows(books, order) {
    const { intent } = charged(aside(books), order);
    books.stripe.add(intent);
    expect(books, 'balance', 'charge_missing', order.paymentId);
  },
  unexplainedMovement(books, order) {
    clean(books, order);
    const { stripe, created } = books;
    const id = `txn_adjustment_${order.name}`;
    addMovement(stripe, { id, type: 'adjustment', amount: -900, currency: 'usd', source: null, created });
    expect(books, 'balance', 'movement_unexplained', id);
  },
  async bookingMissing(books, order) {
    const { movement } = clean(books, order);
    await books.db.rows(notPosted, [order.paymentId]);
    expect(books, 'balance', 'ledger_missing', movement.id);
  },
};

/** What is unusual and no trouble. */
const SOUND: Record<string, Trouble> = {
  async ownRefund(books, order) {
    const of = clean(books, order);
    const id = uuidv7();
    const refund = addRefund(books.stripe, { name: order.name, of, amount: 700, created: books.created, refundId: id });
    await insertPaidRefund(books.db, order, { refundId: id, providerId: refund.id, amount: 700 });
  },
  stripeFee(books, order) {
    clean(books, order);
    const { stripe, created } = books;
    addMovement(stripe, {
      id: `txn_fee_${order.name}`,
      type: 'stripe_fee',
      amount: -200,
      currency: 'usd',
      source: null,
      created,
    });
  },
};

/**
 * @param count orders; each trouble happens to about one in a hundred, to one at least
 * @param days how long ago it all happened
 */
export async function makeTrouble(db: Database, stripe: StripeBooks, count: number, days = 3): Promise<Expected[]> {
  const created = Math.floor(Date.now() / 1_000) - days * 86_400;
  const books: Books = { db, stripe, created, at: new Date(created * 1_000), expected: [], lines: [] };
  const orders = makePaidOrders(count);
  await insertPaidOrders(db, orders, books.at);
  const each = Math.max(1, Math.floor(count / 100));
  const yen = orders.filter(({ currency }) => currency === 'jpy');
  const dollars = orders.filter(({ currency }) => currency === 'usd');
  const of = async (orders: typeof yen, kinds: Record<string, Trouble>) => {
    for (const trouble of Object.values(kinds)) for (let n = 0; n < each; n++) await trouble(books, orders.shift()!);
  };
  await of(dollars, { ...TROUBLES, ...DISPUTE_TROUBLES, ...SOUND, ...SOUND_DISPUTES });
  await of(yen, { ...EXCHANGE_TROUBLES, ...SOUND_EXCHANGES });
  const rest = orders.filter((order) => order.currency === 'kwd' || yen.includes(order) || dollars.includes(order));
  const events = rest.map((order) => addEvent(stripe, 'payment_intent.succeeded', clean(books, order).intent, true));
  await db.rows(received, [events.map(({ id }) => id)]);
  await bookDueFacts(db);
  await db.rows(spread, [books.at]);
  payOut(books);
  return books.expected;
}

/** Payouts of a hundred lines each; four of them are not as they should be. */
function payOut(books: Books): void {
  const { stripe, created } = books;
  const lines = books.lines.filter(({ currency }) => currency === 'usd');
  for (let from = 0, n = 0; from < lines.length; from += 100, n++)
    addPayout(stripe, { name: `clean_${n}`, lines: lines.slice(from, from + 100), created: created + 3_600 });
  const plain = { lines: [], created: created + 3_600, automatic: false };
  const arrives = { amount: 900, currency: 'eur' };
  const exchanged = addPayout(stripe, { ...plain, name: 'exchanged', amount: 1_000, automatic: true, arrives });
  Object.assign(exchanged, { reconciliation_status: 'in_progress' });
  const manual = addPayout(stripe, { ...plain, name: 'manual', amount: 2_000 });
  const failed = addPayout(stripe, { ...plain, name: 'failed', amount: 3_000, automatic: true });
  failPayout(stripe, failed, created + 7_200);
  const short = addPayout(stripe, { ...plain, name: 'short', amount: 100, automatic: true });
  expect(books, 'payouts', 'payout_exchanged', exchanged.id);
  expect(books, 'payouts', 'payout_manual', manual.id);
  expect(books, 'payouts', 'payout_failed', failed.id);
  expect(books, 'payouts', 'payout_sum_differs', short.id);
}
