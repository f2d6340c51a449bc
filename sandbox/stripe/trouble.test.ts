import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSandbox, type TestSandbox } from './start-for-test.ts';

let test: TestSandbox;

beforeEach(async () => {
  test = await startSandbox();
});

afterEach(() => {
  test.close();
  expect(test.violations).toEqual([]);
});

const pay = () =>
  test.stripe.paymentIntents.create({
    amount: 2_000,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    confirm: true,
    return_url: 'https://x.test',
    capture_method: 'automatic',
    metadata: { order_id: 'o1' },
  });
const newest = async (type: string) => (await test.stripe.events.list({ type, limit: 1 })).data[0];

describe('trouble on request', () => {
  it('refunds as a person at the dashboard does: no request of ours caused it', async () => {
    const intent = await pay();
    expect(await test.control(`charges/${intent.id}/refund`, { amount: 500 })).toMatchObject({
      amount: 500,
      reason: 'requested_by_customer',
    });
    expect((await newest('refund.created'))?.request).toEqual({ id: null, idempotency_key: null });
    expect(await test.control(`charges/${intent.latest_charge}/refund`, { amount: 1_501 })).toHaveProperty('error');
  });

  it('charges what nobody here asked for, and somebody a second time', async () => {
    expect(await test.control('charges', { amount: 700, currency: 'eur' })).toMatchObject({
      status: 'succeeded',
      metadata: {},
    });
    const intent = await pay();
    const again = await test.control(`charges/${intent.id}/again`, {});
    expect(again).toMatchObject({ amount: 2_000, metadata: { order_id: 'o1' }, status: 'succeeded' });
    expect(again.id).not.toBe(intent.id);
    expect(await test.control('charges', { amount: 1.5 })).toHaveProperty('error');
  });

  it('changes a fee until a payout has taken it, and the balance with it', async () => {
    const { latest_charge } = await pay();
    const changed = await test.control(`balance_transactions/${latest_charge}/fee`, { fee: 100 });
    expect(changed).toMatchObject({ fee: 100, net: 1_900 });
    expect(await test.stripe.balanceTransactions.retrieve(String(changed.id))).toMatchObject({ fee: 100, net: 1_900 });
    expect((await test.stripe.balance.retrieve()).pending).toMatchObject([{ amount: 1_900 }]);
    await test.control('advance', { seconds: 4 * 86_400 });
    expect((await test.stripe.payouts.list()).data).toMatchObject([{ amount: 1_900 }]);
    expect(await test.control(`balance_transactions/${latest_charge}/fee`, { fee: 1 })).toHaveProperty('error');
  });

  it('disputes, warns and takes fees', async () => {
    const { id } = await pay();
    expect(await test.control(`charges/${id}/fraud_warning`, { fraud_type: 'made_with_stolen_card' })).toMatchObject({
      fraud_type: 'made_with_stolen_card',
      actionable: true,
    });
    const dispute = await test.control(`charges/${id}/dispute`, { amount: 900, reason: 'duplicate' });
    expect(dispute).toMatchObject({ amount: 900, reason: 'duplicate', status: 'needs_response' });
    const inquiry = await test.control(`charges/${id}/dispute`, { inquiry: true });
    expect(await test.control(`disputes/${inquiry.id}/escalate`, {})).toMatchObject({ status: 'needs_response' });
    expect(await test.control('stripe_fees', { amount: 250 })).toMatchObject({
      type: 'stripe_fee',
      reporting_category: 'fee',
      net: -250,
      source: null,
    });
    expect(await test.control('charges/ch_none/dispute', {})).toHaveProperty('error');
  });
});
