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

const pay = (more: object = {}) =>
  stripe.paymentIntents.create({
    amount: 2000,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    confirm: true,
    return_url: 'https://x.test',
    ...more,
  });

describe('customers and their payment methods', () => {
  it('creates, changes, finds by e-mail and deletes', async () => {
    const made = await stripe.customers.create({
      email: 'ann@example.test',
      name: 'Ann',
      address: { line1: '1 Road', country: 'US' },
      shipping: { name: 'Ann', address: { line1: '1 Road' } },
      metadata: { a: '1' },
    });
    expect(made.address).toEqual({
      city: null,
      country: 'US',
      line1: '1 Road',
      line2: null,
      postal_code: null,
      state: null,
    });
    expect(await stripe.customers.update(made.id, { name: '', metadata: { a: '', b: '2' } })).toMatchObject({
      name: null,
      metadata: { b: '2' },
    });
    expect((await stripe.customers.list({ email: 'ann@example.test' })).data.map(({ id }) => id)).toEqual([made.id]);
    expect(await stripe.customers.del(made.id)).toEqual(expect.objectContaining({ id: made.id, deleted: true }));
    expect(await stripe.customers.retrieve(made.id)).toMatchObject({ deleted: true });
    expect((await stripe.customers.list()).data).toEqual([]);
    expect((await refusal(stripe.customers.update(made.id, { name: 'B' }))).statusCode).toBe(404);
  });

  it('attaches, lists, sets as default, charges off-session and detaches', async () => {
    const { id: customer } = await stripe.customers.create({});
    const card = await stripe.paymentMethods.create({
      type: 'card',
      card: { number: '5555555555554444', exp_month: 12, exp_year: 2030, cvc: '123' },
    });
    expect(card.card).toMatchObject({ brand: 'mastercard', last4: '4444', exp_year: 2030 });
    await stripe.paymentMethods.attach(card.id, { customer });
    expect((await stripe.customers.listPaymentMethods(customer, { type: 'card' })).data.map(({ id }) => id)).toEqual([
      card.id,
    ]);
    const updated = await stripe.customers.update(customer, { invoice_settings: { default_payment_method: card.id } });
    expect(updated.invoice_settings.default_payment_method).toBe(card.id);
    expect((await pay({ customer, payment_method: card.id, off_session: true })).status).toBe('succeeded');
    expect((await refusal(pay({ payment_method: card.id }))).param).toBe('payment_method');
    expect((await stripe.paymentMethods.detach(card.id)).customer).toBeNull();
    expect((await stripe.paymentMethods.list({ customer, type: 'card' })).data).toEqual([]);
  });

  it('saves a card by a SetupIntent, with 3-D Secure where the card asks for it', async () => {
    const { id: customer } = await stripe.customers.create({});
    const plain = await stripe.setupIntents.create({
      customer,
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: 'https://x.test',
    });
    expect(plain.status).toBe('succeeded');
    const asking = await stripe.setupIntents.create({
      customer,
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
      return_url: 'https://x.test',
    });
    expect(asking.status).toBe('requires_action');
    const page = String(asking.next_action?.redirect_to_url?.url);
    const back = await fetch(page, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ outcome: 'success' }),
    });
    expect(back.headers.get('location')).toContain(`setup_intent=${asking.id}`);
    expect((await stripe.setupIntents.retrieve(asking.id)).status).toBe('succeeded');
    expect((await stripe.customers.listPaymentMethods(customer)).data).toHaveLength(2);
    const declined = await refusal(
      stripe.setupIntents.create({ payment_method: 'pm_card_visa_chargeDeclined', confirm: true }),
    );
    expect(declined).toMatchObject({ statusCode: 402, code: 'card_declined' });
    const open = await stripe.setupIntents.create({});
    expect((await stripe.setupIntents.cancel(open.id)).status).toBe('canceled');
  });
});

describe('lists', () => {
  it('pages from newest to oldest, and back with ending_before', async () => {
    const made = [];
    for (let i = 0; i < 25; i += 1) made.unshift((await stripe.customers.create({ name: `c${i}` })).id);
    const first = await stripe.customers.list();
    expect(first).toMatchObject({ has_more: true, url: '/v1/customers' });
    expect(first.data.map(({ id }) => id)).toEqual(made.slice(0, 10));
    const second = await stripe.customers.list({ starting_after: first.data[9]!.id, limit: 15 });
    expect(second.has_more).toBe(false);
    expect(second.data.map(({ id }) => id)).toEqual(made.slice(10));
    const back = await stripe.customers.list({ ending_before: made[12]!, limit: 5 });
    expect(back.data.map(({ id }) => id)).toEqual(made.slice(7, 12));
    const all = [];
    for await (const customer of stripe.customers.list({ limit: 7 })) all.push(customer.id);
    expect(all).toEqual(made);
  });

  it('refuses a cursor it does not know and a page that is too large', async () => {
    expect(await refusal(stripe.customers.list({ starting_after: 'cus_none' }))).toMatchObject({
      code: 'resource_missing',
      param: 'starting_after',
    });
    expect((await refusal(stripe.customers.list({ limit: 101 }))).param).toBe('limit');
    expect((await refusal(stripe.customers.list({ limit: 0 }))).param).toBe('limit');
  });

  it('filters by time, customer and source', async () => {
    const { id: customer } = await stripe.customers.create({});
    const intent = await pay({ customer });
    await pay();
    await test.control('advance', { seconds: 100 });
    const later = await pay();
    const newer = await stripe.paymentIntents.list({ created: { gt: intent.created + 50 } });
    expect(newer.data.map(({ id }) => id)).toEqual([later.id]);
    expect((await stripe.paymentIntents.list({ created: { lt: intent.created + 50 } })).data).toHaveLength(2);
    expect((await stripe.paymentIntents.list({ customer })).data.map(({ id }) => id)).toEqual([intent.id]);
    expect((await stripe.charges.list({ customer })).data).toHaveLength(1);
    await until(async () => (await stripe.balanceTransactions.list({ type: 'charge' })).data.length === 3);
    expect((await stripe.balanceTransactions.list({ source: String(intent.latest_charge) })).data).toHaveLength(1);
  });
});

describe('events', () => {
  it('are listed newest first, by type, by types and by wildcard', async () => {
    const intent = await pay();
    await until(async () => (await stripe.events.list({ type: 'charge.updated' })).data.length === 1);
    const types = async (filter: Stripe.EventListParams) =>
      (await stripe.events.list(filter)).data.map(({ type }) => type);
    expect(await types({})).toEqual([
      'charge.updated',
      'payment_intent.succeeded',
      'charge.succeeded',
      'payment_intent.created',
    ]);
    expect(await types({ type: 'charge.*' })).toEqual(['charge.updated', 'charge.succeeded']);
    expect(await types({ types: ['payment_intent.created', 'charge.updated'] })).toEqual([
      'charge.updated',
      'payment_intent.created',
    ]);
    const [oldest] = (await stripe.events.list({ type: 'payment_intent.created' })).data;
    expect((oldest!.data.object as { id: string }).id).toBe(intent.id);
    expect(await types({ ending_before: oldest!.id, limit: 2 })).toEqual([
      'payment_intent.succeeded',
      'charge.succeeded',
    ]);
    expect((await refusal(stripe.events.list({ type: 'a', types: ['b'] }))).statusCode).toBe(400);
  });
});

describe('expand', () => {
  it('fills in objects up to four levels, in lists too', async () => {
    const { id: customer } = await stripe.customers.create({ name: 'Ann' });
    const { id } = await pay({ customer, capture_method: 'automatic' });
    const deep = await stripe.paymentIntents.retrieve(id, {
      expand: ['latest_charge.balance_transaction.source', 'customer', 'payment_method'],
    });
    const charge = deep.latest_charge as Stripe.Charge;
    expect(charge.balance_transaction).toMatchObject({ net: 1912, source: { object: 'charge' } });
    expect(deep.customer).toMatchObject({ name: 'Ann' });
    const listed = await stripe.charges.list({ expand: ['data.payment_intent.customer'] });
    expect((listed.data[0]!.payment_intent as Stripe.PaymentIntent).customer).toMatchObject({ name: 'Ann' });
  });

  it('refuses what is not there and what is too deep', async () => {
    const { id } = await pay();
    const error = await refusal(stripe.paymentIntents.retrieve(id, { expand: ['charges'] }));
    expect(error.message).toBe("This property cannot be expanded because it doesn't exist: charges.");
    const deep = { expand: ['latest_charge.payment_intent.latest_charge.payment_intent.customer'] };
    expect((await refusal(stripe.paymentIntents.retrieve(id, deep))).statusCode).toBe(400);
  });
});

describe('the balance', () => {
  it('is pending for two days and then available', async () => {
    await pay({ capture_method: 'automatic' });
    await pay({ capture_method: 'automatic', payment_method: 'pm_card_bypassPending', amount: 1000, currency: 'eur' });
    const balance = await stripe.balance.retrieve();
    const of = (side: Stripe.Balance.Available[]) =>
      Object.fromEntries(side.map(({ currency, amount }) => [currency, amount]));
    expect(of(balance.pending)).toEqual({ usd: 1912, eur: 0 });
    expect(of(balance.available)).toEqual({ usd: 0, eur: 941 });
    await test.control('settings', { automaticPayouts: false });
    await test.control('advance', { seconds: 3 * 86_400 });
    expect(of((await stripe.balance.retrieve()).available)).toEqual({ usd: 1912, eur: 941 });
    const [transaction] = (await stripe.balanceTransactions.list({ currency: 'usd' })).data;
    expect(transaction?.status).toBe('available');
  });
});

describe('the control', () => {
  it('refuses settings it does not know', async () => {
    expect(await test.control('settings', { speed: 1 })).toHaveProperty('error');
    expect(await test.control('settings', { latencyMs: 'x' })).toHaveProperty('error');
    expect(await test.control('advance', { seconds: -1 })).toHaveProperty('error');
    expect(await test.control('payment_intents/pi_none/authenticate', { outcome: 'success' })).toHaveProperty('error');
    expect(await test.control('events/evt_none/resend', {})).toHaveProperty('error');
  });
});
