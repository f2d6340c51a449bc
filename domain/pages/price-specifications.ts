/** What PriceSpecifications say of an offer: its price, what it was, per unit, for postage. */
import { type Market, type ReadAmount, readAmount } from './amounts.ts';
import type { UnitPrice } from './page-reading.ts';
import { currencyCode, marketOf, type ReadingContext, settle } from './reading-context.ts';
import { leavesOf, localName, type Thing, textOfProperty, thingsOf } from './things.ts';

export interface Specifications {
  readonly price: { readonly read: ReadAmount; readonly path: string; readonly text: string } | undefined;
  readonly upper: ReadAmount | undefined;
  readonly list: ReadAmount | undefined;
  readonly currency: string | undefined;
  readonly unit: UnitPrice | undefined;
}

const LIST_TYPES = new Set([
  'ListPrice',
  'StrikethroughPrice',
  'MSRP',
  'SRP',
  'RegularPrice',
  'MinimumAdvertisedPrice',
  'InvoicePrice',
]);
const NO_PRICES = new Set(['DeliveryChargeSpecification', 'PaymentChargeSpecification']);

export function specificationsOf(offer: Thing, market: Market, context: ReadingContext): Specifications {
  const all = thingsOf(offer, 'priceSpecification')
    .flatMap((one) =>
      one.types.includes('CompoundPriceSpecification') ? [one, ...thingsOf(one, 'priceComponent')] : [one],
    )
    .filter((one) => !one.types.some((type) => NO_PRICES.has(type)))
    .slice(0, 100);
  const lists = all.filter((one) => isList(one));
  const units = all.filter((one) => !lists.includes(one) && isPerUnit(one) && !isForSome(one));
  const plain = all.filter((one) => !lists.includes(one) && !units.includes(one) && !isPerUnit(one) && !isForSome(one));
  const chosen =
    choose(plain) ?? (leavesOf(offer, 'price', 'lowPrice').length === 0 && plain.length === 0 ? units[0] : undefined);
  const currency = currencyCode(textOfProperty(chosen ?? lists[0] ?? offer, 'priceCurrency'));
  const own = currency === undefined ? market : marketOf(context, currency);
  const price = chosen && readOf(chosen, own);
  return {
    price: price && {
      read: price,
      path: 'priceSpecification.price',
      text: textOfProperty(chosen, 'price', 'minPrice') ?? '',
    },
    upper: chosen && leavesOf(chosen, 'price').length === 0 ? first(chosen, own, 'maxPrice') : undefined,
    list: lists.map((one) => readOf(one, own)).find((read) => read !== undefined),
    currency,
    unit: units.map((one) => unitOf(one, own, context)).find((unit) => unit !== undefined),
  };
}

function readOf(specification: Thing, market: Market): ReadAmount | undefined {
  return first(specification, market, 'price') ?? first(specification, market, 'minPrice');
}

function first(specification: Thing, market: Market, name: string): ReadAmount | undefined {
  return leavesOf(specification, name)
    .map((leaf) => readAmount(leaf, market))
    .find((read) => read !== undefined);
}

function isList(specification: Thing): boolean {
  return leavesOf(specification, 'priceType').some(({ text }) => LIST_TYPES.has(localName(text)));
}

/** For members, for many, or each month. */
function isForSome(specification: Thing): boolean {
  const { properties } = specification;
  if (
    ['validForMemberTier', 'billingDuration', 'billingIncrement', 'membershipPointsEarned'].some((name) =>
      properties.has(name),
    )
  )
    return true;
  const units = [
    specification,
    ...thingsOf(specification, 'referenceQuantity', 'eligibleQuantity', 'eligibleDuration'),
  ];
  if (units.some((one) => TIMES.test(textOfProperty(one, 'unitCode', 'unitText') ?? ''))) return true;
  return leastQuantity(specification) > 1;
}

/** A plain price that its specification says is one for members, for many or for each month. */
export function isOnlyForSome(offer: Thing): boolean {
  const all = thingsOf(offer, 'priceSpecification').slice(0, 100);
  const [own] = leavesOf(offer, 'price').map(({ text }) => Number(text));
  const same = all.filter((one) => leavesOf(one, 'price').some(({ text }) => Number(text) === own));
  return same.length > 0 && same.every((one) => isForSome(one));
}

/** Rents and subscriptions. */
const TIMES =
  /^(?:mon|day|wee|hur|min|days?|weeks?|months?|hours?|monate?|mois|mes|mese|maand|tage?|wochen?|per month|\/? ?month)$/i;

export function leastQuantity(thing: Thing): number {
  const [quantity] = thingsOf(thing, 'eligibleQuantity');
  const least = quantity && textOfProperty(quantity, 'minValue', 'value');
  return least === undefined ? 1 : Number(least);
}

const PIECES = new Set(['', 'c62', 'h87', 'ea', 'piece', 'pieces', 'stk', 'ann']);

function isPerUnit(specification: Thing): boolean {
  const [reference] = thingsOf(specification, 'referenceQuantity');
  if (!reference) return false;
  const unit = textOfProperty(reference, 'unitCode', 'unitText') ?? '';
  const value = Number(textOfProperty(reference, 'value') ?? 1);
  return value !== 1 || !PIECES.has(unit.toLowerCase());
}

/** The price with tax where both are told. */
function choose(plain: readonly Thing[]): Thing | undefined {
  const taxed = plain.filter((one) => /true$/i.test(textOfProperty(one, 'valueAddedTaxIncluded') ?? ''));
  const sale = plain.filter((one) => leavesOf(one, 'priceType').some(({ text }) => localName(text) === 'SalePrice'));
  return sale[0] ?? taxed[0] ?? plain[0];
}

const UNITS: Readonly<Record<string, string>> = {
  kgm: 'kg',
  grm: 'g',
  mgm: 'mg',
  ltr: 'l',
  mlt: 'ml',
  clt: 'cl',
  mtr: 'm',
  cmt: 'cm',
  mtk: 'm²',
  mtq: 'm³',
  lbr: 'lb',
  onz: 'oz',
  oza: 'fl oz',
  h87: 'piece',
  c62: 'piece',
};

function unitOf(specification: Thing, market: Market, context: ReadingContext): UnitPrice | undefined {
  const [reference] = thingsOf(specification, 'referenceQuantity');
  const read = readOf(specification, market);
  const settled = read && settle(read, context);
  if (!reference || !settled) return undefined;
  const code = textOfProperty(reference, 'unitCode', 'unitText') ?? 'C62';
  const quantity = Number(textOfProperty(reference, 'value') ?? 1);
  if (!(quantity > 0)) return undefined;
  return { amount: settled.amount, currency: market.currency, quantity, unit: UNITS[code.toLowerCase()] ?? code };
}
