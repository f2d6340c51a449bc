/** What finance is told once a day: how many findings are open, what they come to, and the ones with the greatest amounts. */
import { formatMoney } from '../money.ts';
import type { Block, Row } from './layout.ts';
import type { OrderView } from './order-view.ts';

/** The message's data. */
export interface ReconciliationSummary {
  /** A UTC date. */
  day: string;
  open: number;
  amounts: readonly { currency: string; amount: number }[];
  codes: readonly { code: string; findings: number }[];
  greatest: readonly { code: string; subject: string; amount: number; currency: string | null; explanation: string }[];
}

export function reconciliationSummary({ data }: Pick<OrderView, 'data'>): {
  subject: string;
  heading: string;
  blocks: Block[];
} {
  const { day = '', open = 0, amounts = [], codes = [], greatest = [] } = data as Partial<ReconciliationSummary>;
  return {
    subject: `Reconciliation ${day}: ${open} open finding(s)`,
    heading: `${open} finding(s) wait for a decision`,
    blocks: [
      {
        kind: 'paragraph',
        text: `Our books and Stripe's differ in what is listed here. Each finding can be accepted or resolved by the API or by \`npm run stockroom\`.`,
      },
      { kind: 'rows', rows: [...amounts.map(unexplained), ...codes.map(counted)] },
      ...(greatest.length > 0 ? [{ kind: 'rows', rows: greatest.map(shown) } as const] : []),
    ],
  };
}

const unexplained = (money: { currency: string; amount: number }): Row => ({
  label: `Not explained, ${money.currency.toUpperCase()}`,
  value: formatMoney(money),
  strong: true,
});
const counted = ({ code, findings }: { code: string; findings: number }): Row => ({
  label: code.replaceAll('_', ' '),
  value: String(findings),
});
const shown = (found: ReconciliationSummary['greatest'][number]): Row => ({
  label: `${found.code.replaceAll('_', ' ')}: ${found.subject}`,
  note: found.explanation,
  value: found.currency ? formatMoney({ amount: found.amount, currency: found.currency }) : '',
});
