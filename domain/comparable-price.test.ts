import { describe, expect, it } from '@jest/globals';
import { type ComparisonTerms, comparePrice, type TheirPrice } from './comparable-price.ts';

const TERMS: ComparisonTerms = {
  currency: 'eur',
  taxIncluded: true,
  taxPercent: null,
  ourTaxPercent: 0,
  withShipping: false,
  exchange: undefined,
};
const theirs = (price: Partial<TheirPrice> = {}): TheirPrice => ({
  amount: 11_900,
  currency: 'eur',
  shipping: null,
  packCount: 1,
  ...price,
});
const amountOf = (price: Partial<TheirPrice>, terms: Partial<ComparisonTerms> = {}) => {
  const compared = comparePrice(theirs(price), { ...TERMS, ...terms });
  return compared.kind === 'comparable' ? compared.price.amount : compared.reason;
};

describe('their price in the terms of ours', () => {
  it('is their price where the terms are the same', () => {
    expect(comparePrice(theirs(), TERMS)).toEqual({
      kind: 'comparable',
      price: { amount: 11_900, currency: 'eur' },
      notes: [],
    });
  });

  it.each([
    ['theirs has tax, ours gets it at the checkout', { taxIncluded: true, ourTaxPercent: 19 }, 10_000],
    ['neither has tax in it, and it is the same', { taxIncluded: false, ourTaxPercent: 19 }, 11_900],
    ['theirs is without a lower tax', { taxIncluded: false, taxPercent: 7, ourTaxPercent: 19 }, 10_700],
    ['only theirs is taxed', { taxIncluded: false, taxPercent: 20, ourTaxPercent: 0 }, 14_280],
  ])('%s', (_, terms, expected) => expect(amountOf({}, terms)).toBe(expected));

  it('is of one piece', () => expect(amountOf({ amount: 1_000, packCount: 3 })).toBe(333));

  it('has their shipping where that is compared, and says where it is not known', () => {
    expect(amountOf({ shipping: { amount: 490, currency: 'eur' } }, { withShipping: true })).toBe(12_390);
    expect(comparePrice(theirs(), { ...TERMS, withShipping: true })).toMatchObject({
      notes: [{ kind: 'shipping_unknown' }],
    });
  });

  it('is exchanged between currencies of any exponent, and is no number without a rate', () => {
    const exchange = { rate: 0.006, asOf: '2026-03-14' };
    expect(amountOf({ amount: 5_000, currency: 'jpy' }, { exchange })).toBe(3_000);
    expect(
      amountOf({ amount: 3_000, currency: 'eur' }, { currency: 'jpy', exchange: { ...exchange, rate: 160 } }),
    ).toBe(4_800);
    expect(amountOf({ amount: 1_000, currency: 'kwd' }, { exchange: { ...exchange, rate: 3 } })).toBe(300);
    expect(amountOf({ currency: 'usd' })).toBe('no_exchange_rate');
  });

  it('of nothing is nothing', () => expect(amountOf({ amount: 0 }, { ourTaxPercent: 19 })).toBe(0));
});
