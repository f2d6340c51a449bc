import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { statement } from '../db/database.ts';
import { appendOrderEvent } from '../db/order-events.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { type CallOptions, call, orderBody } from '../test/support/client.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { waitFor } from '../test/support/wait-for.ts';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi({ databaseUrl: database.url });
  await seedVariants(api.db, [
    { sku: 'TEE', units: 1_000 },
    { sku: 'GONE-SOON', units: 1_000 },
  ]);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const count = statement('test_count_orders', 'select count(*) as n from orders where customer_email = $1');
const ordersOf = async (email: string) => (await api.db.rows<{ n: number }>(count, [email]))[0]!.n;
const post = (key: string, email: string, options: CallOptions = {}) =>
  call(api, 'POST', '/v1/orders', {
    body: orderBody({ sku: 'TEE', email }),
    ...options,
    headers: { 'idempotency-key': key, ...options.headers },
  });
const equal = (answers: { body: unknown }[]) => new Set(answers.map(({ body }) => JSON.stringify(body))).size;

const makePayable = statement(
  'test_payable',
  `with p as (update payments set provider_id = 'pi_' || order_id, status = 'requires_payment_method' where order_id = $1)
   update orders set status = 'awaiting_payment', payment_status = 'requires_payment_method' where id = $1`,
);

describe('where the buyer is', () => {
  const addressOf = statement('test_address', 'select host(customer_ip) as ip from orders where id = $1');
  const place = async (key: string, ip?: string) => {
    const body = orderBody({ sku: 'TEE' });
    const placed = await call(api, 'POST', '/v1/orders', {
      key,
      body: { ...body, customer: { ...body.customer, ip } },
    });
    expect(JSON.stringify(placed.body)).not.toContain('203.0.113');
    return (await api.db.rows<{ ip: string }>(addressOf, [placed.body.id]))[0]?.ip;
  };

  it('is what a server says, or the address of a browser, and is never shown', async () => {
    expect(await place(api.secretKey, '203.0.113.7')).toBe('203.0.113.7');
    expect(await place(api.secretKey)).toBe('127.0.0.1');
    expect(await place(api.publishableKey, '203.0.113.7')).toBe('127.0.0.1');
  });

  it('is refused when it is no address', async () => {
    const body = orderBody({ sku: 'TEE' });
    const placed = await call(api, 'POST', '/v1/orders', {
      body: { ...body, customer: { ...body.customer, ip: 'here' } },
    });
    expect(placed.status).toBe(400);
  });
});

describe('the language of the customer', () => {
  const place = async (locale: unknown, languages = '*') =>
    call<{ id: string; locale: string | null; errors?: { pointer: string }[] }>(api, 'POST', '/v1/orders', {
      body: { ...orderBody({ sku: 'TEE' }), ...(locale === undefined ? {} : { locale }) },
      headers: { 'accept-language': languages },
    });

  it('is what the order says, else the first that their browser asks for and messages are written in', async () => {
    for (const [locale, languages, expected] of [
      ['DE-at', 'ja', 'de-AT'],
      ['fr-FR', 'ja', 'fr-FR'],
      [undefined, 'fr;q=0.9, ja;q=0.8, en;q=0.1', 'ja'],
      [undefined, 'fr, *', null],
    ] as const) {
      const { status, body } = await place(locale, languages);
      expect([status, body.locale]).toEqual([202, expected]);
      expect((await call<{ locale: string }>(api, 'GET', `/v1/orders/${body.id}`)).body.locale).toBe(expected);
    }
  });

  it.each(['not a language', '', 'x'.repeat(100_000), 'de\r\nBcc: eve@example.com', 7])(
    'cannot be %j',
    async (locale) => {
      const { status, body } = await place(locale);
      expect([status, body.errors?.[0]?.pointer]).toEqual([400, '/locale']);
    },
  );
});

describe('an Idempotency-Key', () => {
  it('makes one order of a hundred requests at once, with equal answers', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => post('at-once', 'one@example.com')));
    expect(await ordersOf('one@example.com')).toBe(1);
    expect(equal(answers)).toBe(1);
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(99);
    expect(answers.filter(({ headers, body }) => headers.get('location') === `/v1/orders/${body.id}`)).toHaveLength(
      100,
    );
  });

  it('makes one order of a hundred requests that wait, with equal answers', async () => {
    const email = 'waiting@example.com';
    const waiting = Array.from({ length: 100 }, () => post('waiting', email, { headers: { prefer: 'wait=10' } }));
    await waitFor(() => api.followers.size === 100);
    const [order] = (await call<{ data: { id: string }[] }>(api, 'GET', `/v1/orders?email=${email}`)).body.data;
    await appendOrderEvent(api.db, order!.id, 'payment.created');
    const answers = await Promise.all(waiting);
    expect(await ordersOf(email)).toBe(1);
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(equal(answers)).toBe(1);
    expect(api.followers.size).toBe(0);
  });

  it('is refused for another body, whatever the order of the members, and is free for another API key', async () => {
    const first = await post('mine', 'mine@example.com');
    const body = orderBody({ sku: 'TEE', email: 'mine@example.com' });
    const turned = Object.fromEntries(Object.entries(body).reverse());
    expect((await post('mine', '', { body: turned })).body).toEqual(first.body);
    const other = await post('mine', '', { body: orderBody({ sku: 'TEE', quantity: 2 }) });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', retryable: false } });
    const stranger = await post('mine', 'mine@example.com', { key: await api.makeKey(['*']) });
    expect(stranger.status).toBe(202);
    expect(stranger.body.id).not.toBe(first.body.id);
  });

  it('still gets its answer when what it bought is not sold any more', async () => {
    const body = orderBody({ sku: 'GONE-SOON', email: 'gone@example.com' });
    const first = await post('gone', '', { body });
    await api.db.rows(statement('test_archive', `update products set status = 'archived' where slug = 'p-gone-soon'`));
    const again = await post('gone', '', { body });
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await post('gone-too', '', { body })).status).toBe(400);
  });

  it('in flight is 409 with Retry-After, and free again when that transaction is undone', async () => {
    const placed = await post('flight-order', 'flight@example.com');
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('begin');
    const hold = `insert into idempotency_records (api_key_id, key, request_hash) select id, $1, '\\x00' from api_keys`;
    await client.query(hold, ['in-flight']);
    const cancel = () =>
      call<{ code: string; status: string }>(api, 'POST', `/v1/orders/${placed.body.id}/cancel`, {
        body: {},
        headers: { 'idempotency-key': 'in-flight' },
      });
    for (const answer of await Promise.all([post('in-flight', 'flight@example.com'), cancel()])) {
      expect(answer).toMatchObject({ status: 409, body: { retryable: true } });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await client.query('rollback');
    await client.end();
    expect(await cancel()).toMatchObject({ status: 200, body: { status: 'canceled' } });
    expect((await post('in-flight', 'flight@example.com')).body).toMatchObject({ code: 'idempotency_key_reused' });
  });

  it('makes a cancellation and a payment happen once', async () => {
    const placed = await post('to-cancel', 'twice@example.com');
    await api.db.rows(makePayable, [placed.body.id]);
    const repeat = (what: string, body: object) =>
      Promise.all(
        Array.from({ length: 20 }, () =>
          call(api, 'POST', `/v1/orders/${placed.body.id}/${what}`, { body, headers: { 'idempotency-key': what } }),
        ),
      );
    const paid = await repeat('pay', { payment_method: 'pm_card_visa' });
    expect(new Set(paid.map(({ status }) => status))).toEqual(new Set([202]));
    expect(equal(paid)).toBe(1);
    const attempts = statement(
      'test_attempts',
      'select count(*) as n from payment_attempts a join payments p on p.id = a.payment_id where p.order_id = $1',
    );
    expect(await api.db.rows(attempts, [placed.body.id])).toEqual([{ n: 2 }]);
    const canceled = await repeat('cancel', { reason: 'twenty times' });
    expect(new Set(canceled.map(({ status }) => status))).toEqual(new Set([200]));
    expect(equal(canceled)).toBe(1);
  });

  it('lets a repeated payment wait for its own attempt, not for one of before', async () => {
    const { id } = (await post('to-pay', 'again@example.com')).body;
    await api.db.rows(makePayable, [id]);
    await appendOrderEvent(api.db, id, 'payment.failed');
    const pay = (prefer?: string) =>
      call(api, 'POST', `/v1/orders/${id}/pay`, {
        body: { payment_method: 'pm_card_visa' },
        headers: { 'idempotency-key': 'pay-again', ...(prefer ? { prefer } : {}) },
      });
    expect((await pay()).status).toBe(202);
    expect((await pay('wait=1')).status).toBe(202);
    const waiting = pay('wait=10');
    await waitFor(() => api.followers.size === 1);
    await appendOrderEvent(api.db, id, 'payment.succeeded');
    expect((await waiting).status).toBe(200);
  });

  it('of 255 characters is taken, an empty or longer one is refused', async () => {
    expect((await post('k'.repeat(255), 'long@example.com')).status).toBe(202);
    for (const key of [' ', 'k'.repeat(256)])
      expect(await post(key, 'long@example.com')).toMatchObject({
        status: 400,
        body: { code: 'idempotency_key_malformed' },
      });
  });

  it('is not used up by a request that was refused', async () => {
    expect((await post('refused', '', { body: orderBody({ sku: 'NOT-SOLD' }) })).status).toBe(400);
    expect((await post('refused', 'refused@example.com')).status).toBe(202);
  });
});

it('POST and its waiting answer come back with 202 at once when the process is going', async () => {
  const leaving = await startApi({ databaseUrl: database.url });
  const began = performance.now();
  const waiting = call(leaving, 'POST', '/v1/orders', {
    body: orderBody({ sku: 'TEE' }),
    headers: { prefer: 'wait=30' },
  });
  await waitFor(() => leaving.followers.size === 1);
  leaving.followers.end();
  expect((await waiting).status).toBe(202);
  expect(performance.now() - began).toBeLessThan(5_000);
  await leaving.close();
});
