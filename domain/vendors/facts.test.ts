import { expect, it } from '@jest/globals';
import { countShares, type VendorOrderFacts } from './facts.ts';
import { changeOf, shareEntries } from './ledger.ts';

/** Two vendors, 100.00 and 50.00, without tax or shipping. */
const order = (more: Partial<VendorOrderFacts> = {}): VendorOrderFacts => ({
  ...{ orderId: 'o', currency: 'usd', subtotal: 15_000, shipping: 0, tax: 0, adjustment: 0, captured: 15_000 },
  ...{ disputed: 0, chargeId: 'ch', refunds: [], creditsIn: [], creditsOut: [], isDue: false },
  lines: [
    { id: 'a', unitAmount: 5_000, quantity: 2, vendorOrderId: 'A', commissionBps: 1_000 },
    { id: 'b', unitAmount: 5_000, quantity: 1, vendorOrderId: 'B', commissionBps: 1_000 },
  ],
  shares: ['A', 'B'].map((id) => ({
    ...{ vendorOrderId: id, vendorId: `v${id}`, gross: null, refunded: null, disputed: null, commission: null },
    ...{ payable: null, releasable: null, transferred: null, settled: null, version: null, dueAt: null },
    delaySeconds: null,
  })),
  ...more,
});
const payables = (facts: VendorOrderFacts) => countShares(facts).map(({ payable }) => payable);
const refund = (more: object) => ({
  ...{ id: 'r', cause: 'request/1', status: 'succeeded', amount: 5_000, shippingAmount: 0, creditId: null },
  lines: [{ lineId: 'a', quantity: 1, amount: 5_000 }],
  ...more,
});

it('counts refunds that have succeeded, and holds back what others may take', () => {
  expect(payables(order())).toEqual([9_000, 4_500]);
  expect(payables(order({ refunds: [refund({})] }))).toEqual([4_500, 4_500]);
  const [share] = countShares(order({ refunds: [refund({ status: 'requested' })] }));
  expect(share).toMatchObject({ payable: 9_000, releasable: 4_500 });
  expect(payables(order({ refunds: [refund({ status: 'failed' })] }))).toEqual([9_000, 4_500]);
});

it('an order that a credit pays for is paid, and what the credit gives back is taken from the lines of its refund', () => {
  const credit = { id: 'c', amount: 12_000, returned: 0, refunds: [] };
  expect(payables(order({ captured: 3_000, creditsIn: [credit] }))).toEqual([9_000, 4_500]);
  // A refund of a unit of A's for 50.00: 30.00 of the order's own money, 20.00 of the credit's, on the order that it came from.
  const own = refund({ amount: 3_000, lines: [{ lineId: 'a', quantity: 1, amount: 5_000 }] });
  const given = refund({ id: 'r2', cause: 'request/1/c', creditId: 'c', amount: 2_000, lines: [] });
  const returned = { ...credit, returned: 2_000, refunds: [given] };
  expect(payables(order({ captured: 3_000, refunds: [own], creditsIn: [returned] }))).toEqual([4_500, 4_500]);
  // What was returned for no refund that is known is everybody's; a refund that was sent again is not counted twice.
  const again = refund({ id: 'r3', cause: 'retry/r2', creditId: 'c', amount: 2_000, lines: [] });
  expect(
    payables(order({ captured: 3_000, refunds: [own], creditsIn: [{ ...returned, refunds: [given, again] }] })),
  ).toEqual([4_500, 4_500]);
  const ended = { ...credit, returned: 12_000 };
  expect(
    payables(order({ captured: 3_000, creditsIn: [ended], refunds: [refund({ amount: 3_000, lines: [] })] })),
  ).toEqual([0, 0]);
});

it('goods that came back in exchange are their vendor’s loss, whatever becomes of the credit', () => {
  const lines = [{ lineId: 'b', quantity: 1, amount: 5_000 }];
  expect(payables(order({ creditsOut: [{ amount: 5_000, lines }] }))).toEqual([9_000, 0]);
  expect(payables(order({ creditsOut: [{ amount: 3_000, lines: [] }] }))).toEqual([7_200, 3_600]);
});

it('an edit changes what is sold: dearer when its credit has paid, cheaper at once', () => {
  const dearer = order({ subtotal: 20_000, lines: [...order().lines, { ...order().lines[1]!, id: 'c' }] });
  const paid = { id: 'c', amount: 5_000, returned: 0, refunds: [] };
  expect(payables({ ...dearer, creditsIn: [paid] })).toEqual([9_000, 9_000]);
  const cheaper = order({ subtotal: 10_000, lines: order().lines.slice(0, 1) });
  expect(payables(cheaper)).toEqual([9_000, 0]);
});

it('a change books the difference, balanced, and nothing when nothing changed', () => {
  const nothing = { gross: 0, refunded: 0, disputed: 0, commission: 0, payable: 0 };
  const now = { gross: 10_000, refunded: 2_000, disputed: 1_000, commission: 700, payable: 6_300 };
  const entries = shareEntries(changeOf(now, nothing), 'usd');
  expect(Object.fromEntries(entries.map(({ account, amount }) => [account, amount]))).toEqual({
    ...{ revenue: 10_000, refunds: -2_000, dispute_losses: -1_000, commission: -700, vendor_payable: -6_300 },
  });
  expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
  expect(shareEntries(changeOf(now, now), 'usd')).toEqual([]);
});
