/** Refunds over HTTP, against the real database: what is decided, what is refused, and what a crowd gets. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { statement } from '../db/database.ts';
import { findRefund } from '../db/refunds.ts';
import { startFulfillment } from '../db/shipments.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call } from '../test/support/client.ts';
import { createFakePayments, type FakePayments } from '../test/support/fake-payments.ts';
import { insertTestOrder } from '../test/support/orders.ts';
import { createCheckOutOrder } from '../workers/check-out-order.ts';
import { createIssueRefund } from '../workers/issue-refund.ts';
import { recordRefund } from '../workers/record-refund.ts';

interface RefundJson {
  id: string;
  status: string;
  amount: { amount: number; currency: string };
  shipping: { amount: number };
  lines: { sku: string; quantity: number; amount: number; restocked: number }[];
  retried_by: string | null;
  code?: string;
  refundable?: { amount: number };
}

const run = { log: pino({ level: 'silent' }) };
const paymentOf = statement('test_payment', 'select * from payments where order_id = $1');
const levelOf = statement(
  'test_level',
  'select sum(s.on_hand)::integer as on_hand from stock_levels s join variants v on v.id = s.variant_id where v.sku = $1',
);

describe('refunds', () => {
  let api: TestApi;
  let variants: Map<string, string>;
  let payments: FakePayments;
  let orderId: string;

  beforeAll(async () => {
    api = await startApi();
    variants = await seedVariants(api.db, [{ sku: 'TEE', units: 10_000 }]);
  });
  afterAll(() => api?.close());
  beforeEach(async () => {
    payments = createFakePayments();
    orderId = await paidOrder(5);
  });

  async function paidOrder(quantity: number): Promise<string> {
    const id = await insertTestOrder(api.db, { variants, quantity, paymentMethod: 'pm_card_visa' });
    await createCheckOutOrder({ db: api.db, payments, returnUrl: () => 'https://shop.example' })({ order_id: id }, run);
    return id;
  }
  const refund = (body: object | undefined, headers: Record<string, string> = {}) =>
    call<RefundJson>(api, 'POST', `/v1/orders/${orderId}/refunds`, { body, headers });
  const issue = (refundId: string) =>
    createIssueRefund({ db: api.db, payments, operationsEmail: 'ops@shop.example' })(
      { order_id: orderId, refund_id: refundId },
      run,
    );
  const order = async () => (await call(api, 'GET', `/v1/orders/${orderId}`)).body;
  const payment = async () => (await api.db.rows<Record<string, number>>(paymentOf, [orderId]))[0]!;

  it('by lines: decided at once, sent by the job, shown on the order', async () => {
    const { status, body, headers } = await refund({
      lines: [{ sku: 'TEE', quantity: 2 }],
      reason: 'requested_by_customer',
    });
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/orders/${orderId}/refunds/${body.id}`);
    expect(body).toMatchObject({
      status: 'pending',
      amount: { amount: 4_000, currency: 'usd' },
      lines: [{ quantity: 2 }],
    });
    expect(await order()).toMatchObject({
      payment_status: 'refund_pending',
      payment: { refundable: { amount: 6_000 } },
    });
    await issue(body.id);
    expect(await order()).toMatchObject({
      payment_status: 'partially_refunded',
      payment: { refunded: { amount: 4_000 }, refundable: { amount: 6_000 } },
      refunds: [{ id: body.id, status: 'succeeded' }],
    });
    const one = await call<RefundJson>(api, 'GET', `/v1/orders/${orderId}/refunds/${body.id}`);
    expect(one.body).toMatchObject({ status: 'succeeded', provider_id: [...payments.refunds.keys()][0] });
    const all = await call<{ data: RefundJson[] }>(api, 'GET', `/v1/orders/${orderId}/refunds`);
    expect(all.body.data).toEqual([one.body]);
  });

  it('of all that is left, when nothing is named', async () => {
    await refund({ amount: 1_500 });
    const { body } = await refund(undefined);
    expect(body).toMatchObject({ amount: { amount: 8_500 }, lines: [{ quantity: 5 }] });
    expect((await refund(undefined)).body).toMatchObject({ code: 'nothing_to_refund', refundable: { amount: 0 } });
  });

  it('refuses what is not left, and says what is', async () => {
    await refund({ lines: [{ sku: 'TEE', quantity: 4 }] });
    expect(await refund({ amount: 2_001 })).toMatchObject({
      status: 409,
      body: { code: 'refund_exceeds_refundable', refundable: { amount: 2_000, currency: 'usd' } },
    });
    expect(await refund({ lines: [{ sku: 'TEE', quantity: 2 }], amount: 1 })).toMatchObject({
      status: 409,
      body: { code: 'line_already_refunded', refundable_quantity: 1 },
    });
    expect(await refund({ lines: [{ sku: 'OTHER', quantity: 1 }] })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/lines/0/sku', code: 'line_unknown' }] },
    });
    for (const body of [{ amount: { amount: 5, currency: 'eur' } }, { ammount: 5 }, { amount: '5' }])
      expect(await refund(body)).toMatchObject({ status: 400 });
    expect((await refund({ amount: 2_000 })).status).toBe(202);
  });

  it('refuses an order whose money was never taken', async () => {
    orderId = await insertTestOrder(api.db, { variants });
    expect(await refund({ amount: 1 })).toMatchObject({ status: 409, body: { code: 'order_not_refundable' } });
    orderId = '01900000-0000-7000-8000-000000000000';
    expect(await refund({ amount: 1 })).toMatchObject({ status: 404 });
  });

  it('asks for its scope', async () => {
    const key = await api.makeKey(['orders:read', 'orders:write']);
    const answer = await call<RefundJson>(api, 'POST', `/v1/orders/${orderId}/refunds`, { key, body: { amount: 1 } });
    expect(answer.status).toBe(403);
    expect(await payment()).toMatchObject({ refunding_amount: 0 });
  });

  it('is one refund for equal requests under one key', async () => {
    const headers = { 'idempotency-key': `once-${orderId}` };
    const answers = await Promise.all(Array.from({ length: 10 }, () => refund({ amount: 700 }, headers)));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(await payment()).toMatchObject({ refunding_amount: 700 });
    expect(await refund({ amount: 701 }, headers)).toMatchObject({ status: 422 });
  });

  it('gives a crowd no more than there is: 50 refunds at once, of which 14 fit', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => refund({ amount: 700 })));
    const granted = answers.filter((answer) => answer.status === 202);
    expect(granted).toHaveLength(14);
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202, 409]));
    await Promise.all(granted.map((answer) => issue(answer.body.id)));
    expect(await payment()).toMatchObject({ refunded_amount: 9_800, refunding_amount: 0 });
    expect([...payments.refunds.values()].reduce((sum, each) => sum + each.amount, 0)).toBe(9_800);
  });

  it('never gives a line back more often than it was sold, however many ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refund({ lines: [{ sku: 'TEE', quantity: 2 }], amount: 1 })),
    );
    expect(answers.filter((answer) => answer.status === 202)).toHaveLength(2);
  });

  it('puts what came back on its shelf, once, and only what was sent', async () => {
    expect(await refund({ lines: [{ sku: 'TEE', quantity: 1 }], restock: true })).toMatchObject({
      status: 409,
      body: { code: 'nothing_to_restock' },
    });
    expect(await payment()).toMatchObject({ refunding_amount: 0 });
    await startFulfillment(api.db, orderId);
    const level = async () => (await api.db.rows<{ on_hand: number }>(levelOf, ['TEE']))[0]!.on_hand;
    const before = await level();
    const { body } = await refund({ lines: [{ sku: 'TEE', quantity: 3 }], restock: true });
    expect(body.lines).toMatchObject([{ restocked: 3 }]);
    expect(await level()).toBe(before + 3);
    await refund({ lines: [{ sku: 'TEE', quantity: 2 }], restock: true });
    expect(await level()).toBe(before + 5);
  });

  it('restocks no unit twice, also when the refund that brought it back has failed', async () => {
    await startFulfillment(api.db, orderId);
    const { body } = await refund({ lines: [{ sku: 'TEE', quantity: 4 }], restock: true });
    payments.failNext('createRefund', new PaymentRefusedError('charge_disputed', 'no'));
    await issue(body.id);
    expect(await refund({ lines: [{ sku: 'TEE', quantity: 2 }], restock: true })).toMatchObject({
      status: 409,
      body: { code: 'nothing_to_restock' },
    });
    expect(await refund({ lines: [{ sku: 'TEE', quantity: 2 }] })).toMatchObject({ status: 202 });
  });

  it('is refundable again when it failed, and sent again by a retry that is made once', async () => {
    const { body: failed } = await refund({ lines: [{ sku: 'TEE', quantity: 5 }] });
    await issue(failed.id);
    expect((await order()).payment_status).toBe('refunded');
    const [made] = [...payments.refunds.values()];
    Object.assign(made!, { status: 'failed', failureReason: 'lost_or_stolen_card' });
    await recordRefund({ db: api.db }, (await findRefund(api.db, failed.id))!, made!);
    expect(await order()).toMatchObject({ payment_status: 'paid', payment: { refundable: { amount: 10_000 } } });
    const retry = () => call<RefundJson>(api, 'POST', `/v1/orders/${orderId}/refunds/${failed.id}/retry`);
    const failures = statement(
      'test_failures',
      `select subject from exceptions where code = 'refund_failed' and order_id = $1 and resolved_at is null`,
    );
    expect(await api.db.rows(failures, [orderId])).toEqual([{ subject: failed.id }]);
    const [first, second] = [await retry(), await retry()];
    expect(await api.db.rows(failures, [orderId])).toEqual([]);
    expect(first).toMatchObject({ status: 202, body: { status: 'pending', lines: [{ quantity: 5 }] } });
    expect(second.body.id).toBe(first.body.id);
    await issue(first.body.id);
    expect((await order()).payment_status).toBe('refunded');
    expect(payments.refunds.size).toBe(2);
    const again = await call<RefundJson>(api, 'POST', `/v1/orders/${orderId}/refunds/${first.body.id}/retry`);
    expect(again).toMatchObject({ status: 409, body: { code: 'refund_not_failed' } });
  });

  it('waits for Stripe’s word when asked to', async () => {
    const asked = refund({ amount: 100 }, { prefer: 'wait=10' });
    const [job] = await waitForRefund();
    await issue(job!.id);
    expect(await asked).toMatchObject({ status: 201, body: { status: 'succeeded' } });
  });

  async function waitForRefund(): Promise<RefundJson[]> {
    for (;;) {
      const { body } = await call<{ data: RefundJson[] }>(api, 'GET', `/v1/orders/${orderId}/refunds`);
      if (body.data.length > 0) return body.data;
    }
  }
});
