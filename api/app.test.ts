import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call, orderBody } from '../test/support/client.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { type DatabaseProxy, startDatabaseProxy } from '../test/support/database-proxy.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { Problem } from './problem.ts';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi({ databaseUrl: database.url });
  await seedVariants(api.db, [{ sku: 'TEE', units: 1_000 }]);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const RATE = ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'];
const rates = (headers: Headers) => RATE.map((name) => headers.get(name)).every((value) => /^\d+$/.test(value ?? ''));
const withApi = async (options: Parameters<typeof startApi>[0], work: (other: TestApi) => Promise<void>) => {
  const other = await startApi({ databaseUrl: database.url, ...options });
  await work(other).finally(() => other.close());
};

describe('limits', () => {
  it('stand on every answer, errors too', async () => {
    for (const [method, path, status, key] of [
      ['GET', '/v1/orders', 200],
      ['GET', '/v1/orders', 401, 'nonsense'],
      ['GET', '/v1/orders', 403, api.publishableKey],
      ['GET', '/v1/nothing', 404],
      ['DELETE', '/v1/orders', 405],
      ['GET', '/v1/orders?limit=0', 400],
    ] as const) {
      const answer = await call(api, method, path, key ? { key } : {});
      expect([path, answer.status, rates(answer.headers)]).toEqual([path, status, true]);
    }
  });

  it('of a key is its own: 429 with Retry-After past it, others go on', () =>
    withApi({ rateLimits: { perKey: 3, perAddress: 1_000 } }, async (other) => {
      const statuses: number[] = [];
      for (let n = 0; n < 5; n++) statuses.push((await call(other, 'GET', '/v1/orders')).status);
      expect(statuses).toEqual([200, 200, 200, 429, 429]);
      const refused = await call<{ code: string; retryable: boolean }>(other, 'GET', '/v1/orders');
      expect(refused.body).toMatchObject({ code: 'rate_limited', retryable: true });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      expect(rates(refused.headers)).toBe(true);
      expect((await call(other, 'GET', '/v1/orders', { key: await other.makeKey(['*']) })).status).toBe(200);
    }));

  it('of an address hold for who guesses keys', () =>
    withApi({ rateLimits: { perKey: 1_000, perAddress: 4 } }, async (other) => {
      const statuses: number[] = [];
      for (let n = 0; n < 6; n++)
        statuses.push((await call(other, 'GET', '/v1/orders', { key: `sk_test_${n}` })).status);
      expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
      expect((await fetch(`${other.apiUrl}/health/live`)).status).toBe(200);
    }));
});

describe('a page of another origin', () => {
  const origin = 'https://shop.example';
  it('may place an order with a publishable key: preflight, answer and errors allow it', async () => {
    const preflight = await fetch(`${api.apiUrl}/v1/orders`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key,prefer',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    for (const name of ['authorization', 'content-type', 'idempotency-key', 'prefer', 'order-token'])
      expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toContain(name);
    const asked = { key: api.publishableKey, headers: { origin } };
    const placed = await call(api, 'POST', '/v1/orders', { ...asked, body: orderBody({ sku: 'TEE' }) });
    expect(placed.status).toBe(202);
    expect(placed.headers.get('access-control-expose-headers')).toMatch(/Location.*Retry-After/);
    for (const answer of [
      placed,
      await call(api, 'GET', '/v1/orders', asked),
      await call(api, 'GET', '/nothing', asked),
    ])
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('is let in only when it is named, where origins are named', () =>
    withApi({ corsOrigins: [origin] }, async (other) => {
      const allowed = async (from: string) =>
        (await call(other, 'GET', '/v1/orders', { headers: { origin: from } })).headers.get(
          'access-control-allow-origin',
        );
      expect(await allowed(origin)).toBe(origin);
      expect(await allowed('https://evil.example')).toBeNull();
    }));
});

describe('a shop that is full', () => {
  it('takes no order, says when to come back, and still answers the rest', () => {
    const assertCapacity = () => {
      throw new Problem({ status: 503, code: 'backlog_full', detail: 'Full.', retryAfterSeconds: 5 });
    };
    return withApi({ assertCapacity }, async (other) => {
      const refused = await call(other, 'POST', '/v1/orders', { body: orderBody({ sku: 'TEE' }) });
      expect(refused).toMatchObject({ status: 503, body: { code: 'backlog_full', retryable: true } });
      expect(refused.headers.get('retry-after')).toBe('5');
      expect((await call(other, 'GET', '/v1/orders')).status).toBe(200);
    });
  });

  it('answers 503, never 500, when every connection to the database is taken', () =>
    withApi({ poolSize: 1 }, async (other) => {
      expect((await call(other, 'GET', '/v1/orders')).status).toBe(200);
      const client = await other.db.pool.connect();
      try {
        const answer = await call(other, 'GET', '/v1/orders');
        expect(answer).toMatchObject({ status: 503, body: { code: 'database_unavailable', retryable: true } });
        expect(answer.headers.get('retry-after')).toBe('1');
      } finally {
        client.release();
      }
      expect((await call(other, 'POST', '/v1/orders', { body: orderBody({ sku: 'TEE' }) })).status).toBe(202);
    }));
});

describe('an API whose database goes away', () => {
  let wire: DatabaseProxy;
  let other: TestApi;
  beforeAll(async () => {
    wire = await startDatabaseProxy(database.url);
    other = await startApi({ databaseUrl: wire.url });
  });
  afterAll(async () => {
    await other?.close();
    await wire?.cut();
  });
  const ready = async () => {
    const answer = await fetch(`${other.apiUrl}/health/ready`);
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.json() };
  };

  it('measures it while it is there', async () => {
    const { status, body } = await ready();
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'ok',
      draining: false,
      checks: { database: { ok: true, ms: expect.any(Number) }, queues: { ok: true, ms: expect.any(Number) } },
    });
  });

  it('answers 503 with Retry-After while it is cut, under load, and goes on after', async () => {
    const id = (await call(other, 'POST', '/v1/orders', { body: orderBody({ sku: 'TEE' }) })).body.id;
    const load = () =>
      Promise.all(
        Array.from({ length: 60 }, (_, n) =>
          n % 3 === 0
            ? call(other, 'POST', `/v1/orders/${id}/cancel`, { body: {} })
            : call(other, 'POST', '/v1/orders', {
                body: orderBody({ sku: 'TEE' }),
                headers: { 'idempotency-key': `load-${n}` },
              }),
        ),
      );
    const during = load();
    await wire.cut();
    for (const answer of [...(await during), ...(await load())]) {
      expect([200, 202, 409, 503]).toContain(answer.status);
      if (answer.status >= 409) expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect(await ready()).toMatchObject({
      status: 503,
      retryAfter: '1',
      body: { status: 'unavailable', checks: { database: { ok: false } } },
    });
    expect((await fetch(`${other.apiUrl}/health/live`)).status).toBe(200);
    await wire.mend();
    await waitFor(async () => (await ready()).status === 200);
    expect((await load()).every(({ status }) => status < 300)).toBe(true);
  });
});

it('is not ready while it is draining', () =>
  withApi({ isDraining: () => true }, async (other) => {
    const answer = await fetch(`${other.apiUrl}/health/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      status: 'unavailable',
      draining: true,
      checks: { database: { ok: true } },
    });
  }));

it('counts requests for Prometheus by route, without ids or queries', async () => {
  await call(api, 'GET', '/v1/orders/01900000-0000-7000-8000-000000000000?token=secret-token');
  const text = await (await fetch(`${api.apiUrl}/metrics`)).text();
  expect(text).toMatch(
    /stockroom_http_request_duration_seconds_count\{method="GET",route="\/v1\/orders\/:id",status="404"\} \d/,
  );
  expect(text).not.toMatch(/01900000|secret-token/);
});

describe('a query parameter that a route does not know', () => {
  it.each([
    ['/v1/orders?stauts=paid', 'stauts', 'did you mean status?'],
    ['/v1/products?status=active&updated_sinc=2026-01-01', 'updated_sinc', 'did you mean updated_since?'],
    ['/v1/orders/0191f0e4-7d3c-7a40-9c1d-0123456789ab?expand=lines', 'expand', 'takes none'],
  ])('is refused with the nearest: %s', async (path, pointer, hint) => {
    const { status, body } = await call<{ errors: unknown[] }>(api, 'GET', path);
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ pointer, code: 'unknown_parameter', message: expect.stringContaining(hint) }]);
  });

  it('is not `key` or `token`, which a browser can give nowhere else', async () => {
    expect((await call(api, 'GET', '/v1/orders?key=pk_x&token=y')).status).toBe(200);
  });
});
