/** The product a page is about, among all that its data names: related ones, lists and other pages' are not it. */
import { addressOf, folded, isInAddress, type PageIdentity, titleAgreement } from './page-identity.ts';
import { addValue, hasType, leavesOf, type Thing, textOfProperty, thingsOf } from './things.ts';

export type MainProduct =
  | { readonly kind: 'one'; readonly product: Thing; readonly variants: readonly Thing[]; readonly sureness: number }
  | { readonly kind: 'several' | 'none' };

const PRODUCTS = new Set(
  `Product ProductGroup IndividualProduct ProductModel SomeProducts ProductCollection Vehicle Car Motorcycle Book Audiobook Drug
  DietarySupplement Game VideoGame SoftwareApplication MobileApplication WebApplication`.split(/\s+/),
);
const LISTS = new Set(['ItemList', 'OfferCatalog', 'CollectionPage', 'SearchResultsPage', 'BreadcrumbList', 'Guide']);

/** What these lead to is another product, or somebody's words about one. */
const ELSEWHERE = new Set(
  `isRelatedTo isSimilarTo isAccessoryOrSparePartFor isConsumableFor review reviews itemReviewed mentions about subjectOf isPartOf breadcrumb
  hasOfferCatalog knowsAbout citation recommendation predecessorOf successorOf isBasedOn addOn hasProductReturnPolicy hasMerchantReturnPolicy
  shippingDetails aggregateRating brand manufacturer includesObject @reverse relatedLink similar related recommendations`.split(
    /\s+/,
  ),
);
const OWN = new Set(['hasVariant', 'model', 'isVariantOf', 'offers', 'itemOffered']);

interface Found {
  readonly thing: Thing;
  readonly isMain: boolean;
  readonly isListed: boolean;
}

const MOST = 3_000;

/** `least`: how much must speak for it at least. */
export function mainProduct(roots: readonly Thing[], identity: PageIdentity, least: number): MainProduct {
  const found = productsOf(roots);
  const own = found.filter(({ isListed, thing }) => !isListed && thing.aside !== true);
  if (own.length === 0) return { kind: found.length > 0 ? 'several' : 'none' };
  const scored = own
    .map((one, at) => ({ ...one, at, score: scoreOf(one, identity) }))
    .sort((a, b) => b.score - a.score || a.at - b.at);
  const [best, ...others] = scored as [(typeof scored)[number], ...typeof scored];
  if (best.score < least) return { kind: found.length > 1 ? 'several' : 'none' };
  const rivals = others.filter(({ score }) => best.score - score < 2);
  const variants = rivals.filter(({ thing }) => isVariantOf(thing, best.thing, identity)).map(({ thing }) => thing);
  const strangers = rivals.filter(
    ({ thing }) => !variants.includes(thing) && !isSame(thing, best.thing) && isPriced(thing),
  );
  if (strangers.length > 0 && isPriced(best.thing)) return { kind: 'several' };
  if (!isPriced(best.thing) && strangers.length > 1) return { kind: 'several' };
  const product = !isPriced(best.thing) && strangers[0] ? strangers[0].thing : best.thing;
  return { kind: 'one', product, variants, sureness: Math.max(0.5, Math.min(1, 0.9 + best.score / 50)) };
}

function productsOf(roots: readonly Thing[]): Found[] {
  const found: Found[] = [];
  const seen = new Set<Thing>();
  const queue: Found[] = roots.map((thing) => ({ thing, isMain: false, isListed: false }));
  for (let at = 0; at < queue.length && at < MOST; at++) {
    const one = queue[at]!;
    if (seen.has(one.thing)) continue;
    seen.add(one.thing);
    attachOffer(one.thing);
    const isProduct = isProductLike(one.thing);
    if (isProduct) found.push(one);
    const isList = one.isListed || hasType(one.thing, LISTS);
    for (const [name, values] of one.thing.properties) {
      if (ELSEWHERE.has(name) || (isProduct && OWN.has(name))) continue;
      const isListed = isList || name === 'itemListElement' || name === 'hasPart' || name === 'hasMenuItem';
      for (const thing of values)
        if (thing.kind === 'thing') queue.push({ thing, isMain: name === 'mainEntity' || one.isMain, isListed });
    }
  }
  return found;
}

/** An offer that names what it offers is that product's. */
function attachOffer(offer: Thing): void {
  if (!isOffer(offer)) return;
  for (const product of thingsOf(offer, 'itemOffered'))
    if (!product.properties.has('offers')) addValue(product, 'offers', offer);
}

function isOffer({ types }: Thing): boolean {
  return types.some((type) => type === 'Offer' || type === 'AggregateOffer');
}

/** An offer that stands alone says what it offers, or is all there is. */
function isProductLike(thing: Thing): boolean {
  if (hasType(thing, PRODUCTS)) return true;
  if (hasType(thing, LISTS) || thing.types.some((type) => /(?:Organization|Store|WebSite|WebPage)$/.test(type)))
    return false;
  return thing.properties.has('offers') || isLoneOffer(thing);
}

function isLoneOffer(thing: Thing): boolean {
  return isOffer(thing) && thingsOf(thing, 'itemOffered').length === 0;
}

export function isPriced(product: Thing): boolean {
  if (leavesOf(product, 'price', 'lowPrice').length > 0 || product.properties.has('offers')) return true;
  return thingsOf(product, 'hasVariant', 'model').some((variant) => variant.properties.has('offers'));
}

function scoreOf({ thing, isMain }: Found, identity: PageIdentity): number {
  let score = isMain ? 3 : 0;
  const placed = addressScore(thing, identity);
  score += placed;
  const name = textOfProperty(thing, 'name');
  const agreement = name === undefined ? undefined : titleAgreement(name, identity.titles);
  // Titles of shops may name the shop alone; a heading names what the page is about.
  const against = identity.isHeaded ? -3 : -1;
  if (agreement !== undefined) score += agreement === 1 ? 4 : agreement >= 0.6 ? 2 : agreement > 0.2 ? 0 : against;
  // Of another page, and not what this one is called: the one hit of a search.
  if (placed < 0 && agreement !== undefined && agreement < 0.6) score -= 0.5;
  if (codesOf(thing).some((code) => isInAddress(code, identity.asked))) score += 2;
  if (isPriced(thing)) score += 1;
  if (isLoneOffer(thing)) score -= 2;
  return score;
}

export function codesOf(thing: Thing): string[] {
  const codes = leavesOf(
    thing,
    'sku',
    'productID',
    'mpn',
    'gtin',
    'gtin13',
    'gtin12',
    'gtin14',
    'gtin8',
    'identifier',
    '@id',
  );
  return codes.map(({ text }) => text).filter((code) => code.length < 100);
}

/** Its own address, its page's, or its offers'. */
function addressScore(thing: Thing, identity: PageIdentity): number {
  const base = `https://${identity.asked.page}`;
  const own = [thing.id, ...linksOf(thing)].flatMap((url) =>
    url && /[/.]/.test(url) ? (addressOf(url, base) ?? []) : [],
  );
  if (own.some(({ page }) => identity.addresses.some((address) => address.page === page))) return 4;
  const host = hostOf(identity.asked.page);
  return own.some(({ page }) => hostOf(page) === host) ? -2 : 0;
}

function hostOf(page: string): string {
  return page.split('/', 1)[0]!;
}

function linksOf(thing: Thing): string[] {
  const pages = thingsOf(thing, 'mainEntityOfPage', 'url');
  const offers = thingsOf(thing, 'offers');
  return [
    ...leavesOf(thing, 'url', 'mainEntityOfPage').map(({ text }) => text),
    ...pages.flatMap((page) => page.id ?? textOfProperty(page, 'url') ?? []),
    ...offers.slice(0, 50).flatMap((offer) => leavesOf(offer, 'url').map(({ text }) => text)),
  ];
}

function isSame(a: Thing, b: Thing): boolean {
  const codes = new Set(codesOf(a));
  if (codesOf(b).some((code) => codes.has(code))) return true;
  const name = textOfProperty(a, 'name');
  return name !== undefined && name === textOfProperty(b, 'name') && codes.size === 0;
}

/** Of one group, or of this page as the first is: of its name, or of nearly its name at its price. */
function isVariantOf(thing: Thing, best: Thing, identity: PageIdentity): boolean {
  const group = textOfProperty(best, 'inProductGroupWithID', 'productGroupID');
  if (group !== undefined && group === textOfProperty(thing, 'inProductGroupWithID', 'productGroupID')) return true;
  const [name, other] = [textOfProperty(best, 'name'), textOfProperty(thing, 'name')];
  if (name === undefined || other === undefined || addressScore(thing, identity) < 0) return false;
  if (name === other) return true;
  const isNamedAlike = (titleAgreement(name, [folded(other)]) ?? 0) >= 0.6;
  return isNamedAlike && priceTexts(thing) !== '' && priceTexts(thing) === priceTexts(best);
}

function priceTexts(thing: Thing): string {
  const offers = [thing, ...thingsOf(thing, 'offers').slice(0, 20)];
  return [...new Set(offers.flatMap((offer) => leavesOf(offer, 'price').map(({ text }) => text)))].join(' ');
}
