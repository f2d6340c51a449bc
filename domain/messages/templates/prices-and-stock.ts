/** What the people who run the shop are told of the competitors' prices and of their own stock. */

import type { Money } from '../../money.ts';
import type { Block, Row } from '../blocks.ts';
import { oneLine, safeUrl } from '../escape.ts';
import type { Formats } from '../formats.ts';
import type { Words } from '../words/words.ts';
import type { Message, Templates } from './message.ts';
import { button, note, paragraph, short } from './parts.ts';

export const pricesAndStockTemplates: Pick<Templates, 'low-stock' | 'price-alert'> = {
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

  'price-alert': {
    mail: (message) => {
      const words = message.words.shop['price-alert'];
      const facts = priceFacts(message);
      return {
        subject: words.subject(facts),
        preheader: words.preheader(facts),
        tone: message.data.rule === 'price_rise' || message.data.rule === 'out_of_stock' ? 'good' : 'attention',
        eyebrow: `${words.eyebrow} · ${facts.product}`,
        heading: words.heading(facts),
        blocks: [
          ...figures(message),
          ...priceRows(message),
          ...note(words.why, facts.why),
          ...button(words.button, message.data.listingUrl),
        ],
      };
    },
    short: (message) => {
      const words = message.words.shop['price-alert'];
      const facts = priceFacts(message);
      const body = words.short({ ...facts, shop: message.shop });
      return short(message, words.heading(facts), body, message.data.listingUrl);
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

function priceFacts({ data, words, formats }: Message<'price-alert'>) {
  const rules = words.shop['price-alert'].rules;
  const rule = data.rule && Object.hasOwn(rules, data.rule) ? rules[data.rule] : undefined;
  const limit = typeof data.limitPercent === 'number' ? formats.percent(data.limitPercent) : '';
  return {
    product: oneLine(data.product) || oneLine(data.sku),
    competitor: oneLine(data.competitor),
    ours: data.ours ? formats.money(data.ours) : '',
    theirs: data.theirs ? formats.money(data.theirs) : '',
    title: rule?.title ?? '',
    why: rule?.why({ limit }) ?? '',
  };
}

function priceRows(message: Message<'price-alert'>): Block[] {
  const { data, formats } = message;
  const words = message.words.shop['price-alert'];
  const money = (price: Money | null | undefined) => (price ? formats.money(price) : '');
  const rows: Row[] = [
    { label: words.article, value: oneLine(data.sku) },
    { label: words.difference, value: share(message, data.ours, data.theirs) },
    {
      label: words.change,
      note: data.previous ? words.before({ price: money(data.previous) }) : undefined,
      value: share(message, data.previous, data.theirs),
    },
    { label: words.lowest, value: money(data.lowest30Days) },
    { label: words.median, value: money(data.median30Days) },
    { label: words.observed, value: formats.dateTime(data.observedAt ?? '') },
  ].filter(({ value }) => value !== '');
  const evidence = safeUrl(data.evidenceUrl);
  if (evidence) rows.push({ label: words.evidence, value: '', url: evidence });
  return rows.length > 0 ? [{ kind: 'rows', rows }] : [];
}

function figures({ data, words, formats }: Message<'price-alert'>): Block[] {
  const { theirs, ours } = words.shop['price-alert'];
  const shown = [
    ...(data.theirs ? [{ label: theirs, value: formats.money(data.theirs) }] : []),
    ...(data.ours ? [{ label: ours, value: formats.money(data.ours) }] : []),
  ];
  return shown.length > 0 ? [{ kind: 'figures', figures: shown }] : [];
}

/** By how much one price is above another, of the same currency. */
function share({ formats }: Message<'price-alert'>, from: Money | null | undefined, to: Money | null | undefined) {
  if (!from || !to || from.currency !== to.currency || from.amount === 0) return '';
  return formats.percent(((to.amount - from.amount) / from.amount) * 100, true);
}
