import { describe, expect, it } from '@jest/globals';
import { type PricingHooks, priceOrder } from './pricing.ts';

const price = (currency: string, unitAmount: number, hooks: PricingHooks) =>
  priceOrder(
    {
      lines: [{ variantId: 'v', sku: 's', name: 'n', quantity: 1, unitAmount, weightGrams: 0 }],
      currency,
      country: 'DE',
      shippingMethod: 'standard',
    },
    hooks,
  );

describe('what a currency cannot be charged in', () => {
  it.each([
    ['kwd', 1_230, 501, 234, { subtotal: 1_230, shipping: 510, tax: 230, total: 1_970 }],
    ['kwd', 1_230, 500, 235, { subtotal: 1_230, shipping: 500, tax: 240, total: 1_970 }],
    ['isk', 1_200, 150, 149, { subtotal: 1_200, shipping: 200, tax: 100, total: 1_500 }],
    ['ugx', 1_200, 0, 49, { subtotal: 1_200, shipping: 0, tax: 0, total: 1_200 }],
    ['usd', 1_201, 1, 3, { subtotal: 1_201, shipping: 1, tax: 3, total: 1_205 }],
  ])('in %s is rounded where it arises: %i + %i + %i', (currency, unitAmount, shipping, tax, totals) => {
    expect(price(currency, unitAmount, { shipping: () => shipping, tax: () => tax })).toEqual(totals);
  });
});
