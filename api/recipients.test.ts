import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { type CallOptions, call } from '../test/support/client.ts';

interface Recipient {
  id: string;
  audience: string;
  name: string | null;
  email: string | null;
  phone: string | null;
  chat_url: string | null;
  locale: string | null;
  time_zone: string;
  quiet_hours: { from: string; to: string } | null;
  preferences: object[];
  push_subscriptions: { id: string; endpoint: string }[];
  version: number;
  code?: string;
  errors?: { pointer: string; code: string; message: string }[];
}

interface Page {
  data: Recipient[];
  next_cursor: string | null;
}

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());
beforeEach(() => api.db.rows(statement('test_clear', 'delete from recipients')));

const send = (method: string, path: string, body?: unknown, options: CallOptions = {}) =>
  call<Recipient>(api, method, `/v1/recipients${path}`, { ...(body === undefined ? {} : { body }), ...options });
const add = (body: unknown, options?: CallOptions) => send('POST', '', body, options);
const addOps = async (more: object = {}) =>
  (await add({ audience: 'operations', email: 'ops@shop.example', ...more })).body;

describe('a recipient', () => {
  const ALL = {
    audience: 'operations',
    name: 'Zoë 名前 🦊',
    email: 'Ops@Shop.example',
    phone: '+4915112345678',
    chat_url: 'https://hooks.chat.example/services/T0/B0/x',
    locale: 'de-at',
    time_zone: 'Europe/Vienna',
    quiet_hours: { from: '22:00', to: '06:30' },
    preferences: [
      { topic: 'dispute', channel: 'chat', delivery: 'immediate' },
      { topic: 'stock', channel: 'email', delivery: 'daily', hour: 7 },
      { topic: 'image', channel: 'email', delivery: 'off' },
    ],
  };

  it('is kept with all that was said, and read back alike', async () => {
    const made = await add(ALL);
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/v1/recipients/${made.body.id}`);
    const chat_url = 'https://hooks.chat.example/…';
    expect(made.body).toMatchObject({ ...ALL, chat_url, locale: 'de-AT', preferences: expect.any(Array) });
    const { rows } = await api.db.pool.query('select chat_url from recipients');
    expect(rows).toEqual([{ chat_url: ALL.chat_url }]);
    expect(made.body.preferences).toEqual([
      { topic: 'dispute', channel: 'chat', delivery: 'immediate', hour: 8 },
      { topic: 'image', channel: 'email', delivery: 'off', hour: 8 },
      { topic: 'stock', channel: 'email', delivery: 'daily', hour: 7 },
    ]);
    const read = await send('GET', `/${made.body.id}`);
    expect(read.body).toEqual(made.body);
    expect(read.headers.get('etag')).toBe(made.headers.get('etag'));
  });

  it('is changed where something is named, and nowhere else', async () => {
    const { body: before } = await add(ALL);
    const changed = await send('PATCH', `/${before.id}`, { phone: null, quiet_hours: null });
    expect(changed.body).toEqual({
      ...before,
      phone: null,
      quiet_hours: null,
      version: before.version + 1,
      updated_at: expect.any(String),
    });
    const wishes = [{ topic: 'finance', channel: 'email', delivery: 'hourly', hour: 8 }];
    expect((await send('PATCH', `/${before.id}`, { preferences: wishes })).body.preferences).toEqual(wishes);
    expect((await send('PATCH', `/${before.id}`, { preferences: [] })).body.preferences).toEqual([]);
    expect((await send('DELETE', `/${before.id}`)).status).toBe(204);
    for (const method of ['GET', 'PATCH', 'DELETE'])
      expect((await send(method, `/${before.id}`, method === 'PATCH' ? {} : undefined)).status).toBe(404);
  });

  it('is changed only by who knows its version, when they say so', async () => {
    const { id } = await addOps();
    const etag = (await send('GET', `/${id}`)).headers.get('etag')!;
    const patch = (name: string) => send('PATCH', `/${id}`, { name }, { headers: { 'if-match': etag } });
    const answers = await Promise.all(['A', 'B', 'C', 'D', 'E'].map(patch));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412]);
    expect((await send('DELETE', `/${id}`, undefined, { headers: { 'if-match': etag } })).status).toBe(412);
    expect((await send('PATCH', `/${id}`, {}, { headers: { 'if-match': 'x' } })).status).toBe(400);
  });

  it('is one per audience and e-mail address, however many ask at once', async () => {
    const answers = await Promise.all(
      ['a@shop.example', 'A@shop.example', 'a@SHOP.example'].map((email) => add({ audience: 'finance', email })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const made = answers.find(({ status }) => status === 201)!.body;
    for (const { body, status } of answers)
      if (status === 409) expect(body).toMatchObject({ code: 'recipient_exists', id: made.id });
    expect((await add({ audience: 'operations', email: 'a@shop.example' })).status).toBe(201);
    const other = (await add({ audience: 'finance', email: 'b@shop.example' })).body;
    expect((await send('PATCH', `/${other.id}`, { email: 'A@shop.example' })).status).toBe(409);
    const third = (await add({ audience: 'finance', email: 'c@shop.example' })).body;
    const race = await Promise.all(
      [other, third].map(({ id }) => send('PATCH', `/${id}`, { email: 'same@shop.example' })),
    );
    expect(race.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('is made once of a repeated request', async () => {
    const options = { headers: { 'idempotency-key': 'recipient-once' } };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => add({ audience: 'finance', phone: '+15005550006' }, options)),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it('is found by audience and address, in pages', async () => {
    for (let n = 0; n < 5; n++) await addOps({ email: `ops${n}@shop.example` });
    await add({ audience: 'customer', email: 'ada@example.com' });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const path: string = `?audience=operations&limit=2${cursor ? `&cursor=${cursor}` : ''}`;
      const { body }: { body: Page } = await call<Page>(api, 'GET', `/v1/recipients${path}`);
      seen.push(...body.data.map(({ email }) => email!));
      cursor = body.next_cursor;
    }
    expect(seen).toEqual([0, 1, 2, 3, 4].map((n) => `ops${n}@shop.example`));
    const { body } = await call<{ data: Recipient[] }>(api, 'GET', '/v1/recipients?email=ADA@example.com');
    expect(body.data).toHaveLength(1);
  });
});

describe('what is not taken', () => {
  const wish = (more: object) => ({ preferences: [{ topic: 'stock', channel: 'email', delivery: 'off', ...more }] });
  it.each([
    [{ email: 'ops@shop.example\r\nBcc: eve@example.com' }, '/email', 'email_invalid'],
    [{ email: 'ops' }, '/email', 'email_invalid'],
    [{ phone: '0151 12345678' }, '/phone', 'phone_invalid'],
    [{ phone: '+0151123456' }, '/phone', 'phone_invalid'],
    [{ phone: '+١٢٣٤٥٦٧٨٩٠' }, '/phone', 'phone_invalid'],
    [{ chat_url: 'http://hooks.chat.example/x' }, '/chat_url', 'https_required'],
    [{ chat_url: 'https://127.0.0.1/x' }, '/chat_url', 'address_not_public'],
    [{ chat_url: 'https://[::1]/x' }, '/chat_url', 'address_not_public'],
    [{ chat_url: 'https://0x7f.1/x' }, '/chat_url', 'address_not_public'],
    [{ chat_url: 'https://user:pass@hooks.chat.example/x' }, '/chat_url', 'url_invalid'],
    [{ chat_url: 'https://hooks.chat.example:25/x' }, '/chat_url', 'port_refused'],
    [{ chat_url: 'javascript:alert(1)' }, '/chat_url', 'url_invalid'],
    [{ chat_url: 'https://hooks.chat.example/…' }, '/chat_url', 'address_masked'],
    [{ time_zone: 'Europe/Berln' }, '/time_zone', 'time_zone_unknown'],
    [{ time_zone: '+02:00' }, '/time_zone', 'time_zone_unknown'],
    [{ quiet_hours: { from: '24:00', to: '06:00' } }, '/quiet_hours', 'time_invalid'],
    [{ quiet_hours: { from: '06:00', to: '06:00' } }, '/quiet_hours', 'quiet_hours_empty'],
    [wish({ topic: 'weather' }), '/preferences/0/topic', 'topic_unknown'],
    [wish({ topic: 'order' }), '/preferences/0/topic', 'topic_unknown'],
    [wish({ channel: 'pigeon' }), '/preferences/0/channel', 'channel_unknown'],
    [wish({ delivery: 'weekly' }), '/preferences/0/delivery', 'delivery_unknown'],
    [
      { preferences: [...wish({}).preferences, ...wish({}).preferences] },
      '/preferences/1/topic',
      'preference_repeated',
    ],
  ])('%j is refused with its place', async (more, pointer, code) => {
    const { id } = await addOps();
    for (const answer of [
      await add({ audience: 'operations', email: 'other@shop.example', ...more }),
      await send('PATCH', `/${id}`, more),
    ])
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer, code }] } });
  });

  it.each(['off', 'hourly', 'daily'])('%s, of what belongs to an order', async (delivery) => {
    const preferences = [{ topic: 'order', channel: 'email', delivery }];
    const answer = await add({ audience: 'customer', email: 'ada@example.com', preferences });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/preferences/0/delivery', code: 'topic_transactional' }] },
    });
    expect(answer.body.errors![0]!.message).toContain('cannot be switched off');
  });

  it.each([
    { name: 'Ops\r\nBcc: eve@example.com' },
    { name: 'Ops\u2028Eve' },
    { name: '\ud800' },
    { name: 'x'.repeat(100_000) },
    { email: `${'x'.repeat(100_000)}@shop.example` },
    { chat_url: `https://chat.example/${'x'.repeat(100_000)}` },
    { locale: 'not a language' },
    { time_zone: 'x'.repeat(100_000) },
    { preferences: [{ topic: 'stock', channel: 'email', delivery: 'daily', hour: 24 }] },
    { preferences: 'all' },
    { quiet_hours: 'nights' },
    { order_id: '00000000-0000-7000-8000-000000000000' },
  ])('what has not the form: %#', async (more) => {
    expect((await add({ audience: 'operations', email: 'other@shop.example', ...more })).status).toBe(400);
  });

  it('somebody who cannot be reached, then or after a change', async () => {
    expect(await add({ audience: 'operations', name: 'Nobody' })).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'address_needed' }] },
    });
    expect(await add({ audience: 'customer', phone: '+4915112345678' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/email', code: 'email_needed' }] },
    });
    const { id } = await addOps();
    expect((await send('PATCH', `/${id}`, { email: null })).status).toBe(422);
    expect((await send('PATCH', `/${id}`, { email: null, phone: '+15005550006' })).status).toBe(200);
  });

  it('anything of who may not', async () => {
    const { id } = await addOps();
    const reader = await api.makeKey(['notifications:read']);
    const stranger = await api.makeKey(['orders:write', 'orders:read']);
    expect((await send('GET', `/${id}`, undefined, { key: reader })).status).toBe(200);
    for (const key of [reader, stranger, api.publishableKey]) {
      expect((await add({ audience: 'operations', email: 'x@shop.example' }, { key })).status).toBe(403);
      expect((await send('PATCH', `/${id}`, {}, { key })).status).toBe(403);
      expect((await send('DELETE', `/${id}`, undefined, { key })).status).toBe(403);
    }
    for (const key of [stranger, api.publishableKey]) {
      expect((await send('GET', `/${id}`, undefined, { key })).status).toBe(403);
      expect((await send('GET', '', undefined, { key })).status).toBe(403);
    }
  });
});

describe("a recipient's browsers", () => {
  const keys = { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: Buffer.alloc(16, 1).toString('base64url') };
  const endpoint = 'https://push.example/send/abc';
  const subscribe = (id: string, more: object = {}) =>
    send('POST', `/${id}/push-subscriptions`, { endpoint, keys, expirationTime: null, ...more });

  it('are kept once each, and forgotten', async () => {
    const { id, version } = await addOps();
    const answers = await Promise.all(Array.from({ length: 4 }, () => subscribe(id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    const { body } = await send('GET', `/${id}`);
    expect(body.push_subscriptions).toEqual([{ id: answers[0]!.body.id, endpoint: 'https://push.example/…' }]);
    expect(body.version).toBeGreaterThan(version);
    const path = `/${id}/push-subscriptions?endpoint=${encodeURIComponent(endpoint)}`;
    expect((await send('DELETE', path)).status).toBe(204);
    expect((await send('DELETE', path)).status).toBe(404);
  });

  it.each([
    [{ endpoint: 'https://10.0.0.1/push' }, '/endpoint'],
    [{ endpoint: 'http://push.example/x' }, '/endpoint'],
    [{ keys: { ...keys, p256dh: 'AAAA' } }, '/keys/p256dh'],
    [{ keys: { ...keys, auth: '$$$' } }, '/keys/auth'],
  ])('are refused with their place: %j', async (more, pointer) => {
    const { id } = await addOps();
    expect(await subscribe(id, more)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  it('are no more than a person has', async () => {
    const { id } = await addOps();
    const all = await Promise.all(
      Array.from({ length: 22 }, (_, n) => subscribe(id, { endpoint: `${endpoint}/${n}` })),
    );
    expect(all.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(all.filter(({ body }) => body.code === 'too_many_subscriptions')).toHaveLength(2);
  });
});

it('the key for pushes is for everybody, and null where nothing is pushed', async () => {
  const answer = await fetch(`${api.apiUrl}/v1/push/key`);
  expect([answer.status, await answer.json()]).toEqual([200, { public_key: null }]);
});
