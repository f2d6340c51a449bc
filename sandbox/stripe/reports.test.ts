import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { refusal, startSandbox, type TestSandbox, until } from './start-for-test.ts';

const DAY = 86_400;
let test: TestSandbox;

beforeEach(async () => {
  test = await startSandbox();
});

afterEach(() => {
  test.close();
  expect(test.violations).toEqual([]);
});

const pay = (amount: number, currency = 'usd') =>
  test.stripe.paymentIntents.create({
    amount,
    currency,
    payment_method: 'pm_card_bypassPending',
    confirm: true,
    return_url: 'https://x.test',
    description: 'A shirt, "blue"',
    capture_method: 'automatic',
  });

async function run(report_type: string, parameters: object = {}): Promise<string[]> {
  const { id, status } = await test.stripe.reporting.reportRuns.create({ report_type, parameters });
  expect(status).toBe('pending');
  const file = await until(async () => (await test.stripe.reporting.reportRuns.retrieve(id)).result);
  const answer = await fetch(String(file?.url), { headers: { authorization: 'Bearer sk_test_x' } });
  return (await answer.text()).trim().split('\n');
}

describe('reports', () => {
  it('sum up each currency from one balance to the next', async () => {
    const start = Math.floor(Date.now() / 1000);
    const { id } = await pay(10_000);
    await pay(5_000, 'jpy');
    await test.stripe.refunds.create({ payment_intent: id, amount: 1_000 });
    await test.control('advance', { seconds: 2 * DAY });
    const lines = await run('balance.summary.1', { interval_start: start, interval_end: start + 3 * DAY });
    const figures = lines.slice(1).map((line) => line.split(',').slice(-2).join(' '));
    expect(figures).toEqual([
      ...['0 jpy', '5000 jpy', '-180 jpy', '4820 jpy', '-4820 jpy', '0 jpy'],
      ...['0.00 usd', '90.00 usd', '-3.20 usd', '86.80 usd', '-86.80 usd', '0.00 usd'],
    ]);
  });

  it('itemize what a payout consists of, without the payout itself', async () => {
    await pay(10_000);
    await test.control('payouts/run', {});
    const [payout] = (await test.stripe.payouts.list()).data;
    const columns = ['automatic_payout_id', 'net', 'description'];
    const lines = await run('payout_reconciliation.itemized.5', { columns, payout: payout!.id });
    expect(lines).toEqual([columns.join(','), `${payout!.id},96.80,"A shirt, ""blue"""`]);
    expect((await run('payouts.itemized.3'))[1]).toContain(`${payout!.id},`);
    expect(await run('balance_change_from_activity.itemized.3')).toHaveLength(2);
  });

  it('are of known types, with known columns', async () => {
    const { reportRuns, reportTypes } = test.stripe.reporting;
    expect((await reportTypes.list()).data.length).toBe(4);
    expect((await reportTypes.retrieve('balance.summary.1')).default_columns).toContain('net_amount');
    expect((await refusal(reportRuns.create({ report_type: 'nothing.1' }))).statusCode).toBe(400);
    const strange = { report_type: 'balance.summary.1', parameters: { columns: ['colour'] } };
    expect((await refusal(reportRuns.create(strange))).param).toBe('parameters[columns]');
    expect((await reportRuns.list()).data).toEqual([]);
  });
});

describe('files', () => {
  it('are uploaded, become evidence and are read back with a key alone', async () => {
    const data = Buffer.from([0, 255, 13, 10, 45, 45, 200]);
    const file = await test.stripe.files.create({
      purpose: 'dispute_evidence',
      file: { data, name: 'receipt.PDF', type: 'application/pdf' },
    });
    expect(file).toMatchObject({ size: 7, type: 'pdf', filename: 'receipt.PDF', purpose: 'dispute_evidence' });
    const { id } = await pay(5_000);
    const dispute = await test.control(`charges/${id}/dispute`, {});
    const evidence = { receipt: file.id };
    expect((await test.stripe.disputes.update(String(dispute.id), { evidence })).evidence.receipt).toBe(file.id);
    const answer = await fetch(String(file?.url), { headers: { authorization: 'Bearer sk_test_x' } });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(data);
    expect((await fetch(String(file?.url))).status).toBe(401);
    expect((await test.stripe.files.list({ purpose: 'dispute_evidence' })).data).toHaveLength(1);
  });
});

describe('cards and coupons of old', () => {
  it('are kept at a customer', async () => {
    const customer = await test.stripe.customers.create({ source: 'tok_visa' });
    const [card] = (await test.stripe.customers.listSources(customer.id, { object: 'card' })).data;
    expect(customer.default_source).toBe(card!.id);
    expect(await test.stripe.customers.updateSource(customer.id, card!.id, { name: 'Ada' })).toMatchObject({
      name: 'Ada',
      brand: 'Visa',
    });
    expect(await test.stripe.customers.deleteSource(customer.id, card!.id)).toMatchObject({ deleted: true });
    expect((await test.stripe.customers.retrieve(customer.id)) as object).toMatchObject({ default_source: null });
    const refused = await refusal(test.stripe.customers.createSource(customer.id, { source: 'tok_none' }));
    expect(refused).toMatchObject({ code: 'resource_missing', param: 'source' });
  });

  it('make a discount, which is taken away again', async () => {
    const coupon = await test.stripe.coupons.create({ percent_off: 20, duration: 'forever' });
    const customer = await test.stripe.customers.create({ coupon: coupon.id } as object);
    expect(customer.discount).toMatchObject({ source: { coupon: coupon.id } });
    expect(await test.stripe.customers.deleteDiscount(customer.id)).toMatchObject({ deleted: true });
    expect((await test.stripe.customers.retrieve(customer.id)) as object).toMatchObject({ discount: null });
    expect((await test.stripe.coupons.retrieve(coupon.id)).times_redeemed).toBe(1);
    expect((await refusal(test.stripe.coupons.create({}))).statusCode).toBe(400);
  });
});
