import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { fulfillmentTransitions, orderTransitions } from '../domain/order-status.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call, type OrderJson, orderBody } from '../test/support/client.ts';
import { insertTestOrder } from '../test/support/orders.ts';

interface Page {
  data: (OrderJson & { customer: { email: string } })[];
  has_more: boolean;
  next_cursor: string | null;
}

let api: TestApi;
let variants: Map<string, string>;
beforeAll(async () => {
  api = await startApi();
  variants = await seedVariants(api.db, [
    { sku: 'TEE', units: 10_000 },
    { sku: 'MUG', units: 10_000 },
  ]);
});
afterAll(() => api?.close());

const list = async (query: string) => (await call<Page>(api, 'GET', `/v1/orders?${query}`)).body;
const place = async (wish: Parameters<typeof orderBody>[0]) =>
  (await call(api, 'POST', '/v1/orders', { body: orderBody(wish) })).body;

describe('the list of orders', () => {
  it('shows each order once over its pages while others come in, both ways', async () => {
    const before: string[] = [];
    for (let n = 0; n < 25; n++) before.push((await place({ sku: 'TEE', email: 'pages@example.com' })).id);
    for (const [sort, expected] of [
      ['created_at', before],
      ['-created_at', before.toReversed()],
    ] as const) {
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: Page = await list(
          `email=pages@example.com&limit=4&sort=${sort}${cursor ? `&cursor=${cursor}` : ''}`,
        );
        expect(page.data.length).toBeLessThanOrEqual(4);
        expect(page.has_more).toBe(page.next_cursor !== null);
        seen.push(...page.data.map(({ id }) => id));
        cursor = page.next_cursor;
        if (seen.length < 12) await place({ sku: 'TEE', email: 'pages@example.com' });
      }
      expect(seen.filter((id) => before.includes(id))).toEqual(expected);
      expect(new Set(seen).size).toBe(seen.length);
    }
  });

  it('filters by each of its parameters', async () => {
    const mine = await place({ sku: 'MUG', email: 'Only.Me@example.com' });
    const ids = async (query: string) => (await list(query)).data.map(({ id }) => id);
    expect(await ids('email=only.me@EXAMPLE.com')).toEqual([mine.id]);
    expect(await ids(`number=${mine.number.toLowerCase()}`)).toEqual([mine.id]);
    expect(await ids('sku=MUG')).toEqual([mine.id]);
    expect(await ids('sku=MUG&status=pending&payment_status=pending&fulfillment_status=unfulfilled')).toEqual([
      mine.id,
    ]);
    expect(await ids('sku=MUG&status=paid')).toEqual([]);
    const now = encodeURIComponent(new Date(Date.now() + 60_000).toISOString());
    expect(await ids(`sku=MUG&created_from=${now}`)).toEqual([]);
    expect(await ids(`sku=MUG&created_to=${now}`)).toEqual([mine.id]);
  });

  it('takes all filters at once, in both orders, on the same connections', async () => {
    const all =
      'status=pending&payment_status=pending&fulfillment_status=unfulfilled&email=a@example.com&number=ORD-1&sku=TEE&created_from=2020-01-01T00:00:00Z&created_to=2030-01-01T00:00:00Z';
    for (let round = 0; round < 15; round++) {
      const answers = await Promise.all(
        ['created_at', '-created_at'].map((sort) => call(api, 'GET', `/v1/orders?${all}&sort=${sort}`)),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    }
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=a',
    'status=lost',
    'sort=email',
    'cursor=abc',
    'cursor=bm90LWFuLWlk',
    'created_from=yesterday',
    'created_to=2026-02-30T00:00:00Z',
  ])('refuses %s', async (query) => {
    expect((await call(api, 'GET', `/v1/orders?${query}`)).status).toBe(400);
  });

  it('gives 100 at most, 20 unless asked otherwise', async () => {
    await Promise.all(Array.from({ length: 110 }, () => insertTestOrder(api.db, { variants })));
    expect((await list('')).data).toHaveLength(20);
    expect((await list('limit=100')).data).toHaveLength(100);
  });
});

describe('the version of an order', () => {
  it('is its ETag: 304 for who has it, 412 for who knew another', async () => {
    const { id } = await place({ sku: 'TEE' });
    const path = `/v1/orders/${id}`;
    const read = await call(api, 'GET', path);
    const etag = read.headers.get('etag')!;
    for (const header of [etag, `"v99", ${etag}`, `W/${etag}`, '*'])
      expect([header, (await call(api, 'GET', path, { headers: { 'if-none-match': header } })).status]).toEqual([
        header,
        304,
      ]);
    expect((await call(api, 'GET', path, { headers: { 'if-none-match': '"v99"' } })).status).toBe(200);
    const cancel = (ifMatch: string) =>
      call(api, 'POST', `${path}/cancel`, { body: {}, headers: { 'if-match': ifMatch } });
    const refused = await cancel('"v99"');
    expect(refused).toMatchObject({ status: 412, body: { code: 'version_mismatch', current_version: etag } });
    expect(refused.headers.get('etag')).toBe(etag);
    expect((await cancel('nonsense')).status).toBe(400);
    const canceled = await cancel(etag);
    expect(canceled.status).toBe(200);
    expect(canceled.headers.get('etag')).not.toBe(etag);
    expect((await call(api, 'GET', path)).headers.get('etag')).toBe(canceled.headers.get('etag'));
  });
});

describe('a status set by hand', () => {
  const states = Object.keys(orderTransitions) as (keyof typeof orderTransitions)[];
  const force = statement(
    'test_force_status',
    `update orders set status = $2, payment_status = $3, fulfillment_status = $4 where id = $1`,
  );
  /** What by hand is possible: an order is canceled, or delivered once its parcels are on their way. */
  const settable = (from: string, to: string, fulfillment: string) => {
    const legal = (orderTransitions[from as keyof typeof orderTransitions] as readonly string[]).includes(to);
    const cancelable =
      to === 'canceled' &&
      (fulfillmentTransitions.unfulfilled as readonly string[]).includes('canceled') &&
      fulfillment === 'unfulfilled';
    return legal && (cancelable || (to === 'delivered' && fulfillment !== 'unfulfilled'));
  };
  const placesOf = (from: string): [string, string][] => {
    if (from === 'shipped') return [['paid', 'shipped']];
    if (from === 'delivered') return [['paid', 'delivered']];
    if (from === 'paid') return [['paid', 'unfulfilled'], ['paid', 'processing']]; // biome-ignore format: pairs
    if (from === 'authorized') return [['authorized', 'unfulfilled']];
    if (['rejected', 'canceled', 'expired'].includes(from)) return [['canceled', 'canceled']];
    return [[from === 'pending' ? 'pending' : 'requires_payment_method', 'unfulfilled']];
  };

  it.each(states)('from %s goes exactly where the table and the parcels allow', async (from) => {
    for (const [payment, fulfillment] of placesOf(from)) {
      for (const to of states) {
        const id = await insertTestOrder(api.db, { variants });
        await api.db.rows(force, [id, from, payment, fulfillment]);
        const answer = await call<OrderJson & { code: string; allowed: string[] }>(
          api,
          'PUT',
          `/v1/orders/${id}/status`,
          { body: { status: to } },
        );
        const where = `${from} (${fulfillment}) → ${to}`;
        const now = (await call(api, 'GET', `/v1/orders/${id}`)).body.status;
        if (settable(from, to, fulfillment)) {
          expect([where, answer.status, now]).toEqual([where, 200, to]);
        } else {
          expect([where, answer.status, now]).toEqual([where, 409, from]);
          expect(answer.body.code).toMatch(/^(transition_not_allowed|status_not_settable)$/);
          if (answer.body.allowed) expect(answer.body.allowed).toEqual(orderTransitions[from]);
        }
      }
    }
  });
});

describe('an order that is not there', () => {
  const nobody = '01900000-0000-7000-8000-000000000000';
  it.each([
    ['GET', ''],
    ['GET', '/history'],
    ['GET', '/events'],
    ['POST', '/pay'],
    ['POST', '/cancel'],
    ['PUT', '/status'],
  ])('is 404 for %s %s', async (method, rest) => {
    const body = { '/pay': { payment_method: 'pm_card_visa' }, '/status': { status: 'canceled' } }[rest] ?? {};
    const answer = await call(api, method, `/v1/orders/${nobody}${rest}`, method === 'GET' ? {} : { body });
    expect(answer).toMatchObject({ status: 404, body: { code: 'order_not_found' } });
  });

  it('cannot be guessed with a publishable key', async () => {
    const { id, order_token } = await place({ sku: 'TEE' });
    const ask = (path: string, token?: string) =>
      call(api, 'GET', path, { key: api.publishableKey, headers: token ? { 'order-token': token } : {} });
    expect((await ask(`/v1/orders/${id}`)).status).toBe(403);
    expect((await ask(`/v1/orders/${nobody}`)).status).toBe(403);
    expect((await ask(`/v1/orders/${id}`, `${order_token.slice(0, -1)}é`)).status).toBe(403);
    expect((await ask(`/v1/orders/${id}?token=${order_token}`)).status).toBe(200);
    expect((await ask(`/v1/orders/${id}/history`, order_token)).status).toBe(403);
  });
});
