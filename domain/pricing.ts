/**
 * What an order costs: prices come from the catalogue, shipping from a table of rates, tax from a table of countries.
 * Pure, so that a shop can replace the shipping and tax hooks with its own.
 */
import { exponentOf, roundForProvider, roundToStep, shareOf } from './money.ts';

export interface PricedLine {
  readonly variantId: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitAmount: number;
  readonly weightGrams: number;
}

export interface Quote {
  readonly lines: readonly PricedLine[];
  readonly currency: string;
  readonly country: string;
  readonly shippingMethod: string;
}

export interface Totals {
  readonly subtotal: number;
  readonly shipping: number;
  readonly tax: number;
  readonly total: number;
}

/** Amount for shipping in minor units, or undefined when the method is not offered there. */
export type ShippingHook = (quote: Quote, subtotal: number) => number | undefined;
/** Amount of tax on top, in minor units. */
export type TaxHook = (quote: Quote, subtotal: number, shipping: number) => number;

export interface PricingHooks {
  readonly shipping: ShippingHook;
  readonly tax: TaxHook;
}

export class UnknownShippingMethodError extends Error {
  override readonly name = 'UnknownShippingMethodError';
  readonly method: string;
  readonly country: string;
  constructor(method: string, country: string) {
    super(`No shipping method ${method} to ${country}.`);
    this.method = method;
    this.country = country;
  }
}

/** Adds an order up. Throws {@link UnknownShippingMethodError}; a RangeError when the sum leaves the safe integers. */
export function priceOrder(quote: Quote, hooks: PricingHooks): Totals {
  const subtotal = quote.lines.reduce((sum, line) => sum + line.unitAmount * line.quantity, 0);
  const rate = hooks.shipping(quote, subtotal);
  if (rate === undefined) throw new UnknownShippingMethodError(quote.shippingMethod, quote.country);
  const shipping = roundForProvider(rate, quote.currency);
  // Prices are chargeable amounts, and so is the shipping: what is rounded here is of the tax alone.
  const tax = roundToStep(hooks.tax(quote, subtotal, shipping), quote.currency);
  const total = roundForProvider(subtotal + shipping + tax, quote.currency);
  if (!Number.isSafeInteger(total)) throw new RangeError(`the total is too large: ${total}`);
  return { subtotal, shipping, tax: total - subtotal - shipping, total };
}

export interface ShippingRate {
  /** Major units of any currency: 5 is $5.00, ¥500 (see `scale`) or KD 5.000. */
  readonly flat: number;
  readonly perKilogram: number;
  /** Free from this subtotal on, in the same units. */
  readonly freeFrom?: number;
}

export const defaultShippingRates: Readonly<Record<string, ShippingRate>> = {
  standard: { flat: 5, perKilogram: 1, freeFrom: 100 },
  express: { flat: 15, perKilogram: 2 },
};

/** A table rate by method: a flat part, a part by started kilogram, free above a subtotal. */
export function tableShipping(rates: Readonly<Record<string, ShippingRate>> = defaultShippingRates): ShippingHook {
  return (quote, subtotal) => {
    const rate = Object.hasOwn(rates, quote.shippingMethod) ? rates[quote.shippingMethod] : undefined;
    if (!rate) return undefined;
    const unit = scale(quote.currency);
    if (rate.freeFrom !== undefined && subtotal >= rate.freeFrom * unit) return 0;
    const grams = quote.lines.reduce((sum, line) => sum + line.weightGrams * line.quantity, 0);
    return (rate.flat + rate.perKilogram * Math.ceil(grams / 1_000)) * unit;
  };
}

/** Minor units that buy about as much as one major unit elsewhere; a yen-like currency counts in hundreds. */
function scale(currency: string): number {
  const digits = exponentOf(currency);
  return digits === 0 ? 100 : 10 ** digits;
}

/** Standard rates in basis points, charged on goods and shipping; a country without one is not taxed here. */
export const defaultTaxRates: Readonly<Record<string, number>> = {
  DE: 1900,
  FR: 2000,
  ES: 2100,
  IT: 2200,
  NL: 2100,
  GB: 2000,
  JP: 1000,
};

export function tableTax(rates: Readonly<Record<string, number>> = defaultTaxRates): TaxHook {
  return (quote, subtotal, shipping) => shareOf(subtotal + shipping, rates[quote.country] ?? 0);
}
