import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { readContractFile } from './check-contract.ts';
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

describe('test cards', () => {
  const file = readContractFile<{
    decline: { pm: string; alias?: string[]; code?: string; decline_code?: string | null }[];
  }>('test-payment-methods.json');
  const declines = file?.decline ?? [
    { pm: 'pm_card_visa_chargeDeclined', code: 'card_declined', decline_code: 'generic_decline' },
  ];

  it.each(declines.flatMap((card) => [card.pm, ...(card.alias ?? [])].map((pm) => ({ ...card, pm }))))(
    '$pm is declined with 402, a failed charge and the intent inside',
    async ({ pm, code, decline_code }) => {
      const error = await refusal(pay(pm));
      expect(error).toMatchObject({ type: 'StripeCardError', statusCode: 402 });
      if (code) expect(error.code).toBe(code);
      if (decline_code) expect(error.decline_code).toBe(decline_code);
      const intent = error.payment_intent as Stripe.PaymentIntent;
      expect(intent).toMatchObject({ status: 'requires_payment_method', last_payment_error: { code: error.code } });
      expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ latest_charge: error.charge });
      expect(await charge(error.charge)).toMatchObject({ status: 'failed', paid: false, failure_code: error.code });
    },
  );

  it('takes another card on the same intent after a decline', async () => {
    const { payment_intent } = await refusal(pay('pm_card_visa_chargeDeclined'));
    const { id } = payment_intent as Stripe.PaymentIntent;
    const paid = await stripe.paymentIntents.confirm(id, {
      payment_method: 'pm_card_mastercard',
      return_url: 'https://shop.test',
    });
    expect(paid).toMatchObject({ id, status: 'succeeded', last_payment_error: null });
    expect((await stripe.charges.list({ payment_intent: id })).data.map((c) => c.status)).toEqual([
      'succeeded',
      'failed',
    ]);
  });

  it('cannot attach a declining card, save pm_card_chargeCustomerFail, which fails when it is charged', async () => {
    const customer = await stripe.customers.create({ email: 'a@example.test' });
    const error = await refusal(stripe.paymentMethods.attach('pm_card_visa_chargeDeclined', { customer: customer.id }));
    expect(error).toMatchObject({ type: 'StripeCardError', code: 'card_declined' });
    const kept = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
    expect(kept.customer).toBe(customer.id);
    expect((await refusal(pay(kept.id, { customer: customer.id }))).statusCode).toBe(402);
  });
});

describe('3-D Secure', () => {
  const authenticate = (id: string, outcome: string) => test.control(`payment_intents/${id}/authenticate`, { outcome });
  const finish = (intent: Stripe.PaymentIntent, outcome: string) =>
    fetch(String(intent.next_action?.redirect_to_url?.url), {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ outcome }),
    });

  it('shows a page with two buttons and comes back to the shop paid', async () => {
    const intent = await pay('pm_card_authenticationRequired');
    expect(intent).toMatchObject({
      status: 'requires_action',
      latest_charge: null,
      next_action: { type: 'redirect_to_url' },
    });
    const page = await (await fetch(String(intent.next_action?.redirect_to_url?.url))).text();
    expect(page).toContain('Complete');
    expect(page).toContain('$20.00');
    const back = await finish(intent, 'success');
    expect(back.status).toBe(303);
    const target = new URL(String(back.headers.get('location')));
    expect(Object.fromEntries(target.searchParams)).toMatchObject({
      payment_intent: intent.id,
      redirect_status: 'succeeded',
    });
    const paid = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    expect(paid.status).toBe('succeeded');
    expect((paid.latest_charge as Stripe.Charge).payment_method_details?.card?.three_d_secure?.result).toBe(
      'authenticated',
    );
    expect((await finish(intent, 'success')).status).toBe(409);
  });

  it('goes back to requires_payment_method when authentication fails', async () => {
    const intent = await pay('pm_card_threeDSecure2Required');
    expect((await finish(intent, 'fail')).headers.get('location')).toContain('redirect_status=failed');
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      next_action: null,
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
  });

  it('can be declined after authentication', async () => {
    const intent = await pay('pm_card_authenticationRequiredChargeDeclinedInsufficientFunds');
    expect(await authenticate(intent.id, 'success')).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { decline_code: 'insufficient_funds' },
    });
  });

  it.each([{ off_session: true }, { error_on_requires_action: true }])(
    'is refused with authentication_required under %j',
    async (more) => {
      const error = await refusal(pay('pm_card_authenticationRequired', more));
      expect(error).toMatchObject({ statusCode: 402, code: 'authentication_required' });
    },
  );

  it('is not asked for of an optional card, nor of a card that was set up before', async () => {
    expect((await pay('pm_card_threeDSecureOptional')).status).toBe('succeeded');
    const customer = (await stripe.customers.create({})).id;
    const first = await pay('pm_card_authenticationRequiredOnSetup', { customer, setup_future_usage: 'off_session' });
    expect(first.status).toBe('requires_action');
    await authenticate(first.id, 'success');
    const [saved] = (await stripe.customers.listPaymentMethods(customer)).data;
    expect((await pay(saved!.id, { customer, off_session: true })).status).toBe('succeeded');
  });
});
