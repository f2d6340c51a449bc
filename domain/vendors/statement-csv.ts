/** A vendor's statement as CSV: a line for each order and transfer between the opening and the closing balance. */
import { toCsvLine } from '../csv.ts';
import { toDecimal } from '../money.ts';
import type { CurrencyStatement } from './statement.ts';

const COLUMNS = [
  ...['currency', 'line', 'day', 'number', 'gross', 'refunded', 'disputed', 'commission', 'earned', 'transferred'],
  ...['balance', 'provider_id'],
];

/** Amounts are decimals of their currency; the sums of the lines are those of the line `total`. */
export function statementToCsv(statements: readonly CurrencyStatement[]): string {
  return [toCsvLine(COLUMNS), ...statements.flatMap(linesOf)].join('');
}

function linesOf({ currency, opening, orders, transfers, totals, closing }: CurrencyStatement): string[] {
  const decimal = (amount: number) => toDecimal({ amount, currency });
  const parts = ({ gross, refunded, disputed, commission, earned }: Omit<typeof totals, 'transferred'>) =>
    [gross, refunded, disputed, commission, earned].map(decimal);
  const none = ['', '', '', '', ''];
  return [
    toCsvLine([currency, 'opening', '', '', ...none, '', decimal(opening), '']),
    ...orders
      .filter((order) => order.gross !== 0 || order.refunded !== 0 || order.disputed !== 0 || order.commission !== 0)
      .map((order) => toCsvLine([currency, 'order', '', order.number, ...parts(order), '', '', ''])),
    ...transfers.map(({ day, kind, number, amount, provider_id: id }) =>
      toCsvLine([currency, kind, day, number, ...none, decimal(amount), '', id]),
    ),
    toCsvLine([currency, 'total', '', '', ...parts(totals), decimal(totals.transferred), '', '']),
    toCsvLine([currency, 'closing', '', '', ...none, '', decimal(closing), '']),
  ];
}
