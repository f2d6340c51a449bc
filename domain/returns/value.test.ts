import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stepOf } from '../money.ts';
import { BUILT_IN_TERMS, RETURN_REASONS, type ReturnReason, type ReturnTerms } from './terms.ts';
import { type ReturnedLine, valueReturn } from './value.ts';

const order = {
  currency: 'eur',
  shippingAmount: 490,
  taxAmount: 665,
  shippingRefunded: false,
  lines: [
    { id: 'mug', sku: 'MUG', quantity: 2, refunded_quantity: 0, total_amount: 2_000 },
    { id: 'tee', sku: 'TEE', quantity: 1, refunded_quantity: 0, total_amount: 1_010 },
  ],
};
const came = (
  lineId: string,
  good: number,
  damaged = 0,
  terms: Partial<ReturnTerms> = {},
  reason: ReturnReason = 'unwanted',
) => ({
  ...{ lineId, good, damaged, reason },
  terms: { ...BUILT_IN_TERMS, ...terms },
});
const value = (lines: ReturnedLine[], chargesLabel = false) => {
  const worth = valueReturn(order, { lines, chargesLabel });
  if ('code' in worth) throw new Error(worth.code);
  return worth;
};

describe('what a return is worth', () => {
  it('is the price and its tax, and the delivery when everything came back', () => {
    expect(value([came('mug', 1)])).toMatchObject({ goods: 1_190, kept: 0, shipping: 0, amount: 1_190 });
    expect(value([came('mug', 2), came('tee', 1)]).amount).toBe(2_000 + 1_010 + 490 + 665);
  });

  it('is less what its condition, the fees and our label take', () => {
    const terms = { damagedPercent: 50, feeBps: 1_000, feeAmounts: { eur: 100 }, labelAmounts: { eur: 390 } };
    const worth = value([came('mug', 1, 1, terms)], true);
    // 11.90 whole and 5.95 for the damaged one, less a tenth of both, a fee and the label.
    expect(worth).toMatchObject({ goods: 2_380, amount: 1_785 - 179 - 100 - 390 });
  });

  it('is whole when it was our fault, with the delivery where the terms say so', () => {
    const terms = { damagedPercent: 0, feeBps: 5_000, feeAmounts: { eur: 900 }, shippingRefund: 'our_fault' as const };
    expect(value([came('mug', 0, 1, terms, 'defective')])).toMatchObject({ kept: 0, amount: 1_190 + 584 });
    expect(value([came('mug', 0, 1, { ...terms, shippingRefund: 'never' }, 'defective')]).amount).toBe(1_190);
  });

  it('is nothing for what only wrong goods came for, and never less', () => {
    expect(value([came('mug', 0)])).toMatchObject({ amount: 0, lines: [] });
    expect(value([came('mug', 1, 0, { feeAmounts: { eur: 9_999 } })])).toMatchObject({ amount: 0, kept: 1_190 });
  });

  it('refuses units that were given back meanwhile', () => {
    const lines = order.lines.map((line) => ({ ...line, refunded_quantity: line.quantity }));
    const worth = valueReturn({ ...order, lines }, { lines: [came('mug', 1)], chargesLabel: false });
    expect(worth).toMatchObject({ code: 'line_already_refunded', sku: 'MUG', refundable: 0 });
  });
});

const lineArbitrary = fc.record({
  total: fc.integer({ min: 0, max: 100_000 }),
  quantity: fc.integer({ min: 1, max: 6 }),
});
const termsArbitrary: fc.Arbitrary<ReturnTerms> = fc
  .record({
    goodPercent: fc.integer({ min: 0, max: 100 }),
    damagedPercent: fc.integer({ min: 0, max: 100 }),
    feeBps: fc.integer({ min: 0, max: 10_000 }),
    fee: fc.integer({ min: 0, max: 2_000 }),
    label: fc.integer({ min: 0, max: 2_000 }),
    shippingRefund: fc.constantFrom('never' as const, 'our_fault' as const, 'all_returned' as const),
  })
  .map(({ fee, label, ...rest }) => {
    const all = (amount: number) => ({ eur: amount, jpy: amount, kwd: amount * 10 });
    return { ...BUILT_IN_TERMS, ...rest, feeAmounts: all(fee), labelAmounts: all(label) };
  });

describe('any sequence of returns', () => {
  it('gives back no more than was paid, in amounts that Stripe takes, whose parts sum up', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('eur', 'jpy', 'kwd'),
        fc.array(lineArbitrary, { minLength: 1, maxLength: 4 }),
        fc.record({ shipping: fc.integer({ min: 0, max: 5_000 }), tax: fc.integer({ min: 0, max: 20_000 }) }),
        fc.array(
          fc.record({
            line: fc.nat(3),
            good: fc.nat(3),
            damaged: fc.nat(2),
            reason: fc.constantFrom(...RETURN_REASONS),
            terms: termsArbitrary,
            chargesLabel: fc.boolean(),
          }),
          { maxLength: 12 },
        ),
        (currency, wanted, { shipping, tax }, steps) => {
          const step = stepOf(currency);
          const lines = wanted.map(({ total, quantity }, index) => ({
            ...{ id: `${index}`, sku: `${index}`, quantity, refunded_quantity: 0, total_amount: total * step },
          }));
          const paid = (wanted.reduce((sum, { total }) => sum + total, 0) + shipping + tax) * step;
          let given = 0;
          let shippingRefunded = false;
          for (const { line, good, damaged, reason, terms, chargesLabel } of steps) {
            const own = lines[line % lines.length]!;
            const now = { currency, shippingAmount: shipping * step, taxAmount: tax * step, shippingRefunded, lines };
            const worth = valueReturn(now, { lines: [{ lineId: own.id, good, damaged, reason, terms }], chargesLabel });
            if ('code' in worth) {
              expect(good + damaged).toBeGreaterThan(own.quantity - own.refunded_quantity);
              continue;
            }
            expect(worth.amount).toBe(worth.goods - worth.kept + worth.shipping);
            expect(worth.lines.reduce((sum, each) => sum + each.amount, 0) + worth.shipping).toBe(worth.amount);
            expect(
              Math.min(worth.amount, worth.kept, worth.shipping, ...worth.lines.map((each) => each.amount)),
            ).toBeGreaterThanOrEqual(0);
            expect(worth.amount % step).toBe(0);
            // What is due for nothing is not booked: its units count by the return itself.
            if (worth.shipping > 0) shippingRefunded = true;
            own.refunded_quantity += good + damaged;
            given += worth.amount;
          }
          expect(given).toBeLessThanOrEqual(paid);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('of whole goods gives back exactly what was paid, in any number of parts', () => {
    fc.assert(
      fc.property(
        fc.array(lineArbitrary, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 20_000 }),
        fc.array(fc.nat(3), { minLength: 24, maxLength: 24 }),
        (wanted, tax, order_) => {
          const lines = wanted.map(({ total, quantity }, index) => ({
            ...{ id: `${index}`, sku: `${index}`, quantity, refunded_quantity: 0, total_amount: total + 1 },
          }));
          const paid = lines.reduce((sum, line) => sum + line.total_amount, 0) + 490 + tax;
          let given = 0;
          let shippingRefunded = false;
          const turns = [...order_, ...lines.flatMap((line, index) => Array<number>(line.quantity).fill(index))];
          for (const turn of turns) {
            const own = lines[turn % lines.length]!;
            if (own.refunded_quantity === own.quantity) continue;
            const now = { currency: 'eur', shippingAmount: 490, taxAmount: tax, shippingRefunded, lines };
            const worth = valueReturn(now, { lines: [came(own.id, 1)], chargesLabel: false });
            if ('code' in worth) throw new Error(worth.code);
            own.refunded_quantity += 1;
            shippingRefunded ||= worth.shipping > 0;
            given += worth.amount;
          }
          expect(given).toBe(paid);
        },
      ),
      { numRuns: 200 },
    );
  });
});
