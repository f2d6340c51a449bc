/** From the things of one layer to the fields of the page's offer. */
import { chooseOffers, sellerOf } from './choose-offer.ts';
import { type MainProduct, mainProduct } from './main-product.ts';
import { availabilityOf, conditionOf, shippingOf } from './offer-terms.ts';
import { type OfferRead, offersOf } from './offers.ts';
import type { Availability, PagePrice } from './page-reading.ts';
import { productFields } from './product-fields.ts';
import { type Candidate, type Candidates, type LayerReading, type ReadingContext, settle } from './reading-context.ts';
import { type Thing, type Things, textOfProperty, thingsOf } from './things.ts';

/** A program's data is full of products; its name or number must be the page's. */
const LEAST_SCORES: Readonly<Record<string, number>> = { embedded_state: 1.5 };

const TRUST: Readonly<Record<string, number>> = { json_ld: 0.95, microdata: 0.93, rdfa: 0.92, embedded_state: 0.78 };

export function readThings({ layer, roots }: Things, context: ReadingContext): LayerReading {
  const main = mainProduct(roots, context.identity, LEAST_SCORES[layer] ?? -1);
  if (main.kind === 'one') return readProduct(layer, main, context);
  if (main.kind === 'none') return { layer, fields: {}, isProduct: false };
  if (layer === 'embedded_state') return { layer, fields: {}, isProduct: false };
  return {
    layer,
    fields: {},
    isProduct: true,
    trouble: { reason: 'several_products', detail: 'no product of several is the page’s own' },
  };
}

type One = Extract<MainProduct, { kind: 'one' }>;

function readProduct(layer: Things['layer'], main: One, context: ReadingContext): LayerReading {
  const trust = (TRUST[layer] ?? 0.8) * main.sureness;
  const all = offersOf(main.product, main.variants, context);
  if (all.length === 0) return { layer, fields: withoutPrice(main.product, trust), isProduct: true };
  const chosen = chooseOffers(all, context);
  if (chosen.kind === 'wrong_currency') {
    const detail = `priced in ${chosen.currencies.join(', ') || 'no known currency'}`;
    return {
      layer,
      fields: productFields([main.product], trust),
      isProduct: true,
      trouble: { reason: 'wrong_currency', detail },
    };
  }
  const { offers } = chosen;
  const variants = new Set(offers.map(({ variant }) => variant));
  const [variant] = variants;
  const own: Thing[] = variants.size === 1 && variant ? [variant, main.product] : [main.product];
  const fields = productFields([...(offers.length === 1 ? [offers[0]!.thing] : []), ...own], trust);
  Object.assign(fields, offerFields(offers, trust, context));
  return { layer, fields, isProduct: true, currencyPath: offers[0]?.currencyPath };
}

/** What is sold out often has no price any more. */
function withoutPrice(product: Thing, trust: number): Candidates {
  const fields = productFields([product], trust);
  const stock = new Set(thingsOf(product, 'offers').map((offer) => availabilityOf(offer)));
  const [availability] = stock;
  if (stock.size === 1 && availability)
    fields.availability = {
      value: availability,
      path: 'Product.offers.availability',
      text: availability,
      confidence: trust,
    };
  return fields;
}

function offerFields(offers: readonly OfferRead[], trust: number, context: ReadingContext): Candidates {
  const fields: Candidates = {};
  const [first] = offers as [OfferRead, ...OfferRead[]];
  const found = <T>(value: T, path: string, text = String(value)): Candidate<T> => ({
    value,
    path,
    text,
    confidence: trust,
  });
  const price = priceOf(offers, context);
  const at = first.path.replace(/\.[^.]*$/, '');
  if (price) fields.price = { ...found(price.value, first.path, first.text), confidence: trust * price.certainty };
  const list = price && listOf(offers, price.value, context);
  if (list !== undefined)
    fields.listPrice = found({ amount: list, currency: context.hints.currency }, `${at}.listPrice`);
  const unit = offers.length === 1 ? first.specifications.unit : undefined;
  if (unit) fields.unitPrice = found(unit, `${at}.priceSpecification.referenceQuantity`, '');
  const availability = availabilityOfAll(offers);
  if (availability) fields.availability = found(availability, `${at}.availability`);
  const conditions = new Set(
    offers.map(({ thing, variant }) => conditionOf(thing) ?? (variant && conditionOf(variant))),
  );
  const [condition] = conditions;
  if (conditions.size === 1 && condition) fields.condition = found(condition, `${at}.itemCondition`);
  const sellers = new Set(offers.map(({ thing }) => sellerOf(thing)));
  const [seller] = sellers;
  if (sellers.size === 1 && seller !== undefined) fields.seller = found(seller, `${at}.seller`);
  const shipping = shippingOf(first.thing, context);
  if (shipping) fields.shipping = found(shipping, `${at}.shippingDetails`);
  return fields;
}

/** One amount is the price; several are told as a range. */
function priceOf(
  offers: readonly OfferRead[],
  context: ReadingContext,
): { value: PagePrice; certainty: number } | undefined {
  const lowers: number[] = [];
  const uppers: number[] = [];
  let certainty = 1;
  for (const { lower, upper, currency } of offers) {
    const low = settle(lower, context);
    const high = upper && settle(upper, context);
    if (!low || (upper && !high)) return undefined;
    if (!low.sure || currency === undefined) certainty = 0.93;
    lowers.push(low.amount);
    uppers.push(high?.amount ?? low.amount);
  }
  const [least, most] = [Math.min(...lowers), Math.max(...uppers)];
  const { currency } = context.hints;
  const isFrom = offers.some(({ isFrom }) => isFrom);
  if (most > least && !uppers.some((upper, at) => upper !== lowers[at]) && areAlike(offers)) {
    const lead = leadOf(new Set(lowers), context);
    if (lead !== undefined)
      return { value: { kind: 'exact', amount: least, upper: null, currency }, certainty: lead === least ? 0.85 : 0.5 };
  }
  if (most > least) return { value: { kind: 'range', amount: least, upper: most, currency }, certainty };
  return { value: { kind: isFrom ? 'from' : 'exact', amount: least, upper: null, currency }, certainty };
}

const DISTINCTIONS =
  'sku mpn gtin gtin13 gtin12 gtin14 gtin8 productID identifier @id name url image color size seller offeredBy itemOffered itemCondition eligibleQuantity description'.split(
    ' ',
  );

/** Without a word to tell them apart, they are no variants, but what is asked now, was asked before, or is asked by somebody else. */
function areAlike(offers: readonly OfferRead[]): boolean {
  if (offers.some(({ variant }) => variant !== undefined)) return false;
  return DISTINCTIONS.every((name) => {
    const said = offers.flatMap(({ thing }) => textOfProperty(thing, name) ?? []);
    return new Set(said).size < 2;
  });
}

/** Of two that the page shows each by itself, the one that it shows first. */
function leadOf(amounts: ReadonlySet<number>, { visible }: ReadingContext): number | undefined {
  const shown = visible.prices.filter(({ amount }) => amounts.has(amount));
  const isSeen = (amount: number) => visible.sightings(amount).some(({ marked, zone }) => marked && zone === 'main');
  if (amounts.size !== 2 || ![...amounts].every(isSeen) || shown.some(({ upper }) => upper !== undefined))
    return undefined;
  return shown.find(({ struck }) => !struck)?.amount;
}

function listOf(offers: readonly OfferRead[], price: PagePrice, context: ReadingContext): number | undefined {
  if (price.kind !== 'exact') return undefined;
  for (const { list } of offers) {
    const settled = list && settle(list, context);
    if (settled && settled.amount > price.amount) return settled.amount;
  }
  return undefined;
}

const BEST_FIRST: readonly Availability[] = [
  'in_stock',
  'limited',
  'backorder',
  'preorder',
  'out_of_stock',
  'discontinued',
];

/** Of several, the best: what any of them has can be had. */
function availabilityOfAll(offers: readonly OfferRead[]): Availability | undefined {
  const all = new Set(
    offers.map(({ thing, variant }) => availabilityOf(thing) ?? (variant && availabilityOf(variant))),
  );
  return BEST_FIRST.find((availability) => all.has(availability));
}
