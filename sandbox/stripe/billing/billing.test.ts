import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { startSandbox, type TestSandbox, until } from '../start-for-test.ts';

let test: TestSandbox;
let stripe: Stripe;

beforeEach(async () => {
  test = await startSandbox();
  stripe = test.stripe;
});

afterEach(() => {
  test.close();
  expect(test.violations).toEqual([]);
});

const DAY = 86_400;

async function customerOn(clock?: string, card = 'pm_card_visa') {
  const customer = await stripe.customers.create({ name: 'Ada', ...(clock ? { test_clock: clock } : {}) });
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
  return stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
}

async function advance(clock: string, to: number) {
  await stripe.testHelpers.testClocks.advance(clock, { frozen_time: to });
  await until(async () => (await stripe.testHelpers.testClocks.retrieve(clock)).status === 'ready');
}

const item = (amount: number) => ({
  price_data: { currency: 'usd', product: 'coffee', recurring: { interval: 'month' as const }, unit_amount: amount },
});

describe('a subscription', () => {
  it('is paid for, renews month by month on its clock, and each invoice has its payment', async () => {
    const start = Date.UTC(2027, 0, 31, 10) / 1000;
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: start });
    const customer = await customerOn(clock.id);
    await stripe.products.create({ id: 'coffee', name: 'Coffee' });
    const created = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ ...item(1200), quantity: 2, metadata: { line_id: '7' } }],
      expand: ['latest_invoice.payments'],
    });
    expect(created.status).toBe('active');
    expect((created.latest_invoice as Stripe.Invoice).status).toBe('paid');
    expect(new Date(created.items.data[0]!.current_period_end * 1000).toISOString()).toBe('2027-02-28T10:00:00.000Z');
    await advance(clock.id, start + 32 * DAY);
    await advance(clock.id, start + 62 * DAY);
    const invoices = await stripe.invoices.list({ subscription: created.id });
    expect(
      invoices.data.map(({ status, amount_paid, billing_reason }) => [status, amount_paid, billing_reason]),
    ).toEqual([
      ['paid', 2400, 'subscription_cycle'],
      ['paid', 2400, 'subscription_cycle'],
      ['paid', 2400, 'subscription_create'],
    ]);
    const payments = await stripe.invoicePayments.list({
      invoice: invoices.data[0]!.id!,
      expand: ['data.payment.payment_intent'],
    });
    expect(payments.data[0]!.payment.payment_intent).toMatchObject({ status: 'succeeded', amount_received: 2400 });
  });
});
