/** What the ledger holds of one order, as far as further bookings of it depend on that. */
import {
  type GivenBack,
  type LedgerCauseKind,
  type LedgerEntry,
  NOTHING_SOLD,
  type PriceParts,
  type Sold,
} from './ledger.ts';

/** A transaction of the ledger by what it did, in one currency; debits are positive. */
export interface BookedTransaction {
  id: number;
  kind: LedgerCauseKind;
  cause: string;
  reverses: number | null;
  currency: string;
  /** Of Stripe's balance; of a credit, what it pays. */
  amount: number;
  revenue: number;
  shipping: number;
  tax: number;
  refunds: number;
}

export interface OrderBooks {
  orderId: string;
  currency: string;
  /** An order that only takes money for another sells nothing: all parts are 0. */
  price: PriceParts;
  /** The money came after the order had ended. */
  unsold: boolean;
  booked: readonly BookedTransaction[];
}

/** The sums that the next booking starts from; booking something moves them on. */
export function openBooks(order: OrderBooks) {
  const books = {
    ...order,
    sold: soldIn(order),
    given: givenIn(order),
    has: (kind: LedgerCauseKind, cause: string) =>
      order.booked.some((each) => each.kind === kind && each.cause === cause),
    sell(entries: readonly LedgerEntry[], income: number) {
      const { sold } = books;
      books.sold = {
        income: sold.income + (order.unsold ? 0 : income),
        revenue: sold.revenue - sumOf(entries, 'revenue'),
        shipping: sold.shipping - sumOf(entries, 'shipping_revenue'),
        tax: sold.tax - sumOf(entries, 'tax_payable'),
      };
    },
    giveBack(entries: readonly LedgerEntry[]) {
      const tax = sumOf(entries, 'tax_payable');
      books.given = { amount: books.given.amount + sumOf(entries, 'refunds') + tax, tax: books.given.tax + tax };
    },
    /** A refund that was booked came back from the bank. */
    takeBack(refundId: string) {
      const booked = order.booked.find(({ kind, cause }) => kind === 'refund' && cause === refundId);
      const { refunds = 0, tax = 0 } = booked ?? {};
      books.given = { amount: books.given.amount - refunds - tax, tax: books.given.tax - tax };
    },
  };
  return books;
}

const sumOf = (entries: readonly LedgerEntry[], account: LedgerEntry['account']) =>
  entries.reduce((sum, entry) => (entry.account === account ? sum + entry.amount : sum), 0);

/** What came in, and what of it was booked as sold. Money that came for an order that had ended is neither. */
function soldIn({ booked, currency, unsold }: OrderBooks): Sold {
  const captures = standing(booked, 'capture').stand.filter((each) => each.currency === currency);
  const others = [...standing(booked, 'credit').stand.filter(isTaken), ...standing(booked, 'edit').stand];
  const income = [...(unsold ? [] : captures), ...others].reduce((sum, { amount }) => sum + amount, 0);
  return { ...add(NOTHING_SOLD, [...captures, ...others], -1), income };
}

/** Of a credit its giver has booked what it took back. */
const isTaken = ({ cause }: BookedTransaction) => !cause.includes('/');

/** What is sold when these are taken back. */
export function without(
  { sold, unsold, currency }: { sold: Sold; unsold: boolean; currency: string },
  taken: readonly BookedTransaction[],
): Sold {
  const back = taken.filter((each) => each.currency === currency);
  const income = unsold ? 0 : back.reduce((sum, { amount }) => sum + amount, 0);
  return { ...add(sold, back, 1), income: sold.income - income };
}

function add(sold: Sold, transactions: readonly BookedTransaction[], sign: 1 | -1): Sold {
  const sum = (part: 'revenue' | 'shipping' | 'tax') =>
    sold[part] + sign * transactions.reduce((total, each) => total + each[part], 0);
  return { income: sold.income, revenue: sum('revenue'), shipping: sum('shipping'), tax: sum('tax') };
}

function givenIn({ booked, currency }: OrderBooks): GivenBack {
  const credits = standing(booked, 'credit').stand.filter((each) => !isTaken(each));
  const back = [...standing(booked, 'refund').stand, ...standing(booked, 'credit_return').stand, ...credits];
  return back
    .filter((each) => each.currency === currency)
    .reduce((sums, { refunds, tax }) => ({ amount: sums.amount + refunds + tax, tax: sums.tax + tax }), {
      amount: 0,
      tax: 0,
    });
}

export interface Standing {
  /** Not taken back: what was booked first, or what a correction has booked instead. */
  stand: BookedTransaction[];
  corrected: boolean;
  /** The last correction was a person's, for whom these rows do not speak. */
  byHand: boolean;
  /** The last correction that the poster made itself. */
  last: BookedTransaction | undefined;
}

export function standing(booked: readonly BookedTransaction[], kind: LedgerCauseKind): Standing {
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
