import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { refusal, startSandbox, until } from '../start-for-test.ts';
import { at, type BillingTest, item, startBilling } from './billing-for-test.ts';
import { addSpans, nextPeriodEnd } from './calendar.ts';

let billing: BillingTest;
let stripe: Stripe;

beforeEach(async () => {
  billing = await startBilling();
  stripe = billing.stripe;
});

afterEach(() => {
  billing.close();
  expect(billing.test.violations).toEqual([]);
});

const amounts = (invoice: Stripe.Invoice) => invoice.lines.data.map(({ amount }) => amount);
const halfway = async () => {
  const on = await billing.onClock(at('2027-04-01T00:00'));
  const subscription = await stripe.subscriptions.create({ customer: on.customer.id, items: [item(3000), item(600)] });
  await billing.advance(on.clock, at('2027-04-16T00:00'));
  return { ...on, subscription, first: subscription.items.data[0]!, second: subscription.items.data[1]! };
};

describe('a change of a subscription', () => {
  it('costs the rest of the period at once with always_invoice, exactly as its preview said', async () => {
    const { subscription, first, second } = await halfway();
    const change = {
      items: [{ id: first.id, quantity: 2 }, { id: second.id, deleted: true }, item(1000)],
      proration_behavior: 'always_invoice' as const,
    };
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: change,
    });
    expect((await stripe.prices.list({ limit: 100 })).data).toHaveLength(2);
    const { latest_invoice } = await stripe.subscriptions.update(subscription.id, change);
    const invoice = await stripe.invoices.retrieve(latest_invoice as string);
    expect(amounts(invoice)).toEqual([-1500, -300, 3000, 500]);
    expect(amounts(preview)).toEqual(amounts(invoice));
    expect(invoice).toMatchObject({ status: 'paid', billing_reason: 'subscription_update', amount_paid: 1700 });
    expect(invoice.lines.data[0]).toMatchObject({
      parent: { subscription_item_details: { proration: true, subscription_item: first.id } },
    });
  });

  it('waits for the next invoice with create_prorations, and costs nothing with none', async () => {
    const { clock, subscription, first, second } = await halfway();
    await stripe.subscriptions.update(subscription.id, { items: [{ id: first.id, quantity: 2 }] });
    await stripe.subscriptionItems.update(second.id, { quantity: 5, proration_behavior: 'none' });
    expect((await stripe.invoiceItems.list({ pending: true })).data.map(({ amount }) => amount)).toEqual([3000, -1500]);
    const preview = await stripe.invoices.createPreview({ subscription: subscription.id });
    await billing.advance(clock, at('2027-05-01T02:00'));
    const [renewal] = await billing.invoices(subscription.id);
    expect(amounts(renewal!)).toEqual([-1500, 3000, 6000, 3000]);
    expect(preview.total).toBe(renewal!.total);
    expect((await stripe.invoiceItems.list({ pending: true })).data).toEqual([]);
  });

  it('that makes it cheaper leaves a credit, which the next invoices use up', async () => {
    const { clock, customer, subscription, first } = await halfway();
    const change = { items: [{ id: first.id, deleted: true }], proration_behavior: 'always_invoice' as const };
    await stripe.subscriptions.update(subscription.id, change);
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ balance: -1500 });
    await billing.advance(clock, at('2027-07-01T02:00'));
    const paid = (await billing.invoices(subscription.id)).map(({ amount_paid, total }) => [total, amount_paid]);
    expect(paid).toEqual([
      [600, 300],
      [600, 0],
      [600, 0],
      [-1500, 0],
      [3600, 3600],
    ]);
    const { data } = await stripe.customers.listBalanceTransactions(customer.id);
    expect(data.map(({ amount, type }) => [amount, type])).toEqual([
      [300, 'applied_to_invoice'],
      [600, 'applied_to_invoice'],
      [600, 'applied_to_invoice'],
      [-1500, 'applied_to_invoice'],
    ]);
  });

  it('is given back when it is canceled with prorate and invoice_now', async () => {
    const { customer, subscription } = await halfway();
    const ended = await stripe.subscriptions.cancel(subscription.id, { prorate: true, invoice_now: true });
    expect(ended.status).toBe('canceled');
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ balance: -1800 });
    expect(await refusal(stripe.subscriptions.cancel(subscription.id))).toMatchObject({ code: 'resource_missing' });
  });
});

describe('coupons', () => {
  it('take their share of each line: once, for some months, by a percentage or an amount', async () => {
    const { clock, customer } = await billing.onClock(at('2027-01-01T00:00'));
    await stripe.coupons.create({ id: 'once', percent_off: 12.5, duration: 'once' });
    await stripe.coupons.create({
      id: 'two',
      amount_off: 1000,
      currency: 'usd',
      duration: 'repeating',
      duration_in_months: 2,
    });
    const { id } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [item(1001), item(2002)],
      discounts: [{ coupon: 'once' }, { coupon: 'two' }],
      expand: ['discounts.source.coupon'],
    });
    await billing.advance(clock, at('2027-03-02T00:00'));
    const invoices = (await billing.invoices(id)).reverse();
    expect(invoices.map(({ total }) => total)).toEqual([3003 - 125 - 250 - 1000, 2003, 3003]);
    const [first] = invoices;
    const off = first!.lines.data.map(({ discount_amounts }) => discount_amounts!.map(({ amount }) => amount));
    expect(off).toEqual([
      [125, 333],
      [250, 667],
    ]);
    expect((await stripe.subscriptions.retrieve(id)).discounts).toEqual([]);
    expect((await stripe.coupons.retrieve('two')).times_redeemed).toBe(1);
  });

  it('that count once wait for the first invoice that costs something, also those of one item', async () => {
    const { clock, customer } = await billing.onClock(at('2027-01-01T00:00'));
    await stripe.coupons.create({ id: 'half', percent_off: 50, duration: 'once' });
    const { id } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [item(1000, { discounts: [{ coupon: 'half' }] }), item(200)],
      trial_period_days: 7,
    });
    await billing.advance(clock, at('2027-02-09T00:00'));
    expect((await billing.invoices(id)).map(({ total }) => total)).toEqual([1200, 700, 0]);
  });
});

describe('an invoice by hand', () => {
  const drafted = async () => {
    const customer = await billing.customer();
    await stripe.invoiceItems.create({ customer: customer.id, amount: 1500, currency: 'usd', description: 'Grinder' });
    const draft = await stripe.invoices.create({ customer: customer.id, pending_invoice_items_behavior: 'include' });
    return { customer, draft };
  };

  it('can be changed while it is a draft, and is final after', async () => {
    const { draft } = await drafted();
    const more = await stripe.invoices.addLines(draft.id!, {
      lines: [
        { amount: 700, description: 'Filter' },
        { amount: 50, description: 'Bag' },
      ],
    });
    expect(amounts(more)).toEqual([1500, 700, 50]);
    await stripe.invoices.removeLines(draft.id!, { lines: [{ id: more.lines.data[2]!.id, behavior: 'delete' }] });
    const less = await stripe.invoices.updateLines(draft.id!, { lines: [{ id: more.lines.data[1]!.id, amount: 600 }] });
    expect(less).toMatchObject({ total: 2100, status: 'draft', number: null });
    const open = await stripe.invoices.finalizeInvoice(draft.id!);
    expect(open).toMatchObject({ status: 'open', amount_due: 2100, number: expect.stringMatching(/-0001$/) });
    expect(await refusal(stripe.invoices.update(draft.id!, { description: 'late' }))).toMatchObject({
      code: 'invoice_not_editable',
    });
    expect(await stripe.invoices.pay(draft.id!)).toMatchObject({ status: 'paid', amount_paid: 2100 });
  });

  it('shows ten lines, and all of them in its list', async () => {
    const { draft } = await drafted();
    const lines = Array.from({ length: 12 }, (_, i) => ({ amount: 100 + i, description: `Part ${i}` }));
    const invoice = await stripe.invoices.addLines(draft.id!, { lines });
    expect([invoice.lines.data.length, invoice.lines.has_more]).toEqual([10, true]);
    const all = await stripe.invoices.listLineItems(draft.id!, { limit: 5 }).autoPagingToArray({ limit: 100 });
    expect(all.reduce((sum, { amount }) => sum + amount, 0)).toBe(invoice.total);
    expect(all).toHaveLength(13);
  });

  it('is voided with its intent, written off, paid elsewhere, or deleted with its items waiting again', async () => {
    const voided = await drafted();
    await stripe.invoices.finalizeInvoice(voided.draft.id!);
    expect((await stripe.invoices.voidInvoice(voided.draft.id!)).status).toBe('void');
    const { data } = await stripe.invoicePayments.list({
      invoice: voided.draft.id!,
      expand: ['data.payment.payment_intent'],
    });
    expect(data[0]).toMatchObject({ status: 'canceled', payment: { payment_intent: { status: 'canceled' } } });
    const lost = await drafted();
    await stripe.invoices.finalizeInvoice(lost.draft.id!);
    expect((await stripe.invoices.markUncollectible(lost.draft.id!)).status).toBe('uncollectible');
    expect((await stripe.invoices.pay(lost.draft.id!)).status).toBe('paid');
    const elsewhere = await drafted();
    expect(await stripe.invoices.pay(elsewhere.draft.id!, { paid_out_of_band: true })).toMatchObject({
      status: 'paid',
      amount_paid: 0,
    });
    const gone = await drafted();
    await stripe.invoices.del(gone.draft.id!);
    expect((await stripe.invoiceItems.list({ customer: gone.customer.id, pending: true })).data).toHaveLength(1);
  });

  it('is refunded and disputed as any other payment', async () => {
    const { draft } = await drafted();
    await stripe.invoices.pay(draft.id!);
    const { data } = await stripe.invoicePayments.list({ invoice: draft.id! });
    const refund = await stripe.refunds.create({
      payment_intent: data[0]!.payment.payment_intent as string,
      amount: 500,
    });
    expect(refund.status).toBe('succeeded');
    expect((await stripe.invoices.retrieve(draft.id!)).status).toBe('paid');
  });
});

describe('products, clocks and searches', () => {
  it('refuse what is there already, what is missing and what a clock may not', async () => {
    expect(await refusal(stripe.products.create({ id: 'coffee', name: 'Again' }))).toMatchObject({
      code: 'resource_already_exists',
    });
    expect(await refusal(stripe.subscriptions.retrieve('sub_none'))).toMatchObject({
      code: 'resource_missing',
      statusCode: 404,
    });
    const { clock, customer } = await billing.onClock(at('2027-01-01T00:00'));
    await billing.test.control('settings', { testClockIntervals: 2 });
    await stripe.subscriptions.create({ customer: customer.id, items: [item(1500)], metadata: { order: '7' } });
    const { testClocks } = stripe.testHelpers;
    expect(await refusal(testClocks.advance(clock, { frozen_time: at('2027-03-02T00:00') }))).toMatchObject({
      statusCode: 400,
    });
    expect(await refusal(testClocks.advance(clock, { frozen_time: at('2026-01-01T00:00') }))).toMatchObject({
      param: 'frozen_time',
    });
    for (const _ of [2, 3]) await billing.customer({ clock });
    expect(await refusal(billing.customer({ clock }))).toMatchObject({ param: 'test_clock' });
    const found = await stripe.subscriptions.search({ query: "status:'active' AND metadata['order']:'7'" });
    expect(found.data).toHaveLength(1);
    await testClocks.del(clock);
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true });
  });
});

describe('a clock that was stopped on its way', () => {
  it('goes on after a restart, and makes each invoice once', async () => {
    const { clock, customer } = await billing.onClock(at('2027-01-01T00:00'));
    for (const amount of [900, 800, 700])
      await stripe.subscriptions.create({ customer: customer.id, items: [item(amount)] });
    await stripe.testHelpers.testClocks.advance(clock, { frozen_time: at('2029-01-02T00:00') });
    await until(async () => (await stripe.invoices.list({ limit: 100 })).data.length > 5);
    billing.test.sandbox.close();
    const again = await startSandbox({ store: billing.test.store });
    const { testClocks } = again.stripe.testHelpers;
    await until(async () => (await testClocks.retrieve(clock)).status === 'ready');
    const invoices = await again.stripe.invoices.list({ customer: customer.id }).autoPagingToArray({ limit: 200 });
    expect(invoices.filter(({ status }) => status === 'paid')).toHaveLength(3 * 25);
    again.close();
    expect(again.violations).toEqual([]);
  });
});

describe('the calendar', () => {
  it('keeps the day of the anchor, and the last of a shorter month', () => {
    const anchor = at('2027-01-31T10:30');
    const month = { interval: 'month', interval_count: 1 } as const;
    expect([1, 2, 13].map((count) => addSpans(anchor, month, count))).toEqual(
      ['2027-02-28T10:30', '2027-03-31T10:30', '2028-02-29T10:30'].map(at),
    );
    for (let time = anchor - 100 * 86_400; time < anchor + 800 * 86_400; time += 86_400 * 3 + 7) {
      const end = nextPeriodEnd(anchor, month, time);
      expect(end > time && end - time <= 31 * 86_400).toBe(true);
    }
    expect(nextPeriodEnd(anchor, { interval: 'week', interval_count: 2 }, anchor)).toBe(anchor + 14 * 86_400);
  });
});
