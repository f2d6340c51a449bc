import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Books } from '../test/support/ledger-in-memory.ts';
import {
  balanceEntries,
  captureEntries,
  disputeEntries,
  disputeLostEntries,
  disputeWonEntries,
  exchangeEntries,
  type LedgerAccount,
  type LedgerEntry,
  payoutEntries,
  portionOf,
} from './ledger.ts';

const price = { subtotal: 2000, shipping: 600, tax: 247 };
const byAccount = (entries: LedgerEntry[]) =>
  Object.fromEntries(entries.map(({ account, amount }) => [account, amount]));

describe('what a capture books', () => {
  it('is the order’s price by parts, or its share of each', () => {
    expect(byAccount(captureEntries({ paymentId: 'p', amount: 2847, currency: 'usd', price }))).toEqual({
      stripe_balance: 2847,
      revenue: -2000,
      shipping_revenue: -600,
      tax_payable: -247,
    });
    expect(byAccount(captureEntries({ paymentId: 'p', amount: 1000, currency: 'usd', price }))).toEqual({
      stripe_balance: 1000,
      revenue: -702,
      shipping_revenue: -211,
      tax_payable: -87,
    });
  });

  it('beyond the price, or of an order that had ended, is owed to the customer', () => {
    expect(byAccount(captureEntries({ paymentId: 'p', amount: 3000, currency: 'usd', price }))).toMatchObject({
      revenue: -2000,
      customer_receivable: -153,
    });
    expect(byAccount(captureEntries({ paymentId: 'p', amount: 2847, currency: 'usd', price, unsold: true }))).toEqual({
      stripe_balance: 2847,
      customer_receivable: -2847,
    });
  });
});

it('an exchange leaves each currency balanced, and other movements stand against what explains them', () => {
  expect(exchangeEntries({ amount: 1000, currency: 'eur' }, { amount: 1081, currency: 'usd' })).toEqual([
    { account: 'fx', currency: 'eur', amount: 1000 },
    { account: 'stripe_balance', currency: 'eur', amount: -1000 },
    { account: 'stripe_balance', currency: 'usd', amount: 1081 },
    { account: 'fx', currency: 'usd', amount: -1081 },
  ]);
  expect(byAccount(balanceEntries({ amount: -200, fee: 0, currency: 'usd' }, 'stripe_fees'))).toEqual({
    stripe_balance: -200,
    stripe_fees: 200,
  });
  expect(byAccount(balanceEntries({ amount: 500, fee: 45, currency: 'usd' }, 'suspense'))).toEqual({
    stripe_balance: 455,
    stripe_fees: 45,
    suspense: -500,
  });
});

it('portions are exact where floats are not', () => {
  expect(portionOf(9_007_199_254_740_991, 3, 3)).toBe(9_007_199_254_740_991);
  expect(portionOf(4_503_599_627_370_497, 2, 4)).toBe(2_251_799_813_685_249);
  expect(portionOf(5, 1, 2)).toBe(3);
  expect(portionOf(0, 0, 0)).toBe(0);
});

const GROSS = ['capture', 'correction capture/', 'refund', 'refund_failure', 'dispute', 'dispute_won', 'dispute_lost'];
const STEPS = ['capture', 'refund', 'failed_refund', 'dispute', 'won', 'lost', 'payout', 'fee', 'look_again'] as const;
/** Changes of what is booked already. */
const CHANGES = ['less_captured', 'other_fee'] as const;
type Step = (typeof STEPS)[number] | (typeof CHANGES)[number];

const sequencesOf = (steps: readonly Step[]) =>
  fc.record({
    currency: fc.constantFrom('usd', 'jpy', 'kwd'),
    settled: fc.constantFrom('usd', 'eur'),
    subtotal: fc.nat(1_000_000),
    shipping: fc.nat(5_000),
    tax: fc.nat(300_000),
    unsold: fc.boolean(),
    steps: fc.array(
      fc.record({ step: fc.constantFrom(...steps), share: fc.integer({ min: 1, max: 100 }), pick: fc.nat(20) }),
      {
        maxLength: 40,
      },
    ),
  });
const sequences = sequencesOf(STEPS);
type Sequence = Parameters<typeof play>[0];

/** Plays what a payment may go through, against a count of our own of what Stripe holds of it. */
function play({
  currency,
  settled,
  unsold,
  steps,
  ...parts
}: {
  currency: string;
  settled: string;
  unsold: boolean;
  subtotal: number;
  shipping: number;
  tax: number;
  steps: { step: Step; share: number; pick: number }[];
}) {
  const scale = currency === 'kwd' ? 10 : 1;
  const of = { subtotal: parts.subtotal * scale, shipping: parts.shipping * scale, tax: parts.tax * scale };
  const total = of.subtotal + of.shipping + of.tax;
  const books = new Books();
  const stripe = { captured: 0, refunded: 0, disputed: 0 };
  let fee: number | null = null;
  let [paidOut, lost] = [0, 0];
  const refunds: { id: string; amount: number; status: string }[] = [];
  const disputes: { id: string; amount: number; status: string }[] = [];
  const occurredAt = new Date(0);
  const look = () => {
    const about = { orderId: 'o', occurredAt };
    const payment = {
      subject: 'payment',
      paymentId: 'p',
      captured: stripe.captured,
      fee,
      feeCurrency: settled,
    } as const;
    const sent = refunds.map(({ id: refundId, amount, status }) => {
      return { ...about, subject: 'refund', refundId, amount, status, isOwed: false, booked: false } as const;
    });
    books.look([{ ...about, ...payment }, ...sent], [{ orderId: 'o', currency, price: of, unsold }]);
  };
  for (const { step, share, pick } of steps) {
    const left = stripe.captured - stripe.refunded - stripe.disputed;
    const part = (whole: number) => Math.ceil((whole * share) / 100);
    if (step === 'capture' && part(total - stripe.captured) > 0) stripe.captured += part(total - stripe.captured);
    if (step === 'fee' && fee === null) fee = share;
    if (step === 'other_fee') fee = share - 1;
    if (step === 'less_captured') stripe.captured -= Math.min(left, part(stripe.captured));
    if (step === 'refund' && part(left) > 0) {
      refunds.push({ id: `r${refunds.length}`, amount: part(left), status: 'succeeded' });
      stripe.refunded += part(left);
    }
    const refund = refunds[pick];
    if (step === 'failed_refund' && refund?.status === 'succeeded') {
      refund.status = 'failed';
      stripe.refunded -= refund.amount;
    }
    if (step === 'dispute' && part(left) > 0) {
      const id = `d${disputes.length}`;
      disputes.push({ id, amount: part(left), status: 'open' });
      stripe.disputed += part(left);
      books.post([
        {
          cause: { kind: 'dispute', id },
          occurredAt,
          entries: disputeEntries({ amount: part(left), fee: 0, currency }),
        },
      ]);
    }
    const dispute = disputes[pick];
    if (step === 'won' && dispute?.status === 'open') {
      dispute.status = 'won';
      stripe.disputed -= dispute.amount;
      books.post([
        {
          cause: { kind: 'dispute_won', id: dispute.id },
          occurredAt,
          entries: disputeWonEntries({ ...dispute, fee: 0, currency }),
        },
      ]);
    }
    if (step === 'lost' && dispute?.status === 'open') {
      dispute.status = 'lost';
      lost += dispute.amount;
      books.post([
        {
          cause: { kind: 'dispute_lost', id: dispute.id },
          occurredAt,
          entries: disputeLostEntries({ ...dispute, currency }),
        },
      ]);
    }
    if (step === 'payout') {
      books.post([
        { cause: { kind: 'payout', id: `po${paidOut}` }, occurredAt, entries: payoutEntries(part(left), currency) },
      ]);
      paidOut += part(left);
    }
    look();
  }
  return { books, stripe, refunds, fee, paidOut, lost, of };
}

type Holds = (result: ReturnType<typeof play>, sequence: Sequence) => void;
const checkAll = (wish: ReturnType<typeof sequencesOf>, holds: Holds) =>
  fc.assert(
    fc.property(wish, (sequence) => holds(play(sequence), sequence)),
    { numRuns: 1_000 },
  );

it('follows whatever becomes of a captured amount or a fee after it was booked, by reversal and anew', () =>
  checkAll(sequencesOf(['capture', 'less_captured', 'fee', 'other_fee', 'look_again']), (result, sequence) => {
    const { books, stripe, fee } = result;
    expect(books.sum('stripe_balance', sequence.currency, GROSS)).toBe(stripe.captured);
    expect(books.sum('stripe_fees', sequence.settled)).toBe(fee ?? 0);
    for (const { reverses, cause } of books.made.values()) if (reverses) expect(cause.kind).toBe('correction');
    const made = books.made.size;
    const about = { orderId: 'o', occurredAt: new Date(0) };
    const payment = {
      subject: 'payment',
      paymentId: 'p',
      captured: stripe.captured,
      fee,
      feeCurrency: sequence.settled,
    } as const;
    books.look(
      [{ ...about, ...payment }],
      [{ ...about, currency: sequence.currency, price: result.of, unsold: sequence.unsold }],
    );
    expect(books.made.size).toBe(made);
  }));

describe('any sequence of captures, refunds that may fail, disputes, fees and payouts', () => {
  const check = (holds: Holds) => checkAll(sequences, holds);

  it('sums to zero, each transaction in each currency', () =>
    check(({ books }) => {
      for (const { entries } of books.made.values()) {
        const sums = new Map<string, number>();
        for (const { currency, amount } of entries) sums.set(currency, (sums.get(currency) ?? 0) + amount);
        expect([...sums.values()].every((sum) => sum === 0)).toBe(true);
        expect(entries.length).toBeGreaterThanOrEqual(2);
        expect(entries.every(({ amount }) => Number.isSafeInteger(amount) && amount !== 0)).toBe(true);
      }
    }));

  it('holds in Stripe’s balance what was captured less refunded less disputed, and never less than nothing', () =>
    check(({ books, stripe, fee, paidOut, lost }, { currency, settled }) => {
      const gross = books.sum('stripe_balance', currency, GROSS);
      expect(gross).toBe(stripe.captured - stripe.refunded - stripe.disputed);
      expect(gross).toBeGreaterThanOrEqual(0);
      expect(books.sum('stripe_fees', settled)).toBe(fee ?? 0);
      expect(books.sum('bank', currency)).toBe(paidOut);
      expect(books.sum('dispute_losses', currency)).toBe(lost);
      expect(books.sum('disputes', currency)).toBe(stripe.disputed - lost);
    }));

  it('recognises the price once, and gives back exactly the tax of what was refunded', () =>
    check(({ books, stripe, of }, { currency, unsold }) => {
      const sum = (...accounts: LedgerAccount[]) => accounts.reduce((all, each) => all + books.sum(each, currency), 0);
      if (unsold) {
        expect(sum('customer_receivable') + stripe.captured - stripe.refunded).toBe(0);
        expect(sum('revenue', 'shipping_revenue', 'tax_payable', 'refunds')).toBe(0);
        return;
      }
      expect(sum('customer_receivable')).toBe(0);
      expect(sum('revenue', 'shipping_revenue', 'tax_payable', 'refunds') + stripe.captured - stripe.refunded).toBe(0);
      if (stripe.captured === of.subtotal + of.shipping + of.tax) {
        expect([sum('revenue') + of.subtotal, sum('shipping_revenue') + of.shipping]).toEqual([0, 0]);
        expect(books.sum('tax_payable', currency, ['capture']) + of.tax).toBe(0);
      }
      expect(sum('tax_payable')).toBeLessThanOrEqual(0);
      if (stripe.captured === stripe.refunded) expect(sum('tax_payable')).toBe(0);
    }));
});
