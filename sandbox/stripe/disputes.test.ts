import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
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
  test = await startSandbox({ settings: { disputeReviewMs: 30 } });
  hook = await startReceiver(test.violations);
  subscribe(test, hook);
});

afterEach(() => {
  test.close();
  hook.close();
  expect(test.violations).toEqual([]);
});

const pay = (payment_method = 'pm_card_createDispute') =>
  test.stripe.paymentIntents.create({
    amount: 5_000,
    currency: 'usd',
    payment_method,
    confirm: true,
    return_url: 'https://x.test',
  });
const disputesOf = async (payment_intent: string) => (await test.stripe.disputes.list({ payment_intent })).data;
const disputed = async (card?: string) => {
  const { id } = await pay(card);
  return await until(async () => (await disputesOf(id))[0]);
};
const told = (type: string) => until(() => hook.types().includes(type));
const adjustments = async () => (await test.stripe.balanceTransactions.list({ type: 'adjustment' })).data.reverse();

describe('a dispute', () => {
  it('takes the money and a fee a moment after the charge', async () => {
    const dispute = await disputed();
    expect(dispute).toMatchObject({ amount: 5_000, reason: 'fraudulent', status: 'needs_response' });
    expect(dispute.balance_transactions).toMatchObject([
      {
        amount: -5_000,
        fee: 1_500,
        net: -6_500,
        type: 'adjustment',
        reporting_category: 'dispute',
        source: dispute.id,
      },
    ]);
    expect(await test.stripe.charges.retrieve(String(dispute.charge))).toMatchObject({ disputed: true });
    expect((await refusal(test.stripe.refunds.create({ charge: String(dispute.charge) }))).code).toBe(
      'charge_disputed',
    );
    await told('charge.dispute.funds_withdrawn');
    const created = hook.received.find(({ event }) => event.type === 'charge.dispute.created');
    expect(created?.event.request).toEqual({ id: null, idempotency_key: null });
  });

  it('is won with winning evidence, and everything comes back', async () => {
    const { id } = await disputed();
    const file = await refusal(test.stripe.disputes.update(id, { evidence: { receipt: 'file_none' } }));
    expect(file.param).toBe('evidence[receipt]');
    const staged = await test.stripe.disputes.update(id, { evidence: { customer_name: 'Ada' }, submit: false });
    expect(staged).toMatchObject({ status: 'needs_response', evidence_details: { has_evidence: true } });
    const submitted = await test.stripe.disputes.update(id, { evidence: { uncategorized_text: 'winning_evidence' } });
    expect(submitted).toMatchObject({ status: 'under_review', evidence_details: { submission_count: 1 } });
    await told('charge.dispute.funds_reinstated');
    expect(await test.stripe.disputes.retrieve(id)).toMatchObject({ status: 'won', is_charge_refundable: true });
    expect((await adjustments()).map(({ net }) => net)).toEqual([-6_500, 6_500]);
    expect(hook.types()).toContain('charge.dispute.closed');
    expect((await refusal(test.stripe.disputes.update(id, { evidence: { customer_name: 'Bob' } }))).statusCode).toBe(
      400,
    );
  });

  it('is lost with losing evidence, by giving up, and by silence', async () => {
    const words = await disputed();
    await test.stripe.disputes.update(words.id, { evidence: { uncategorized_text: 'losing_evidence' } });
    await until(async () => (await test.stripe.disputes.retrieve(words.id)).status === 'lost');
    const given = await disputed('pm_card_createDisputeProductNotReceived');
    expect(given.reason).toBe('product_not_received');
    expect(await test.stripe.disputes.close(given.id)).toMatchObject({ status: 'lost' });
    expect((await refusal(test.stripe.disputes.close(given.id))).statusCode).toBe(400);
    const silent = await disputed();
    await test.control('advance', { seconds: 14 * 86_400 });
    expect((await test.stripe.disputes.retrieve(silent.id)).status).toBe('needs_response');
    await test.control('advance', { seconds: 86_400 });
    expect(await test.stripe.disputes.retrieve(silent.id)).toMatchObject({
      status: 'lost',
      evidence_details: { past_due: true },
    });
    expect(await adjustments()).toHaveLength(3);
  });

  it('stays under review until somebody decides', async () => {
    const { id } = await disputed();
    await test.stripe.disputes.update(id, { evidence: { shipping_tracking_number: 'PW1' }, metadata: { order: '1' } });
    await test.control('advance', { seconds: 40 * 86_400 });
    expect(await test.stripe.disputes.retrieve(id)).toMatchObject({ status: 'under_review', metadata: { order: '1' } });
    expect(await test.control(`disputes/${id}/close`, { status: 'won' })).toMatchObject({ status: 'won' });
    expect(await test.control(`disputes/${id}/close`, { status: 'won' })).toMatchObject({
      error: { message: expect.stringContaining('closed') },
    });
  });

  it('may be two of one charge', async () => {
    const { payment_intent } = await disputed('pm_card_createMultipleDisputes');
    expect((await disputesOf(String(payment_intent))).map(({ amount }) => amount)).toEqual([2_500, 2_500]);
  });
});

describe('an inquiry', () => {
  it('takes nothing, allows a refund and closes with the words that lose', async () => {
    const inquiry = await disputed('pm_card_createDisputeInquiry');
    expect(inquiry).toMatchObject({ status: 'warning_needs_response', balance_transactions: [] });
    expect((await test.stripe.refunds.create({ charge: String(inquiry.charge), amount: 100 })).amount).toBe(100);
    await test.stripe.disputes.update(inquiry.id, { evidence: { uncategorized_text: 'losing_evidence' } });
    await told('charge.dispute.closed');
    expect((await test.stripe.disputes.retrieve(inquiry.id)).status).toBe('warning_closed');
    expect(await adjustments()).toEqual([]);
  });

  it('becomes a chargeback with the words that escalate', async () => {
    const { id } = await disputed('pm_card_createDisputeInquiry');
    await test.stripe.disputes.update(id, { evidence: { uncategorized_text: 'escalate_inquiry_evidence' } });
    await told('charge.dispute.funds_withdrawn');
    expect(await test.stripe.disputes.retrieve(id)).toMatchObject({
      status: 'needs_response',
      is_charge_refundable: false,
    });
    expect(await adjustments()).toHaveLength(1);
  });
});

describe('an early fraud warning', () => {
  it('comes with its card and can be acted on until the charge is refunded', async () => {
    const { id, latest_charge } = await pay('pm_card_createIssuerFraudRecord');
    const warning = await until(
      async () => (await test.stripe.radar.earlyFraudWarnings.list({ payment_intent: id })).data[0],
    );
    expect(warning).toMatchObject({ actionable: true, charge: latest_charge, fraud_type: 'misc' });
    await told('radar.early_fraud_warning.created');
    await test.stripe.refunds.create({ payment_intent: id });
    await told('radar.early_fraud_warning.updated');
    const after = await test.stripe.radar.earlyFraudWarnings.retrieve(warning.id, { expand: ['charge'] });
    expect(after).toMatchObject({ actionable: false, charge: { refunded: true } });
  });
});
