/** What finance is told of a day: its books, and what does not agree with the payment provider's. */
import type { Block, Row } from '../blocks.ts';
import { oneLine } from '../escape.ts';
import type { Message, Templates } from './message.ts';
import { button, paragraph, short } from './parts.ts';

export const financeTemplates: Pick<Templates, 'daily-close' | 'reconciliation-summary'> = {
  'daily-close': {
    mail: (message) => {
      const words = message.words.shop['daily-close'];
      const { day, sold, orders } = closeFacts(message);
      const currencies = message.data.currencies ?? [];
      return {
        subject: words.subject({ day, sold }),
        preheader: words.preheader({ orders }),
        tone: 'plain',
        eyebrow: words.eyebrow,
        heading: words.heading({ day }),
        blocks: [
          paragraph(currencies.length > 0 ? words.text : words.nothing),
          ...currencies.flatMap((each) => currencyBlocks(message, each)),
          ...button(words.button, message.data.journalUrl),
        ],
      };
    },
    short: (message) => {
      const words = message.words.shop['daily-close'];
      const facts = closeFacts(message);
      const body = words.short({ ...facts, shop: message.shop });
      return short(message, words.heading(facts), body, message.data.journalUrl);
    },
  },

  'reconciliation-summary': {
    mail: (message) => {
      const words = message.words.shop['reconciliation-summary'];
      const { amounts = [], codes = [], greatest = [] } = message.data;
      const { money } = message.formats;
      const facts = findingFacts(message);
      const rows: Row[] = codes.map(({ code, findings }) => ({
        label: spelled(code),
        value: message.formats.number(findings),
      }));
      const unexplained = amounts.map(({ currency, amount }) => ({
        label: words.unexplained({ currency: currency.toUpperCase() }),
        value: money({ amount, currency }),
        strong: true,
      }));
      return {
        subject: words.subject(facts),
        preheader: words.preheader,
        tone: facts.open > 0 ? 'attention' : 'good',
        eyebrow: words.eyebrow,
        heading: words.heading(facts),
        blocks: [
          paragraph(words.text),
          ...(rows.length + unexplained.length > 0 ? [{ kind: 'rows', rows, sums: unexplained } as const] : []),
          ...greatestBlocks(message, greatest),
        ],
      };
    },
    short: (message) => {
      const words = message.words.shop['reconciliation-summary'];
      const facts = findingFacts(message);
      return short(message, words.heading(facts), words.short({ ...facts, shop: message.shop }));
    },
  },
};

/** `fee_differs` → `Fee differs`. */
function spelled(code: unknown): string {
  const words = oneLine(code).replaceAll('_', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function findingFacts({ data, formats }: Message<'reconciliation-summary'>) {
  return { day: formats.date(data.day ?? ''), open: data.open ?? 0 };
}

function greatestBlocks(
  { words, formats }: Message<'reconciliation-summary'>,
  greatest: NonNullable<Message<'reconciliation-summary'>['data']['greatest']>,
): Block[] {
  if (greatest.length === 0) return [];
  const rows = greatest.map(({ code, subject, explanation, amount, currency }) => ({
    label: `${spelled(code)}: ${oneLine(subject)}`,
    note: oneLine(explanation),
    value: currency ? formats.money({ amount, currency }) : '',
  }));
  return [
    { kind: 'title', text: words.shop['reconciliation-summary'].greatest },
    { kind: 'rows', rows },
  ];
}

type OfCurrency = NonNullable<Message<'daily-close'>['data']['currencies']>[number];

function closeFacts({ data, formats }: Message<'daily-close'>) {
  const currencies = data.currencies ?? [];
  return {
    day: formats.date(data.day ?? ''),
    orders: currencies.reduce((sum, { orders }) => sum + orders, 0),
    sold: currencies.map(({ sold, currency }) => formats.money({ amount: sold, currency })).join(', '),
  };
}

function currencyBlocks({ words, formats }: Message<'daily-close'>, of: OfCurrency): Block[] {
  const labels = words.shop['daily-close'];
  const money = (amount: number) => formats.money({ amount, currency: of.currency });
  const rows = [
    { label: labels.orders, value: formats.number(of.orders) },
    { label: labels.sold, value: money(of.sold) },
    { label: labels.refunded, value: money(-of.refunded) },
    { label: labels.tax, value: money(of.tax) },
    { label: labels.fees, value: money(-of.fees) },
    ...(of.disputed === 0 ? [] : [{ label: labels.disputed, value: money(-of.disputed) }]),
  ];
  return [
    { kind: 'title', text: of.currency.toUpperCase() },
    { kind: 'rows', rows, sums: [{ label: labels.net, value: money(of.net), strong: true }] },
  ];
}
