import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { refusal, until } from '../start-for-test.ts';
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

describe('a renewal that is not simply paid', () => {
  it('is tried again by the schedule when a renewal is declined, and canceled after the last attempt', async () => {
    const { clock, customer } = await billing.onClock(at('2027-01-01T00:00'));
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [item(1500)] });
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
    await stripe.subscriptions.update(id, { default_payment_method: bad.id });
    await billing.advance(clock, at('2027-02-01T02:00'));
    const [open] = await billing.invoices(id);
    expect(open).toMatchObject({ status: 'open', attempt_count: 1, next_payment_attempt: at('2027-02-04T01:00') });
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('past_due');
    await billing.advance(clock, at('2027-02-20T00:00'));
    expect((await billing.invoices(id))[0]).toMatchObject({
      status: 'open',
      attempt_count: 4,
      next_payment_attempt: null,
    });
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'payment_failed' },
    });
  });

  it('is past due only until another card pays', async () => {
    const { clock, customer } = await billing.onClock(at('2027-01-01T00:00'));
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [item(1500)] });
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
    await stripe.subscriptions.update(id, { default_payment_method: bad.id });
    await billing.advance(clock, at('2027-02-01T02:00'));
    const good = await stripe.paymentMethods.attach('pm_card_mastercard', { customer: customer.id });
    const [open] = await billing.invoices(id);
    expect(await stripe.invoices.pay(open!.id!, { payment_method: good.id })).toMatchObject({
      status: 'paid',
      attempt_count: 1,
    });
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
    expect(await refusal(stripe.invoices.pay(open!.id!))).toMatchObject({ message: 'Invoice is already paid' });
  });

  it('asks the customer to authenticate a renewal instead of declining it', async () => {
    const { clock, customer } = await billing.onClock(at('2027-01-01T00:00'));
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [item(1500)] });
    const asks = await stripe.paymentMethods.attach('pm_card_authenticationRequired', { customer: customer.id });
    await stripe.subscriptions.update(id, { default_payment_method: asks.id });
    await billing.advance(clock, at('2027-02-01T02:00'));
    const [open] = await billing.invoices(id);
    const { data } = await stripe.invoicePayments.list({ invoice: open!.id! });
    const intent = data[0]!.payment.payment_intent as string;
    expect((await stripe.paymentIntents.retrieve(intent)).status).toBe('requires_action');
    expect((await stripe.events.list({ type: 'invoice.payment_action_required' })).data).toHaveLength(1);
    await billing.test.control(`payment_intents/${intent}/authenticate`, { outcome: 'success' });
    expect((await stripe.invoices.retrieve(open!.id!)).status).toBe('paid');
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
  });

  it('is paid by a bank debit days later, and tried no second time meanwhile', async () => {
    await billing.test.control('settings', { processingDelayMs: 300 });
    const { clock, customer } = await billing.onClock(at('2027-01-01T00:00'));
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [item(900)] });
    const debit = await stripe.paymentMethods.create({
      type: 'sepa_debit',
      sepa_debit: { iban: 'DE89370400440532013000' },
    });
    await stripe.paymentMethods.attach(debit.id, { customer: customer.id });
    await stripe.subscriptions.update(id, { default_payment_method: debit.id });
    await billing.advance(clock, at('2027-02-20T02:00'));
    await until(async () => (await billing.invoices(id))[0]?.status === 'paid');
    expect((await billing.invoices(id))[0]).toMatchObject({ attempt_count: 1, amount_paid: 900 });
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
  });

  it('keeps a change back until its invoice is paid with pending_if_incomplete', async () => {
    const customer = await billing.customer();
    const { id, items } = await stripe.subscriptions.create({ customer: customer.id, items: [item(1500)] });
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
    await stripe.subscriptions.update(id, { default_payment_method: bad.id });
    const waiting = await stripe.subscriptions.update(id, {
      items: [{ id: items.data[0]!.id, quantity: 3 }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    });
    expect(waiting).toMatchObject({
      status: 'active',
      items: { data: [{ quantity: 1 }] },
      pending_update: { subscription_items: [{ quantity: 3 }] },
    });
    const good = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    await stripe.invoices.pay(waiting.latest_invoice as string, { payment_method: good.id });
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      pending_update: null,
      items: { data: [{ quantity: 3 }] },
    });
  });
});
