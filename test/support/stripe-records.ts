/** Stripe's objects with what is read of them, for tests that fill an account by hand. */
import type { StripeBooks, StripeRecord } from './stripe-books.ts';

export interface PaidCharge {
  intent: StripeRecord;
  charge: StripeRecord;
  movement: StripeRecord;
}

export interface NewCharge {
  /** What the ids end in. */
  name: string;
  amount: number;
  currency: string;
  fee: number;
  created: number;
  orderId?: string | undefined;
  /** Another currency that Stripe settles in. */
  settled?: { amount: number; currency: string; rate: number };
}

/** A captured charge with its intent and its movement. */
export function addCharge(books: StripeBooks, given: NewCharge): PaidCharge {
  const { name, amount, currency, fee, created, orderId, settled } = given;
  const metadata = orderId ? { order_id: orderId } : {};
  const [pi, ch, txn] = [`pi_${name}`, `ch_${name}`, `txn_${name}`];
  const intent = books.add({
    id: pi,
    object: 'payment_intent',
    created,
    amount,
    amount_received: amount,
    amount_capturable: 0,
    currency,
    status: 'succeeded',
    latest_charge: ch,
    metadata,
    client_secret: `${pi}_secret`,
    last_payment_error: null,
    next_action: null,
    cancellation_reason: null,
  });
  const charge = books.add({
    id: ch,
    object: 'charge',
    created,
    amount,
    amount_captured: amount,
    amount_refunded: 0,
    captured: true,
    disputed: false,
    currency,
    status: 'succeeded',
    payment_intent: pi,
    balance_transaction: txn,
    payment_method_details: { type: 'card', card: { brand: 'visa', country: 'US' } },
    metadata,
  });
  const movement = addMovement(books, {
    id: txn,
    type: 'charge',
    amount: settled?.amount ?? amount,
    fee,
    currency: settled?.currency ?? currency,
    source: ch,
    created,
    exchange_rate: settled?.rate ?? null,
  });
  return { intent, charge, movement };
}

export interface NewMovement {
  id: string;
  type: string;
  amount: number;
  fee?: number;
  currency: string;
  source: string | null;
  created: number;
  exchange_rate?: number | null;
}

export function addMovement(books: StripeBooks, given: NewMovement): StripeRecord {
  const { amount, fee = 0, created } = given;
  return books.add({
    exchange_rate: null,
    ...given,
    object: 'balance_transaction',
    fee,
    fee_details: fee === 0 ? [] : [{ amount: fee, currency: given.currency, type: 'stripe_fee' }],
    net: amount - fee,
    status: 'available',
    available_on: created,
    description: null,
    payout: null,
  });
}

export interface NewRefundRecord {
  name: string;
  of: PaidCharge;
  amount: number;
  created: number;
  refundId?: string;
  /** What leaves the balance, where Stripe settles in another currency. */
  settled?: { amount: number; currency: string; rate: number };
}

export function addRefund(books: StripeBooks, given: NewRefundRecord): StripeRecord {
  const { name, of, amount, created, refundId, settled } = given;
  const { currency } = of.charge as unknown as { currency: string };
  of.charge.amount_refunded = Number(of.charge.amount_refunded) + amount;
  const refund = books.add({
    id: `re_${name}`,
    object: 'refund',
    created,
    amount,
    currency,
    status: 'succeeded',
    payment_intent: of.intent.id,
    charge: of.charge.id,
    balance_transaction: `txn_re_${name}`,
    reason: null,
    metadata: refundId ? { refund_id: refundId } : {},
  });
  addMovement(books, {
    id: `txn_re_${name}`,
    type: 'refund',
    amount: -(settled?.amount ?? amount),
    currency: settled?.currency ?? currency,
    source: refund.id,
    created,
    exchange_rate: settled?.rate ?? null,
  });
  return refund;
}

export interface NewPayout {
  name: string;
  lines: readonly StripeRecord[];
  created: number;
  currency?: string;
  automatic?: boolean;
  status?: string;
  /** What reaches the bank, when it is not what leaves the balance. */
  arrives?: { amount: number; currency: string };
  /** Leaves the balance when there are no lines. */
  amount?: number;
}

/** A payout with its own movement; its lines are marked as having left with it. */
export function addPayout(books: StripeBooks, given: NewPayout): StripeRecord {
  const { name, lines, created, currency = 'usd', automatic = true, status = 'paid', arrives } = given;
  const id = `po_${name}`;
  const left = given.amount ?? lines.reduce((sum, line) => sum + Number(line.net), 0);
  for (const line of lines) line.payout = id;
  const own = addMovement(books, {
    id: `txn_po_${name}`,
    type: 'payout',
    amount: -left,
    currency,
    source: id,
    created,
  });
  own.payout = automatic ? id : null;
  return books.add({
    id,
    object: 'payout',
    created,
    amount: arrives?.amount ?? left,
    currency: arrives?.currency ?? currency,
    status,
    automatic,
    reconciliation_status: automatic ? 'completed' : 'not_applicable',
    arrival_date: created + 86_400,
    balance_transaction: own.id,
    failure_balance_transaction: null,
    failure_code: null,
    method: 'standard',
    metadata: {},
  });
}

/** The bank sends a payout back: it fails, and the money is in the balance again. */
export function failPayout(books: StripeBooks, payout: StripeRecord, created: number): void {
  const own = books.find(String(payout.balance_transaction))!;
  const back = addMovement(books, {
    id: `${own.id}_back`,
    type: 'payout_failure',
    amount: -Number(own.amount),
    currency: String(own.currency),
    source: payout.id,
    created,
  });
  Object.assign(payout, { status: 'failed', failure_code: 'account_closed', failure_balance_transaction: back.id });
}

let events = 0;

export function addEvent(books: StripeBooks, type: string, object: StripeRecord, delivered: boolean): StripeRecord {
  const event = books.add({
    id: `evt_${++events}_${object.id}`,
    object: 'event',
    type,
    created: object.created,
    data: { object },
  });
  if (!delivered) books.undelivered.add(event.id);
  return event;
}
