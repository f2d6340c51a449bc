/** Paid invoices make orders: each one, exact in money, stock and ledger, whatever is out of stock. */
import { describe, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { checkInvariants } from '../db/invariants.ts';
import type { OrderView } from '../db/orders.ts';
import { useBilledShop } from '../test/support/billed-shop.ts';
import { run } from '../test/support/money-shop.ts';
import { readOrder } from '../test/support/orders.ts';
import { createReadPayment } from './read-payment.ts';
import { findRecurringJobs } from './sweep-recurring.ts';

const ordersOf = statement(
  'test_orders_of_subscription',
  `select i.order_id as id from subscription_invoices i where i.subscription_id = $1 and i.order_id is not null order by i.id`,
);
const toldOf = statement('test_told_of', 'select template from notifications where recipient like $1 order by id');
const eventsOf = statement(
  'test_events_of',
  'select type from subscription_events where subscription_id = $1 order by sequence',
);
const owed = statement(
  'test_books',
  `select e.account, sum(e.amount)::integer as amount from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
   where t.order_id = any($1) group by e.account having sum(e.amount) <> 0 order by 1`,
);

describe('paid invoices', () => {
  const shop = useBilledShop([
    { sku: 'PLENTY', units: 100_000 },
    { sku: 'SCARCE', units: 0, amount: 1_500 },
    { sku: 'CHEAP', units: 1_000, amount: 1_200 },
    { sku: 'DEAR', units: 1_000, amount: 9_900 },
  ]);

  const orders = async (subscriptionId: string): Promise<OrderView[]> => {
    const rows = await shop.db.rows<{ id: string }>(ordersOf, [subscriptionId]);
    return Promise.all(rows.map(({ id }) => readOrder(shop.db, id)));
  };
  const order = async (subscriptionId: string) => (await orders(subscriptionId)).at(-1)!;
  const told = async (subscriptionId: string) =>
    (await shop.db.rows<{ template: string }>(toldOf, [`${subscriptionId}%`])).map(({ template }) => template);
  const events = async (subscriptionId: string) =>
    (await shop.db.rows<{ type: string }>(eventsOf, [subscriptionId])).map(({ type }) => type);
  const books = async (subscriptionId: string) => {
    const ids = (await orders(subscriptionId)).map(({ id }) => id);
    return Object.fromEntries(
      (await shop.db.rows<{ account: string; amount: number }>(owed, [ids])).map((row) => [row.account, row.amount]),
    );
  };
  async function sound(): Promise<void> {
    const findings = await checkInvariants(shop.db, { graceSeconds: 0, waitSeconds: 3_600 });
    expect(findings.filter(({ held }) => !held)).toEqual([]);
  }
  async function billAndWork(id: string, billing: Parameters<typeof shop.bill>[1] = {}) {
    const invoice = await shop.bill(id, billing);
    await shop.hear(invoice);
    await shop.work();
    return invoice;
  }

  it('make one order each, which is sent, however often and by how many at once they are heard of', async () => {
    const id = await shop.subscribe([{ sku: 'PLENTY', quantity: 2 }]);
    const invoice = await shop.bill(id);
    await Promise.all([shop.hear(invoice), shop.hear(invoice), shop.hear(invoice)]);
    await shop.work();
    await shop.hear(invoice);
    const [made, ...more] = await orders(id);
    expect(more).toEqual([]);
    expect(made).toMatchObject({ kind: 'recurring', status: 'paid', fulfillment_status: 'processing' });
    expect(made!.total_amount).toBe(invoice.capturedAmount);
    expect(made!.adjustment_amount).toBe(0);
    expect(await told(id)).toEqual(['subscription-started', 'subscription-renewed']);
    expect(await events(id)).toContain('subscription.renewed');
    await sound();
  });

  it('of the first period are confirmed as an order', async () => {
    const id = await shop.subscribe([{ sku: 'PLENTY', quantity: 1 }]);
    await billAndWork(id, { reason: 'subscription_create' });
    expect(await told(id)).toEqual(['subscription-started', 'order-confirmation']);
  });

  it('are not sent before their goods are reserved, whatever is heard of their intent first', async () => {
    const id = await shop.subscribe([{ sku: 'PLENTY', quantity: 1 }]);
    const invoice = await shop.bill(id);
    await shop.hear(invoice);
    const { id: orderId } = await order(id);
    await createReadPayment({ db: shop.db, payments: shop.payments })({ order_id: orderId }, run);
    expect(await readOrder(shop.db, orderId)).toMatchObject({ status: 'pending', payment_status: 'pending' });
    await shop.work();
    expect(await readOrder(shop.db, orderId)).toMatchObject({ status: 'paid', fulfillment_status: 'processing' });
    await sound();
  });

  it('explain discounts, prorations and the balance by the adjustment', async () => {
    const id = await shop.subscribe([{ sku: 'PLENTY', quantity: 1 }]);
    const invoice = await billAndWork(id, {
      discountPercent: 10,
      balance: 300,
      extra: [{ amount: 450, proration: true }],
    });
    const made = await order(id);
    expect(made.total_amount).toBe(invoice.capturedAmount);
    expect(made.subtotal_amount).toBe(2_000);
    expect(made.adjustment_amount).toBe(450 - 200 - 300);
    await sound();
  });

  it('of nothing but prorations end by themselves, and those of 0 are sent without Stripe', async () => {
    const id = await shop.subscribe([{ sku: 'PLENTY', quantity: 1 }]);
    const invoice = await shop.bill(id, {
      reason: 'subscription_update',
      extra: [{ amount: 700, proration: true }],
      status: 'open',
    });
    Object.assign(invoice, { lines: invoice.lines.filter(({ proration }) => proration), dueAmount: 700 });
    shop.pay(invoice);
    await shop.hear(invoice);
    await shop.work();
    expect(await order(id)).toMatchObject({
      status: 'delivered',
      total_amount: 700,
      adjustment_amount: 700,
      lines: [],
    });
    await billAndWork(id, { discountPercent: 100 });
    expect(await order(id)).toMatchObject({ status: 'paid', total_amount: 0, fulfillment_status: 'processing' });
    await sound();
  });

  it('are paid late or never: each failed try is told once, with the link to pay', async () => {
    const id = await shop.subscribe([{ sku: 'PLENTY', quantity: 1 }]);
    const invoice = await shop.bill(id, { status: 'open' });
    Object.assign(invoice, { hostedUrl: 'https://pay.example/1', nextAttemptAt: new Date('2026-12-24') });
    await shop.hear(invoice);
    await shop.hear(invoice);
    invoice.attemptCount = 2;
    await shop.hear(invoice);
    expect((await told(id)).filter((each) => each === 'subscription-payment-failed')).toHaveLength(2);
    expect(await orders(id)).toEqual([]);
    shop.pay(invoice);
    await shop.hear(invoice);
    await shop.work();
    expect(await orders(id)).toHaveLength(1);
    await sound();
  });

  describe('of which goods are out of stock', () => {
    const LINES = [
      { sku: 'PLENTY', quantity: 1 },
      { sku: 'SCARCE', quantity: 2 },
    ];

    it('wait for them, and are sent when they come', async () => {
      const id = await shop.subscribe(LINES);
      await billAndWork(id);
      const { id: orderId } = await order(id);
      expect(await order(id)).toMatchObject({
        status: 'paid',
        hold_reason: 'out_of_stock',
        fulfillment_status: 'unfulfilled',
      });
      expect(await told(id)).toContain('subscription-goods-missing');
      const sweep = () => findRecurringJobs({ db: shop.db, staleSeconds: 5, stockWaitSeconds: 3_600 }, 10);
      expect(await sweep()).toEqual([]);
      await sound();
      await shop.restock('SCARCE', 2);
      const [job] = await sweep();
      expect(job).toMatchObject({ queue: 'settle-shortage', payload: { order_id: orderId } });
      await shop.settle(orderId);
      await shop.work();
      expect(await order(id)).toMatchObject({ hold_reason: null, fulfillment_status: 'processing' });
      await sound();
    });

    it('give their price back when they were waited for too long', async () => {
      const id = await shop.subscribe(LINES);
      await billAndWork(id);
      shop.stockWaitSeconds = 0;
      await shop.settle((await order(id)).id);
      await shop.work();
      const made = await order(id);
      expect(made).toMatchObject({
        hold_reason: null,
        fulfillment_status: 'processing',
        payment_status: 'partially_refunded',
      });
      expect(made.lines.map(({ sku }) => sku)).toEqual(['PLENTY']);
      await sound();
    });

    it('are refunded where that was chosen, tax and discount included', async () => {
      const id = await shop.subscribe(LINES);
      await shop.choose(id, 'SCARCE', 'refund');
      const invoice = await billAndWork(id, { discountPercent: 50 });
      const made = await order(id);
      const net = (sku: string) => invoice.lines.find((line) => line.amount === (sku === 'SCARCE' ? 3_000 : 2_000))!;
      expect(net('SCARCE').amount - net('SCARCE').discount).toBe(1_500);
      expect(made.refunds[0]!.amount).toBeGreaterThanOrEqual(1_500);
      expect(made.payment.captured_amount - made.payment.refunded_amount).toBe(
        invoice.capturedAmount - made.refunds[0]!.amount,
      );
      await sound();
    });

    it('end without a parcel when nothing of them is left, and give all of it back', async () => {
      const id = await shop.subscribe([{ sku: 'SCARCE', quantity: 2 }]);
      await shop.choose(id, 'SCARCE', 'refund');
      const invoice = await billAndWork(id);
      const made = await order(id);
      expect(made).toMatchObject({ status: 'delivered', payment_status: 'refunded', lines: [] });
      expect(made.payment.refunded_amount).toBe(invoice.capturedAmount);
      await sound();
    });

    it('are replaced at no higher price, and what is cheaper goes back', async () => {
      const id = await shop.subscribe(LINES);
      await shop.choose(id, 'SCARCE', 'substitute', 'CHEAP');
      await billAndWork(id);
      const cheap = await order(id);
      expect(cheap.lines.map(({ sku, unit_amount }) => [sku, unit_amount])).toEqual([
        ['PLENTY', 2_000],
        ['CHEAP', 1_200],
      ]);
      expect(cheap.refunds).toHaveLength(1);
      const other = await shop.subscribe(LINES);
      await shop.choose(other, 'SCARCE', 'substitute', 'DEAR');
      await billAndWork(other);
      const dear = await order(other);
      expect(dear.lines.map(({ sku, unit_amount }) => [sku, unit_amount])[1]).toEqual(['DEAR', 1_500]);
      expect(dear.refunds).toEqual([]);
      await sound();
    });

    it('are refunded when there is no substitute either', async () => {
      const id = await shop.subscribe(LINES);
      await shop.choose(id, 'SCARCE', 'substitute', 'UNKNOWN');
      await billAndWork(id);
      expect((await order(id)).lines.map(({ sku }) => sku)).toEqual(['PLENTY']);
      expect((await order(id)).refunds).toHaveLength(1);
      await sound();
    });

    it('are skipped: the next invoice is less by what was paid for them, and its order is paid by that', async () => {
      const id = await shop.subscribe(LINES);
      await shop.choose(id, 'SCARCE', 'skip');
      shop.invoices.loseAnswer();
      const first = await shop.bill(id);
      await shop.hear(first);
      await expect(shop.work()).rejects.toThrow('socket hang up');
      await shop.work();
      expect([...shop.invoices.credits.values()]).toHaveLength(1);
      const made = await order(id);
      expect(made).toMatchObject({ payment_status: 'paid', fulfillment_status: 'processing', refunds: [] });
      await shop.restock('SCARCE', 2);
      const second = await billAndWork(id);
      const credited = first.capturedAmount - second.capturedAmount;
      expect(credited).toBeGreaterThan(3_000);
      const next = await order(id);
      expect(next).toMatchObject({ credit_amount: credited, total_amount: first.capturedAmount, adjustment_amount: 0 });
      expect(next.payment.amount).toBe(second.capturedAmount);
      expect(await books(id)).not.toHaveProperty('customer_receivable');
      await sound();
    });

    it('are refunded after all when the subscription ends before its next invoice', async () => {
      const id = await shop.subscribe(LINES);
      await shop.choose(id, 'SCARCE', 'skip');
      await billAndWork(id);
      await shop.end(id);
      await shop.sweep();
      await shop.work();
      expect((await order(id)).refunds).toHaveLength(1);
      expect(shop.invoices.credits.size).toBe(0);
      await sound();
    });
  });
});
