import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { hasContract } from './check-contract.ts';
import { refusal, startSandbox, type TestSandbox } from './start-for-test.ts';

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

const pay = (payment_method: string, more: object = {}, options: object = {}) =>
  stripe.paymentIntents.create(
    { amount: 2000, currency: 'usd', payment_method, confirm: true, return_url: 'https://shop.test/back', ...more },
    options,
  );
const charge = async (id: unknown) => stripe.charges.retrieve(String(id));

describe('creating a PaymentIntent', () => {
  it('waits for a payment method, then for confirmation', async () => {
    const bare = await stripe.paymentIntents.create({ amount: 2000, currency: 'USD' });
    expect(bare).toMatchObject({
      status: 'requires_payment_method',
      currency: 'usd',
      capture_method: 'automatic_async',
    });
    expect(bare.client_secret).toMatch(/^pi_\w+_secret_\w+$/);
    const withMethod = await stripe.paymentIntents.create({
      amount: 2000,
      currency: 'usd',
      payment_method: 'pm_card_visa',
    });
    expect(withMethod.status).toBe('requires_confirmation');
    const paid = await stripe.paymentIntents.confirm(withMethod.id, { return_url: 'https://shop.test/back' });
    expect(paid).toMatchObject({ status: 'succeeded', amount_received: 2000, last_payment_error: null });
  });

  it('answers with every key that the contract requires', async () => {
    const intent = await pay('pm_card_visa', { expand: ['latest_charge'] });
    expect(Object.keys(intent).length).toBeGreaterThanOrEqual(42);
    expect(Object.keys(intent.latest_charge as Stripe.Charge).length).toBeGreaterThanOrEqual(40);
    if (!hasContract) console.warn('SKIPPED: answers were not validated.');
  });

  it('copies the metadata to the charge as it was at that moment', async () => {
    const intent = await pay('pm_card_visa', { metadata: { order: '7' } });
    await stripe.paymentIntents.update(intent.id, { metadata: { order: '8', more: 'x' } });
    const updated = await stripe.paymentIntents.update(intent.id, { metadata: { more: '' } });
    expect(updated.metadata).toEqual({ order: '8' });
    expect((await charge(intent.latest_charge)).metadata).toEqual({ order: '7' });
  });

  it.each([
    [{ currency: 'usd' }, 'parameter_missing', 'amount'],
    [{ amount: 2000 }, 'parameter_missing', 'currency'],
    [{ amount: 2000, currency: 'usd', colour: 'red' }, 'parameter_unknown', 'colour'],
    [
      { amount: 2000, currency: 'usd', shipping: { name: 'x', address: {}, hat: '1' } },
      'parameter_unknown',
      'shipping[hat]',
    ],
    [{ amount: 'abc', currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: 20.5, currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: 49, currency: 'usd' }, 'amount_too_small', 'amount'],
    [{ amount: 100_000_000, currency: 'usd' }, 'amount_too_large', 'amount'],
    [{ amount: 2000, currency: 'xxx' }, undefined, 'currency'],
    [{ amount: 2000, currency: '' }, 'parameter_invalid_empty', 'currency'],
    [{ amount: 2000, currency: 'usd', capture_method: 'later' }, undefined, 'capture_method'],
    [{ amount: 2000, currency: 'usd', confirm: 'maybe' }, undefined, 'confirm'],
    [{ amount: 2000, currency: 'usd', customer: 'cus_none' }, 'resource_missing', 'customer'],
    [{ amount: 2000, currency: 'usd', payment_method: 'pm_none' }, 'resource_missing', 'payment_method'],
    [{ amount: 2000, currency: 'usd', metadata: { ['k'.repeat(41)]: 'v' } }, undefined, 'metadata'],
    [{ amount: 1234, currency: 'kwd' }, undefined, 'amount'],
    [{ amount: 2000, currency: 'usd', return_url: 'https://x.test' }, undefined, 'return_url'],
    [{ amount: 2000, currency: 'usd', confirm: true, return_url: 'nowhere' }, 'url_invalid', 'return_url'],
    [
      { amount: 2000, currency: 'usd', payment_method_types: ['card'] },
      'payment_method_types_no_longer_supported',
      'payment_method_types',
    ],
  ])('refuses %j with %s', async (params, code, param) => {
    const error = await refusal(stripe.paymentIntents.create(params as unknown as Stripe.PaymentIntentCreateParams));
    expect(error).toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 400, param });
    expect(error.code).toBe(code);
    expect(error.requestId).toMatch(/^req_/);
  });

  it('takes payment_method_types from a request without a version, as an older account would', async () => {
    const answer = await fetch(`${test.url}/v1/payment_intents`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_x' },
      body: new URLSearchParams('amount=2000&currency=usd&payment_method_types[]=card'),
    });
    expect(await answer.json()).toMatchObject({ payment_method_types: ['card'], automatic_payment_methods: null });
  });

  it('charges zero-decimal and three-decimal currencies in their own minor units', async () => {
    expect((await pay('pm_card_visa', { amount: 2000, currency: 'jpy' })).amount_received).toBe(2000);
    expect((await pay('pm_card_visa', { amount: 12_340, currency: 'kwd' })).amount_received).toBe(12_340);
  });

  it('says 404 for an intent that does not exist', async () => {
    const error = await refusal(stripe.paymentIntents.retrieve('pi_none'));
    expect(error).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such payment_intent: 'pi_none'",
    });
  });

  it('wants a return_url where a method might redirect', async () => {
    expect((await refusal(pay('pm_card_visa', { return_url: undefined }))).statusCode).toBe(400);
    const never = { return_url: undefined, automatic_payment_methods: { enabled: true, allow_redirects: 'never' } };
    expect((await pay('pm_card_visa', never)).status).toBe('succeeded');
  });
});
