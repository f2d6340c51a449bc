/** The ledger as CSV: amounts as decimals of their currency (19.99, 500, 1.234), debits and credits in columns of their own. */
import { toCsvLine } from './csv.ts';
import type { LedgerEntry } from './ledger.ts';
import { toDecimal } from './money.ts';

interface Posting {
  id: number;
  booked_on: string;
  occurred_at: Date;
  cause_kind: string;
  cause_id: string;
  order_id: string | null;
  description: string | null;
  reverses: number | null;
  entries: readonly { account: string; currency: string; amount: number }[];
}

export const TRANSACTION_COLUMNS = toCsvLine([
  ...['transaction', 'booked_on', 'occurred_at', 'cause', 'cause_id', 'order_id', 'reverses', 'description'],
  ...['account', 'currency', 'debit', 'credit'],
]);

/** A line for each entry. */
export function transactionToCsv(posting: Posting): string {
  const { id, booked_on, occurred_at, cause_kind, cause_id, order_id, reverses, description } = posting;
  const head = [id, booked_on, occurred_at.toISOString(), cause_kind, cause_id, order_id, reverses, description];
  return posting.entries
    .map(({ account, currency, amount }) => toCsvLine([...head, account, currency, ...sides({ currency, amount })]))
    .join('');
}

interface Balance {
  code: string;
  name: string;
  type: string;
  currency: string | null;
  balance: number;
}

/** Accounts that stand on a day, as a trial balance has them: each balance as a debit or a credit. */
export function balancesToCsv(day: string, balances: readonly Balance[]): string {
  const lines = balances.flatMap(({ code, name, type, currency, balance }) =>
    currency === null ? [] : [toCsvLine([day, code, name, type, currency, ...sides({ currency, amount: balance })])],
  );
  return [toCsvLine(['date', 'account', 'name', 'type', 'currency', 'debit', 'credit']), ...lines].join('');
}

export interface JournalLine {
  currency: string;
  account: string;
  name: string;
  opening: number;
  debit: number;
  credit: number;
  closing: number;
}

export function journalToCsv(day: string, lines: readonly JournalLine[]): string {
  const rows = lines.map(({ currency, account, name, ...amounts }) => {
    const decimal = (amount: number) => toDecimal({ amount, currency });
    const { opening, debit, credit, closing } = amounts;
    return toCsvLine([day, currency, account, name, ...[opening, debit, credit, closing].map(decimal)]);
  });
  return [toCsvLine(['day', 'currency', 'account', 'name', 'opening', 'debit', 'credit', 'closing']), ...rows].join('');
}

const sides = ({ amount, currency }: Pick<LedgerEntry, 'amount' | 'currency'>): [string, string] =>
  amount < 0 ? ['', toDecimal({ amount: -amount, currency })] : [toDecimal({ amount, currency }), ''];
