import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Books } from '../test/support/ledger-in-memory.ts';
import type { LedgerAccount, PriceParts } from './ledger.ts';
import type { MoneyFact } from './ledger-facts.ts';

const occurredAt = new Date(0);
const total = ({ subtotal, shipping, tax }: PriceParts) => subtotal + shipping + tax;

function idOf(fact: MoneyFact): string {
  if (fact.subject === 'payment') return fact.paymentId;
  if (fact.subject === 'refund') return fact.refundId;
  return fact.subject === 'edit' ? fact.editId : fact.creditId;
}

interface Order {
  id: string;
  price: PriceParts;
  /** It only takes money for another. */
  isBalance: boolean;
  captured: number;
  refunded: number;
  credited: number;
  unsold: boolean;
}
interface Credit {
  id: string;
  from: Order;
  to: Order;
  kind: 'exchange' | 'balance';
  amount: number;
  returned: number;
}
interface Refund {
  id: string;
  order: Order;
  amount: number;
  isOwed: boolean;
  status: string;
}

/** Orders whose money goes every way there is, with what the ledger is told of it. */
class Shop {
  readonly books = new Books();
  readonly orders: Order[] = [];
  readonly credits: Credit[] = [];
  readonly refunds: Refund[] = [];
  private due: (() => MoneyFact)[] = [];
  private edits = 0;

  open(price: PriceParts, isBalance = false): Order {
    const order = {
      id: `o${this.orders.length}`,
      price,
      isBalance,
      captured: 0,
      refunded: 0,
      credited: 0,
      unsold: false,
    };
    this.orders.push(order);
    return order;
  }
  capture(order: Order, amount: number): void {
    if (amount <= 0) return;
    order.captured += amount;
    const about = {
      subject: 'payment',
      orderId: order.id,
      occurredAt,
      paymentId: `p${order.id}`,
      fee: null,
      feeCurrency: 'usd',
    } as const;
    this.due.push(() => ({ ...about, captured: order.captured }));
  }
  own = (order: Order) => order.captured - order.refunded - order.credited;
  income = (order: Order) => order.captured + this.into(order).reduce((sum, { amount }) => sum + amount, 0);
  into = (order: Order) => this.credits.filter(({ to }) => to === order);

  refund(order: Order, amount: number, isOwed = false): void {
    if (amount <= 0 || amount > this.own(order)) return;
    const refund = { id: `r${this.refunds.length}`, order, amount, isOwed, status: 'succeeded' };
    this.refunds.push(refund);
    order.refunded += amount;
    this.tell(refund);
  }
  private tell(refund: Refund): void {
    const { id: refundId, order, amount, isOwed } = refund;
    const about = {
      subject: 'refund',
      orderId: order.id,
      occurredAt,
      refundId,
      amount,
      isOwed,
      booked: false,
    } as const;
    this.due.push(() => ({ ...about, status: refund.status }));
  }
  /** A bank sends it back; what was owed is sent again. */
  fail(refund: Refund | undefined): void {
    if (refund?.status !== 'succeeded') return;
    refund.status = 'failed';
    refund.order.refunded -= refund.amount;
    this.tell(refund);
    if (refund.isOwed) this.refund(refund.order, refund.amount, true);
  }
  credit(from: Order, to: Order, kind: Credit['kind'], amount: number): void {
    if (amount <= 0 || amount > this.own(from)) return;
    const credit = { id: `c${this.credits.length}`, from, to, kind, amount, returned: 0 };
    this.credits.push(credit);
    from.credited += amount;
    this.due.push(() => this.factOf(credit));
  }
  private factOf({ id: creditId, from, to, kind, amount, returned }: Credit): MoneyFact {
    return { subject: 'credit', orderId: to.id, fromOrderId: from.id, occurredAt, creditId, kind, amount, returned };
  }
  /** Own money first, then what credits have paid. */
  giveBack(order: Order, amount: number): void {
    const own = Math.min(amount, this.own(order));
    this.refund(order, own);
    let rest = amount - own;
    for (const credit of this.into(order).toReversed()) {
      const part = Math.min(rest, credit.amount - credit.returned);
      if (part <= 0) continue;
      rest -= part;
      credit.returned += part;
      credit.from.credited -= part;
      this.due.push(() => this.factOf(credit));
      this.refund(credit.from, part, true);
    }
  }
  left = (order: Order) =>
    this.own(order) + this.into(order).reduce((sum, { amount, returned }) => sum + amount - returned, 0);
  /** Cheaper: the difference is owed. Dearer: an order of its own takes it and pays for this one. */
  edit(order: Order, price: PriceParts): void {
    const difference = total(price) - total(order.price);
    // What has gave its money to an exchange was delivered before.
    if (this.credits.some(({ from }) => from === order)) return;
    if (order.captured === 0 || order.isBalance || -difference > this.own(order)) return;
    order.price = price;
    const editId = `e${++this.edits}`;
    this.due.push(() => ({ subject: 'edit', orderId: order.id, occurredAt, editId }));
    this.refund(order, -difference, true);
    if (difference <= 0) return;
    const balance = this.open({ subtotal: 0, shipping: 0, tax: 0 }, true);
    this.capture(balance, difference);
    this.credit(balance, order, 'balance', difference);
  }
  look(): void {
    // Each subject once, as the poster reads them.
    const read = new Map(this.due.map((fact) => [idOf(fact()), fact()]));
    const facts = [...read.values()];
    this.due = [];
    const orders = this.orders.map(({ id: orderId, price, unsold }) => ({ orderId, currency: 'usd', price, unsold }));
    this.books.look(facts, orders, new Map(this.credits.map(({ id, amount }) => [id, amount])));
  }
  sum = (order: Order, ...accounts: LedgerAccount[]) =>
    accounts.reduce((all, account) => all + this.books.sum(account, 'usd', undefined, order.id), 0);
}

const STEPS = ['capture', 'edit', 'refund', 'exchange', 'exchange_paid', 'fail', 'look', 'cancel'] as const;
const prices = fc.record({ subtotal: fc.nat(100_000), shipping: fc.nat(3_000), tax: fc.nat(30_000) });
const sequences = fc.record({
  price: prices,
  steps: fc.array(
    fc.record({
      step: fc.constantFrom(...STEPS),
      price: prices,
      share: fc.integer({ min: 1, max: 100 }),
      pick: fc.nat(20),
    }),
    { maxLength: 30 },
  ),
});
type Sequence = typeof sequences extends fc.Arbitrary<infer T> ? T : never;

function play({ price, steps }: Sequence): Shop {
  const shop = new Shop();
  const sale = shop.open(price);
  shop.capture(sale, total(price));
  for (const { step, price: next, share, pick } of steps) {
    const sales = shop.orders.filter(({ isBalance }) => !isBalance);
    const order = sales[pick % sales.length]!;
    const part = Math.ceil((shop.left(order) * share) / 100);
    if (step === 'capture') shop.capture(shop.open(next), total(next));
    if (step === 'edit') shop.edit(order, next);
    if (step === 'refund') shop.giveBack(order, part);
    if (step === 'cancel') shop.giveBack(order, shop.left(order));
    if (step === 'fail') shop.fail(shop.refunds[pick % Math.max(1, shop.refunds.length)]);
    if (step === 'look') shop.look();
    if (step.startsWith('exchange')) {
      const amount = Math.min(Math.ceil((shop.own(order) * share) / 100), total(next));
      const other = shop.open(next);
      shop.credit(order, other, 'exchange', amount);
      if (step === 'exchange_paid') shop.capture(other, total(next) - amount);
    }
  }
  shop.look();
  return shop;
}

const check = (holds: (shop: Shop) => void) =>
  fc.assert(
    fc.property(sequences, (sequence) => holds(play(sequence))),
    { numRuns: 500 },
  );

describe('any sequence of captures, edits, exchanges, refunds that may fail, and credits that go back', () => {
  it('sums to zero, each transaction, without an entry of nothing', () =>
    check(({ books }) => {
      for (const { entries } of books.made.values()) {
        expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
        expect(entries.length).toBeGreaterThanOrEqual(2);
        expect(entries.every(({ amount }) => Number.isSafeInteger(amount) && amount !== 0)).toBe(true);
      }
    }));

  it('holds in Stripe’s balance what was captured less refunded, and as sold what the price says of what came in', () =>
    check((shop) => {
      for (const order of shop.orders) {
        expect(shop.sum(order, 'stripe_balance')).toBe(order.captured - order.refunded);
        const { sold } = soldOf(shop, order);
        expect(sold).toBe(order.isBalance ? 0 : Math.min(shop.income(order), total(order.price)));
      }
    }));

  it('leaves customers owing and owed nothing but what pays for other orders, or waits to be sent again', () =>
    check((shop) => {
      for (const order of shop.orders) {
        const given = shop.credits
          .filter(({ from }) => from === order)
          .reduce((sum, each) => sum + each.amount - each.returned, 0);
        const taken = shop.into(order).reduce((sum, each) => sum + each.amount - each.returned, 0);
        const excess = Math.max(0, shop.own(order) + taken - kept(shop, order));
        expect(shop.sum(order, 'customer_receivable') + given - taken + excess).toBe(0);
      }
      const all = shop.orders.reduce((sum, order) => sum + shop.own(order), 0);
      const customers = shop.orders.reduce((sum, order) => sum + shop.sum(order, 'customer_receivable'), 0);
      expect(customers).toBeLessThanOrEqual(0);
      expect(-customers).toBeLessThanOrEqual(all);
    }));

  it('comes back to nothing when all of it goes back', () =>
    check((shop) => {
      for (const order of shop.orders) if (!order.isBalance) shop.giveBack(order, shop.left(order));
      for (const order of shop.orders) shop.giveBack(order, shop.left(order));
      shop.look();
      for (const order of shop.orders) {
        expect([order.id, shop.own(order)]).toEqual([order.id, 0]);
        expect([order.id, shop.sum(order, 'tax_payable')]).toEqual([order.id, 0]);
        expect([order.id, shop.sum(order, 'revenue', 'shipping_revenue', 'refunds')]).toEqual([order.id, 0]);
        expect([order.id, shop.sum(order, 'customer_receivable')]).toEqual([order.id, 0]);
      }
    }));

  it('books nothing more when it is looked at again', () =>
    check((shop) => {
      const made = shop.books.made.size;
      shop.look();
      expect(shop.books.made.size).toBe(made);
    }));
});

/** What the books hold as sold, by the causes that sell. */
function soldOf(shop: Shop, order: Order) {
  const given = new Set(['refund', 'refund_failure', 'credit_return']);
  const entries = [...shop.books.made.values()]
    .filter(({ orderId, cause }) => orderId === order.id && !given.has(cause.kind) && !cause.id.endsWith('/from'))
    .flatMap((each) => each.entries);
  const sold = entries
    .filter(({ account }) => ['revenue', 'shipping_revenue', 'tax_payable'].includes(account))
    .reduce((sum, { amount }) => sum - amount, 0);
  return { sold };
}

/** What of the sale stands after all that went back. */
const kept = (shop: Shop, order: Order) => -shop.sum(order, 'revenue', 'shipping_revenue', 'tax_payable', 'refunds');
