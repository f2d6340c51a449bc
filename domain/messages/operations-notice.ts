/** What the people who run the shop are told of an order: money that needs them. It holds no customer's data. */
import { formatMoney, type Money } from '../money.ts';
import type { Block } from './layout.ts';
import type { OrderView } from './order-view.ts';

/** Exceptions that are told by mail, by their codes. */
export const TOLD_EXCEPTIONS = [
  'authorization_expiring',
  'authorization_expired',
  'capture_failed',
  'payment_mismatch',
  'payment_orphan',
] as const;

export type NoticeKind =
  | (typeof TOLD_EXCEPTIONS)[number]
  | 'refund_failed'
  | 'dispute_opened'
  | 'dispute_evidence_due'
  | 'dispute_closed'
  | 'early_fraud_warning'
  | 'webhook_endpoint_paused'
  | 'webhook_endpoint_gone';

const WORDS: Readonly<Record<NoticeKind, { title: string; text: string }>> = {
  authorization_expiring: {
    title: 'An authorization runs out soon',
    text: 'The money is held and not taken. Capture it in time, or cancel the order: when the time is up the bank releases it and the order ends.',
  },
  authorization_expired: {
    title: 'An authorization ran out',
    text: 'Nobody captured it in time. The bank has released the money, the order was canceled and its stock is free again.',
  },
  capture_failed: {
    title: 'A capture failed',
    text: 'The authorized money was not taken as it was asked for. While the order is authorized, it can be captured again.',
  },
  payment_mismatch: {
    title: 'A payment differs from its order',
    text: 'Another amount or currency was taken than the order costs. Nothing is sent until somebody has decided.',
  },
  payment_orphan: {
    title: 'A second payment names this order',
    text: "Money was taken through a PaymentIntent that is not the order's own. Look at Stripe where it came from.",
  },
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
  webhook_endpoint_paused: {
    title: 'A webhook endpoint was paused',
    text: 'It has failed for days. What happens is kept for it, and told when somebody resumes it.',
  },
  webhook_endpoint_gone: {
    title: 'A webhook endpoint was disabled',
    text: 'It answered 410 Gone: it wants no more webhooks, and is told nothing until somebody resumes it.',
  },
};

const isKind = (kind: unknown): kind is NoticeKind => typeof kind === 'string' && Object.hasOwn(WORDS, kind);

/** Subject, heading and blocks of a notice; its kind and facts are the message's data. */
export function operationsNotice({ number, data }: OrderView): { subject: string; heading: string; blocks: Block[] } {
  const { kind, ...facts } = data;
  const { title, text } = isKind(kind) ? WORDS[kind] : { title: 'An order needs you', text: '' };
  return {
    subject: number ? `${title}: order ${number}` : title,
    heading: title,
    blocks: [
      { kind: 'paragraph', text: number ? `Order ${number}. ${text}` : text },
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
    .map(([name, value]) => ({
      label: name.replaceAll('_', ' '),
      value: isMoney(value) ? formatMoney(value) : String(value),
    }));
  return [...money, ...others];
}

function isMoney(value: unknown): value is Money {
  const { amount, currency } = Object(value) as Partial<Money>;
  return typeof amount === 'number' && typeof currency === 'string';
}
