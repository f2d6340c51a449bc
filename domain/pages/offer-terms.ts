/** What an offer says besides its price: whether it can be had, in which condition, with what postage. */
import type { Money } from '../money.ts';
import { readAmount } from './amounts.ts';
import type { Availability, Condition } from './page-reading.ts';
import { currencyCode, marketOf, type ReadingContext, settle } from './reading-context.ts';
import { leavesOf, localName, type Thing, textOfProperty, thingsOf } from './things.ts';

const AVAILABILITY: Readonly<Record<string, Availability>> = {
  instock: 'in_stock',
  instoreonly: 'in_stock',
  onlineonly: 'in_stock',
  available: 'in_stock',
  availablefororder: 'in_stock',
  yes: 'in_stock',
  instocknow: 'in_stock',
  limitedavailability: 'limited',
  limited: 'limited',
  lowstock: 'limited',
  preorder: 'preorder',
  presale: 'preorder',
  backorder: 'backorder',
  backordered: 'backorder',
  madetoorder: 'backorder',
  outofstock: 'out_of_stock',
  oos: 'out_of_stock',
  soldout: 'out_of_stock',
  reserved: 'out_of_stock',
  unavailable: 'out_of_stock',
  notavailable: 'out_of_stock',
  discontinued: 'discontinued',
};

export function availabilityIn(text: string): Availability | undefined {
  return AVAILABILITY[
    localName(text)
      .toLowerCase()
      .replaceAll(/[^a-z]/g, '')
  ];
}

const CONDITION: Readonly<Record<string, Condition>> = {
  new: 'new',
  newcondition: 'new',
  brandnew: 'new',
  refurbished: 'refurbished',
  refurbishedcondition: 'refurbished',
  renewed: 'refurbished',
  used: 'used',
  usedcondition: 'used',
  secondhand: 'used',
  damaged: 'damaged',
  damagedcondition: 'damaged',
};

export function conditionIn(text: string): Condition | undefined {
  return CONDITION[
    localName(text)
      .toLowerCase()
      .replaceAll(/[^a-z]/g, '')
  ];
}

export function availabilityOf(offer: Thing): Availability | undefined {
  return leavesOf(offer, 'availability')
    .map(({ text }) => availabilityIn(text))
    .find((availability) => availability !== undefined);
}

export function conditionOf(thing: Thing): Condition | undefined {
  return leavesOf(thing, 'itemCondition')
    .map(({ text }) => conditionIn(text))
    .find((condition) => condition !== undefined);
}

/** Postage to the site's own country, or the one that is told for all. */
export function shippingOf(offer: Thing, context: ReadingContext): Money | undefined {
  const details = thingsOf(offer, 'shippingDetails').slice(0, 50);
  const region = regionOf(context.hints.locale);
  const toUs = details.filter((one) => region !== undefined && countriesOf(one).includes(region));
  const told = toUs.length > 0 ? toUs : details.filter((one) => countriesOf(one).length === 0);
  const rates = told.flatMap((one) => thingsOf(one, 'shippingRate')).flatMap((rate) => rateOf(rate, context) ?? []);
  const charges = thingsOf(offer, 'priceSpecification').filter(({ types }) =>
    types.includes('DeliveryChargeSpecification'),
  );
  const all = [...rates, ...charges.flatMap((charge) => rateOf(charge, context) ?? [])];
  return all.sort((a, b) => a.amount - b.amount)[0];
}

function rateOf(rate: Thing, context: ReadingContext): Money | undefined {
  const currency = currencyCode(textOfProperty(rate, 'currency', 'priceCurrency')) ?? context.hints.currency;
  const [leaf] = leavesOf(rate, 'value', 'price', 'maxValue');
  if (!leaf || currency !== context.hints.currency) return undefined;
  if (/^0(?:[.,]0+)?$/.test(leaf.text)) return { amount: 0, currency };
  const read = readAmount(leaf, marketOf(context, currency));
  const settled = read && settle(read, context);
  return settled && { amount: settled.amount, currency };
}

function countriesOf(details: Thing): string[] {
  return thingsOf(details, 'shippingDestination').flatMap((region) =>
    leavesOf(region, 'addressCountry').map(({ text }) => text.toUpperCase()),
  );
}

function regionOf(locale: string): string | undefined {
  try {
    return new Intl.Locale(locale).maximize().region;
  } catch {
    return undefined;
  }
}
