/**
 * From our own rows to bookings: what a payment's or a refund's row calls for, beside what the ledger holds of it already. The
 * same rows lead to the same bookings however often they are looked at.
 */
import {
  captureEntries,
  feeEntries,
  type LedgerBooking,
  type LedgerCauseKind,
  type LedgerEntry,
  type PriceParts,
  refundEntries,
} from './ledger.ts';

interface OrderFacts {
  orderId: string;
  currency: string;
  price: PriceParts;
  /** What Stripe took for the order in all. */
  captured: number;
  /** The money came after the order had ended. */
  unsold: boolean;
  occurredAt: Date;
}

export interface PaymentFacts extends OrderFacts {
  paymentId: string;
  fee: number | null;
  feeCurrency: string;
  /** What the ledger holds of the order's captures, fees and corrections, in the order they were booked. */
  booked: readonly BookedTransaction[];
}

export function paymentBookings(facts: PaymentFacts): LedgerBooking[] {
  return [...captureBookings(facts), ...feeBookings(facts)];
}

/** What was taken beyond what is booked is one more capture; any other change takes back what stands and books all anew. */
function captureBookings(facts: PaymentFacts): LedgerBooking[] {
  const { paymentId, orderId, occurredAt, captured } = facts;
  const books = standing(facts.booked, 'capture');
  const before = books.stand.reduce((sum, { amount }) => sum + amount, 0);
  if (captured === before || books.byHand) return [];
  if (captured > before && !books.corrected) {
    const entries = captureEntries({ ...facts, amount: captured - before, before });
    const id = before === 0 ? paymentId : `${paymentId}/${captured}`;
    return [{ cause: { kind: 'capture', id }, orderId, occurredAt, entries }];
  }
  return rebooked(facts, books, `capture/${paymentId}`, captureEntries({ ...facts, amount: captured }));
}

function feeBookings(facts: PaymentFacts): LedgerBooking[] {
  const { paymentId, orderId, occurredAt, fee, feeCurrency } = facts;
  const books = standing(facts.booked, 'fee');
  const [before] = books.stand;
  const isSame = before ? -before.amount === fee && before.currency === feeCurrency : !fee;
  if (fee === null || isSame || (books.byHand && !before)) return [];
  const entries = feeEntries(fee, feeCurrency);
  if (!before && !books.corrected) return [{ cause: { kind: 'fee', id: paymentId }, orderId, occurredAt, entries }];
  return rebooked(facts, books, `fee/${paymentId}`, entries);
}

/** A transaction of the ledger by what it did to Stripe's balance. */
export interface BookedTransaction {
  id: number;
  kind: LedgerCauseKind;
  cause: string;
  reverses: number | null;
  currency: string;
  amount: number;
}

interface Standing {
  /** Not taken back: what was booked first, or what a correction has booked instead. */
  stand: BookedTransaction[];
  corrected: boolean;
  /** The last correction was a person's, for whom these rows do not speak. */
  byHand: boolean;
  /** The last correction that the poster made itself. */
  last: BookedTransaction | undefined;
}

function standing(booked: readonly BookedTransaction[], kind: LedgerCauseKind): Standing {
  const reversals = new Map(booked.map((each) => [each.reverses, each]));
  const own: BookedTransaction[] = [];
  const stand: BookedTransaction[] = [];
  for (let at = booked.filter((each) => each.kind === kind); at.length > 0; ) {
    stand.push(...at.filter(({ id }) => !reversals.has(id)));
    const back = at.map(({ id }) => reversals.get(id)).filter((each) => each !== undefined);
    own.push(...back);
    const causes = new Set(back.map(({ cause }) => `${cause}${BOOKED}`));
    at = booked.filter((each) => each.kind === 'correction' && causes.has(each.cause));
  }
  const last = own.sort((a, b) => a.id - b.id).at(-1);
  const byHand = last !== undefined && !last.cause.startsWith(`${kind}/`);
  return { stand, corrected: last !== undefined, byHand, last };
}

/** What a correction books instead has the cause of what it takes back, and this. */
export const BOOKED = '/booked';

/** Each transaction is taken back once, so its number makes a cause that is there once. */
function rebooked(
  { orderId, occurredAt }: PaymentFacts,
  { stand, last }: Standing,
  name: string,
  entries: LedgerEntry[],
): LedgerBooking[] {
  const about = { orderId, occurredAt, description: 'the payment has changed since it was booked' };
  const causeOf = (id: string) => ({ kind: 'correction', id }) as const;
  const back = stand.map((each) => ({
    ...about,
    cause: causeOf(`${name}/${each.id}`),
    reverses: { kind: each.kind, id: each.cause },
  }));
  const latest = back.at(-1)?.cause.id ?? last?.cause;
  return [...back, { ...about, cause: causeOf(`${latest}${BOOKED}`), entries }];
}

export interface RefundFacts extends OrderFacts {
  refundId: string;
  amount: number;
  status: string;
  booked: boolean;
  /** What the ledger holds of the order's refunds, those taken back left out. */
  bookedRefunds: { amount: number; tax: number };
}

/** Refunds of one look, in the order they were made: each one's share of the tax depends on those before it. */
export function refundBookings(refunds: readonly RefundFacts[]): LedgerBooking[] {
  const held = new Map<string, { amount: number; tax: number }>();
  return refunds.flatMap((refund) => {
    const before = held.get(refund.orderId) ?? refund.bookedRefunds;
    const booking = refundBooking(refund, before);
    if (booking?.entries) held.set(refund.orderId, addRefund(before, booking.entries));
    return booking ? [booking] : [];
  });
}

function refundBooking(refund: RefundFacts, before: { amount: number; tax: number }): LedgerBooking | undefined {
  const { refundId: id, orderId, occurredAt, status, booked } = refund;
  if (status === 'succeeded' && !booked)
    return { cause: { kind: 'refund', id }, orderId, occurredAt, entries: refundEntries({ ...refund, before }) };
  if ((status === 'failed' || status === 'canceled') && booked)
    return { cause: { kind: 'refund_failure', id }, orderId, occurredAt, reverses: { kind: 'refund', id } };
  return undefined;
}

function addRefund(before: { amount: number; tax: number }, entries: readonly LedgerEntry[]) {
  const of = (account: LedgerEntry['account']) =>
    entries.reduce((sum, entry) => (entry.account === account ? sum + entry.amount : sum), 0);
  return { amount: before.amount - of('stripe_balance'), tax: before.tax + of('tax_payable') };
}
