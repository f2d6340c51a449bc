import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { refusal, startSandbox, type TestSandbox, until } from './start-for-test.ts';

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

describe('capture and cancel', () => {
  const authorize = () => pay('pm_card_visa', { capture_method: 'manual' });

  it('captures what was authorized, once', async () => {
    const intent = await authorize();
    expect(intent).toMatchObject({ status: 'requires_capture', amount_capturable: 2000, amount_received: 0 });
    const held = await charge(intent.latest_charge);
    expect(held).toMatchObject({ captured: false, paid: true, amount_captured: 0, balance_transaction: null });
    expect(held.payment_method_details?.card?.capture_before).toBeGreaterThan(held.created + 6 * 86_400);
    expect(await stripe.paymentIntents.capture(intent.id)).toMatchObject({
      status: 'succeeded',
      amount_received: 2000,
      amount_capturable: 0,
    });
    const again = await refusal(stripe.paymentIntents.capture(intent.id));
    expect(again).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(again.message).toContain('already been captured');
  });

  it('captures a part and shows the rest as refunded on the charge', async () => {
    const intent = await authorize();
    const tooMuch = await refusal(stripe.paymentIntents.capture(intent.id, { amount_to_capture: 2001 }));
    expect(tooMuch).toMatchObject({ code: 'amount_too_large', param: 'amount_to_capture' });
    const part = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 1500 });
    expect(part).toMatchObject({ amount: 2000, amount_received: 1500 });
    const captured = await stripe.charges.retrieve(String(part.latest_charge), { expand: ['balance_transaction'] });
    expect(captured).toMatchObject({ amount: 2000, amount_captured: 1500, amount_refunded: 500, refunded: false });
    expect(captured.balance_transaction).toMatchObject({ amount: 1500, fee: 74, net: 1426 });
  });

  it('cancels before success, releases an authorization, and not after', async () => {
    const intent = await authorize();
    const canceled = await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned', amount_capturable: 0 });
    expect(await charge(intent.latest_charge)).toMatchObject({ refunded: true, captured: false });
    expect((await refusal(stripe.paymentIntents.capture(intent.id))).code).toBe('payment_intent_unexpected_state');
    const paid = await pay('pm_card_visa');
    for (const call of [
      stripe.paymentIntents.cancel(paid.id),
      stripe.paymentIntents.confirm(paid.id),
      stripe.paymentIntents.update(paid.id, { amount: 1 }),
    ]) {
      expect((await refusal(call)).code).toBe('payment_intent_unexpected_state');
    }
  });

  it('lets an authorization expire after seven days', async () => {
    const intent = await authorize();
    await test.control('advance', { seconds: 8 * 86_400 });
    const expired = await until(async () => {
      const found = await stripe.paymentIntents.retrieve(intent.id);
      return found.status === 'canceled' && found;
    });
    expect(expired.cancellation_reason).toBe('automatic');
    expect((await refusal(stripe.paymentIntents.capture(intent.id))).code).toBe('charge_expired_for_capture');
  });

  it('keeps a bank debit processing until the bank has answered', async () => {
    await test.control('settings', { processingDelayMs: 30 });
    const method = await stripe.paymentMethods.create({
      type: 'sepa_debit',
      sepa_debit: { iban: 'AT321904300235473204' },
      billing_details: { email: 'bob@example.test', name: 'Bob' },
    });
    const intent = await pay(method.id, { currency: 'eur' });
    expect(intent.status).toBe('processing');
    await until(async () => (await stripe.paymentIntents.retrieve(intent.id)).status === 'succeeded');
  });
});
