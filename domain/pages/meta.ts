/** What a page's meta elements say: OpenGraph's product namespace, Twitter's cards and itemprops that belong to no item. */
import { readAmount } from './amounts.ts';
import { availabilityIn, conditionIn } from './offer-terms.ts';
import { metaContent, type PageParts } from './page-parts.ts';
import type { PageElement } from './page-tree.ts';
import { gtinIn } from './product-fields.ts';
import {
  type Candidate,
  type Candidates,
  currencyCode,
  type LayerReading,
  marketOf,
  type ReadingContext,
  settle,
} from './reading-context.ts';

const TRUST = 0.85;
const OF_PRICE = ['product:price:amount', 'og:price:amount', 'product:price', 'og:price'];
const OF_SALE = ['product:sale_price:amount'];
const OF_LIST = ['product:original_price:amount', 'og:price:standard_amount'];
const OF_CURRENCY = [
  'product:price:currency',
  'og:price:currency',
  'product:sale_price:currency',
  'product:original_price:currency',
  'product:currency',
  'og:currency',
];

export function readMeta(parts: PageParts, context: ReadingContext): LayerReading {
  const metas = parts.metas.filter(({ attribs }) => attribs.itemprop === undefined || !isInItem(attribs));
  const type = metaContent(metas, 'og:type') ?? '';
  const prices = OF_PRICE.flatMap((name) => contents(metas, name));
  const [sale] = OF_SALE.flatMap((name) => contents(metas, name));
  const said = currencyCode(OF_CURRENCY.map((name) => metaContent(metas, name)).find((text) => text !== undefined));
  const isProduct = /product/i.test(type) || prices.length > 0;
  const fields = isProduct ? productFields(metas) : {};
  if (said !== undefined && said !== context.hints.currency && prices.length > 0)
    return { layer: 'meta', fields, isProduct, trouble: { reason: 'wrong_currency', detail: `priced in ${said}` } };
  const distinct = new Set(prices.map(({ text }) => text));
  const price = sale ?? (distinct.size === 1 ? prices[0] : undefined);
  const amount = price && amountOf(price.text, context);
  if (price && amount !== undefined) {
    const { currency } = context.hints;
    const certainty = said === undefined ? 0.9 : 1;
    fields.price = {
      ...found({ kind: 'exact', amount, upper: null, currency }, price.name, price.text),
      confidence: TRUST * certainty,
    };
    const [list] = [...OF_LIST.flatMap((name) => contents(metas, name)), ...(sale ? prices : [])];
    const before = list && amountOf(list.text, context);
    if (list && before !== undefined && before > amount)
      fields.listPrice = found({ amount: before, currency }, list.name, list.text);
  }
  return { layer: 'meta', fields, isProduct, currencyPath: said === undefined ? undefined : 'currency' };
}

interface Content {
  readonly name: string;
  readonly text: string;
}

function contents(metas: readonly PageElement[], name: string): Content[] {
  return metas
    .filter(({ attribs }) => (attribs.property ?? attribs.name ?? '').toLowerCase() === name)
    .flatMap(({ attribs }) => (attribs.content?.trim() ? [{ name, text: attribs.content.trim() }] : []))
    .slice(0, 20);
}

/** Microdata has read it. */
function isInItem(attribs: PageElement['attribs']): boolean {
  return attribs.property === undefined && attribs.name === undefined;
}

function amountOf(text: string, context: ReadingContext): number | undefined {
  const read = readAmount({ kind: 'leaf', text, form: 'written' }, marketOf(context));
  return read && read.upper === undefined && !read.isFrom ? settle(read, context)?.amount : undefined;
}

function found<T>(value: T, path: string, text = String(value)): Candidate<T> {
  return { value, path, text, confidence: TRUST };
}

function productFields(metas: readonly PageElement[]): Candidates {
  const fields: Candidates = {};
  const say = (...names: string[]) => {
    const text = metaContent(metas, ...names);
    return text === undefined || text.length > 500 ? undefined : text;
  };
  const title = say('og:title', 'twitter:title');
  if (title !== undefined) fields.title = { ...found(title, 'og:title'), confidence: 0.7 };
  const brand = say('product:brand', 'og:brand');
  if (brand !== undefined) fields.brand = found(brand, 'product:brand');
  const sku = say('product:retailer_item_id', 'product:retailer_part_no', 'product:sku', 'og:sku');
  if (sku !== undefined) fields.sku = found(sku, 'product:retailer_item_id');
  const mpn = say('product:mfr_part_no', 'product:mpn');
  if (mpn !== undefined) fields.mpn = found(mpn, 'product:mfr_part_no');
  const code = say('product:ean', 'product:gtin', 'product:upc', 'product:isbn', 'og:ean', 'og:upc', 'book:isbn');
  const gtin = code === undefined ? undefined : gtinIn(code);
  if (gtin !== undefined) fields.gtin = found(gtin, 'product:ean', code);
  const availability = availabilityIn(say('product:availability', 'og:availability') ?? '');
  if (availability) fields.availability = found(availability, 'product:availability');
  const condition = conditionIn(say('product:condition', 'og:condition') ?? '');
  if (condition) fields.condition = found(condition, 'product:condition');
  const image = say('og:image:secure_url', 'og:image', 'twitter:image');
  if (image !== undefined) fields.images = found([image], 'og:image', image);
  const description = metaContent(metas, 'og:description', 'description')?.slice(0, 5_000);
  if (description !== undefined) fields.description = { ...found(description, 'og:description'), confidence: 0.6 };
  return fields;
}
