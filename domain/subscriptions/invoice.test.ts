/** An invoice as an order: explained to the cent, whatever stands on it. */
import { describe, expect, it } from '@jest/globals';
import { type BilledLine, type InvoiceLine, orderOf, type ProviderInvoice } from './invoice.ts';
import { hasUnknownItems, newsOf, orderlessOf } from './invoice-news.ts';
import { decideShortage, type ShortLine } from './shortage.ts';

const line = (over: Partial<InvoiceLine>): InvoiceLine => ({
  ...{ id: 'il', description: null, item: null, quantity: 1, amount: 0, discount: 0, proration: false, creditId: null },
  ...over,
});
const plan = (kind: BilledLine['kind'], item: string, unitAmount: number): BilledLine => ({
  ...{
    id: `line-${item}`,
    kind,
    item,
    name: item,
    unitAmount,
    weightGrams: 1,
    outOfStock: 'wait',
    substituteSku: null,
  },
  ...(kind === 'goods' ? { variantId: `v-${item}`, sku: item } : { variantId: null, sku: null }),
});
const PLAN = [plan('goods', 'a', 1_000), plan('goods', 'b', 333), plan('shipping', 's', 500), plan('tax', 't', 293)];
const FULL = [
  line({ item: 'a', quantity: 2, amount: 2_000 }),
  line({ item: 'b', quantity: 1, amount: 333 }),
  line({ item: 's', amount: 500 }),
  line({ item: 't', amount: 293 }),
];

describe('the order of an invoice', () => {
  it('is what its items cost where nothing else stands on it', () => {
    const order = orderOf({ lines: FULL, capturedAmount: 3_126 }, PLAN);
    expect(order).toMatchObject({ subtotal: 2_333, shipping: 500, tax: 293, adjustment: 0, total: 3_126, credit: 0 });
    expect(order.lines.map(({ sku, quantity, unitAmount }) => [sku, quantity, unitAmount])).toEqual([
      ['a', 2, 1_000],
      ['b', 1, 333],
    ]);
  });

  it('has all that was paid as the values of its lines and its delivery, without a remainder', () => {
    const { lines, shippingValue } = orderOf({ lines: FULL, capturedAmount: 3_126 }, PLAN);
    expect(lines.reduce((sum, { value }) => sum + value, shippingValue)).toBe(3_126);
  });

  it('adds up for any captured amount and any credit', () => {
    for (let captured = 0; captured <= 3_500; captured += 7)
      for (const amount of [0, 1, 400]) {
        const order = orderOf({ lines: FULL, capturedAmount: captured }, PLAN, [{ id: 'c', amount }]);
        expect(order.subtotal + order.shipping + order.tax + order.adjustment).toBe(order.total);
        expect(order.total).toBe(captured + amount);
        // The books split what was captured over goods, shipping and tax: none of them may be less than nothing.
        expect(Math.min(order.subtotal + order.adjustment, order.shipping, order.tax)).toBeGreaterThanOrEqual(0);
      }
  });

  it('sends nothing for parts of periods and for what is not ours', () => {
    const lines = [line({ item: 'a', amount: -700, proration: true, quantity: 2 }), line({ item: 'x', amount: 900 })];
    expect(orderOf({ lines, capturedAmount: 200 }, PLAN)).toMatchObject({ lines: [], subtotal: 0, adjustment: 200 });
  });
});

describe('a reading of an invoice', () => {
  const now = { status: 'open' as const, attempt_count: 2, next_attempt_at: null, hosted_invoice_url: null };
  it('tells of each failed try once', () => {
    expect(newsOf(undefined, { ...now, attempt_count: 0 })).toBeUndefined();
    expect(newsOf({ status: 'open', attempt_count: 1 }, now)).toBe('payment_failed');
    expect(newsOf({ status: 'open', attempt_count: 2 }, now)).toBeUndefined();
    expect(newsOf({ status: 'open', attempt_count: 2 }, { ...now, status: 'paid' })).toBe('paid');
    expect(newsOf({ status: 'open', attempt_count: 2 }, { ...now, status: 'void' })).toBe('invoice_voided');
  });

  it('makes no order of a trial, nor of several payments, and of free goods it does', () => {
    const invoice = (over: Partial<ProviderInvoice>) =>
      ({ lines: [line({ item: 'a' })], payments: 0, capturedAmount: 0, ...over }) as ProviderInvoice;
    expect(orderlessOf(invoice({}), PLAN)).toBe('trial');
    expect(orderlessOf(invoice({}), [plan('goods', 'a', 0)])).toBeNull();
    expect(orderlessOf(invoice({ lines: FULL }), PLAN)).toBeNull();
    expect(orderlessOf(invoice({ lines: FULL, payments: 2 }), PLAN)).toBe('several_payments');
    expect(hasUnknownItems(invoice({ lines: [line({ item: 'new' })] }), PLAN)).toBe(true);
  });
});

describe('lines that are short', () => {
  const short = (over: Partial<ShortLine>): ShortLine => ({
    ...{
      id: '1',
      name: 'A',
      sku: 'A',
      quantity: 3,
      unitAmount: 1_000,
      value: 3_210,
      choice: 'wait',
      substituteSku: null,
    },
    ...over,
  });
  const by = (unitAmount: number) => new Map([['B', { id: 'b', sku: 'B', name: 'B', weightGrams: 1, unitAmount }]]);
  const wish = short({ choice: 'substitute', substituteSku: 'B' });

  it('are all left alone while one of them waits', () => {
    expect(decideShortage([short({}), short({ choice: 'skip' })], new Map(), false)).toBe('wait');
    expect(decideShortage([short({})], new Map(), true)).toMatchObject([{ outcome: 'refunded', returned: 3_210 }]);
  });

  it('cost the customer no more when they are replaced, and less when that is cheaper', () => {
    expect(decideShortage([wish], by(1_500), false)).toMatchObject([{ unitAmount: 1_000, returned: 0 }]);
    expect(decideShortage([wish], by(500), false)).toMatchObject([{ unitAmount: 500, returned: 1_605 }]);
    expect(decideShortage([wish], new Map(), false)).toMatchObject([{ outcome: 'refunded', returned: 3_210 }]);
  });
});
