/** Claims over HTTP, against the real database: asked for, decided by goods or money, alone and at the same time. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { endOrder } from '../db/cancel-order.ts';
import { checkInvariants } from '../db/invariants.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { settleRefund } from '../db/refunds.ts';
import { createOrderTokens } from '../order-token.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call } from '../test/support/client.ts';
import { createFakePayments, type FakePayments } from '../test/support/fake-payments.ts';
import { run } from '../test/support/money-shop.ts';
import { deliveredOrder } from '../test/support/returned-orders.ts';
import { createAdvanceClaim } from '../workers/advance-claim.ts';
import { createCheckOutOrder } from '../workers/check-out-order.ts';
import { createFulfillOrder } from '../workers/fulfill-order.ts';
import { createIssueRefund } from '../workers/issue-refund.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are compared as they come
type Json = any;

describe('claims', () => {
  let api: TestApi;
  let variants: Map<string, string>;
  let payments: FakePayments;
  let orderId: string;

  beforeAll(async () => {
    api = await startApi();
    variants = await seedVariants(api.db, [{ sku: 'MUG', units: 1_000 }]);
  });
  afterAll(() => api?.close());
  beforeEach(async () => {
    payments = createFakePayments();
    orderId = await deliveredOrder(api.db, payments, { variants, quantity: 3 });
  });

  const rows = async (text: string, values: unknown[] = []): Promise<Json[]> =>
    (await api.db.pool.query(text, values)).rows;
  const ask = (body: object, id = orderId, options: object = {}) =>
    call<Json>(api, 'POST', `/v1/orders/${id}/claims`, { body, ...options });
  const mug = (quantity: number, kind = 'lost') => ({ kind, lines: [{ sku: 'MUG', quantity }] });
  const decide = (id: string, verb: string, body?: object, headers: Record<string, string> = {}) =>
    call<Json>(api, 'POST', `/v1/claims/${id}/${verb}`, { body, headers });
  const read = async (id: string) => (await call<Json>(api, 'GET', `/v1/claims/${id}`)).body;
  const order = async (id = orderId) => (await call<Json>(api, 'GET', `/v1/orders/${id}`)).body;
  const advance = (id: string, turn: 'requested' | 'not_sent') =>
    createAdvanceClaim({ db: api.db, operationsEmail: 'ops@shop.example' })(
      { order_id: orderId, claim_id: id, turn },
      run,
    );
  const checkOut = (id: string) =>
    createCheckOutOrder({ db: api.db, payments, returnUrl: () => 'https://shop.example' })({ order_id: id }, run);
  const units = async () =>
    (await rows('select refunded_quantity from order_lines where order_id = $1', [orderId]))[0].refunded_quantity;
  const templates = async (id = orderId) =>
    (await rows('select template from notifications where order_id = $1 order by id', [id])).map(
      ({ template }) => template,
    );
  const clean = async () => {
    await bookDueFacts(api.db);
    const broken = (await checkInvariants(api.db, { graceSeconds: 3_600, waitSeconds: 3_600 })).flatMap(
      ({ examples }) => examples,
    );
    expect(broken).toEqual([]);
  };

  it('are answered with the goods once more, which cost nothing and go the whole way', async () => {
    const { status, body: claim } = await ask({ ...mug(2, 'damaged'), note: 'a crack' });
    expect([status, claim.status, claim.number]).toEqual([201, 'requested', expect.stringMatching(/^CLM-\d+$/)]);
    const { body: sent } = await decide(claim.id, 'reship', {
      shipping_address: { line1: '2 Side St', city: 'Salem', postal_code: '97301', country: 'US' },
    });
    expect(sent).toMatchObject({ status: 'reshipped', replacement: { status: 'pending' } });
    expect((await decide(claim.id, 'reship')).body.replacement.id).toBe(sent.replacement.id);
    expect(await units()).toBe(2);
    await checkOut(sent.replacement.id);
    const replacement = await order(sent.replacement.id);
    expect(replacement).toMatchObject({
      ...{ kind: 'replacement', parent_id: orderId, status: 'paid', totals: { total: { amount: 0 } } },
      shipping_address: { city: 'Salem' },
      lines: [{ sku: 'MUG', quantity: 2 }],
    });
    const labels: string[] = [];
    const carrier = {
      rates: async () => [],
      track: async () => [],
      buyLabel: async ({ shipmentId }: { shipmentId: string }) => {
        labels.push(shipmentId);
        return {
          ...{ id: `shp_${shipmentId}`, carrier: 'Parcelwing', service: 'standard', tracking_number: 'PW1' },
          ...{
            tracking_url: 'https://c.example/t',
            label_url: 'https://c.example/l',
            cost: { amount: 1, currency: 'usd' },
          },
        };
      },
    };
    const fulfill = createFulfillOrder({ db: api.db, carrier, payments } as never);
    await fulfill({ order_id: sent.replacement.id }, run);
    expect(labels).toHaveLength(1);
    expect(payments.intents.size).toBe(1);
    expect(await templates()).toEqual(expect.arrayContaining(['claim-requested', 'claim-decided']));
    expect(await templates(sent.replacement.id)).toEqual([]);
    await clean();
  });

  it('are answered with money: the price with its tax, the delivery where all is gone, and never more than was paid', async () => {
    const { body: claim } = await ask(mug(1));
    const { status, body } = await decide(claim.id, 'refund');
    expect([status, body.status, body.refund]).toMatchObject([
      200,
      'refunded',
      { status: 'pending', amount: { amount: 2_000 } },
    ]);
    expect((await decide(claim.id, 'refund')).body.refund.id).toBe(body.refund.id);
    expect((await order()).refunds).toHaveLength(1);
    const { body: rest } = await ask(mug(2));
    await decide(rest.id, 'refund');
    for (const { id } of await rows('select id from refunds where order_id = $1', [orderId]))
      await createIssueRefund({ db: api.db, payments })({ order_id: orderId, refund_id: id }, run);
    const { payment } = await order();
    expect(payment.refunded.amount).toBe(payment.captured.amount);
    expect((await ask(mug(1))).body).toMatchObject({ code: 'claim_not_possible', lines: [{ claimable: 0 }] });
    await clean();
  });

  it('count every unit once, however many ask for it at the same time', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => ask(mug(1))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409, 409]);
    const back = await call<Json>(api, 'POST', `/v1/orders/${orderId}/returns`, {
      body: { lines: [{ sku: 'MUG', quantity: 1, reason: 'unwanted' }] },
    });
    expect(back.status).toBe(409);
    const [{ body: first }] = answers.filter(({ status }) => status === 201) as [Json];
    const twice = await Promise.all([decide(first.id, 'reship'), decide(first.id, 'refund')]);
    expect(twice.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await units()).toBe(1);
    await clean();
  });

  it('are refunded instead when the goods cannot be sent once more', async () => {
    const { body: claim } = await ask(mug(2));
    const { body: sent } = await decide(claim.id, 'reship');
    expect((await decide(claim.id, 'refund')).status).toBe(409);
    await api.db.transaction((tx) => endOrder(tx, sent.replacement.id, 'rejected', 'out_of_stock'));
    const [job] = await rows(
      `select payload from outbox where queue = 'advance-claim' and payload ->> 'turn' = 'not_sent' and payload ->> 'claim_id' = $1`,
      [claim.id],
    );
    expect(job.payload).toEqual({ order_id: orderId, claim_id: claim.id, turn: 'not_sent' });
    await advance(claim.id, 'not_sent');
    await advance(claim.id, 'not_sent');
    expect(await read(claim.id)).toMatchObject({ status: 'refunded', refund: { amount: { amount: 4_000 } } });
    expect(await units()).toBe(2);
    await clean();
  });

  it('of goods that were sent once more are refunded where they were paid for', async () => {
    const { body: claim } = await ask(mug(2));
    const { body: sent } = await decide(claim.id, 'reship');
    const again = sent.replacement.id;
    await checkOut(again);
    await rows(`update orders set status = 'delivered', fulfillment_status = 'delivered' where id = $1`, [again]);
    await rows(
      `insert into shipments (id, order_id, location_id, status, shipped_at, delivered_at)
      select gen_random_uuid(), $1, location_id, 'delivered', now(), now() from reservations where order_id = $1 limit 1`,
      [again],
    );
    await rows(
      `insert into shipment_lines (shipment_id, variant_id, quantity) select s.id, r.variant_id, r.quantity
      from shipments s join reservations r on r.order_id = s.order_id where s.order_id = $1`,
      [again],
    );
    const { status, body: second } = await ask(mug(1), again);
    expect(status).toBe(201);
    expect((await decide(second.id, 'refund')).body).toMatchObject({
      status: 'refunded',
      refund: { amount: { amount: 2_000 } },
    });
    expect((await order()).refunds).toMatchObject([{ cause: `claim/${second.id}`, amount: { amount: 2_000 } }]);
    expect(await units()).toBe(2);
    expect((await ask(mug(2), again)).status).toBe(409);
  });

  it('of which the refund fails may be asked for anew', async () => {
    const { body: claim } = await ask(mug(3));
    const { body } = await decide(claim.id, 'refund');
    expect((await ask(mug(1))).status).toBe(409);
    await api.db.transaction((tx) => settleRefund(tx, body.refund.id, { providerId: 're_x', status: 'succeeded' }));
    await api.db.transaction((tx) => settleRefund(tx, body.refund.id, { providerId: 're_x', status: 'failed' }));
    expect((await ask(mug(1))).status).toBe(409);
    const retry = await call<Json>(api, 'POST', `/v1/orders/${orderId}/refunds/${body.refund.id}/retry`);
    expect(retry.status).toBe(202);
    expect((await read(claim.id)).refund.id).toBe(retry.body.id);
  });

  it('are refused with a reason, called off, and told to operations when a customer asks', async () => {
    const token = createOrderTokens('order-token-test-secret').issue(orderId);
    const options = { key: api.publishableKey, headers: { 'Order-Token': token } };
    expect((await ask(mug(1), orderId, { key: api.publishableKey })).status).toBe(403);
    expect((await ask({ ...mug(1), override: true }, orderId, options)).status).toBe(403);
    const { body: claim } = await ask(mug(1), orderId, options);
    await advance(claim.id, 'requested');
    await advance(claim.id, 'requested');
    expect((await templates()).filter((template) => template === 'operations-notice')).toHaveLength(1);
    expect((await call(api, 'POST', `/v1/claims/${claim.id}/refund`, options)).status).toBe(403);
    expect((await decide(claim.id, 'refuse', { reason: 'It was delivered to you.' })).body.status).toBe('refused');
    expect((await decide(claim.id, 'reship')).body).toMatchObject({ code: 'transition_not_allowed', from: 'refused' });
    const { body: other } = await ask(mug(1));
    expect((await decide(other.id, 'cancel')).body.status).toBe('canceled');
    expect((await decide(other.id, 'carrier', { reference: 'PW-77', amount: 500 })).body.carrier).toEqual({
      ...{ reference: 'PW-77', amount: { amount: 500, currency: 'usd' } },
    });
    const history = await call<Json>(api, 'GET', `/v1/claims/${claim.id}/history`);
    expect(history.body.data.map(({ type }: Json) => type)).toEqual(['requested', 'refused']);
    expect((await ask(mug(3))).status).toBe(201);
  });

  it('refuse nonsense in clear words', async () => {
    expect((await ask({ kind: 'lost', lines: [{ sku: 'NOPE', quantity: 1 }] })).body.errors[0]).toMatchObject({
      code: 'line_unknown',
    });
    expect((await ask({ ...mug(1), shipment_id: orderId })).body.errors[0]).toMatchObject({ code: 'shipment_unknown' });
    expect((await ask({ kind: 'eaten', lines: [] })).status).toBe(400);
    expect((await decide(orderId, 'reship')).status).toBe(404);
    const { body: claim } = await ask(mug(1));
    expect((await decide(claim.id, 'refund', { amount: 999_999 })).body).toMatchObject({ code: 'less_is_left' });
    expect((await decide(claim.id, 'refund', {}, { 'If-Match': '"v99"' })).status).toBe(412);
  });
});
