import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { tell } from '../db/tell.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { type CallOptions, call, type OrderJson, orderBody } from '../test/support/client.ts';

interface Own {
  locale: string | null;
  preferences: object[];
  push_subscriptions: { endpoint: string }[];
  version: number;
  errors?: { pointer: string; code: string }[];
}

let api: TestApi;
let order: OrderJson;
beforeAll(async () => {
  api = await startApi();
  await seedVariants(api.db, [{ sku: 'TEE', units: 1_000 }]);
});
afterAll(() => api?.close());

const place = async (email = 'ada@example.com') =>
  (await call(api, 'POST', '/v1/orders', { key: api.publishableKey, body: orderBody({ sku: 'TEE', email }) })).body;
beforeEach(async () => {
  await api.db.rows(statement('test_clear', 'delete from recipients'));
  order = await place();
});

const asCustomer = (token = order.order_token): CallOptions => ({
  key: api.publishableKey,
  headers: { 'order-token': token },
});
const own = (method: string, body?: unknown, options = asCustomer(), id = order.id) =>
  call<Own>(api, method, `/v1/orders/${id}/recipient`, { ...(body === undefined ? {} : { body }), ...options });

const endpoint = 'https://push.example/send/abc';
const keys = { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: Buffer.alloc(16, 1).toString('base64url') };
const subscribe = (options = asCustomer(), id = order.id) =>
  call(api, 'POST', `/v1/orders/${id}/push-subscriptions`, { body: { endpoint, keys }, ...options });

const told = async ({ id }: OrderJson, email = 'ada@example.com') => {
  await tell(api.db, { event: 'shipment.shipped', orderId: id, cause: `shipment.shipped/${id}`, email });
  const rows = await api.db.rows<{ channel: string; recipient: string; locale: string | null }>(
    statement('test_told', 'select channel, recipient, locale from notifications where order_id = $1 order by channel'),
    [id],
  );
  return rows.map(({ channel, recipient, locale }) => [channel, recipient, locale]);
};

describe("what a customer says with their order's token", () => {
  it('is nothing at first, kept then, and holds for this order', async () => {
    const before = await own('GET');
    expect([before.status, before.headers.get('etag'), before.body.version]).toEqual([200, '"v0"', 0]);
    const preferences = [{ topic: 'shipment', channel: 'web_push', delivery: 'immediate', hour: 8 }];
    const said = await own('PATCH', { locale: 'ja', time_zone: 'Asia/Tokyo', preferences });
    expect(said).toMatchObject({ status: 200, body: { locale: 'ja', preferences } });
    expect((await own('GET')).body).toEqual(said.body);
    expect(await told(order)).toEqual([['email', 'ada@example.com', 'ja']]);
    const other = await place();
    expect((await own('GET', undefined, asCustomer(other.order_token), other.id)).body.locale).toBeNull();
    expect(await told(other)).toEqual([['email', 'ada@example.com', null]]);
  });

  it('is changed only by who knows its version, when they say so', async () => {
    const patch = (locale: string, etag: string) =>
      own('PATCH', { locale }, { ...asCustomer(), headers: { ...asCustomer().headers, 'if-match': etag } });
    const answers = await Promise.all(['de', 'es', 'ja', 'en'].map((locale) => patch(locale, '"v0"')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
    expect((await patch('de', (await own('GET')).headers.get('etag')!)).status).toBe(200);
    expect((await patch('es', '"v0"')).status).toBe(412);
  });

  it('lets a browser hear of everything about the order, once, until it is told otherwise', async () => {
    const answers = await Promise.all(Array.from({ length: 3 }, () => subscribe()));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect(await told(order)).toEqual([
      ['email', 'ada@example.com', null],
      ['web_push', endpoint, null],
    ]);
    await own('PATCH', { preferences: [{ topic: 'refund', channel: 'web_push', delivery: 'immediate' }] });
    await tell(api.db, {
      event: 'order.delivered',
      orderId: order.id,
      cause: `order.delivered/${order.id}`,
      email: 'ada@example.com',
    });
    expect((await told(order)).filter(([channel]) => channel === 'web_push')).toHaveLength(1);
    const path = `/v1/orders/${order.id}/push-subscriptions?endpoint=${encodeURIComponent(endpoint)}`;
    expect((await call(api, 'DELETE', path, asCustomer())).status).toBe(204);
    expect((await own('GET')).body.push_subscriptions).toEqual([]);
  });

  it('never reaches other orders of the address, nor what the shop knows of it', async () => {
    const mine = order;
    // A stranger names somebody's address in an order of their own, and gets its token.
    const strange = await place('ADA@example.com');
    const body = { audience: 'customer', email: 'ada@example.com', phone: '+4915112345678', locale: 'de' };
    await call(api, 'POST', '/v1/recipients', { body });
    await subscribe(asCustomer(strange.order_token), strange.id);
    const seen = await own('GET', undefined, asCustomer(strange.order_token), strange.id);
    expect(JSON.stringify(seen.body)).not.toMatch(/49151|"de"/);
    expect(await told(mine)).toEqual([['email', 'ada@example.com', 'de']]);
    const { body: list } = await call<{ data: object[] }>(api, 'GET', '/v1/recipients');
    expect(list.data).toHaveLength(1);
  });
});

describe('what is not taken', () => {
  it('is anything without the token of this very order', async () => {
    const other = await place('eve@example.com');
    for (const token of ['', 'ot_x', other.order_token]) {
      expect((await own('GET', undefined, asCustomer(token))).status).toBe(403);
      expect((await own('PATCH', { locale: 'de' }, asCustomer(token))).status).toBe(403);
      expect((await subscribe(asCustomer(token))).status).toBe(403);
      const path = `/v1/orders/${order.id}/push-subscriptions?endpoint=x`;
      expect((await call(api, 'DELETE', path, asCustomer(token))).status).toBe(403);
    }
    const lacking = await api.makeKey(['orders:write']);
    expect((await own('PATCH', { locale: 'de' }, { key: lacking })).status).toBe(403);
    const unknown = '0190b1d2-0000-7000-8000-000000000001';
    expect((await own('GET', undefined, {}, unknown)).status).toBe(404);
  });

  it.each([
    [{ phone: '+4915112345678' }, 400],
    [{ email: 'eve@example.com' }, 400],
    [{ chat_url: 'https://chat.example/x' }, 400],
    [{ locale: 'x'.repeat(100_000) }, 400],
    [{ time_zone: 'Moon/Base' }, 422],
    [{ preferences: [{ topic: 'dispute', channel: 'email', delivery: 'immediate' }] }, 422],
    [{ preferences: [{ topic: 'order', channel: 'web_push', delivery: 'off' }] }, 422],
  ])('is %j', async (body, status) => {
    expect((await own('PATCH', body)).status).toBe(status);
    expect((await own('GET')).body.version).toBe(0);
  });
});
