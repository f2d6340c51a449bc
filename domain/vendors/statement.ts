/** A vendor's statement of some days: what stood before, what each order brought and took, what was transferred, what stands. Pure. */

/** One booking: of a share that has changed, or of a transfer or reversal. Amounts in minor units. */
export interface StatementLine {
  /** UTC, as the ledger has it. */
  day: string;
  kind: 'sale' | 'transfer' | 'reversal';
  currency: string;
  /** The vendor order's. */
  orderNumber: string;
  gross: number;
  refunded: number;
  disputed: number;
  commission: number;
  /** Negative for a reversal. */
  transferred: number;
  providerId: string | null;
}

export interface StatementFacts {
  /** By currency: what was owed to the vendor when the first day began. */
  openings: Map<string, number>;
  lines: StatementLine[];
}

interface Amounts {
  gross: number;
  refunded: number;
  disputed: number;
  commission: number;
  transferred: number;
}

export interface StatementOrder extends Amounts {
  number: string;
  /** gross − refunded − disputed − commission */
  earned: number;
}

export interface StatementTransfer {
  day: string;
  kind: 'transfer' | 'reversal';
  number: string;
  amount: number;
  provider_id: string | null;
}

export interface CurrencyStatement {
  currency: string;
  opening: number;
  orders: StatementOrder[];
  transfers: StatementTransfer[];
  totals: Amounts & { earned: number };
  /** opening + earned − transferred */
  closing: number;
  days: { day: string; earned: number; transferred: number }[];
}

const NOTHING: Amounts = { gross: 0, refunded: 0, disputed: 0, commission: 0, transferred: 0 };
const add = (one: Amounts, other: Amounts): Amounts => ({
  gross: one.gross + other.gross,
  refunded: one.refunded + other.refunded,
  disputed: one.disputed + other.disputed,
  commission: one.commission + other.commission,
  transferred: one.transferred + other.transferred,
});
const earnedOf = ({ gross, refunded, disputed, commission }: Amounts): number =>
  gross - refunded - disputed - commission;

/** By currency, in the alphabet's order; orders by number, transfers as they were booked. */
export function makeStatement({ openings, lines }: StatementFacts): CurrencyStatement[] {
  const currencies = [...new Set([...openings.keys(), ...lines.map(({ currency }) => currency)])].sort();
  return currencies.map((currency) => {
    const own = lines.filter((line) => line.currency === currency);
    const opening = openings.get(currency) ?? 0;
    const totals = own.reduce(add, NOTHING);
    const earned = earnedOf(totals);
    return {
      currency,
      opening,
      orders: sumBy(own, ({ orderNumber }) => orderNumber).map(([number, sums]) => ({
        ...{ number, ...sums, earned: earnedOf(sums) },
      })),
      transfers: own.filter(isTransfer).map(({ day, kind, orderNumber, transferred, providerId }) => ({
        ...{ day, kind: kind as StatementTransfer['kind'], number: orderNumber, amount: transferred },
        provider_id: providerId,
      })),
      totals: { ...totals, earned },
      closing: opening + earned - totals.transferred,
      days: sumBy(own, ({ day }) => day).map(([day, sums]) => ({
        ...{ day, earned: earnedOf(sums), transferred: sums.transferred },
      })),
    };
  });
}

const isTransfer = ({ kind }: StatementLine) => kind !== 'sale';

function sumBy(lines: readonly StatementLine[], keyOf: (line: StatementLine) => string): [string, Amounts][] {
  const sums = new Map<string, Amounts>();
  for (const line of lines) sums.set(keyOf(line), add(sums.get(keyOf(line)) ?? NOTHING, line));
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1));
}
