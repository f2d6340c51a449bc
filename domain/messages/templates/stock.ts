/** What the people who run the shop are told of their own stock. */
import type { Block, Row } from '../blocks.ts';
import { oneLine } from '../escape.ts';
import type { Formats } from '../formats.ts';
import type { Words } from '../words/words.ts';
import type { Message, Templates } from './message.ts';
import { paragraph, short } from './parts.ts';

export const stockTemplates: Pick<Templates, 'low-stock'> = {
  'low-stock': {
    mail: (message) => {
      const words = message.words.shop['low-stock'];
      const facts = stockFacts(message);
      return {
        subject: words.subject(facts),
        preheader: words.preheader,
        tone: 'attention',
        eyebrow: words.eyebrow,
        heading: words.heading(facts),
        blocks: [paragraph(words.text), ...stockRows(message)],
      };
    },
    short: (message) => {
      const words = message.words.shop['low-stock'];
      const facts = stockFacts(message);
      return short(message, words.heading(facts), words.short({ ...facts, shop: message.shop }));
    },
  },
};

function stockFacts({ data: { items = [] }, words, formats }: Message<'low-stock'>) {
  const [first] = items;
  const left = first ? leftOf(words, formats, first) : '';
  return { items: items.length, first: oneLine(first?.name) || oneLine(first?.sku), left };
}

const leftOf = (words: Words, formats: Formats, { available, threshold }: { available: number; threshold: number }) =>
  words.shop['low-stock'].left({ available: formats.number(available), threshold: formats.number(threshold) });

function stockRows({ data: { items = [] }, words, formats }: Message<'low-stock'>): Block[] {
  const rows: Row[] = items.map(({ sku, name, location, ...stock }) => ({
    label: oneLine(name) || oneLine(sku),
    note: [oneLine(sku), oneLine(location)].filter((text) => text !== '').join(' · '),
    value: leftOf(words, formats, stock),
  }));
  return rows.length > 0 ? [{ kind: 'rows', rows }] : [];
}
