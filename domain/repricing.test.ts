import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stepOf } from './money.ts';
import { DEFAULT_RULE, ENDINGS, proposePrice, type RepriceFacts, type RepriceRule } from './repricing.ts';

const facts = (
  more: Partial<Record<'ours' | 'theirs' | 'cost' | 'map', number | null>> & { currency?: string } = {},
): RepriceFacts => {
  const { ours = 2000, theirs = 1800, cost = null, map = null, currency = 'eur' } = more;
  return { ours: { amount: ours ?? 0, currency }, theirs: { amount: theirs ?? 0, currency }, cost, map };
};
const rule = (more: Partial<RepriceRule> = {}): RepriceRule => ({ ...DEFAULT_RULE, ...more });
const to = (result: ReturnType<typeof proposePrice>) => (result.kind === 'proposal' ? result.to : result.reason);

describe('a proposal', () => {
  it.each([
    ['matches', {}, {}, 1800],
    ['matches upwards too', { ours: 1500 }, {}, 1800],
    ['beats by an amount', {}, { kind: 'beat', amount: 1 }, 1799],
    ['beats by a percentage', {}, { kind: 'beat', percent: 5 }, 1710],
    ['beats by both', {}, { kind: 'beat', percent: 5, amount: 10 }, 1700],
    ['ends in .99 below theirs', {}, { ending: '.99' }, 1799],
    ['ends in .95', {}, { ending: '.95' }, 1795],
    ['ends in .00', { theirs: 1850 }, { ending: '.00' }, 1800],
    ['ends in hundreds of yen', { currency: 'jpy', ours: 2500, theirs: 2050 }, { ending: '.99' }, 1999],
    ['ends in .95 of hundreds of yen', { currency: 'jpy', ours: 2500, theirs: 2050 }, { ending: '.95' }, 1995],
    ['ends in .990 of dinars', { currency: 'kwd', ours: 20_000, theirs: 18_500 }, { ending: '.99' }, 17_990],
    ['is one that Stripe takes of dinars', { currency: 'kwd', ours: 20_000, theirs: 18_507 }, {}, 18_500],
    [
      'ends in hundreds of krónur, which come in hundredths',
      { currency: 'isk', ours: 250_000, theirs: 205_000 },
      { ending: '.99' },
      199_900,
    ],
    ['of less than one has no ending', { ours: 80, theirs: 60 }, { ending: '.99' }, 60],
  ] as const)('%s', (_what, given, how, expected) => {
    expect(to(proposePrice(facts(given), rule(how as Partial<RepriceRule>)))).toBe(expected);
  });

  it('keeps the margin, the floor and the advertised price, and says which', () => {
    const margin = proposePrice(facts({ cost: 1500 }), rule({ minMarginPercent: 20 }));
    expect(margin).toMatchObject({ kind: 'proposal', to: 1875, floor: 'margin', marginPercent: 20 });
    expect(proposePrice(facts({ map: 1950 }), rule())).toMatchObject({ to: 1950, floor: 'map' });
    expect(proposePrice(facts(), rule({ minAmount: 1900 }))).toMatchObject({ to: 1900, floor: 'min_amount' });
    expect(proposePrice(facts({ cost: 1900 }), rule({ ending: '.99' }))).toMatchObject({ to: 1999, floor: 'margin' });
    expect(proposePrice(facts({ cost: 1000 }), rule())).toMatchObject({ to: 1800, floor: null });
  });

  it.each([
    ['no_change', facts({ theirs: 2000 }), rule()],
    ['floor_reached', facts({ cost: 2000 }), rule()],
    ['floor_reached', facts({ cost: 2400 }), rule()],
    ['cost_unknown', facts(), rule({ minMarginPercent: 10 })],
    ['change_too_large', facts({ theirs: 900 }), rule()],
    ['no_price', facts({ theirs: 5, ours: 8 }), rule({ kind: 'beat', amount: 9, maxChangePercent: 500 })],
    ['no_price', facts({ theirs: 9, ours: 10, currency: 'kwd' }), rule()],
    ['currency_differs', { ...facts(), theirs: { amount: 1, currency: 'usd' } }, rule()],
  ])('is none: %s', (reason, given, how) => {
    expect(proposePrice(given, how)).toEqual({ kind: 'none', reason });
  });

  it('is never below a floor, never above theirs unless a floor or an ending asks for it, and always chargeable', () => {
    const amount = fc.integer({ min: 1, max: 500_000 });
    fc.assert(
      fc.property(
        fc.record({ ours: amount, theirs: amount, cost: fc.option(amount), map: fc.option(amount) }),
        fc.constantFrom('eur', 'jpy', 'kwd', 'isk'),
        fc.record({
          kind: fc.constantFrom('match' as const, 'beat' as const),
          ending: fc.constantFrom(...ENDINGS),
          percent: fc.integer({ min: 0, max: 50 }),
          minMarginPercent: fc.integer({ min: 0, max: 60 }),
        }),
        (given, currency, how) => {
          const all = facts({ ...given, currency });
          const result = proposePrice(all, rule({ ...how, maxChangePercent: 1e9 }));
          if (result.kind === 'none') return;
          expect(result.to % stepOf(currency)).toBe(0);
          expect(result.to).toBeGreaterThan(0);
          if (all.map !== null) expect(result.to).toBeGreaterThanOrEqual(all.map);
          if (all.cost !== null) {
            expect(result.to).toBeGreaterThanOrEqual(all.cost);
            expect(result.marginPercent! + 1e-6).toBeGreaterThanOrEqual(how.minMarginPercent);
          }
          if (result.floor === null && all.map === null && all.cost === null)
            expect(result.to).toBeLessThanOrEqual(all.theirs.amount);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
