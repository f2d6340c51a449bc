/** What a product is: names, numbers, ratings, pictures and attributes. */
import { findIdentifier } from '../product-identifier.ts';
import { folded } from './page-identity.ts';
import { tidy } from './page-tree.ts';
import type { Candidates } from './reading-context.ts';
import { type Leaf, leavesOf, type Thing, textOfProperty, thingsOf, valuesOf } from './things.ts';

const LONGEST_TITLE = 500;
const LONGEST_DESCRIPTION = 5_000;
const MOST_IMAGES = 20;
const MOST_ATTRIBUTES = 60;

/** Of the first that has each: the offer, the variant, the product. */
export function productFields(things: readonly Thing[], confidence: number): Candidates {
  const fields: Candidates = {};
  const [offerOrProduct] = things;
  const products = things.filter(({ types }) => !types.some((type) => /Offer$/.test(type)));
  const main = products.at(-1) ?? offerOrProduct!;
  const found = <T>(value: T, name: string, text = String(value)) => ({
    value,
    path: `${main.types[0] ?? 'Product'}.${name}`,
    text: text.slice(0, 200),
    confidence,
  });
  const text = (from: readonly Thing[], longest: number, ...names: string[]) =>
    from
      .map((thing) => textOfProperty(thing, ...names))
      .find((value) => value !== undefined && tidy(value) !== '' && value.length <= longest);

  const title = text(
    products.filter((one) => !isOptionOf(one, main)),
    LONGEST_TITLE,
    'name',
  );
  if (title !== undefined) fields.title = found(tidy(title), 'name');
  const brand = text(products, 200, 'brand', 'manufacturer');
  if (brand !== undefined && !/^https?:/.test(brand)) fields.brand = found(tidy(brand), 'brand');
  for (const name of ['mpn', 'sku'] as const) {
    const code = text(name === 'sku' ? [...things].sort(offersLast) : things, 100, name);
    if (code !== undefined) fields[name] = found(tidy(code), name);
  }
  const gtin = gtinOf(things);
  if (gtin !== undefined) fields.gtin = found(gtin, 'gtin');
  const description = products
    .map((thing) => textOfProperty(thing, 'description'))
    .find((value) => value !== undefined);
  if (description !== undefined)
    fields.description = found(plain(description).slice(0, LONGEST_DESCRIPTION), 'description');
  const images = imagesOf(products);
  if (images.length > 0) fields.images = found(images, 'image', images[0]!);
  Object.assign(fields, ratingOf(products, found));
  const attributes = attributesOf(products);
  if (Object.keys(attributes).length > 0) fields.attributes = found(attributes, 'additionalProperty', '');
  return fields;
}

/** A variant that is called `Large` is a choice, and no name of the thing. */
function isOptionOf(variant: Thing, product: Thing): boolean {
  const [own, name] = [variant, product].map((thing) => folded(textOfProperty(thing, 'name') ?? ''));
  if (variant === product || !own || !name) return false;
  const words = new Set(name.split(' '));
  return !own.split(' ').some((word) => words.has(word));
}

function offersLast(a: Thing, b: Thing): number {
  return Number(/Offer$/.test(a.types[0] ?? '')) - Number(/Offer$/.test(b.types[0] ?? ''));
}

const GTINS = ['gtin', 'gtin14', 'gtin13', 'gtin12', 'gtin8', 'ean', 'isbn', 'upc'];

/** GTIN-14; undefined where the page names two, or one that means something else in every shop. */
function gtinOf(things: readonly Thing[]): string | undefined {
  for (const thing of things) {
    const named = leavesOf(thing, ...GTINS).map(({ text }) => text);
    const others = leavesOf(thing, 'productID', 'identifier')
      .map(({ text }) => text)
      .filter((text) => /^(?:ean|gtin|upc|isbn)/i.test(text));
    const codes = thingsOf(thing, 'identifier', 'additionalProperty').flatMap((one) =>
      /^(?:ean|gtin|upc|isbn|barcode)/i.test(textOfProperty(one, 'propertyID', 'name') ?? '')
        ? (textOfProperty(one, 'value') ?? [])
        : [],
    );
    const all = new Set([...named, ...others, ...codes].flatMap((text) => gtinIn(text) ?? []));
    if (all.size === 1) return [...all][0];
  }
  return undefined;
}

export function gtinIn(text: string): string | undefined {
  const found = findIdentifier(text.trim().replace(/^(?:gtin|ean|isbn):/i, ''));
  return found && !found.restricted && found.gtin14 !== null ? found.gtin14 : undefined;
}

function plain(text: string): string {
  return tidy(text.slice(0, 20_000).replaceAll(/<[^<>]{0,500}>/g, ' '));
}

function imagesOf(products: readonly Thing[]): string[] {
  for (const product of products) {
    const all = valuesOf(product, 'image', 'images').map((image) =>
      image.kind === 'leaf' ? image.text : (textOfProperty(image, 'contentUrl', 'url') ?? image.id ?? ''),
    );
    const images = [...new Set(all.map((url) => url.trim()))].filter(
      (url) => url !== '' && url.length < 2_000 && !url.startsWith('data:'),
    );
    if (images.length > 0) return images.slice(0, MOST_IMAGES);
  }
  return [];
}

type Found = <T>(value: T, name: string, text?: string) => { value: T; path: string; text: string; confidence: number };

/** In stars of five, whatever the page counts to. */
function ratingOf(products: readonly Thing[], found: Found): Candidates {
  const [rating] = products.flatMap((product) => thingsOf(product, 'aggregateRating'));
  if (!rating) return {};
  const fields: Candidates = {};
  const value = decimal(leavesOf(rating, 'ratingValue')[0]);
  const best = decimal(leavesOf(rating, 'bestRating')[0]) ?? 5;
  const count = decimal(leavesOf(rating, 'ratingCount', 'reviewCount')[0]);
  if (value !== undefined && value > 0 && best > 0 && value <= best)
    fields.rating = found(Math.round((value / best) * 500) / 100, 'aggregateRating.ratingValue', String(value));
  if (count !== undefined && Number.isInteger(count) && count < 1e8)
    fields.ratingCount = found(count, 'aggregateRating.ratingCount');
  return fields;
}

function decimal(leaf: Leaf | undefined): number | undefined {
  const text = leaf?.text.trim() ?? '';
  if (/^\d{1,3}(?:[.,\u00a0 ]\d{3})+$/.test(text)) return Number(text.replaceAll(/[^\d]/g, ''));
  return /^\d{1,9}(?:[.,]\d{1,9})?$/.test(text) ? Number(text.replace(',', '.')) : undefined;
}

const ATTRIBUTES = [
  'color',
  'size',
  'material',
  'pattern',
  'model',
  'weight',
  'width',
  'height',
  'depth',
  'flavor',
  'scent',
  'storage',
  'category',
];

function attributesOf(products: readonly Thing[]): Record<string, string> {
  const attributes = new Map<string, string>();
  const add = (name: string, value: string | undefined) => {
    const key = tidy(name).slice(0, 60);
    if (value !== undefined && key !== '' && value !== '' && !attributes.has(key) && attributes.size < MOST_ATTRIBUTES)
      attributes.set(key, tidy(value).slice(0, 200));
  };
  for (const product of products) {
    for (const name of ATTRIBUTES)
      for (const value of valuesOf(product, name).slice(0, 1))
        add(name, value.kind === 'leaf' ? value.text : quantity(value));
    for (const property of thingsOf(product, 'additionalProperty')) {
      const name = textOfProperty(property, 'name', 'propertyID');
      if (name !== undefined) add(name, quantity(property));
    }
  }
  return Object.fromEntries(attributes);
}

function quantity(value: Thing): string | undefined {
  const amount = textOfProperty(value, 'value', 'name');
  const unit = textOfProperty(value, 'unitText', 'unitCode');
  return amount !== undefined && unit !== undefined ? `${amount} ${unit}` : amount;
}
