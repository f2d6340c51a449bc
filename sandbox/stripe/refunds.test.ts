import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import {
  type Receiver,
  refusal,
  startReceiver,
  startSandbox,
  subscribe,
  type TestSandbox,
  until,
} from './start-for-test.ts';

let test: TestSandbox;
let hook: Receiver;

beforeEach(async () => {
  test = await startSandbox({ settings: { refundDelayMs: 30 } });
  hook = await startReceiver(test.violations);
  subscribe(test, hook, [
    'charge.refunded',
    'refund.created',
    'refund.updated',
    'refund.failed',
    'charge.refund.updated',
  ]);
});

afterEach(() => {
  test.close();
  hook.close();
  expect(test.violations).toEqual([]);
});

const pay = (payment_method = 'pm_card_visa', more: object = {}) =>
  test.stripe.paymentIntents.create({
    amount: 2000,
    currency: 'usd',
    payment_method,
    confirm: true,
    return_url: 'https://x.test',
    ...more,
  });
const chargeOf = (intent: Stripe.PaymentIntent) => test.stripe.charges.retrieve(String(intent.latest_charge));

describe('refunds', () => {
  it('gives back all that is left, once', async () => {
    const intent = await pay();
    const refund = await test.stripe.refunds.create({ payment_intent: intent.id, metadata: { order: '1' } });
    expect(refund).toMatchObject({
      amount: 2000,
      status: 'succeeded',
      charge: intent.latest_charge,
      metadata: { order: '1' },
    });
    expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 2000, refunded: true });
    expect((await refusal(test.stripe.refunds.create({ payment_intent: intent.id }))).code).toBe(
      'charge_already_refunded',
    );
    await until(() => hook.received.length === 2);
    const refunded = hook.received.find(({ event }) => event.type === 'charge.refunded');
    expect(refunded?.event.data.previous_attributes).toMatchObject({ amount_refunded: 0 });
  });

  it('adds up in parts and never exceeds the charge', async () => {
    const intent = await pay();
    await test.stripe.refunds.create({ charge: String(intent.latest_charge), amount: 500 });
    await test.stripe.refunds.create({ payment_intent: intent.id, amount: 700 });
    expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 1200, refunded: false });
    const error = await refusal(test.stripe.refunds.create({ payment_intent: intent.id, amount: 801 }));
    expect(error).toMatchObject({ statusCode: 400, param: 'amount', code: undefined });
    expect(error.message).toBe('Refund amount ($8.01) is greater than unrefunded amount on charge ($8.00)');
    expect((await refusal(test.stripe.refunds.create({ payment_intent: intent.id, amount: 0 }))).code).toBe(
      'parameter_invalid_integer',
    );
    expect((await test.stripe.refunds.list({ payment_intent: intent.id })).data.map((r) => r.amount)).toEqual([
      700, 500,
    ]);
    const expanded = await test.stripe.charges.retrieve(String(intent.latest_charge), { expand: ['refunds'] });
    expect(expanded.refunds?.data).toHaveLength(2);
  });

  it('leaves the balance without the fee', async () => {
    const intent = await pay('pm_card_bypassPending', { capture_method: 'automatic' });
    const refund = await test.stripe.refunds.create({ payment_intent: intent.id }, {});
    const transaction = await test.stripe.balanceTransactions.retrieve(String(refund.balance_transaction));
    expect(transaction).toMatchObject({ type: 'refund', amount: -2000, fee: 0, net: -2000, source: refund.id });
    expect((await test.stripe.balance.retrieve()).available).toEqual([
      expect.objectContaining({ amount: -88, currency: 'usd' }),
    ]);
  });

  it('stays pending with pm_card_pendingRefund, then succeeds and says so', async () => {
    const refund = await test.stripe.refunds.create({ payment_intent: (await pay('pm_card_pendingRefund')).id });
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' });
    await until(() => hook.types().includes('refund.updated'));
    const settled = await test.stripe.refunds.retrieve(refund.id);
    expect(settled.status).toBe('succeeded');
    expect(settled.pending_reason).toBeUndefined();
  });

  it('fails afterwards with pm_card_refundFail, books the money back and can be refunded again', async () => {
    const intent = await pay('pm_card_refundFail');
    const refund = await test.stripe.refunds.create({ payment_intent: intent.id });
    expect(refund.status).toBe('succeeded');
    await until(() => hook.types().includes('refund.failed'));
    const failed = await test.stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] });
    expect(failed).toMatchObject({
      status: 'failed',
      failure_balance_transaction: { type: 'refund_failure', amount: 2000 },
    });
    expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 0, refunded: false });
  });

  it('waits for an available balance when that is asked for', async () => {
    await test.control('settings', { refundsNeedAvailableBalance: true });
    const refund = await test.stripe.refunds.create({ payment_intent: (await pay()).id });
    expect(refund).toMatchObject({
      status: 'pending',
      pending_reason: 'insufficient_funds',
      balance_transaction: null,
    });
    await pay('pm_card_bypassPending', { amount: 9000 });
    await until(async () => (await test.stripe.refunds.retrieve(refund.id)).status === 'succeeded');
  });

  it('gives an uncaptured charge back only whole, which cancels the intent', async () => {
    const intent = await pay('pm_card_visa', { capture_method: 'manual' });
    expect((await refusal(test.stripe.refunds.create({ payment_intent: intent.id, amount: 5 }))).statusCode).toBe(400);
    expect(await test.stripe.refunds.create({ payment_intent: intent.id })).toMatchObject({
      amount: 2000,
      balance_transaction: null,
    });
    expect((await test.stripe.paymentIntents.retrieve(intent.id)).status).toBe('canceled');
  });

  it('gives back what a partial capture took, not what it released', async () => {
    const intent = await pay('pm_card_visa', { capture_method: 'manual' });
    await test.stripe.paymentIntents.capture(intent.id, { amount_to_capture: 1500 });
    expect((await test.stripe.refunds.create({ payment_intent: intent.id })).amount).toBe(1500);
  });

  it('refuses what was never paid and what does not exist', async () => {
    const { id } = await test.stripe.paymentIntents.create({ amount: 2000, currency: 'usd' });
    expect((await refusal(test.stripe.refunds.create({ payment_intent: id }))).statusCode).toBe(400);
    expect((await refusal(test.stripe.refunds.create({ charge: 'ch_none' }))).code).toBe('resource_missing');
    expect((await refusal(test.stripe.refunds.create({}))).code).toBe('parameter_missing');
    expect((await refusal(test.stripe.refunds.retrieve('re_none'))).statusCode).toBe(404);
  });

  it('tells of new metadata by refund.updated', async () => {
    const refund = await test.stripe.refunds.create({ payment_intent: (await pay()).id });
    expect((await test.stripe.refunds.update(refund.id, { metadata: { a: 'b' } })).metadata).toEqual({ a: 'b' });
    expect((await refusal(test.stripe.refunds.cancel(refund.id))).statusCode).toBe(400);
    await until(() => hook.types().includes('charge.refund.updated') && hook.types().includes('refund.updated'));
  });
});
