/** What the people who run the shop are told of an order: money that needs them. It holds no customer's data. */
import { formatMoney } from '../money.ts';
import type { Block } from './layout.ts';
import type { OrderView } from './order-view.ts';

export type NoticeKind =
  | 'refund_failed'
  | 'dispute_opened'
  | 'dispute_evidence_due'
  | 'dispute_closed'
  | 'early_fraud_warning';

const WORDS: Readonly<Record<NoticeKind, { title: string; text: string }>> = {
  refund_failed: {
    title: 'A refund failed',
    text: 'The money did not go back to the customer. The amount can be refunded again, by a retry of this refund or in another way.',
  },
  dispute_opened: {
    title: 'A payment is disputed',
    text: 'Nothing more of this order is sent until the dispute is won or somebody releases the order.',
  },
  dispute_evidence_due: {
    title: 'Evidence is due soon',
    text: 'A dispute without evidence is lost when its time is up. The evidence pack can be read and submitted by the API.',
  },
  dispute_closed: { title: 'A dispute is over', text: 'The bank has decided, or the inquiry was closed.' },
  early_fraud_warning: {
    title: 'An early fraud warning',
    text: 'The bank of the card suspects fraud. A refund now often prevents a dispute; the order is on hold.',
  },
};

const isKind = (kind: unknown): kind is NoticeKind => typeof kind === 'string' && Object.hasOwn(WORDS, kind);

/** Subject, heading and blocks of a notice; its kind and facts are the message's data. */
export function operationsNotice({ number, data }: OrderView): { subject: string; heading: string; blocks: Block[] } {
  const { kind, ...facts } = data;
  const { title, text } = isKind(kind) ? WORDS[kind] : { title: 'An order needs you', text: '' };
  return {
    subject: `${title}: order ${number}`,
    heading: title,
    blocks: [
      { kind: 'paragraph', text: `Order ${number}. ${text}` },
      { kind: 'rows', rows: factRows(facts) },
    ],
  };
}

function factRows({ amount, currency, ...facts }: Record<string, unknown>) {
  const money =
    typeof amount === 'number' && typeof currency === 'string'
      ? [{ label: 'Amount', value: formatMoney({ amount, currency }), strong: true }]
      : [];
  const others = Object.entries(facts)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => ({ label: name.replaceAll('_', ' '), value: String(value) }));
  return [...money, ...others];
}
