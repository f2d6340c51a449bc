/** Values at the places that a site's selectors name: `.price`, or `.price@data-amount` for an attribute. */
import { parsePrice } from '../price-text.ts';
import { readAmount } from './amounts.ts';
import { availabilityIn, conditionIn } from './offer-terms.ts';
import type { Availability, PageValues } from './page-reading.ts';
import { type PageElement, type PageTree, textOf } from './page-tree.ts';
import type { PageZones } from './page-zones.ts';
import { gtinIn } from './product-fields.ts';
import {
  type Candidate,
  type Candidates,
  type LayerReading,
  marketOf,
  type ReadingContext,
  settle,
} from './reading-context.ts';
import { stockInWords } from './stock-words.ts';
import type { Leaf } from './things.ts';
import { unitPriceIn } from './unit-prices.ts';

const TRUST = 0.85;
const MOST_SELECTED = 20;

export function readSelected(tree: PageTree, zones: PageZones, context: ReadingContext): LayerReading {
  const fields: Candidates = {};
  const { selectors } = context.hints;
  for (const name of Object.keys(selectors) as (keyof PageValues)[]) {
    const leaves = leavesAt(tree, zones, selectors[name]!);
    const found = leaves.length === 0 ? undefined : readField(name, leaves, context);
    if (found) Object.assign(fields, { [name]: { ...found, path: name, confidence: TRUST } });
  }
  return { layer: 'selector', fields, isProduct: Object.keys(fields).length > 0 };
}

function leavesAt({ select }: PageTree, zones: PageZones, selector: string): Leaf[] {
  const [, css = '', attribute] = /^([^@]*)(?:@([\w:-]+))?$/.exec(selector) ?? [];
  if (css.trim() === '') return [];
  try {
    const elements = [...select(css)].slice(0, MOST_SELECTED) as unknown as PageElement[];
    return elements.flatMap((element) => {
      const leaf = leafAt(element, zones, attribute);
      return leaf && leaf.text !== '' ? [leaf] : [];
    });
  } catch {
    // A selector that is none selects nothing.
    return [];
  }
}

function leafAt(element: PageElement, zones: PageZones, attribute: string | undefined): Leaf | undefined {
  if (attribute !== undefined) {
    const text = element.attribs[attribute]?.trim();
    return text === undefined ? undefined : { kind: 'leaf', text, form: 'written' };
  }
  const { content } = element.attribs;
  if (element.name === 'meta') return { kind: 'leaf', text: (content ?? '').trim(), form: 'written' };
  return { kind: 'leaf', text: textOf(element, (inner) => zones.of(inner).isStruck) || textOf(element), form: 'shown' };
}

type Found = Pick<Candidate<unknown>, 'value' | 'text'>;

function readField(name: keyof PageValues, leaves: readonly Leaf[], context: ReadingContext): Found | undefined {
  const [first] = leaves as [Leaf, ...Leaf[]];
  const { text } = first;
  const of = (value: unknown): Found | undefined => (value === undefined || value === '' ? undefined : { value, text });
  switch (name) {
    case 'price':
      return of(priceOf(first, context));
    case 'listPrice':
    case 'shipping':
      return of(moneyOf(first, context));
    case 'unitPrice':
      return of(unitPriceIn(text, marketOf(context)));
    case 'availability':
      return of(availabilityOf(text));
    case 'condition':
      return of(conditionIn(text));
    case 'rating':
    case 'ratingCount':
    case 'packCount':
      return of(numberIn(text));
    case 'gtin':
      return of(gtinIn(text));
    case 'images':
      return of(leaves.map((leaf) => leaf.text));
    case 'attributes':
      return undefined;
    default:
      return of(text.slice(0, name === 'description' ? 5_000 : 500));
  }
}

function priceOf(leaf: Leaf, context: ReadingContext): PageValues['price'] | undefined {
  const read = readAmount(leaf, marketOf(context));
  const settled = read && settle(read, context);
  if (!read || !settled) return undefined;
  if (read.currency !== undefined && read.currency !== context.hints.currency) return undefined;
  const { currency } = context.hints;
  if (read.upper !== undefined) return { kind: 'range', amount: settled.amount, upper: read.upper, currency };
  return { kind: read.isFrom ? 'from' : 'exact', amount: settled.amount, upper: null, currency };
}

function moneyOf(leaf: Leaf, context: ReadingContext): PageValues['listPrice'] | undefined {
  const market = marketOf(context);
  const bare = leaf.text.replace(/^[^\d\p{Sc}]{0,40}/u, '');
  const parsed = leaf.form === 'shown' ? (parsePrice(leaf.text, market) ?? parsePrice(bare, market)) : undefined;
  const read = parsed ? undefined : readAmount(leaf, market);
  const amount = parsed?.amount ?? (read && settle(read, context)?.amount);
  return amount === undefined ? undefined : { amount, currency: market.currency };
}

function availabilityOf(text: string): Availability | undefined {
  return availabilityIn(text) ?? stockInWords(text);
}

function numberIn(text: string): number | undefined {
  const [found] = /\d{1,9}(?:[.,]\d{1,3})?/.exec(text) ?? [];
  return found === undefined ? undefined : Number(found.replace(',', '.'));
}
