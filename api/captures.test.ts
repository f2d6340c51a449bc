import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { statement } from '../db/database.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call, orderBody } from '../test/support/client.ts';
import { createFakePayments } from '../test/support/fake-payments.ts';
import { createCapturePayment } from '../workers/capture-payment.ts';
import { createCheckOutOrder } from '../workers/check-out-order.ts';
import { etagOf } from './etag.ts';

interface Problem {
  code: string;
  errors?: { pointer: string; code: string }[];
}
interface Order {
  id: string;
  status: string;
  payment_status: string;
  totals: { total: { amount: number } };
  payment: Record<'capturable' | 'captured' | 'uncaptured', { amount: number; currency: string }> & {
    capture_method: string;
  };
}

const captureJobs = statement('test_capture_jobs', `select payload from outbox where queue = 'capture-payment'`);
const run = { log: pino({ level: 'silent' }) };

describe('POST /v1/orders/{id}/capture', () => {
  let api: TestApi;
  const payments = createFakePayments();
  beforeAll(async () => {
    api = await startApi({ payments });
    await seedVariants(api.db, [{ sku: 'TEE', units: 1_000, amount: 2_000 }]);
  });
  afterAll(() => api?.close());

  const checkOut = (id: string) =>
    createCheckOutOrder({ db: api.db, payments, returnUrl: () => 'https://shop.example' })({ order_id: id }, run);
  async function held(currency = 'usd'): Promise<Order> {
    const body = orderBody({ sku: 'TEE', card: 'pm_card_visa', captureMethod: 'manual', currency });
    const { body: placed } = await call<Order>(api, 'POST', '/v1/orders', { body });
    await checkOut(placed.id);
    return (await call<Order>(api, 'GET', `/v1/orders/${placed.id}`)).body;
  }
  const capture = <T = Order>(id: string, body: unknown, headers: Record<string, string> = {}, key?: string) =>
    call<T>(api, 'POST', `/v1/orders/${id}/capture`, { body, headers, ...(key ? { key } : {}) });
  const jobs = async () =>
    (await api.db.rows<{ payload: { order_id: string; capture_id: string } }>(captureJobs)).map((row) => row.payload);
  const work = async (id: string) => {
    for (const payload of (await jobs()).filter((each) => each.order_id === id))
      await createCapturePayment({ db: api.db, payments })(payload, run);
  };

  it('needs the scope payments:write of a secret key', async () => {
    const { id } = await held();
    expect((await capture(id, {}, {}, await api.makeKey(['orders:write', 'refunds:write']))).status).toBe(403);
    expect((await capture(id, {}, {}, api.publishableKey)).status).toBe(403);
    expect((await capture(id, {}, {}, await api.makeKey(['payments:write']))).status).toBe(202);
  });

  it.each<[object, number, string]>([
    [{ amount: '5' }, 400, 'takes a whole number of minor units'],
    [{ amount: 1.5 }, 400, 'takes a whole number of minor units'],
    [{ ammount: 100 }, 400, 'ammount'],
    [{ amount: 10 ** 15 }, 409, 'is authorized'],
  ])('takes nothing for %j', async (body, status, said) => {
    const { id } = await held();
    const answer = await capture<Problem & { detail: string }>(id, body);
    expect(answer).toMatchObject({ status, body: { detail: expect.stringContaining(said) } });
    expect((await jobs()).filter((job) => job.order_id === id)).toEqual([]);
  });

  it('writes one capture and one job for a key, however often it is sent', async () => {
    const { id } = await held();
    const headers = { 'idempotency-key': 'once' };
    const answers = await Promise.all([1, 2, 3].map(() => capture(id, { amount: 100 }, headers)));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect((await jobs()).filter((job) => job.order_id === id)).toHaveLength(1);
    expect(await capture<Problem>(id, { amount: 200 }, headers)).toMatchObject({ status: 422 });
    expect(await capture<Problem>(id, { amount: 100 })).toMatchObject({
      status: 409,
      body: { code: 'capture_in_progress' },
    });
    await work(id);
    expect(await capture<Problem>(id, { amount: 100 })).toMatchObject({
      status: 409,
      body: { code: 'order_not_capturable' },
    });
  });

  it('respects If-Match', async () => {
    const { id } = await held();
    expect((await capture(id, {}, { 'if-match': etagOf(1) })).status).toBe(412);
  });

  it.each([
    ['usd', 1_234, []],
    ['jpy', 777, []],
    ['kwd', 1_230, [1_234]],
    ['usd', 1, [0, -5, 1.5, '12', { amount: 5, currency: 'eur' }, { amount: 0, currency: 'usd' }]],
  ] as const)(
    'takes a part in %s of %d minor units, and refuses what is none (%j)',
    async (currency, amount, wrong) => {
      const { id, totals } = await held(currency);
      for (const each of wrong) expect((await capture(id, { amount: each })).status).toBe(400);
      const tooMuch = totals.total.amount + 10;
      expect(await capture<Problem>(id, { amount: tooMuch })).toMatchObject({
        status: 409,
        body: { code: 'capture_exceeds_authorized', capturable: totals.total },
      });
      expect((await capture(id, { amount: { amount, currency } })).status).toBe(202);
      await work(id);
      const { body: order } = await call<Order>(api, 'GET', `/v1/orders/${id}`);
      expect(order).toMatchObject({
        status: 'paid',
        payment_status: 'partially_captured',
        payment: {
          capturable: { amount: 0, currency },
          captured: { amount, currency },
          uncaptured: { amount: totals.total.amount - amount, currency },
        },
      });
    },
  );

  it('is told in the history of its order', async () => {
    const { id } = await held();
    await capture(id, {});
    await work(id);
    const { body } = await call<{ data: { kind: string; what: string }[] }>(api, 'GET', `/v1/orders/${id}/history`);
    expect(body.data).toContainEqual(expect.objectContaining({ kind: 'capture', what: 'succeeded' }));
    expect(body.data).toContainEqual(expect.objectContaining({ kind: 'event', what: 'payment.capture_requested' }));
  });

  it('refuses what there is not, and what was taken at once', async () => {
    expect((await capture('01900000-0000-7000-8000-000000000000', {})).status).toBe(404);
    const body = orderBody({ sku: 'TEE', card: 'pm_card_visa' });
    const { body: placed } = await call<Order>(api, 'POST', '/v1/orders', { body });
    expect(await capture<Problem>(placed.id, {})).toMatchObject({
      status: 409,
      body: { code: 'order_not_capturable' },
    });
    await checkOut(placed.id);
    expect(await capture<Problem>(placed.id, {})).toMatchObject({
      status: 409,
      body: { code: 'order_not_capturable' },
    });
  });
});

describe('the way to capture that is configured', () => {
  it('is that of orders that say nothing', async () => {
    const api = await startApi({ captureMethod: 'at_shipment' });
    try {
      await seedVariants(api.db, [{ sku: 'TEE', units: 10 }]);
      const place = async (captureMethod?: 'automatic' | 'manual') =>
        (
          await call<Order>(api, 'POST', '/v1/orders', {
            body: orderBody({ sku: 'TEE', card: 'pm_card_visa', ...(captureMethod ? { captureMethod } : {}) }),
          })
        ).body;
      const of = async (id: string) => (await call<Order>(api, 'GET', `/v1/orders/${id}`)).body.payment.capture_method;
      const silent = await place();
      expect([silent.payment.capture_method, await of(silent.id)]).toEqual(['at_shipment', 'at_shipment']);
      expect(await of((await place('automatic')).id)).toBe('automatic');
      expect(await of((await place('manual')).id)).toBe('manual');
    } finally {
      await api.close();
    }
  });
});
