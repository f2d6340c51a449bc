import { describe, expect, it } from '@jest/globals';
import { convert, type ExchangeRate, findRate } from './exchange-rates.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const DAY = 86_400_000;
const rate = (base: string, quote: string, value: string, daysOld = 0): ExchangeRate => ({
  base,
  quote,
  rate: value,
  asOf: new Date(NOW.getTime() - daysOld * DAY),
});
const RATES = [rate('eur', 'usd', '1.0823'), rate('eur', 'jpy', '163.25', 2), rate('eur', 'kwd', '0.333', 8)];

describe('an amount in another currency', () => {
  it.each([
    ['usd', 1_999, 'eur', 1_847],
    ['eur', 1_999, 'usd', 2_164],
    ['eur', 100, 'jpy', 163],
    ['jpy', 500, 'eur', 306],
    ['usd', 10_000, 'jpy', 15_084],
    ['eur', 1, 'usd', 1],
    ['eur', -1_999, 'usd', -2_164],
    ['eur', 100, 'kwd', 333],
    ['gbp', 5, 'gbp', 5],
    ['eur', 900_000_000_000_000, 'usd', 974_070_000_000_000],
  ])('%s %i in %s is %i', (currency, amount, to, expected) => {
    expect(convert({ amount, currency }, to, RATES, NOW)).toMatchObject({ amount: expected, currency: to });
  });

  it('is unknown without a way from one to the other', () => {
    expect(convert({ amount: 1, currency: 'gbp' }, 'eur', RATES, NOW)).toBeUndefined();
    expect(findRate([], 'usd', 'eur', NOW)).toBeUndefined();
  });

  it('is as old as the older of two rates, and said to be stale after a week', () => {
    expect(findRate(RATES, 'usd', 'jpy', NOW)).toEqual({
      rate: 150.836182204564,
      asOf: '2026-11-19T12:00:00.000Z',
      isStale: false,
    });
    expect(convert({ amount: 1, currency: 'kwd' }, 'usd', RATES, NOW)).toMatchObject({ isStale: true });
  });

  it('goes the freshest way', () => {
    const rates = [
      rate('usd', 'eur', '0.9', 5),
      rate('usd', 'gbp', '0.8'),
      rate('gbp', 'chf', '1.1'),
      rate('eur', 'chf', '1.5'),
    ];
    expect(findRate(rates, 'usd', 'chf', NOW)).toMatchObject({ rate: 0.88, isStale: false });
  });
});
