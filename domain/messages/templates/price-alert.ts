/** What merchandisers are told of a competitor's price: what changed, why they hear of it, what it rests on, and what they can do. */
import type { ComparisonNote } from '../../comparable-price.ts';
import type { Money } from '../../money.ts';
import type { Block, Row } from '../blocks.ts';
import { oneLine, safeUrl } from '../escape.ts';
import type { FiredRule } from '../message-data.ts';
import type { Message, Templates } from './message.ts';
import { button, note, paragraph, short, wordOf } from './parts.ts';

type Alert = Message<'price-alert'>;
/** One of the rules that it tells of; older messages may lack any of it. */
type Fired = Partial<FiredRule>;

export const priceTemplates: Pick<Templates, 'price-alert'> = {
  'price-alert': {
    mail: (message) => {
      const words = message.words.shop['price-alert'];
      const facts = factsOf(message);
      const { rule, escalated } = message.data;
      return {
        subject: words.subject(facts),
        preheader: words.preheader(facts),
        tone: escalated ? 'bad' : rule === 'price_rise' || rule === 'out_of_stock' ? 'good' : 'attention',
        eyebrow: `${words.eyebrow} · ${facts.product}`,
        heading: words.heading(facts),
        blocks: [
          ...(escalated ? [paragraph(words.escalated)] : []),
          ...picture(message, facts.product),
          ...figures(message),
          ...note(words.why, facts.why),
          ...button(words.reprice, message.alertLinks.reprice),
          ...chart(message),
          ...rows(message),
          ...links(message),
        ],
      };
    },
    short: (message) => {
      const words = message.words.shop['price-alert'];
      const facts = factsOf(message);
      return short(
        message,
        words.heading(facts),
        words.short({ ...facts, ...(isOfStock(message.data.rule) ? { theirs: '' } : {}), shop: message.shop }),
        message.data.listingUrl,
      );
    },
  },
};

function factsOf(message: Alert) {
  const { data, words } = message;
  const rules = words.shop['price-alert'].rules;
  const rule = data.rule && Object.hasOwn(rules, data.rule) ? rules[data.rule] : undefined;
  const fired = [data, ...(data.also ?? [])];
  return {
    product: oneLine(data.product) || oneLine(data.sku),
    competitor: oneLine(data.competitor),
    ours: money(message, data.ours),
    theirs: money(message, data.theirs),
    title: rule?.title ?? '',
    why: fired.map((each) => whyOf(message, each)).join(' '),
  };
}

function whyOf(message: Alert, fired: Fired): string {
  const rules = message.words.shop['price-alert'].rules;
  const rule = fired.rule && Object.hasOwn(rules, fired.rule) ? rules[fired.rule] : undefined;
  return [rule?.why({ limit: limitOf(message, fired) }) ?? '', named(oneLine(fired.ruleName))]
    .filter(Boolean)
    .join(' ');
}

/** What is told is the stock, not the price. */
const isOfStock = (rule: string | undefined) => rule === 'out_of_stock' || rule === 'back_in_stock';
const named = (rule: string) => (rule === '' ? '' : `(${rule})`);
const money = ({ formats }: Alert, price: Money | null | undefined) => (price ? formats.money(price) : '');

/** Both thresholds, where both are to be reached. */
function limitOf(message: Alert, fired: Fired): string {
  const { formats, words } = message;
  if (typeof fired.limitRank === 'number') return formats.number(fired.limitRank);
  const percent = typeof fired.limitPercent === 'number' ? formats.percent(fired.limitPercent) : '';
  const amount = money(message, fired.limitAmount);
  return percent && amount ? words.shop['price-alert'].both({ one: percent, other: amount }) : percent || amount;
}

function figures(message: Alert): Block[] {
  const { theirs, ours } = message.words.shop['price-alert'];
  const { data } = message;
  const shown = [
    { label: theirs, value: money(message, data.theirs) },
    { label: ours, value: money(message, data.ours) },
  ].filter(({ value }) => value !== '');
  return shown.length > 0 ? [{ kind: 'figures', figures: shown }] : [];
}

/** Of our product; its name stands above it. */
function picture({ data }: Alert, alt: string): Block[] {
  const url = safeUrl(data.pictureUrl);
  return url ? [{ kind: 'picture', url, alt, small: true }] : [];
}

function chart({ alertLinks, words, data }: Alert): Block[] {
  const url = safeUrl(alertLinks.chart);
  const alt = words.shop['price-alert'].chart;
  return url && data.theirs ? [{ kind: 'picture', url, alt }] : [];
}

function rows(message: Alert): Block[] {
  const { data, formats, words } = message;
  const own = words.shop['price-alert'];
  const known: Row[] = [
    { label: own.observed, value: formats.dateTime(data.observedAt ?? '') },
    { label: own.before, note: formats.dateTime(data.previousAt ?? ''), value: money(message, data.previous) },
    { label: own.change, value: share(message, data.previous, data.theirs) },
    {
      label: own.comparable,
      note: notesOf(message),
      value: money(message, data.comparable ?? (data.notes?.length ? data.theirs : null)),
    },
    { label: own.difference, value: share(message, data.ours, data.comparable ?? data.theirs) },
    { label: own.rank, value: placeOf(message) },
    { label: own.margin, note: marginNow(message), value: percent(message, data.marginAfterPercent) },
    { label: own.minimum, value: money(message, data.minimumAdvertised) },
    { label: own.lowest, value: money(message, data.lowest30Days) },
    { label: own.median, value: money(message, data.median30Days) },
    { label: own.stock, value: stockOf(message) },
    {
      label: own.match,
      note: sureness(message, data.matchConfidence),
      value: wordOf(own.matchedBy, oneLine(data.matchedBy)) ?? oneLine(data.matchedBy),
    },
    { label: own.article, value: oneLine(data.sku) },
  ].filter(({ value }) => value !== '');
  const all = [...known, ...evidence(message)];
  const doubt = data.incomparable ? [paragraph(own.incomparable)] : [];
  return all.length > 0 ? [...doubt, { kind: 'rows', rows: all }] : doubt;
}

const percent = ({ formats }: Alert, value: number | null | undefined) =>
  typeof value === 'number' ? formats.percent(value) : '';

function marginNow(message: Alert): string {
  const now = percent(message, message.data.marginPercent);
  return now ? message.words.shop['price-alert'].marginNow({ percent: now }) : '';
}

function placeOf({ data: { rank, competitors }, formats, words }: Alert): string {
  if (typeof rank !== 'number' || typeof competitors !== 'number' || competitors < 2) return '';
  return words.shop['price-alert'].place({ rank: formats.number(rank), all: formats.number(competitors + 1) });
}

function stockOf({ data: { inStock }, words }: Alert): string {
  const own = words.shop['price-alert'];
  return typeof inStock === 'boolean' ? (inStock ? own.inStock : own.soldOut) : '';
}

/** Of the match, and of what was read, each for itself. */
function sureness({ formats, words }: Alert, confidence: number | null | undefined): string {
  return typeof confidence === 'number'
    ? words.shop['price-alert'].sure({ percent: formats.percent(confidence * 100) })
    : '';
}

/** The page's own words, leading to what was kept of it. */
function evidence(message: Alert): Row[] {
  const { data, alertLinks, words } = message;
  const url = safeUrl(alertLinks.evidence);
  const seen = [oneLine(data.snippet), oneLine(data.pageTitle), sureness(message, data.confidence)]
    .filter((text) => text !== '')
    .join(' · ');
  if (!url && seen === '') return [];
  return [{ label: words.shop['price-alert'].evidence, note: seen, value: '', url: url ?? undefined }];
}

const notesOf = (message: Alert) =>
  (message.data.notes ?? [])
    .map((each) => noteOf(message, each))
    .filter(Boolean)
    .join(', ');

function noteOf(message: Alert, each: ComparisonNote): string {
  const { formats, words, locale } = message;
  const own = words.shop['price-alert'];
  switch (each.kind) {
    case 'shipping':
      return own.shipping({ amount: formats.money(each.amount) });
    case 'shipping_unknown':
      return own.shippingUnknown;
    case 'pack':
      return own.pack({ count: formats.number(each.count) });
    case 'tax':
      return own.tax({ percent: formats.percent(each.percent) });
    case 'currency': {
      const rate = new Intl.NumberFormat(locale.tag, { maximumSignificantDigits: 5 }).format(each.rate);
      return own.exchange({ from: oneLine(each.from).toUpperCase(), rate, date: formats.date(each.as_of) });
    }
    default:
      return '';
  }
}

function links({ alertLinks, data, words }: Alert): Block[] {
  const own = words.shop['price-alert'];
  const all = [
    { label: own.page, url: safeUrl(data.listingUrl) },
    { label: own.mute, url: safeUrl(alertLinks.mute) },
    { label: own.wrongMatch, url: safeUrl(alertLinks.wrongMatch) },
  ].flatMap(({ label, url }) => (url ? [{ label, url }] : []));
  return all.length > 0 ? [{ kind: 'links', links: all }] : [];
}

/** By how much one price is above another, of the same currency. */
function share({ formats }: Alert, from: Money | null | undefined, to: Money | null | undefined) {
  if (!from || !to || from.currency !== to.currency || from.amount === 0) return '';
  return formats.percent(((to.amount - from.amount) / from.amount) * 100, true);
}
