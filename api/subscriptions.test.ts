/** Subscriptions over HTTP, against the real database, with Stripe Billing in memory: what is kept, refused, shown and previewed. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { statement } from '../db/database.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call } from '../test/support/client.ts';
import { createFakeBilling, type FakeBilling } from '../test/support/fake-billing.ts';
import { createFakePayments } from '../test/support/fake-payments.ts';
import { createApplySubscriptionChange } from '../workers/apply-subscription-change.ts';
import { subscription } from './subscription-schemas.ts';
import type { SubscriptionView } from './subscription-views.ts';

type Json = SubscriptionView & { code?: string; errors?: { pointer: string; code: string }[] };

const run = { log: pino({ level: 'silent' }) };
const raise = statement(
  'test_raise',
  `update prices set amount = $2 from variants v where v.id = variant_id and v.sku = $1 and currency = 'eur'`,
);
const head = statement(
  'test_head',
  `select id from subscription_changes where subscription_id = $1 and status = 'pending' order by sequence limit 1`,
);

describe('subscriptions', () => {
  let api: TestApi;
  let billing: FakeBilling;
  const payments = createFakePayments();

  beforeAll(async () => {
    billing = createFakeBilling();
    api = await startApi({ billing });
    await seedVariants(api.db, [
      { sku: 'A', units: 100 },
      { sku: 'B', units: 100, amount: 550 },
    ]);
  });
  afterAll(() => api?.close());
  beforeEach(() => api.db.rows(raise, ['A', 2_000]));

  const wish = (more: object = {}) => ({
    customer: { email: 'ada@example.test', name: 'Ada' },
    lines: [{ sku: 'A', quantity: 2 }],
    currency: 'eur',
    interval: 'month',
    shipping_address: { line1: 'Weg 1', city: 'Berlin', postal_code: '10115', country: 'de' },
    payment_method: 'pm_card_visa',
    ...more,
  });
  const send = (method: string, path: string, body?: object, headers: Record<string, string> = {}, key?: string) =>
    call<Json>(api, method, `/v1/subscriptions${path}`, {
      ...(body ? { body } : {}),
      headers,
      ...(key ? { key } : {}),
    });
  /** Makes all that waits, as the workers would. */
  const settle = async (id: string) => {
    for (;;) {
      const [next] = await api.db.rows<{ id: string }>(head, [id]);
      if (!next) return;
      await createApplySubscriptionChange({ db: api.db, payments, billing })(
        { subscription_id: id, change_id: next.id },
        run,
      );
    }
  };
  const start = async (more: object = {}) => {
    const { body } = await send('POST', '', wish(more));
    await settle(body.id);
    return (await send('GET', `/${body.id}`)).body;
  };

  it('keeps one with its prices before Stripe has it, once per key', async () => {
    const headers = { 'Idempotency-Key': 'sub-1' };
    const first = await send('POST', '', wish(), headers);
    expect(first.status).toBe(202);
    expect(subscription.safeParse(first.body).error).toBeUndefined();
    expect(first.body).toMatchObject({ status: 'pending', pending_changes: [{ kind: 'create' }] });
    expect(first.body.totals).toMatchObject({
      subtotal: { amount: 4_000 },
      shipping: { amount: 600 },
      tax: { amount: 874 },
    });
    const again = await send('POST', '', wish(), headers);
    expect(again.body.id).toBe(first.body.id);
    await settle(first.body.id);
    const read = await send('GET', `/${first.body.id}`);
    expect(read.body).toMatchObject({ status: 'active', pending_changes: [], next_payment_at: expect.any(String) });
  });

  it('answers with the secret that the storefront confirms with, when it is preferred to wait', async () => {
    const { payment_method: _, ...body } = wish();
    const answer = send('POST', '', body, { Prefer: 'wait=10' });
    for (let kept = 0; kept === 0; ) {
      const { data } = (await call<{ data: Json[] }>(api, 'GET', '/v1/subscriptions?status=pending')).body;
      for (const { id } of data) await settle(id);
      kept = data.length;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await answer).toMatchObject({
      status: 201,
      body: { status: 'incomplete', payment: { client_secret: 'pi_1_secret_x', client_secret_kind: 'payment' } },
    });
  });

  it.each([
    ['a SKU that is not sold', { lines: [{ sku: 'NONE', quantity: 1 }] }, '/lines/0/sku', 'sku_unknown'],
    [
      'a SKU twice',
      {
        lines: [
          { sku: 'A', quantity: 1 },
          { sku: 'A', quantity: 2 },
        ],
      },
      '/lines',
      'custom',
    ],
    ['a substitute that is not named', { out_of_stock: 'substitute' }, '/lines/0/substitute_sku', 'substitute_missing'],
    [
      'an unknown substitute',
      { lines: [{ sku: 'A', quantity: 1, substitute_sku: 'NO' }] },
      '/lines/0/substitute_sku',
      'sku_unknown',
    ],
    ['too long an interval', { interval: 'year', interval_count: 4 }, '/interval_count', 'custom'],
    [
      'a method that shipping does not have',
      { shipping_method: 'rocket' },
      '/shipping_method',
      'shipping_method_unknown',
    ],
    ['a default method of nobody', { payment_method: 'default' }, '/payment_method', 'payment_method_missing'],
    ['two ways to start', { trial_days: 3, start_at: '2027-01-01T00:00:00Z' }, '/start_at', 'custom'],
  ])('refuses %s', async (_, more, pointer, code) => {
    const { status, body } = await send('POST', '', wish(more));
    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ pointer, code })]);
  });

  it('keeps the agreed prices until lines are named, and then takes those of the catalogue', async () => {
    const { id } = await start();
    await api.db.rows(raise, ['A', 2_500]);
    const address = { line1: 'Calle 1', city: 'Madrid', postal_code: '28001', country: 'ES' };
    const moved = await send('PATCH', `/${id}`, { shipping_address: address });
    expect(moved.status).toBe(202);
    expect(moved.body.pending_changes[0]?.plan?.totals).toMatchObject({
      subtotal: { amount: 4_000 },
      tax: { amount: 966 },
    });
    const grown = await send('PATCH', `/${id}`, {
      lines: [{ sku: 'A', quantity: 3 }],
      interval: 'week',
      interval_count: 2,
    });
    expect(grown.body.pending_changes).toHaveLength(2);
    await settle(id);
    const { body } = await send('GET', `/${id}`);
    expect(body).toMatchObject({ interval: 'week', interval_count: 2, shipping_address: address });
    expect(body.lines).toMatchObject([{ sku: 'A', quantity: 3, unit_amount: 2_500 }]);
    const items = billing.subscriptions.get(body.provider_id!)!.items;
    expect(items.reduce((sum, item) => sum + item.unitAmount * item.quantity, 0)).toBe(body.totals.total.amount);
  });

  it('refuses what makes no sense now, and a change of what has changed since it was read', async () => {
    const { id, version } = await start();
    expect(await send('POST', `/${id}/resume`)).toMatchObject({
      status: 409,
      body: { code: 'subscription_not_paused' },
    });
    expect(await send('POST', `/${id}/unskip`)).toMatchObject({ status: 409, body: { code: 'delivery_not_skipped' } });
    expect(await send('POST', `/${id}/pause`, { until: '2020-01-01T00:00:00Z' })).toMatchObject({ status: 400 });
    expect(await send('PATCH', `/${id}`, { proration: 'none' })).toMatchObject({ status: 400 });
    const headers = { 'If-Match': `"v${version}"` };
    expect(await send('POST', `/${id}/pause`, {}, headers)).toMatchObject({ status: 202 });
    expect(await send('POST', `/${id}/cancel`, {}, headers)).toMatchObject({ status: 412 });
    await settle(id);
    expect((await send('GET', `/${id}`)).body).toMatchObject({ status: 'paused', next_payment_at: null });
  });

  it('skips a delivery, ends and goes on, and tells its history', async () => {
    const { id, next_payment_at: at } = await start();
    await send('POST', `/${id}/skip`);
    await settle(id);
    const skipped = (await send('GET', `/${id}`)).body;
    expect(Date.parse(String(skipped.next_payment_at))).toBeGreaterThan(Date.parse(String(at)));
    expect(await send('POST', `/${id}/skip`)).toMatchObject({ status: 409, body: { code: 'delivery_skipped' } });
    await send('POST', `/${id}/unskip`);
    await send('POST', `/${id}/cancel`, { reason: 'moving' });
    await send('POST', `/${id}/reactivate`);
    await send('POST', `/${id}/cancel`, { at: 'now' });
    await settle(id);
    expect((await send('GET', `/${id}`)).body).toMatchObject({ status: 'canceled', pending_changes: [] });
    const path = `/v1/subscriptions/${id}/events?limit=5`;
    const { body } = await call<{ data: { type: string }[]; next_cursor: string }>(api, 'GET', path);
    const rest = await call<{ data: { type: string }[] }>(api, 'GET', `${path}&cursor=${body.next_cursor}`);
    expect([...body.data, ...rest.body.data].map(({ type }) => type.slice('subscription.'.length))).toEqual([
      ...['created', 'started', 'delivery_skipped', 'delivery_unskipped', 'ending', 'reactivated', 'canceled'],
    ]);
  });

  it('is opened by its own customer with its token, and by nobody else', async () => {
    const mine = await start();
    const other = await start();
    const key = api.publishableKey;
    const open = (id: string, token: string) => send('GET', `/${id}`, undefined, { 'Subscription-Token': token }, key);
    expect(await open(mine.id, mine.subscription_token)).toMatchObject({ status: 200 });
    expect(await open(mine.id, other.subscription_token)).toMatchObject({ status: 403 });
    expect(await send('POST', `/${mine.id}/pause`, {}, {}, key)).toMatchObject({ status: 403 });
    const headers = { 'Subscription-Token': mine.subscription_token };
    expect(await send('POST', `/${mine.id}/pause`, {}, headers, key)).toMatchObject({ status: 202 });
    expect(await send('POST', '', wish(), {}, key)).toMatchObject({ status: 403 });
    expect(await send('PATCH', `/${mine.id}`, { interval: 'year' }, headers, key)).toMatchObject({ status: 403 });
  });

  it('lists by state, customer, address and SKU', async () => {
    const { id, customer } = await start({
      customer: { email: 'List@example.test' },
      lines: [{ sku: 'B', quantity: 1 }],
    });
    for (const query of ['email=list@example.test', `customer_id=${customer.id}`, 'sku=B&status=active']) {
      const { body } = await call<{ data: Json[] }>(api, 'GET', `/v1/subscriptions?${query}`);
      expect(body.data.map((each) => each.id)).toEqual([id]);
    }
    const first = await call<{ data: Json[]; next_cursor: string }>(api, 'GET', '/v1/subscriptions?limit=2');
    const next = await call<{ data: Json[] }>(api, 'GET', `/v1/subscriptions?limit=2&cursor=${first.body.next_cursor}`);
    expect(new Set([...first.body.data, ...next.body.data].map((each) => each.id)).size).toBe(4);
  });

  it('previews a change without making it', async () => {
    const { id, provider_id: at } = await start();
    const { status, body } = await call<{ plan: Json; invoice: { total: { amount: number } } }>(
      api,
      'POST',
      `/v1/subscriptions/${id}/preview`,
      { body: { lines: [{ sku: 'A', quantity: 5 }], proration: 'always_invoice' } },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ plan: { lines: [{ quantity: 5 }] }, invoice: { total: { amount: 100 } } });
    expect(billing.previewed).toMatchObject([
      { id: at, update: { proration: 'always_invoice', items: [{ quantity: 5 }, { kind: 'tax' }] } },
    ]);
    expect((await send('GET', `/${id}`)).body).toMatchObject({ pending_changes: [], lines: [{ quantity: 2 }] });
  });
});
