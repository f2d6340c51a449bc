import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { KEY_SCOPES } from '../domain/key-scopes.ts';
import { type CatalogueApi, startCatalogueApi } from '../test/support/catalogue-api.ts';
import type { Scope } from './route.ts';

let api: CatalogueApi;
beforeAll(async () => {
  api = await startCatalogueApi();
});
afterAll(() => api.close());

const create = (body: object, options = {}) =>
  api.send('POST', '/v1/api-keys', { body: { name: 'k', ...body }, ...options });

it('knows the scopes that routes ask for, and no others', () => {
  const known: Record<Scope, true> = Object.fromEntries(KEY_SCOPES.map((scope) => [scope, true])) as Record<
    (typeof KEY_SCOPES)[number],
    true
  >;
  expect(Object.keys(known)).toEqual([...KEY_SCOPES]);
});

it('shows a key once, and it works', async () => {
  const made = await create({ kind: 'secret', scopes: ['catalogue:read'] });
  expect(made).toMatchObject({
    status: 201,
    body: { key: expect.stringMatching(/^sk_test_/), scopes: ['catalogue:read'] },
  });
  expect(made.headers.get('cache-control')).toBe('no-store');
  expect((await api.send('GET', '/v1/products', { key: made.body.key })).status).toBe(200);
  const { body } = await api.send('GET', '/v1/api-keys');
  expect(JSON.stringify(body)).not.toContain(made.body.key);
  expect(body.data.find((key: { id: string }) => key.id === made.body.id).key_hint).toBe(
    `sk_test_…${made.body.key.slice(-4)}`,
  );
});

it('keeps no key in the clear, not even for a replay', async () => {
  const headers = { 'Idempotency-Key': 'key-1' };
  const first = await create({ kind: 'publishable' }, { headers });
  const second = await create({ kind: 'publishable' }, { headers });
  expect(second).toMatchObject({ status: 201, body: { id: first.body.id } });
  expect(second.body.key).toBeUndefined();
  const stored = await api.db.rows(
    statement('stored', `select body::text from idempotency_records where key = 'key-1'`),
  );
  expect(JSON.stringify(stored)).not.toContain(first.body.key);
});

it('hands on no right that the key has not itself', async () => {
  const limited = await api.makeKey(['keys:write', 'stock:read']);
  expect((await create({ kind: 'secret', scopes: ['stock:read'] }, { key: limited })).status).toBe(201);
  expect(await create({ kind: 'secret', scopes: ['stock:read', 'orders:write'] }, { key: limited })).toMatchObject({
    status: 403,
    body: { code: 'grant_refused', lacking: ['orders:write'] },
  });
  expect((await create({ kind: 'secret', scopes: ['*'] }, { key: limited })).status).toBe(403);
  expect((await create({ kind: 'secret', mode: 'live', scopes: ['stock:read'] }, { key: limited })).status).toBe(403);
  const { body: mighty } = await create({ kind: 'secret', scopes: ['*'] });
  expect((await api.send('POST', `/v1/api-keys/${mighty.id}/rotate`, { key: limited, body: {} })).status).toBe(403);
  expect((await create({ kind: 'publishable' }, { key: await api.makeKey(['orders:read']) })).status).toBe(403);
});

it('rotates a key once, however many ask', async () => {
  const { body: old } = await create({ kind: 'secret', scopes: ['stock:read'] });
  const rotate = () => api.send('POST', `/v1/api-keys/${old.id}/rotate`, { body: { overlap_seconds: 3600 } });
  const answers = await Promise.all([rotate(), rotate(), rotate()]);
  expect(answers.map((each) => each.status).sort()).toEqual([201, 409, 409]);
  const successor = answers.find((each) => each.status === 201)?.body;
  expect(successor).toMatchObject({ scopes: ['stock:read'], key: expect.any(String) });
  for (const key of [old.key, successor.key]) expect((await api.send('GET', '/v1/stock', { key })).status).toBe(200);
});

it('ends the old key at once without an overlap', async () => {
  const { body: old } = await create({ kind: 'secret', scopes: ['stock:read'] });
  expect((await api.send('POST', `/v1/api-keys/${old.id}/rotate`, { body: { overlap_seconds: 0 } })).status).toBe(201);
  expect((await api.send('GET', '/v1/stock', { key: old.key })).status).toBe(401);
});

it('revokes a key', async () => {
  const { body } = await create({ kind: 'secret', scopes: ['stock:read'] });
  expect((await api.send('DELETE', `/v1/api-keys/${body.id}`)).status).toBe(204);
  expect((await api.send('GET', '/v1/stock', { key: body.key })).status).toBe(401);
  expect((await api.send('DELETE', `/v1/api-keys/${body.id}`)).status).toBe(404);
  expect((await api.send('POST', `/v1/api-keys/${body.id}/rotate`, { body: {} })).status).toBe(409);
});

it.each([
  [{ kind: 'secret' }],
  [{ kind: 'secret', scopes: ['orders:eat'] }],
  [{ kind: 'publishable', scopes: ['orders:read'] }],
  [{ kind: 'golden' }],
  [{ kind: 'publishable', name: '' }],
  [{ kind: 'publishable', mode: 'prod' }],
  [{ kind: 'publishable', extra: 1 }],
])('refuses %j', async (body) => expect((await create(body)).status).toBe(400));
