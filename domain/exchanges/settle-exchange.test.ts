import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { balanceExchange } from './settle-exchange.ts';

describe('the balance of an exchange', () => {
  it.each([
    [4_000, 5_000, { credit: 4_000, due: 1_000, refund: 0 }],
    [4_000, 3_000, { credit: 3_000, due: 0, refund: 1_000 }],
    [4_000, 4_000, { credit: 4_000, due: 0, refund: 0 }],
    [0, 3_000, { credit: 0, due: 3_000, refund: 0 }],
  ])('of %d for %d', (value, price, expected) => expect(balanceExchange(value, price)).toEqual(expected));

  it('never charges and refunds at once, and loses nothing', () => {
    fc.assert(
      fc.property(fc.nat(99_999_999), fc.nat(99_999_999), (value, price) => {
        const { credit, due, refund } = balanceExchange(value, price);
        expect([credit + due, credit + refund]).toEqual([price, value]);
        expect(Math.min(due, refund)).toBe(0);
      }),
    );
  });
});
