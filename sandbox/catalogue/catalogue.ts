/** The demo catalogue: thirty products in five categories, kept in two warehouses, priced in four currencies. */
import type { DemoProduct } from './demo-product.ts';
import { desk } from './products-desk.ts';
import { home } from './products-home.ts';
import { kitchen } from './products-kitchen.ts';
import { outdoors } from './products-outdoors.ts';
import { wear } from './products-wear.ts';

export const demoProducts: readonly DemoProduct[] = [...kitchen, ...home, ...desk, ...outdoors, ...wear];

/** Two roots and their branches. */
export const demoCategories = [
  { slug: 'indoors', name: 'Indoors', parent: null },
  { slug: 'kitchen', name: 'Kitchen', parent: 'indoors' },
  { slug: 'home', name: 'Home', parent: 'indoors' },
  { slug: 'desk', name: 'Desk', parent: 'indoors' },
  { slug: 'out-and-about', name: 'Out and about', parent: null },
  { slug: 'outdoors', name: 'Outdoors', parent: 'out-and-about' },
  { slug: 'wear', name: 'Wear', parent: 'out-and-about' },
] as const;

export const demoLocations = [
  { code: 'east', name: 'Warehouse East, Hamburg', country: 'DE' },
  { code: 'west', name: 'Warehouse West, Portland', country: 'US' },
] as const;

export interface DemoPrice {
  amount: number;
  compareAt?: number;
  cost: number;
}

/**
 * Per US cent, as fractions, and the step that a shop would round to: €0.10, ¥10, 50 fils.
 * Fixed on purpose: a demo shop has price lists, not exchange rates.
 */
const priceLists = {
  usd: { times: 1, per: 1, step: 1 },
  eur: { times: 92, per: 100, step: 10 },
  jpy: { times: 3, per: 2, step: 10 },
  kwd: { times: 307, per: 100, step: 50 },
} as const;

export type DemoCurrency = keyof typeof priceLists;
export const demoCurrencies = Object.keys(priceLists) as DemoCurrency[];

/** A product's price in a currency's minor units, `extra` cents included. What it cost the shop is 45 % of it. */
export function priceIn(
  currency: DemoCurrency,
  product: Pick<DemoProduct, 'price' | 'compareAt'>,
  extra = 0,
): DemoPrice {
  const convert = (cents: number) => {
    const { times, per, step } = priceLists[currency];
    return Math.round((cents * times) / per / step) * step;
  };
  return {
    amount: convert(product.price + extra),
    ...(product.compareAt ? { compareAt: convert(product.compareAt + extra) } : {}),
    cost: Math.round((convert(product.price + extra) * 45) / 100),
  };
}
