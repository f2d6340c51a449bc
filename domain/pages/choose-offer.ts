/** Which of a product's offers is the one of this page: the variant in its address, the shop's own, in its currency, for one piece, today. */

import { codesOf } from './main-product.ts';
import { conditionOf } from './offer-terms.ts';
import type { OfferRead } from './offers.ts';
import { addressOf, folded, isInAddress, isInParameters } from './page-identity.ts';
import { leastQuantity } from './price-specifications.ts';
import type { ReadingContext } from './reading-context.ts';
import { leavesOf, type Thing, textOfProperty, valuesOf } from './things.ts';

export type ChosenOffers =
  | { readonly kind: 'offers'; readonly offers: readonly OfferRead[]; readonly isNarrowed: boolean }
  | { readonly kind: 'wrong_currency'; readonly currencies: readonly string[] };

/** What remains belongs to this page; several are several prices of one article. */
export function chooseOffers(all: readonly OfferRead[], context: ReadingContext): ChosenOffers {
  const ours = all.filter(({ currency }) => currency === undefined || currency === context.hints.currency);
  if (ours.length === 0)
    return { kind: 'wrong_currency', currencies: [...new Set(all.flatMap(({ currency }) => currency ?? []))] };
  const single = prefer(ours, ({ thing }) => leastQuantity(thing) <= 1);
  const near = prefer(single, ({ thing }) => isForRegion(thing, context.hints.locale));
  const current = prefer(near, ({ thing }) => isCurrent(thing, context.at));
  const own = prefer(current, (offer) => isOwnOffer(offer, context));
  const variant = ofAddress(own, context);
  const fresh = prefer(variant, ({ thing }) => (conditionOf(thing) ?? 'new') === 'new');
  return { kind: 'offers', offers: fresh, isNarrowed: variant.length < own.length };
}

/** Those for which it holds, or all where it holds for none. */
function prefer<T>(all: readonly T[], holds: (one: T) => boolean): readonly T[] {
  const some = all.filter(holds);
  return some.length > 0 ? some : all;
}

/** `priceValidUntil` is forgotten by many shops, and says nothing here. */
function isCurrent(offer: Thing, at: number): boolean {
  const time = (name: string) => Date.parse(textOfProperty(offer, name) ?? '');
  return !(time('validFrom') > at) && !(time('validThrough') < at) && !(time('availabilityEnds') < at);
}

/** `eligibleRegion` by its code; the region of the site is its locale's. */
function isForRegion(offer: Thing, locale: string): boolean {
  const { region } = new Intl.Locale(locale);
  const said = valuesOf(offer, 'eligibleRegion').flatMap((value) =>
    value.kind === 'leaf' ? value.text : (textOfProperty(value, 'addressCountry', 'identifier', 'name') ?? []),
  );
  const codes = said.filter((code) => /^[a-z]{2}$/i.test(code)).map((code) => code.toUpperCase());
  return region === undefined || codes.length === 0 || codes.includes(region);
}

export function sellerOf(offer: Thing): string | undefined {
  const name = textOfProperty(offer, 'seller', 'offeredBy');
  return name === undefined || name.length > 200 || /^https?:/.test(name) ? undefined : name;
}

function isOwnOffer({ thing }: OfferRead, { hints }: ReadingContext): boolean {
  const seller = sellerOf(thing);
  return seller !== undefined && isSite(seller, hints.siteName);
}

/** `Example GmbH` and `www.example.de` are `Example`. */
export function isSite(seller: string, site: string): boolean {
  const [ours, theirs] = [bareName(site), bareName(seller)];
  return ours !== '' && theirs !== '' && (ours === theirs || ours.startsWith(theirs) || theirs.startsWith(ours));
}

function bareName(name: string): string {
  const bare = folded(name.replace(/^(?:https?:\/\/)?(?:www\.)?/i, '').replace(/\.[a-z]{2,6}(?:\.[a-z]{2})?\/?$/i, ''));
  return bare
    .replace(/ (?:gmbh|ag|ltd|limited|inc|llc|s ?r ?l|s ?a|sas|b ?v|ab|as|a s|oy|kg|co|spolka|sp z o ?o)$/u, '')
    .replaceAll(' ', '');
}

/** The one whose own address, or whose number, the page's address has; else one that is not for another variant. */
function ofAddress(all: readonly OfferRead[], context: ReadingContext): readonly OfferRead[] {
  if (all.length < 2) return all;
  const { asked } = context.identity;
  const base = `https://${asked.page}`;
  const links = all.map(({ thing, variant }) =>
    [...leavesOf(thing, 'url', '@id'), ...(variant ? leavesOf(variant, 'url', '@id') : [])].flatMap(({ text }) =>
      /[/?#]/.test(text) ? (addressOf(text, base) ?? []) : [],
    ),
  );
  const chosenBy = (holds: (offer: OfferRead, at: number) => boolean) => all.filter(holds);
  const exact = chosenBy((_, at) =>
    links[at]!.some(
      ({ page, parameters }) =>
        page === asked.page && parameters.length > 0 && parameters.every((one) => asked.parameters.includes(one)),
    ),
  );
  if (exact.length > 0 && exact.length < all.length) return exact;
  const coded = chosenBy(({ thing, variant }) =>
    [...codesOf(thing), ...(variant ? codesOf(variant) : [])].some((code) => isInParameters(code, asked.parameters)),
  );
  if (coded.length > 0 && coded.length < all.length) return coded;
  const described = ofDescription(all, asked.parameters);
  if (described.length > 0 && described.length < all.length) return described;
  const paged = chosenBy((_, at) =>
    links[at]!.some(({ page, parameters }) => page === asked.page && parameters.length === 0),
  );
  if (paged.length > 0 && paged.length < all.length && new Set(links.flat().map(({ page }) => page)).size > 1)
    return paged;
  const pathed = chosenBy(({ thing, variant }) =>
    [...codesOf(thing), ...(variant ? codesOf(variant) : [])].some((code) => isInAddress(code, asked)),
  );
  return pathed.length > 0 && pathed.length < all.length ? pathed : all;
}

/** `?colour=red&size=m`: those whose color and size say so, when they say more of it than others do. */
function ofDescription(all: readonly OfferRead[], parameters: readonly string[]): readonly OfferRead[] {
  const asked = new Set(parameters.map((parameter) => folded(parameter.slice(parameter.indexOf('=') + 1))));
  const hits = all.map(({ variant, thing }) => {
    const said = [variant, thing].flatMap((one) => (one ? leavesOf(one, 'color', 'size', 'material', 'pattern') : []));
    return said.filter(({ text }) => asked.has(folded(text))).length;
  });
  const most = Math.max(...hits);
  return most === 0 ? [] : all.filter((_, at) => hits[at] === most);
}
