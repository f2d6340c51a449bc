/** The offers of a product, each with its price and terms as structured data says them. */
import { type ReadAmount, readAmount } from './amounts.ts';
import { conditionOf } from './offer-terms.ts';
import { isOnlyForSome, type Specifications, specificationsOf } from './price-specifications.ts';
import { currencyCode, marketOf, type ReadingContext } from './reading-context.ts';
import { type Leaf, leavesOf, localName, type Thing, textOfProperty, thingsOf } from './things.ts';

export interface OfferRead {
  readonly thing: Thing;
  /** The variant it is of, where that is not the product itself. */
  readonly variant: Thing | undefined;
  readonly path: string;
  readonly currencyPath: string | undefined;
  /** ISO 4217, lower case; undefined when it is not said. */
  readonly currency: string | undefined;
  readonly text: string;
  readonly lower: ReadAmount;
  readonly upper: ReadAmount | undefined;
  readonly isFrom: boolean;
  readonly list: ReadAmount | undefined;
  readonly specifications: Specifications;
}

const MOST_OFFERS = 2_000;
const MOST_VARIANTS = 2_000;

/** All offers of it and of its variants that name a price. */
export function offersOf(product: Thing, variants: readonly Thing[], context: ReadingContext): OfferRead[] {
  const main = product.types.find((type) => type !== 'Thing') ?? 'Product';
  const own = readAll(product, undefined, main, context);
  const inner = thingsOf(product, 'hasVariant', 'model').slice(0, MOST_VARIANTS);
  const ofVariants = inner.flatMap((variant) => readAll(variant, variant, `${main}.hasVariant`, context));
  const beside = variants.flatMap((variant) => readAll(variant, variant, main, context));
  if (beside.length > 0)
    return [...own.map((offer) => ({ ...offer, variant: product })), ...beside].slice(0, MOST_OFFERS);
  // A program's data names the least of its variants' prices as the product's.
  const isExact = product.layer !== 'embedded_state' && own.some(({ upper, isFrom }) => upper === undefined && !isFrom);
  return (isExact || ofVariants.length === 0 ? own : ofVariants).slice(0, MOST_OFFERS);
}

function readAll(product: Thing, variant: Thing | undefined, path: string, context: ReadingContext): OfferRead[] {
  const isOffer = product.types.some((type) => type === 'Offer' || type === 'AggregateOffer');
  const offers = thingsOf(product, 'offers', 'offer').slice(0, MOST_OFFERS);
  // Prices that stand at the product itself, as careless markup has them.
  if (isOffer || offers.length === 0) return readOne(product, variant, path, context);
  return offers.flatMap((offer) => readOne(offer, variant, `${path}.offers`, context));
}

/** For rent, or for whoever wants to sell: no price of the thing. */
function isForSale(offer: Thing): boolean {
  return leavesOf(offer, 'businessFunction').every(
    ({ text }) => !/^(?:LeaseOut|Buy|Repair|Maintain|Dispose)$/.test(localName(text)),
  );
}

function readOne(offer: Thing, variant: Thing | undefined, path: string, context: ReadingContext): OfferRead[] {
  if (!isForSale(offer) || isOnlyForSome(offer)) return [];
  const inner = thingsOf(offer, 'offers').flatMap((one) => readOne(one, variant, `${path}.offers`, context));
  if (inner.length > 0) return [...inner, ...boundsOnly(offer, variant, path, context, inner)];
  const read = priceOf(offer, variant, path, context);
  return read ? [read] : [];
}

/** The bounds of all count where its offers are not all there. */
function boundsOnly(
  offer: Thing,
  variant: Thing | undefined,
  path: string,
  context: ReadingContext,
  inner: readonly OfferRead[],
): OfferRead[] {
  const count = Number(textOfProperty(offer, 'offerCount') ?? inner.length);
  // The least may be asked for a used one.
  const isMixed = inner.some(({ thing }) => (conditionOf(thing) ?? 'new') !== 'new');
  if (!(count > inner.length) || isMixed) return [];
  const bounds = priceOf(offer, variant, path, context);
  return bounds ? [bounds] : [];
}

function priceOf(
  offer: Thing,
  variant: Thing | undefined,
  path: string,
  context: ReadingContext,
): OfferRead | undefined {
  const said = currencyOf(offer);
  const currency = currencyCode(said?.text);
  const market = marketOf(context, currency);
  const specifications = specificationsOf(offer, market, context);
  const low = first(leavesOf(offer, 'lowPrice', 'minPrice'), market);
  const high = first(leavesOf(offer, 'highPrice', 'maxPrice'), market);
  const plain = plainPrices(offer, market);
  const specified = specifications.price;
  const chosen = plain.now ?? (specified ? undefined : low);
  const lower = eitherOf(plain.now?.read, specified?.read) ?? low?.read;
  if (!lower) return undefined;
  const isAggregate = chosen === low && low !== undefined;
  const name = plain.now ? 'price' : specified ? specified.path : 'lowPrice';
  const single = Number(textOfProperty(offer, 'offerCount') ?? 0) === 1;
  return {
    thing: offer,
    variant,
    path: `${path}.${name}`,
    currency: currency ?? specifications.currency ?? lower.currency,
    currencyPath: said
      ? `${path}.priceCurrency`
      : specifications.currency
        ? `${path}.${specified?.path ?? ''}Currency`
        : undefined,
    text: (plain.now ?? low)?.leaf.text ?? specified?.text ?? '',
    lower,
    upper: isAggregate ? high?.read : (upperOf(lower) ?? specifications.upper),
    isFrom: (isAggregate && high === undefined && !single) || lower.isFrom,
    list: specifications.list ?? plain.was?.read,
    specifications,
  };
}

/** Two that differ: the page shows which one holds. */
function eitherOf(plain: ReadAmount | undefined, specified: ReadAmount | undefined): ReadAmount | undefined {
  if (!plain || !specified) return plain ?? specified;
  return { ...plain, possible: [...new Set([...plain.possible, ...specified.possible])] };
}

function upperOf(lower: ReadAmount): ReadAmount | undefined {
  return lower.upper === undefined
    ? undefined
    : { possible: [lower.upper], currency: lower.currency, isFrom: false, upper: undefined };
}

function currencyOf(offer: Thing): Leaf | undefined {
  return leavesOf(offer, 'priceCurrency', 'currency')[0];
}

interface Written {
  readonly leaf: Leaf;
  readonly read: ReadAmount;
}

function first(leaves: readonly Leaf[], market: { currency: string; locale: string }): Written | undefined {
  for (const leaf of leaves) {
    const read = readAmount(leaf, market);
    if (read) return { leaf, read };
  }
  return undefined;
}

/** One that is struck through is what it was; two that differ otherwise are none. */
function plainPrices(offer: Thing, market: { currency: string; locale: string }): { now?: Written; was?: Written } {
  const prices = leavesOf(offer, 'price')
    .slice(0, 50)
    .flatMap((leaf): Written[] => {
      const read = readAmount(leaf, market);
      return read ? [{ leaf, read }] : [];
    });
  const [now, ...more] = prices.filter(({ leaf }) => leaf.struck !== true);
  const was = prices.find(({ leaf }) => leaf.struck === true);
  if (!now) return was ? { was } : {};
  if (more.some(({ read }) => read.possible[0] !== now.read.possible[0])) {
    const all = [now, ...more].flatMap(({ read }) => read.possible);
    return { now: { leaf: now.leaf, read: { ...now.read, possible: [...new Set(all)] } } };
  }
  return { now, ...(was && { was }) };
}
