/**
 * From our own rows to bookings: what a payment's, a refund's, a credit's or an edit's row calls for, beside what the ledger holds of
 * its order already. The same rows lead to the same bookings however often they are looked at, and in whatever order.
 */
import {
  captureEntries,
  creditEntries,
  editEntries,
  feeEntries,
  type LedgerBooking,
  type LedgerCause,
  type LedgerCauseKind,
  type LedgerEntry,
  refundEntries,
  returnedEntries,
} from './ledger.ts';
import { BOOKED, type OrderBooks, openBooks, type Standing, standing, without } from './order-books.ts';

export { BOOKED } from './order-books.ts';

interface Fact {
  orderId: string;
  occurredAt: Date;
}

export interface PaymentFact extends Fact {
  subject: 'payment';
  paymentId: string;
  /** What Stripe took for the order in all. */
  captured: number;
  fee: number | null;
  feeCurrency: string;
}

export interface RefundRowFact extends Fact {
  subject: 'refund';
  refundId: string;
  amount: number;
  status: string;
  isOwed: boolean;
  booked: boolean;
}

/** Of the order that the credit pays for; the giver's side is booked with it. */
export interface CreditFact extends Fact {
  subject: 'credit';
  creditId: string;
  fromOrderId: string;
  kind: 'exchange' | 'balance';
  amount: number;
  returned: number;
}

export interface EditFact extends Fact {
  subject: 'edit';
  editId: string;
}

export type MoneyFact = PaymentFact | RefundRowFact | CreditFact | EditFact;

/** The bookings of a set of facts, each made from what the ledger holds and what those before it book. */
export function bookingsOf(facts: readonly MoneyFact[], orders: readonly OrderBooks[]): LedgerBooking[] {
  const books = new Map(orders.map((order) => [order.orderId, openBooks(order)]));
  return facts.flatMap((fact) => {
    const own = books.get(fact.orderId);
    if (!own) return [];
    if (fact.subject === 'payment') return [...captureBookings(fact, own), ...feeBookings(fact, own)];
    if (fact.subject === 'refund') return refundBookings(fact, own);
    if (fact.subject === 'edit') return editBookings(fact, own);
    return creditBookings(fact, own, books.get(fact.fromOrderId));
  });
}

type Books = ReturnType<typeof openBooks>;

const book = (kind: LedgerCauseKind, id: string, { orderId, occurredAt }: Fact, entries: LedgerEntry[]) =>
  entries.length === 0 ? [] : [{ cause: { kind, id }, orderId, occurredAt, entries }];

/** What was taken beyond what is booked is one more capture; any other change takes back what stands and books all anew. */
function captureBookings(fact: PaymentFact, books: Books): LedgerBooking[] {
  const { paymentId, captured } = fact;
  const captures = standing(books.booked, 'capture');
  const before = captures.stand.reduce((sum, { amount }) => sum + amount, 0);
  if (captured === before || captures.byHand) return [];
  if (captured > before && !captures.corrected) {
    const entries = captureEntries({ paymentId, ...books, amount: captured - before, before: books.sold });
    books.sell(entries, captured - before);
    return book('capture', before === 0 ? paymentId : `${paymentId}/${captured}`, fact, entries);
  }
  books.sold = without(books, captures.stand);
  const entries = captureEntries({ paymentId, ...books, amount: captured, before: books.sold });
  books.sell(entries, captured);
  return rebooked(fact, captures, `capture/${paymentId}`, entries);
}

function feeBookings(fact: PaymentFact, { booked }: Books): LedgerBooking[] {
  const { paymentId, fee, feeCurrency } = fact;
  const books = standing(booked, 'fee');
  const [before] = books.stand;
  const isSame = before ? -before.amount === fee && before.currency === feeCurrency : !fee;
  if (fee === null || isSame || (books.byHand && !before)) return [];
  const entries = feeEntries(fee, feeCurrency);
  if (!before && !books.corrected) return book('fee', paymentId, fact, entries);
  return rebooked(fact, books, `fee/${paymentId}`, entries);
}

/** Each transaction is taken back once, so its number makes a cause that is there once. */
function rebooked({ orderId, occurredAt }: Fact, { stand, last }: Standing, name: string, entries: LedgerEntry[]) {
  const about = { orderId, occurredAt, description: 'the payment has changed since it was booked' };
  const causeOf = (id: string) => ({ kind: 'correction', id }) as const;
  const back: LedgerBooking[] = stand.map((each) => ({
    ...about,
    cause: causeOf(`${name}/${each.id}`),
    reverses: { kind: each.kind, id: each.cause } satisfies LedgerCause,
  }));
  const latest = back.at(-1)?.cause.id ?? last?.cause;
  return [...back, { ...about, cause: causeOf(`${latest}${BOOKED}`), entries }];
}

function refundBookings(fact: RefundRowFact, books: Books): LedgerBooking[] {
  const { refundId: id, orderId, occurredAt, status, booked } = fact;
  if (status === 'succeeded' && !booked) {
    const entries = refundEntries({ ...fact, ...given(books) });
    books.giveBack(entries);
    return book('refund', id, fact, entries);
  }
  if (!booked || (status !== 'failed' && status !== 'canceled') || books.has('refund_failure', id)) return [];
  books.takeBack(id);
  return [{ cause: { kind: 'refund_failure', id }, orderId, occurredAt, reverses: { kind: 'refund', id } }];
}

const given = ({ currency, price, sold, given: before, unsold }: Books) => ({
  ...{ currency, price, sold, before, unsold },
  captured: sold.income,
});

/** An edit leaves what was sold as the new price says. */
function editBookings(fact: EditFact, books: Books): LedgerBooking[] {
  if (books.has('edit', fact.editId)) return [];
  const entries = editEntries(books.currency, books.price, books.sold);
  books.sell(entries, 0);
  return book('edit', fact.editId, fact, entries);
}

function creditBookings(fact: CreditFact, books: Books, from: Books | undefined): LedgerBooking[] {
  return [...creditGiven(fact, from), ...creditTaken(fact, books), ...creditReturned(fact, books)];
}

/** Whoever gives money for an exchange has taken the goods back; an order that only took money has sold nothing. */
function creditGiven(fact: CreditFact, from: Books | undefined): LedgerBooking[] {
  const { creditId, fromOrderId, kind } = fact;
  const id = `${creditId}${FROM}`;
  if (kind !== 'exchange' || !from || from.has('credit', id)) return [];
  const entries = returnedEntries({ ...fact, ...given(from), refundId: id, unsold: false });
  from.giveBack(entries);
  return book('credit', id, { ...fact, orderId: fromOrderId }, entries);
}

/** The giver's side of a credit has the credit's id and this. */
const FROM = '/from';

function creditTaken({ creditId, amount, ...fact }: CreditFact, books: Books): LedgerBooking[] {
  if (books.has('credit', creditId)) return [];
  const entries = creditEntries({ ...books, amount, before: books.sold });
  books.sell(entries, amount);
  return book('credit', creditId, fact, entries);
}

/** Counted over all that was returned of the credit: each look books what has been returned since the last. */
function creditReturned({ creditId, returned, ...fact }: CreditFact, books: Books): LedgerBooking[] {
  const before = books.booked
    .filter(({ kind, cause }) => kind === 'credit_return' && cause.startsWith(`${creditId}/`))
    .reduce((most, { cause }) => Math.max(most, Number(cause.slice(creditId.length + 1))), 0);
  if (returned <= before) return [];
  const about = { ...given(books), refundId: creditId, unsold: false, amount: returned - before };
  const entries = returnedEntries(about);
  books.giveBack(entries);
  return book('credit_return', `${creditId}/${returned}`, fact, entries);
}
