import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { captureEntries, refundEntries } from '../ledger.ts';
import { stepOf } from '../money.ts';
import { planRefund } from '../refunds.ts';
import { apportion } from './apportion.ts';
import type { GivenBack, OrderMoney, SharedLine } from './order-money.ts';
import { splitOrder } from './share.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const line = (id: string, unitAmount: number, quantity: number, vendor: string | null, commissionBps = 250) =>
  ({ id, unitAmount, quantity, vendorOrderId: vendor, commissionBps }) satisfies SharedLine;

interface Shop {
  lines: SharedLine[];
  shipping: number;
  tax: number;
  adjustment?: number;
  currency?: string;
}

/** An order as it is placed, paid whole. */
function paidOrder({ lines, shipping, tax, adjustment = 0, currency = 'usd' }: Shop): OrderMoney {
  const subtotal = sum(lines.map(({ unitAmount, quantity }) => unitAmount * quantity));
  const price = { subtotal, shipping, tax, adjustment };
  return { currency, lines, price, received: subtotal + shipping + tax + adjustment, givenBack: [], disputed: 0 };
}

const payables = (order: OrderMoney) =>
  Object.fromEntries(splitOrder(order).vendors.map(({ vendorOrderId, payable }) => [vendorOrderId, payable]));
const partsOf = (order: OrderMoney) => {
  const { vendors, ownGoods, shipping, tax } = splitOrder(order);
  return [...vendors.flatMap(({ payable, commission }) => [payable, commission]), ownGoods, shipping, tax];
};

const sold = {
  lines: [line('a', 2_000, 2, 'A'), line('b', 1_000, 3, 'B'), line('o', 500, 1, null)],
  shipping: 600,
  tax: 648,
};

describe('an order of two vendors and the shop', () => {
  it('is each one’s goods less commission, and shipping and tax are nobody’s goods', () => {
    const split = splitOrder(paidOrder(sold));
    expect(split.vendors).toEqual([
      { vendorOrderId: 'A', gross: 4_000, refunded: 0, disputed: 0, commission: 100, payable: 3_900 },
      { vendorOrderId: 'B', gross: 3_000, refunded: 0, disputed: 0, commission: 75, payable: 2_925 },
    ]);
    expect(split).toMatchObject({ ownGoods: 500, shipping: 600, tax: 648, unsold: 0 });
  });

  it('loses to a refund of lines only what is of those lines, commission too', () => {
    const back = { amount: 2_160, shippingAmount: 0, lines: [{ lineId: 'a', quantity: 1, amount: 2_160 }] };
    const split = splitOrder({ ...paidOrder(sold), givenBack: [back] });
    expect(split.vendors[0]).toEqual({
      ...{ vendorOrderId: 'A', gross: 4_000, refunded: 2_000, disputed: 0 },
      ...{ commission: 50, payable: 1_950 },
    });
    expect(split.vendors[1]!.payable).toBe(2_925);
    expect(split).toMatchObject({ ownGoods: 500, shipping: 600, tax: 488 });
  });

  it('shares a refund of no lines, and a dispute, by the price of the goods', () => {
    const half = { amount: 4_374, shippingAmount: 0, lines: [] };
    expect(payables({ ...paidOrder(sold), givenBack: [half] })).toEqual({ A: 1_950, B: 1_462 });
    const disputed = splitOrder({ ...paidOrder(sold), disputed: 8_748 });
    expect(disputed.vendors.map(({ payable, disputed: lost }) => [payable, lost])).toEqual([
      [0, 4_000],
      [0, 3_000],
    ]);
    expect(disputed).toMatchObject({ ownGoods: 0, shipping: 0, tax: 0, unsold: 0 });
  });

  it('leaves a vendor the fee that was kept of what came back', () => {
    const back = { amount: 1_944, shippingAmount: 0, lines: [{ lineId: 'a', quantity: 1, amount: 1_944 }] };
    expect(payables({ ...paidOrder(sold), givenBack: [back] })).toEqual({ A: 2_145, B: 2_925 });
  });

  it('has the rates of a vendor’s categories apart, and 0 % and 100 %', () => {
    const lines = [line('a', 1_000, 1, 'A', 0), line('b', 1_000, 1, 'A', 10_000), line('c', 1_000, 1, 'A', 333)];
    expect(splitOrder(paidOrder({ lines, shipping: 0, tax: 0 })).vendors).toEqual([
      { vendorOrderId: 'A', gross: 3_000, refunded: 0, disputed: 0, commission: 1_033, payable: 1_967 },
    ]);
  });

  it('is nothing before it is paid, when it cost nothing, and when all went back', () => {
    const order = paidOrder(sold);
    expect(payables({ ...order, received: 0 })).toEqual({ A: 0, B: 0 });
    const free = paidOrder({ lines: [line('a', 1_000, 1, 'A')], shipping: 0, tax: 0, adjustment: -1_000 });
    expect(payables(free)).toEqual({ A: 0 });
    const all = { amount: order.received, shippingAmount: 0, lines: [] };
    expect(partsOf({ ...order, givenBack: [all] }).every((part) => part === 0)).toBe(true);
  });

  it('takes its share of a discount', () => {
    expect(payables(paidOrder({ ...sold, adjustment: -750 }))).toEqual({ A: 3_510, B: 2_632 });
  });
});

const owners = ['A', 'B', 'C', null] as const;
const currency = fc.constantFrom('usd', 'jpy', 'kwd', 'isk');
const lines = fc.array(
  fc.record({
    unit: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 5_000_000 })),
    quantity: fc.integer({ min: 1, max: 7 }),
    owner: fc.constantFrom(...owners),
    rate: fc.constantFrom(0, 1, 250, 1_500, 10_000),
  }),
  { minLength: 1, maxLength: 6 },
);
interface Step {
  kind: 'lines' | 'amount' | 'named' | 'dispute' | 'won';
  share: number;
  at: number;
  quantity: number;
  shipping: boolean;
}
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind']>('lines', 'lines', 'amount', 'named', 'dispute', 'won'),
    share: fc.integer({ min: 0, max: 100 }),
    at: fc.nat(5),
    quantity: fc.integer({ min: 1, max: 7 }),
    shipping: fc.boolean(),
  }),
  { maxLength: 12 },
);
const orders = fc
  .record({ currency, lines, shipping: fc.nat(2_000), tax: fc.nat(25), paid: fc.integer({ min: 1, max: 100 }) })
  .map(({ currency: code, lines: wished, shipping, tax, paid }) => {
    const step = stepOf(code);
    const all = wished.map(({ unit, quantity, owner, rate }, at) => line(`l${at}`, unit * step, quantity, owner, rate));
    const net = sum(all.map(({ unitAmount, quantity }) => unitAmount * quantity)) + shipping * step;
    const order = paidOrder({
      lines: all,
      shipping: shipping * step,
      tax: Math.ceil((net * tax) / 100 / step) * step,
      currency: code,
    });
    // Nine of ten are paid whole.
    return paid > 90 ? { ...order, received: Math.floor((order.received * paid) / 100) } : order;
  });

/** As the shop makes them: granted within what is left, lines counted, amounts by the rules of refunds. */
function refundOf(order: OrderMoney, step: Step): GivenBack | undefined {
  const left = order.received - sum(order.givenBack.map(({ amount }) => amount)) - order.disputed;
  const counted = order.lines.map((each) => ({
    id: each.id,
    sku: each.id,
    quantity: each.quantity,
    total_amount: each.unitAmount * each.quantity,
    refunded_quantity: sum(
      order.givenBack.flatMap(({ lines: back }) =>
        back.map(({ lineId, quantity }) => (lineId === each.id ? quantity : 0)),
      ),
    ),
  }));
  const chosen = counted[step.at % counted.length]!;
  const units = Math.min(step.quantity, chosen.quantity - chosen.refunded_quantity);
  const amount = Math.floor((left * step.share) / 100 / stepOf(order.currency)) * stepOf(order.currency);
  const plan = planRefund(
    {
      currency: order.currency,
      shippingAmount: order.price.shipping,
      taxAmount: order.price.tax,
      shippingRefunded: order.givenBack.some(({ shippingAmount }) => shippingAmount > 0),
      refundable: left,
      lines: counted,
    },
    {
      shipping: step.shipping && step.kind === 'lines',
      lines: step.kind === 'amount' || units === 0 ? undefined : [{ lineId: chosen.id, quantity: units }],
      amount: step.kind === 'lines' ? undefined : amount,
    },
  );
  return 'code' in plan ? undefined : plan;
}

function advance(order: OrderMoney, step: Step): OrderMoney {
  const left = order.received - sum(order.givenBack.map(({ amount }) => amount));
  if (step.kind === 'won') return { ...order, disputed: 0 };
  if (step.kind === 'dispute') return { ...order, disputed: Math.floor((left * step.share) / 100) };
  const back = refundOf(order, step);
  return back ? { ...order, givenBack: [...order.givenBack, back] } : order;
}

describe('whatever is refunded, disputed and won in whatever order', () => {
  it('every cent is somebody’s, none is negative, and nothing is beyond what was paid', () => {
    fc.assert(
      fc.property(orders, steps, (start, list) => {
        let order = start;
        for (const step of list) {
          order = advance(order, step);
          const kept = order.received - sum(order.givenBack.map(({ amount }) => amount)) - order.disputed;
          const split = splitOrder(order);
          expect(sum(partsOf(order))).toBe(kept);
          expect(split.unsold).toBe(0);
          expect(Math.min(...partsOf(order))).toBeGreaterThanOrEqual(0);
          for (const { gross, refunded, disputed, commission, payable } of split.vendors) {
            expect(gross - refunded - disputed - commission).toBe(payable);
            expect(Math.min(gross, refunded, disputed)).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('money that goes back never adds to a vendor’s part, but for the units of rounding', () => {
    fc.assert(
      fc.property(orders, steps, (start, list) => {
        let order = start;
        for (const step of list.filter(({ kind }) => kind !== 'won' && kind !== 'dispute')) {
          const before = payables(order);
          order = advance(order, step);
          const slack = (order.givenBack.length + 1) * (stepOf(order.currency) + order.lines.length);
          for (const [id, payable] of Object.entries(payables(order)))
            expect(payable).toBeLessThanOrEqual(before[id]! + slack);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('a vendor all of whose goods came back for their price has nothing left', () => {
    fc.assert(
      fc.property(orders, fc.constantFrom('A', 'B', 'C'), (order, vendor) => {
        const whole = { ...order, received: sum(Object.values(order.price)) };
        const back = whole.lines
          .map((each, at) => ({ each, at }))
          .filter(({ each }) => each.vendorOrderId === vendor)
          .reduce((now, { each, at }) => {
            const step = { kind: 'lines', share: 0, at, quantity: each.quantity, shipping: false } as const;
            return advance(now, step);
          }, whole);
        const slack = back.givenBack.length * (stepOf(whole.currency) + whole.lines.length);
        expect(payables(back)[vendor] ?? 0).toBeLessThanOrEqual(slack);
        for (const other of splitOrder(whole).vendors.filter(({ vendorOrderId }) => vendorOrderId !== vendor)) {
          const now = splitOrder(back).vendors.find(({ vendorOrderId }) => vendorOrderId === other.vendorOrderId)!;
          // An order without a part of the shop's leaves rounding to nobody else.
          expect(Math.abs(now.payable - other.payable)).toBeLessThanOrEqual(slack);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('goods and tax are what the ledger has of them', () => {
    fc.assert(
      fc.property(orders, steps, (start, list) => {
        const order = list.filter(({ kind }) => kind !== 'dispute').reduce(advance, start);
        const price = { ...order.price, subtotal: order.price.subtotal + order.price.adjustment };
        const booked = { paymentId: 'p', refundId: 'r', currency: order.currency, price };
        let [tax, sale] = [0, 0];
        for (const entry of captureEntries({ ...booked, amount: order.received })) {
          if (entry.account === 'tax_payable') tax -= entry.amount;
          if (['revenue', 'shipping_revenue'].includes(entry.account)) sale -= entry.amount;
        }
        const before = { amount: 0, tax: 0 };
        for (const { amount } of order.givenBack) {
          const entries = refundEntries({ ...booked, amount, captured: order.received, before });
          const taxBack = sum(entries.filter(({ account }) => account === 'tax_payable').map((entry) => entry.amount));
          tax -= taxBack;
          sale -= amount - taxBack;
          before.amount += amount;
          before.tax += taxBack;
        }
        const split = splitOrder(order);
        expect(split.tax).toBe(tax);
        expect(sum(partsOf(order)) - split.tax).toBe(sale);
      }),
      { numRuns: 300 },
    );
  });
});

describe('apportion', () => {
  const claims = fc.array(
    fc.record({
      weight: fc.oneof(fc.nat(20), fc.nat(10_000_000)),
      most: fc.option(fc.nat(1_000_000), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 8 },
  );

  it('gives out all of it, or all that can be taken, in proportion to a unit each, and nobody loses when there is more', () => {
    fc.assert(
      fc.property(claims, fc.nat(2_000_000), (wished, amount) => {
        const list = wished.map(({ weight, most }) => ({ weight, ...(most === undefined ? {} : { most }) }));
        const parts = apportion(amount, list);
        const most = sum(list.map((claim) => claim.most ?? Number.MAX_SAFE_INTEGER / 100));
        expect(sum(parts)).toBe(Math.min(amount, most));
        parts.forEach((part, at) => {
          expect(part).toBeGreaterThanOrEqual(0);
          expect(part).toBeLessThanOrEqual(list[at]!.most ?? amount);
        });
        apportion(amount + 1, list).forEach((part, at) => {
          if (list[at]!.weight > 0) expect(part).toBeGreaterThanOrEqual(parts[at]!);
        });
      }),
    );
  });
});
