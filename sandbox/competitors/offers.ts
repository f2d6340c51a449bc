/** What a shop sells: the goods of the demo catalogue under its own prices, and what makes pages of shops hard to read. */
import { demoProducts } from '../catalogue/catalogue.ts';
import type { DemoProduct, DemoVariant } from '../catalogue/demo-product.ts';
import { identifiersOf } from '../catalogue/identifiers.ts';
import type { Shop } from './shops.ts';

export const AVAILABILITIES = ['in_stock', 'limited', 'preorder', 'out_of_stock', 'discontinued'] as const;
export type Availability = (typeof AVAILABILITIES)[number];

/** A page of a shop's before anybody changed it. Amounts are minor units of the shop's currency. */
export interface Offer {
  /** The last part of its address. */
  key: string;
  /** Our SKU of the same thing; a pack, a used one or a page of several variants is not the same thing. */
  ours: string | null;
  product: DemoProduct;
  title: string;
  sku: string;
  brand: string;
  gtin: string | null;
  mpn: string;
  attributes: Readonly<Record<string, string>>;
  amount: number;
  listAmount: number | null;
  availability: Availability;
  condition: 'new' | 'used';
  /** Another who sells on the shop's pages. */
  seller: string | null;
  packCount: number;
  /** Of goods that are sold by weight: grams in one. */
  grams: number | null;
  /** Keys of the pages of its variants. */
  variants: readonly string[];
}

/** A price of the demo catalogue as this shop asks it. */
export function amountAt(shop: Shop, usCents: number, factor = 1): number {
  const raw = usCents * shop.rate * shop.level * factor;
  return Math.max(shop.step, Math.round(raw / shop.step) * shop.step) - shop.ending;
}

const known = new Map<string, ReadonlyMap<string, Offer>>();

/** All pages of a shop by key. */
export function offersOf(shop: Shop): ReadonlyMap<string, Offer> {
  const made = known.get(shop.slug) ?? new Map(makeOffers(shop).map((offer) => [offer.key, offer]));
  known.set(shop.slug, made);
  return made;
}

function makeOffers(shop: Shop): Offer[] {
  const sold = demoProducts.filter(({ category }) => shop.categories.includes(category));
  return sold.flatMap((product) => {
    const single = product.variants.map((variant) => offerOf(shop, product, variant));
    const group = product.variants.length > 1 ? [groupOf(shop, product, single)] : [];
    return [...single, ...group, ...specialsOf(shop, product, single[0]!)];
  });
}

function offerOf(shop: Shop, product: DemoProduct, variant: DemoVariant): Offer {
  const { barcode, brand, mpn } = identifiersOf(product, variant);
  return {
    ...{ key: variant.sku.toLowerCase(), ours: variant.sku, product, brand, gtin: barcode, mpn },
    title: [brand, product.name, variant.name].filter(Boolean).join(' '),
    sku: `${shop.slug.slice(0, 2).toUpperCase()}-${Number.parseInt(barcode.slice(7, 12), 10) + 10_000}`,
    attributes: variant.attributes,
    amount: amountAt(shop, product.price + variant.extra, shop.bargain?.sku === variant.sku ? shop.bargain.level : 1),
    listAmount: product.compareAt ? amountAt(shop, product.compareAt + variant.extra) : null,
    availability: stockOf(variant),
    ...{ condition: 'new', seller: null, packCount: 1 },
    grams: product.slug === 'beeswax-candle' ? product.weightGrams + Math.round(variant.extra / 4) : null,
    variants: [],
  };
}

/** What runs out with us does elsewhere too. */
function stockOf({ stock, sku }: DemoVariant): Availability {
  if (sku === 'TENT-2P') return 'preorder';
  const units = stock.east + stock.west;
  if (units === 0) return 'out_of_stock';
  return units < 4 ? 'limited' : 'in_stock';
}

/** One page for all variants: told as "from" or as a range when their prices differ. */
function groupOf(shop: Shop, product: DemoProduct, variants: readonly Offer[]): Offer {
  const cheapest = variants.reduce((least, each) => (each.amount < least.amount ? each : least));
  return {
    ...{ ...cheapest, key: product.slug, ours: null, gtin: null, mpn: product.slug, attributes: {} },
    title: `${cheapest.brand} ${product.name}`,
    sku: `${shop.slug.slice(0, 2).toUpperCase()}-${product.slug}`,
    variants: variants.map(({ key }) => key),
  };
}

/** Beside the thing itself: three of it, a used one, and one that somebody else sells. */
function specialsOf(shop: Shop, product: DemoProduct, first: Offer): Offer[] {
  const pack = identifiersOf(product, { sku: `${first.ours}-3` }).barcode;
  const cents = product.price;
  return [
    {
      ...{ ...first, key: `${first.key}-3-pack`, ours: null, gtin: pack, packCount: 3, listAmount: null },
      ...{ title: `${first.title} – 3-pack`, sku: `${first.sku}-3`, amount: amountAt(shop, cents, 2.7) },
    },
    {
      ...{ ...first, key: `${first.key}-used`, ours: null, condition: 'used', listAmount: null },
      ...{ title: first.title, sku: `${first.sku}-U`, amount: amountAt(shop, cents, 0.6) },
    },
    {
      ...{ ...first, key: `${first.key}-by-others`, ours: null, seller: 'Second Street Trading', listAmount: null },
      ...{ title: first.title, sku: `${first.sku}-M`, amount: amountAt(shop, cents, 0.85) },
    },
  ];
}
