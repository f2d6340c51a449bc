/** The JSON format: an object by the client's JSON Schema, filled with what the page says. */
import type { CheerioAPI } from 'cheerio/slim';
import { type Facts, printedPrice, readFacts } from './read-facts.ts';

interface Schema {
  type?: string | readonly string[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  enum?: readonly unknown[];
}

/** By the name of a property without its punctuation: what of the page it means. */
type Meaning = (facts: Facts, page: CheerioAPI) => unknown;

const AVAILABILITIES: readonly [RegExp, string][] = [
  [/pre.?order/i, 'preorder'],
  [/out.?of.?stock|sold/i, 'out_of_stock'],
  [/discontinued/i, 'discontinued'],
  [/limited/i, 'limited'],
  [/in.?stock/i, 'in_stock'],
];

const availabilityOf = ({ availability = '' }: Facts): string | undefined =>
  AVAILABILITIES.find(([pattern]) => pattern.test(availability))?.[1];
const conditionOf = ({ condition }: Facts): string | undefined =>
  condition && (/used/i.test(condition) ? 'used' : 'new');

const meanings: Readonly<Record<string, Meaning>> = {
  title: ({ title }, page) => title || page('title').text().trim(),
  description: ({ description }) => description,
  brand: ({ brand }) => brand,
  gtin: ({ gtin }) => gtin,
  mpn: ({ mpn }) => mpn,
  sku: ({ sku }) => sku,
  price: ({ price, lowest }) => price ?? lowest,
  pricetext: (_facts, page) => printedPrice(page),
  priceisfrom: ({ price, lowest }) => (price === undefined && lowest !== undefined ? true : undefined),
  currency: ({ currency }) => currency,
  listprice: ({ listPrice }) => listPrice,
  availability: availabilityOf,
  instock: (facts) => {
    const found = availabilityOf(facts);
    return found === undefined ? undefined : ['in_stock', 'limited'].includes(found);
  },
  condition: conditionOf,
  seller: ({ seller }) => seller,
  shippingprice: ({ shipping }) => shipping,
  rating: ({ rating }) => rating,
  ratingcount: ({ ratingCount }) => ratingCount,
  packcount: ({ title }) => Number(/(\d+)-pack/i.exec(title ?? '')?.[1]) || undefined,
  isproductpage: ({ price, lowest, sku }) => (price ?? lowest) !== undefined || sku !== undefined,
  summary: ({ description }, page) => description ?? page('p').first().text().trim(),
  links: (_facts, page) => addressesOf(page, 'a[href]', 'href'),
  images: (_facts, page) => addressesOf(page, 'img[src]', 'src'),
};

const ALIASES: Readonly<Record<string, string>> = {
  ...{ name: 'title', producttitle: 'title', productname: 'title', pagetitle: 'title', ean: 'gtin', gtin13: 'gtin' },
  ...{ currentprice: 'price', amount: 'price', pricecurrency: 'currency', currencycode: 'currency' },
  ...{ originalprice: 'listprice', regularprice: 'listprice', merchant: 'seller', shipping: 'shippingprice' },
  ...{ reviewcount: 'ratingcount', urls: 'links', items: 'links', isproduct: 'isproductpage', available: 'instock' },
};

const addressesOf = (page: CheerioAPI, selector: string, name: string): string[] =>
  page(selector)
    .toArray()
    .map((element) => page(element).attr(name) ?? '')
    .filter((address) => /^https?:/.test(address));

/** A schema that says nothing gets title and summary, as a prompt alone would. */
export function readJson(page: CheerioAPI, schema: unknown): Record<string, unknown> {
  const { properties, required = [] } = (schema ?? {}) as Schema;
  const facts = readFacts(page);
  const wanted = Object.keys(properties ?? {}).length > 0 ? properties! : { title: {}, summary: {} };
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([name, rule]) => {
      const value = readValue(name, rule, facts, page);
      if (value !== undefined) return [[name, value]];
      if (typesOf(rule).includes('null')) return [[name, null]];
      return required.includes(name) ? [[name, emptyOf(rule)]] : [];
    }),
  );
}

function readValue(name: string, rule: Schema, facts: Facts, page: CheerioAPI): unknown {
  if (rule.properties) return readJson(page, rule);
  const bare = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const meaning = meanings[ALIASES[bare] ?? bare];
  const value = meaning?.(facts, page);
  if (value === undefined) return undefined;
  if (rule.enum && !rule.enum.includes(value)) return undefined;
  const types = typesOf(rule);
  if (types.length === 0) return value;
  const type = Array.isArray(value) ? 'array' : typeof value;
  if (types.includes(type) || (type === 'number' && types.includes('integer'))) return value;
  return types.includes('string') && type === 'number' ? String(value) : undefined;
}

const typesOf = ({ type }: Schema): readonly string[] => (typeof type === 'string' ? [type] : (type ?? []));
const EMPTY: Readonly<Record<string, unknown>> = { string: '', number: 0, integer: 0, boolean: false, array: [] };
const emptyOf = (rule: Schema): unknown => EMPTY[typesOf(rule)[0] ?? 'string'] ?? null;

/** What a model does now and then: a decimal point is lost, and a neighbouring product's name is taken. */
export function misread(json: Record<string, unknown>): Record<string, unknown> {
  const wrong = Object.entries(json).map(([name, value]) => {
    if (typeof value === 'number' && /price|amount/i.test(name)) return [name, Math.round(value * 10_000) / 100];
    return [name, /currency/i.test(name) && typeof value === 'string' ? 'KWD' : value];
  });
  return Object.fromEntries(wrong) as Record<string, unknown>;
}
