import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statement } from '../../db/database.ts';
import { startApi, type TestApi } from '../../test/support/api.ts';
import { call } from '../../test/support/client.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());

const ask = async (authorization: string) =>
  (await fetch(`${api.apiUrl}/v1/orders`, { headers: { authorization } })).status;
const end = (key: string, column: 'revoked_at' | 'expires_at') =>
  api.db.rows(
    statement(
      `test_end_${column}`,
      `update api_keys set ${column} = now() - interval '1 second' where key_hint like '%' || right($1, 4)`,
    ),
    [key],
  );

describe('a key', () => {
  it('is taken as Bearer, in any case, and as the user of Basic', async () => {
    expect(await ask(`Bearer ${api.secretKey}`)).toBe(200);
    expect(await ask(`bearer ${api.secretKey}`)).toBe(200);
    expect(await ask(`Basic ${Buffer.from(`${api.secretKey}:`).toString('base64')}`)).toBe(200);
    expect(await ask(`Basic ${Buffer.from(`:${api.secretKey}`).toString('base64')}`)).toBe(401);
    expect(await ask(api.secretKey)).toBe(401);
  });

  it.each(['revoked_at', 'expires_at'] as const)('is nobody once its %s is past', async (column) => {
    const key = await api.makeKey(['*']);
    await end(key, column);
    expect(await ask(`Bearer ${key}`)).toBe(401);
  });

  it('may do what its scopes name and nothing more', async () => {
    const reader = await api.makeKey(['orders:read']);
    expect(await ask(`Bearer ${reader}`)).toBe(200);
    expect(await call(api, 'GET', '/v1/products', { key: reader })).toMatchObject({
      status: 403,
      body: { code: 'forbidden', detail: expect.stringContaining('catalogue:read') },
    });
  });

  it('that is secret is never taken from an address', async () => {
    for (const path of ['/v1/orders', '/v1/products'])
      expect((await fetch(`${api.apiUrl}${path}?key=${api.secretKey}`)).status).toBe(401);
  });
});
