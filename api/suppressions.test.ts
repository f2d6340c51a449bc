import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { suppress } from '../db/suppressions.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { type CallOptions, call } from '../test/support/client.ts';

interface Suppression {
  id: string;
  channel: string;
  address: string;
  topic: string | null;
  reason: string;
}
interface Problem {
  code: string;
  errors?: { pointer: string; code: string; message: string }[];
}

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());

const post = (body: unknown, options: CallOptions = {}) =>
  call<Suppression & Problem>(api, 'POST', '/v1/suppressions', { body, ...options });
const list = async (query: string) =>
  (await call<{ data: Suppression[]; next_cursor: string | null }>(api, 'GET', `/v1/suppressions?${query}`)).body;

describe('suppressing an address by hand', () => {
  it('keeps it once, finds it in any spelling, and lifts it', async () => {
    const made = await post({ channel: 'email', address: 'Ada@Example.com', detail: 'Asked by phone' });
    expect(made).toMatchObject({ status: 201, body: { address: 'ada@example.com', topic: null, reason: 'manual' } });
    expect(made.headers.get('location')).toBe(`/v1/suppressions/${made.body.id}`);
    expect(await post({ channel: 'email', address: 'ADA@example.com' })).toMatchObject({
      status: 200,
      body: { id: made.body.id },
    });
    expect((await list('channel=email&address=Ada@Example.COM')).data).toHaveLength(1);
    expect((await call(api, 'DELETE', `/v1/suppressions/${made.body.id}`)).status).toBe(204);
    expect((await call(api, 'DELETE', `/v1/suppressions/${made.body.id}`)).status).toBe(404);
    expect((await list('address=ada@example.com')).data).toEqual([]);
  });

  it('answers a repeated request alike', async () => {
    const options = { headers: { 'idempotency-key': 'suppress-once' } };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => post({ channel: 'sms', address: '+4915112345678', topic: 'stock' }, options)),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it.each([
    [{ channel: 'email', address: 'ada@example.com\r\nBcc: eve@example.com' }, '/address', 'email_invalid'],
    [{ channel: 'email', address: 'ada@ex ample.com' }, '/address', 'email_invalid'],
    [{ channel: 'sms', address: '0151 12345678' }, '/address', 'phone_invalid'],
    [{ channel: 'chat', address: 'javascript:alert(1)' }, '/address', 'url_invalid'],
    [{ channel: 'email', address: 'ada@example.com', topic: 'weather' }, '/topic', 'topic_unknown'],
    [{ channel: 'email', address: 'ada@example.com', topic: 'order' }, '/topic', 'topic_transactional'],
  ])('refuses %j with its place', async (body, pointer, code) => {
    expect(await post(body)).toMatchObject({ status: 422, body: { errors: [{ pointer, code }] } });
  });

  it.each([
    { channel: 'pigeon', address: 'ada@example.com' },
    { channel: 'email', address: `${'a'.repeat(100_000)}@example.com` },
    { channel: 'email', address: 'ada@example.com', detail: 'x'.repeat(501) },
    { channel: 'email', address: 'ada@example.com', reason: 'bounce' },
    { channel: 'email' },
  ])('refuses what has not the form: %#', async (body) => {
    expect((await post(body)).status).toBe(400);
  });
});

it('lists what providers and people said, filtered and in pages', async () => {
  for (const reason of ['bounce', 'complaint', 'gone'] as const)
    await suppress(api.db, { channel: 'email', address: `${reason}@pages.example`, reason });
  await suppress(api.db, { channel: 'email', address: 'gone@pages.example', reason: 'unsubscribe', topic: 'stock' });
  expect((await list('address=gone@pages.example')).data.map(({ reason }) => reason)).toEqual(['unsubscribe', 'gone']);
  expect((await list('reason=complaint')).data.map(({ address }) => address)).toEqual(['complaint@pages.example']);
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Awaited<ReturnType<typeof list>> = await list(
      `channel=email&limit=2${cursor ? `&cursor=${cursor}` : ''}`,
    );
    seen.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toHaveLength(4);
  expect((await call(api, 'GET', '/v1/suppressions?cursor=bm8')).status).toBe(400);
});

it('is for keys with the scope, and never for publishable ones', async () => {
  const reader = await api.makeKey(['notifications:read']);
  const stranger = await api.makeKey(['orders:write']);
  const body = { channel: 'email', address: 'x@example.com' };
  expect((await call(api, 'GET', '/v1/suppressions', { key: reader })).status).toBe(200);
  for (const key of [reader, stranger, api.publishableKey]) expect((await post(body, { key })).status).toBe(403);
  for (const key of [stranger, api.publishableKey])
    expect((await call(api, 'GET', '/v1/suppressions', { key })).status).toBe(403);
});
