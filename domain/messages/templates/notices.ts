/** What operations is told of what has happened: a notice's kind and facts are the message's data. */

import type { Money } from '../../money.ts';
import type { Block, Row, Tone } from '../blocks.ts';
import { oneLine } from '../escape.ts';
import type { NoticeKind } from '../notices.ts';
import type { Message, Templates } from './message.ts';
import { short, wordOf } from './parts.ts';

/** Good news is rare here. */
const TONES: Readonly<Partial<Record<NoticeKind, Tone>>> = {
  dispute_opened: 'bad',
  refund_failed: 'bad',
  capture_failed: 'bad',
  payment_mismatch: 'bad',
  webhook_endpoint_gone: 'bad',
  dispute_closed: 'plain',
};

export const noticeTemplates: Pick<Templates, 'operations-notice'> = {
  'operations-notice': {
    mail: (message) => {
      const { words, order, data } = message;
      const { title, text } = wordsOf(message);
      const number = order.number ?? '';
      const about = number ? words.notices.about({ number }) : '';
      return {
        subject: words.notices.subject({ title, number }),
        preheader: text,
        tone: (data.kind && TONES[data.kind]) ?? 'attention',
        eyebrow: words.notices.eyebrow,
        heading: title,
        blocks: [{ kind: 'paragraph', text: `${about}${text}` }, ...facts(message)],
      };
    },
    short: (message) => {
      const { title } = wordsOf(message);
      const number = message.order.number ?? '';
      // The order's page is its customer's: the link would open it to whoever reads the chat.
      return short(message, title, message.words.notices.short({ shop: message.shop, title, number }), '');
    },
  },
};

function wordsOf({ words: { notices }, data: { kind } }: Message<'operations-notice'>) {
  return kind && Object.hasOwn(notices.kinds, kind) ? notices.kinds[kind] : notices.unknown;
}

function facts(message: Message<'operations-notice'>): Block[] {
  const { kind: _, amount, currency, ...others } = message.data as Readonly<Record<string, unknown>>;
  const sum = moneyOf({ amount, currency });
  const rows: Row[] = Object.entries(others)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => factRow(message, name, value));
  const figure: Block[] = sum
    ? [{ kind: 'figures', figures: [{ label: message.words.notices.amount, value: message.formats.money(sum) }] }]
    : [];
  return rows.length > 0 ? [...figure, { kind: 'rows', rows }] : figure;
}

function factRow({ words: { notices }, formats }: Message<'operations-notice'>, name: string, value: unknown): Row {
  const label = wordOf(notices.facts, name) ?? name.replaceAll('_', ' ');
  const money = moneyOf(value);
  if (money) return { label, value: formats.money(money) };
  const text = oneLine(typeof value === 'object' ? JSON.stringify(value) : String(value));
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return { label, value: formats.dateTime(text) || text };
  const word = wordOf(notices.codes, text) ?? text;
  return { label, value: word };
}

function moneyOf(value: unknown): Money | undefined {
  const { amount, currency } = Object(value) as Partial<Money>;
  return typeof amount === 'number' && typeof currency === 'string' ? { amount, currency } : undefined;
}
