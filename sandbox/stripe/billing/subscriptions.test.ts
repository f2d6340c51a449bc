import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { refusal, startReceiver, subscribe, until } from '../start-for-test.ts';
import { at, type BillingTest, item, startBilling } from './billing-for-test.ts';

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

const told = (invoices: Stripe.Invoice[]) =>
  invoices.map(({ status, amount_paid, billing_reason }) => [status, amount_paid, billing_reason]);
const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

describe('a subscription', () => {
  it('is paid for and renews month by month on its clock; each invoice has its own succeeded payment', async () => {
    const { clock, customer } = await billing.onClock(at('2027-01-31T10:00'));
    const created = await stripe.subscriptions.create({
      customer: customer.id,
      items: [item(1200, { quantity: 2, metadata: { line_id: '7' } })],
      expand: ['latest_invoice.payments'],
    });
    expect(created).toMatchObject({
      status: 'active',
      latest_invoice: { status: 'paid', payments: { data: [{ status: 'paid' }] } },
    });
    expect(iso(created.items.data[0]!.current_period_end)).toBe('2027-02-28T10:00:00.000Z');
    await billing.advance(clock, at('2027-04-01T00:00'));
    const invoices = await billing.invoices(created.id);
    expect(told(invoices)).toEqual([
      ['paid', 2400, 'subscription_cycle'],
      ['paid', 2400, 'subscription_cycle'],
      ['paid', 2400, 'subscription_create'],
    ]);
    expect(iso(invoices[0]!.created)).toBe('2027-03-31T10:00:00.000Z');
    expect(invoices[0]!.lines.data[0]!.parent?.subscription_item_details?.subscription_item).toBe(
      created.items.data[0]!.id,
    );
    const { data } = await stripe.invoicePayments.list({
      invoice: invoices[0]!.id!,
      expand: ['data.payment.payment_intent'],
    });
    expect(data[0]!.payment.payment_intent).toMatchObject({ status: 'succeeded', amount_received: 2400 });
    const same = await stripe.subscriptions.list({ customer: customer.id, price: created.items.data[0]!.price.id });
    expect(same.data.map(({ id }) => id)).toEqual([created.id]);
  });

  it('tells of everything in shapes of the contract, before and after', async () => {
    const hook = await startReceiver(billing.test.violations);
    subscribe(billing.test, hook);
    const { clock, customer } = await billing.onClock(at('2027-01-01T00:00'));
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [item(900)] });
    await billing.advance(clock, at('2027-02-01T02:00'));
    await stripe.subscriptions.cancel(id);
    const wanted = [
      'customer.subscription.created',
      'customer.subscription.updated',
      'invoice.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice.upcoming',
      'price.created',
      'test_helpers.test_clock.ready',
      'customer.subscription.deleted',
    ];
    await until(() => wanted.every((type) => hook.types().includes(type)));
    hook.close();
  });

  it('waits for the customer with default_incomplete, and is active once the invoice is paid on its page', async () => {
    const customer = await billing.customer({ card: null });
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [item(1500)],
      payment_behavior: 'default_incomplete',
      payment_settings: { save_default_payment_method: 'on_subscription' },
      expand: ['latest_invoice.confirmation_secret'],
    });
    const invoice = subscription.latest_invoice as Stripe.Invoice;
    expect(subscription.status).toBe('incomplete');
    expect(invoice.confirmation_secret?.client_secret).toMatch(/^pi_.*_secret_/);
    const pay = async (card: string) =>
      (
        await fetch(invoice.hosted_invoice_url!, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ card }),
        })
      ).json();
    expect(await pay('pm_card_visa_chargeDeclined')).toMatchObject({
      status: 'open',
      declined: 'Your card was declined.',
    });
    const asked = (await pay('pm_card_authenticationRequired')) as { authenticate_at: string };
    await fetch(asked.authenticate_at, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ outcome: 'success' }),
    });
    const after = await stripe.subscriptions.retrieve(subscription.id);
    expect(after.status).toBe('active');
    expect(after.default_payment_method).toMatch(/^pm_/);
  });

  it('is made once although the answer was lost, and renews once although its events come twice and late', async () => {
    const { clock, customer } = await billing.onClock(at('2027-01-01T00:00'));
    const lost = { kind: 'answer_lost', match: { method: 'POST', path: '/v1/subscriptions' }, times: 1 };
    await billing.test.control('faults', lost);
    await billing.test.control('faults', { kind: 'webhook_double', match: { event_type: 'invoice.*' } });
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [item(900)] });
    expect((await stripe.subscriptions.list({ customer: customer.id })).data.map((each) => each.id)).toEqual([id]);
    await billing.advance(clock, at('2027-02-01T02:00'));
    expect(await billing.invoices(id)).toHaveLength(2);
  });

  it('is not made at all when its payment has to succeed and does not', async () => {
    const customer = await billing.customer({ card: 'pm_card_chargeCustomerFail' });
    const params = { customer: customer.id, items: [item(1500)], payment_behavior: 'error_if_incomplete' as const };
    expect(await refusal(stripe.subscriptions.create(params))).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
    });
    expect((await stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data).toEqual([]);
    const poor = await billing.customer({ card: null });
    expect(await refusal(stripe.subscriptions.create({ customer: poor.id, items: [item(1500)] }))).toMatchObject({
      code: 'resource_missing',
    });
  });

  it('expires when nobody pays its first invoice for 23 hours', async () => {
    const { clock, customer } = await billing.onClock(at('2027-01-01T00:00'), 'pm_card_chargeCustomerFail');
    const { id, status } = await stripe.subscriptions.create({ customer: customer.id, items: [item(1500)] });
    expect(status).toBe('incomplete');
    await billing.advance(clock, at('2027-01-02T00:00'));
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('incomplete_expired');
    expect((await billing.invoices(id)).map((invoice) => invoice.status)).toEqual(['void']);
  });

  it('is free on trial, tells of its end, and is paid for from then on', async () => {
    const { clock, customer } = await billing.onClock(at('2027-01-01T00:00'));
    const { id, status } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [item(1500)],
      trial_period_days: 10,
    });
    expect(status).toBe('trialing');
    await billing.advance(clock, at('2027-01-12T00:00'));
    expect(told(await billing.invoices(id))).toEqual([
      ['paid', 1500, 'subscription_cycle'],
      ['paid', 0, 'subscription_create'],
    ]);
    const after = await stripe.subscriptions.retrieve(id);
    expect([after.status, iso(after.items.data[0]!.current_period_end)]).toEqual([
      'active',
      '2027-02-11T00:00:00.000Z',
    ]);
    expect((await stripe.events.list({ type: 'customer.subscription.trial_will_end' })).data).toHaveLength(1);
  });

  it('on trial without a card asks for one, and takes the one that is saved', async () => {
    const customer = await billing.customer({ card: null });
    const { id, pending_setup_intent } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [item(1500)],
      trial_period_days: 10,
      payment_behavior: 'default_incomplete',
    });
    const saved = { payment_method: 'pm_card_visa', return_url: 'https://x.test' };
    await stripe.setupIntents.confirm(pending_setup_intent as string, saved);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      pending_setup_intent: null,
      default_payment_method: expect.stringMatching(/^pm_/),
    });
  });

  it('ends with its period, or goes on when that is taken back', async () => {
    const { clock, customer } = await billing.onClock(at('2027-01-01T00:00'));
    const ending = await stripe.subscriptions.create({ customer: customer.id, items: [item(1500)] });
    const staying = await stripe.subscriptions.create({ customer: customer.id, items: [item(1500)] });
    for (const { id } of [ending, staying]) await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await stripe.subscriptions.update(staying.id, { cancel_at_period_end: false });
    await billing.advance(clock, at('2027-02-02T00:00'));
    expect((await stripe.subscriptions.retrieve(ending.id)).status).toBe('canceled');
    expect((await stripe.subscriptions.retrieve(staying.id)).status).toBe('active');
    expect(await billing.invoices(ending.id)).toHaveLength(1);
  });

  it('has its invoices voided while collection is paused, until it resumes by itself', async () => {
    const { clock, customer } = await billing.onClock(at('2027-01-01T00:00'));
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [item(1500)] });
    await stripe.subscriptions.update(id, {
      pause_collection: { behavior: 'void', resumes_at: at('2027-02-15T00:00') },
    });
    await billing.advance(clock, at('2027-03-02T00:00'));
    expect((await billing.invoices(id)).map(({ status }) => status)).toEqual(['paid', 'void', 'paid']);
    expect((await stripe.subscriptions.retrieve(id)).pause_collection).toBeNull();
  });

  it('is paused with a credit for the rest of its month, and begins a new one when it is resumed', async () => {
    const { clock, customer } = await billing.onClock(at('2027-04-01T00:00'));
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [item(3000)] });
    await billing.advance(clock, at('2027-04-16T00:00'));
    expect((await stripe.subscriptions.pause(id)).status).toBe('paused');
    await billing.advance(clock, at('2027-06-10T00:00'));
    expect(await billing.invoices(id)).toHaveLength(1);
    expect((await stripe.subscriptions.resume(id)).status).toBe('active');
    const [latest] = await billing.invoices(id);
    expect(latest).toMatchObject({ status: 'paid', total: 1500, amount_paid: 1500 });
    await billing.advance(clock, at('2027-07-11T00:00'));
    expect((await billing.invoices(id))[0]).toMatchObject({ billing_reason: 'subscription_cycle', amount_paid: 3000 });
  });
});
