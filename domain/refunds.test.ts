import { describe, expect, it } from '@jest/globals';
import { stepOf } from './money.ts';
import { paymentStatusAfter, planRefund, type RefundableOrder, type RefundPlan } from './refunds.ts';

const order = (given: Partial<RefundableOrder> = {}): RefundableOrder => ({
  currency: 'eur',
  shippingAmount: 500,
  taxAmount: 1_140,
  shippingRefunded: false,
  refundable: 7_140,
  lines: [
    { id: 'a', sku: 'A', quantity: 3, refunded_quantity: 0, total_amount: 3_000 },
    { id: 'b', sku: 'B', quantity: 1, refunded_quantity: 0, total_amount: 2_500 },
  ],
  ...given,
});

describe('what a refund is worth', () => {
  it('is a line’s price and its share of the tax', () => {
    expect(planRefund(order(), { lines: [{ lineId: 'a', quantity: 1 }], shipping: false })).toEqual({
      amount: 1_190,
      shippingAmount: 0,
      lines: [{ lineId: 'a', quantity: 1, amount: 1_190 }],
    });
  });

  it('holds the shipping when asked for', () => {
    const plan = planRefund(order(), { lines: [{ lineId: 'b', quantity: 1 }], shipping: true });
    expect(plan).toMatchObject({ amount: 2_975 + 595, shippingAmount: 595 });
  });

  it('is all that is left when nothing in particular is asked for', () => {
    expect(planRefund(order({ refundable: 7_000 }), { shipping: false })).toMatchObject({
      amount: 7_000,
      lines: [
        { lineId: 'a', quantity: 3 },
        { lineId: 'b', quantity: 1 },
      ],
    });
  });

  it('is the amount that is named, also beside lines', () => {
    const wish = { lines: [{ lineId: 'a', quantity: 1 }], amount: 500, shipping: false };
    expect(planRefund(order(), wish)).toMatchObject({ amount: 500, lines: [{ lineId: 'a', quantity: 1 }] });
  });

  it.each([
    [{ amount: 7_141, shipping: false }, 'refund_exceeds_refundable'],
    [{ lines: [{ lineId: 'a', quantity: 4 }], shipping: false }, 'line_already_refunded'],
    [{ lines: [{ lineId: 'unknown', quantity: 1 }], shipping: false }, 'line_already_refunded'],
  ])('refuses %j: %s', (wish, code) => {
    expect(planRefund(order(), wish)).toMatchObject({ code });
  });

  it('refuses shipping twice, and a refund of nothing', () => {
    expect(planRefund(order({ shippingRefunded: true }), { shipping: true })).toEqual({
      code: 'shipping_already_refunded',
    });
    expect(planRefund(order({ refundable: 0 }), { shipping: false })).toEqual({ code: 'nothing_to_refund' });
  });

  it.each([
    ['kwd', 1_235, 10],
    ['isk', 1_250, 100],
    ['ugx', 1_201, 100],
  ])('takes amounts in %s only as Stripe does', (currency, amount, step) => {
    const plan = planRefund(order({ currency, refundable: 100_000 }), { amount, shipping: false });
    expect(plan).toEqual({ code: 'amount_not_divisible', step });
  });

  it.each(['usd', 'jpy', 'kwd', 'isk'])(
    'adds up to the total in %s, whatever the parts and their order',
    (currency) => {
      for (let seed = 1; seed <= 300; seed++) expectPartsToAddUp(currency, createRandom(seed));
    },
  );
});

/** Refunds an order unit by unit in a random order and expects its total, never a step too much on the way. */
function expectPartsToAddUp(currency: string, random: (below: number) => number): void {
  const step = stepOf(currency);
  const lines = Array.from({ length: 1 + random(4) }, (_, index) => {
    const quantity = 1 + random(5);
    return {
      id: `l${index}`,
      sku: `S${index}`,
      quantity,
      refunded_quantity: 0,
      total_amount: random(5_000) * quantity,
    };
  });
  const shippingAmount = random(2_000);
  const exact = lines.reduce((sum, line) => sum + line.total_amount, 0) + shippingAmount + random(3_000);
  const total = Math.ceil(exact / step) * step;
  const taxAmount = total - shippingAmount - lines.reduce((sum, line) => sum + line.total_amount, 0);
  const state = { ...order({ currency, lines, shippingAmount, taxAmount, refundable: total }) };
  let refunded = 0;
  const take = (plan: RefundPlan) => {
    expect(plan.amount % step).toBe(0);
    refunded += plan.amount;
    state.refundable -= plan.amount;
    expect(state.refundable).toBeGreaterThanOrEqual(0);
  };
  let shipping = false;
  for (;;) {
    const open = lines.filter((line) => line.refunded_quantity < line.quantity);
    if (open.length === 0 && shipping) break;
    if (!shipping && (open.length === 0 || random(4) === 0)) {
      const plan = planRefund(state, { lines: [], shipping: true });
      if ('amount' in plan) take(plan);
      shipping = true;
      state.shippingRefunded = true;
      continue;
    }
    const line = open[random(open.length)]!;
    const quantity = 1 + random(line.quantity - line.refunded_quantity);
    const plan = planRefund(state, { lines: [{ lineId: line.id, quantity }], shipping: false });
    if ('amount' in plan) take(plan);
    line.refunded_quantity += quantity;
  }
  expect([currency, refunded]).toEqual([currency, total]);
}

/** Numbers that repeat by their seed (mulberry32). */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

it.each([
  [{ captured: 10, refunded: 0, refunding: 0 }, 'paid'],
  [{ captured: 6, refunded: 0, refunding: 0 }, 'partially_captured'],
  [{ captured: 6, refunded: 6, refunding: 0 }, 'refunded'],
  [{ captured: 10, refunded: 0, refunding: 5 }, 'refund_pending'],
  [{ captured: 10, refunded: 4, refunding: 5 }, 'refund_pending'],
  [{ captured: 10, refunded: 4, refunding: 0 }, 'partially_refunded'],
  [{ captured: 10, refunded: 10, refunding: 0 }, 'refunded'],
])('%j is %s', (totals, status) => {
  expect(paymentStatusAfter({ amount: 10, ...totals })).toBe(status);
});
