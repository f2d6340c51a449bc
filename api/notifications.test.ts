import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { recordSendOutcome } from '../db/message-figures.ts';
import { LOOKED_AT } from '../db/notification-timeline.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call } from '../test/support/client.ts';
import { insertTestMessage } from '../test/support/messages.ts';
import { insertTestOrder } from '../test/support/orders.ts';

interface Listed {
  id: string;
  recipient: string;
  text_kept: boolean;
}
interface Page {
  data: Listed[];
  has_more: boolean;
  next_cursor: string | null;
}

const TOKEN = 'ot_0fGx3vB1nM5kQ7wZ9yT2sR4pL6jH8dF';
const ADA = 'Ada@Example.com';

let api: TestApi;
let orderId: string;
let confirmation: string;
let failed: string;
let chat: string;
beforeAll(async () => {
  api = await startApi();
  const variants = await seedVariants(api.db, [{ sku: 'TEE', units: 10, amount: 2_000 }]);
  orderId = await insertTestOrder(api.db, { variants });
  await api.db.pool.query(`update orders set number = 'ORD-7' where id = $1`, [orderId]);
  confirmation = await insertTestMessage(api.db, {
    order_id: orderId,
    cause: `order.paid/${orderId}`,
    recipient: ADA,
    status: 'delivered',
    provider: 'sendgrid',
    attempts: [{ number: 1, provider: 'sendgrid', started_at: '2026-01-01T00:00:00Z', outcome: 'accepted' }],
    events: [
      { type: 'processed', at: '2025-12-31T23:59:59Z', provider: 'sendgrid' },
      { type: 'delivered', at: '2026-01-01T00:00:05Z', provider: 'sendgrid' },
    ],
    content: { subject: 'Confirmed', text: `Paid.\nhttps://shop.example/?order=${orderId}&token=${TOKEN}` },
  });
  failed = await insertTestMessage(api.db, {
    recipient: 'ops@example.com',
    status: 'failed',
    topic: 'stock',
    template: 'low-stock',
  });
  chat = await insertTestMessage(api.db, {
    recipient: 'https://hooks.slack.com/services/T0/B0/aVerySecretPartOfThisAddress1',
    channel: 'chat',
    topic: 'stock',
    status: 'held',
    due_at: new Date('2100-01-01T00:00:00Z'),
  });
});
afterAll(() => api?.close());

const list = async (query = '') => (await call<Page>(api, 'GET', `/v1/notifications${query}`)).body;
const ids = async (query?: string) => (await list(query)).data.map(({ id }) => id);

it.each([
  ['', () => [chat, failed, confirmation]],
  ['?order_id=ORDER', () => [confirmation]],
  ['?order=ORDER', () => [confirmation]],
  ['?order=NUMBER', () => [confirmation]],
  ['?order=ORD-NONE', () => []],
  ['?recipient=ada@example.com', () => [confirmation]],
  ['?recipient=ada@example.co', () => []],
  ['?status=failed', () => [failed]],
  ['?status=held&channel=chat', () => [chat]],
  ['?status=delivered', () => [confirmation]],
  ['?topic=stock', () => [chat, failed]],
  ['?template=low-stock', () => [failed]],
  ['?updated_since=2100-01-01T00:00:00Z', () => []],
  ['?updated_since=2020-01-01T00:00:00%2B02:00&status=failed', () => [failed]],
])('lists by %s, newest first', async (query, expected) => {
  expect(await ids(query.replace('ORDER', orderId).replace('NUMBER', 'ord-7'))).toEqual(expected());
});

it('gives pages, and refuses cursors and parameters that are none', async () => {
  const first = await list('?limit=2');
  expect(first).toMatchObject({ has_more: true, data: [{ id: chat }, { id: failed }] });
  expect(await list(`?limit=2&cursor=${first.next_cursor}`)).toMatchObject({
    has_more: false,
    data: [{ id: confirmation }],
  });
  for (const bad of ['cursor=nonsense', 'status=lost', 'channel=fax', 'orders=1', 'updated_since=yesterday'])
    expect(await call(api, 'GET', `/v1/notifications?${bad}`)).toMatchObject({ status: 400 });
});

it('shows one with its attempts, events and text, and no secret of its links', async () => {
  const { body, headers } = await call<Record<string, unknown>>(api, 'GET', `/v1/notifications/${confirmation}`);
  expect(body).toMatchObject({
    recipient: ADA,
    order_number: expect.stringMatching(/^ORD-/),
    tries: 1,
    attempts: [{ provider: 'sendgrid', outcome: 'accepted' }],
    events: [{ type: 'processed' }, { type: 'delivered' }],
    content: { subject: 'Confirmed', text: `Paid.\nhttps://shop.example/?order=${orderId}&token=…` },
  });
  expect(JSON.stringify(body)).not.toContain(TOKEN);
  const etag = headers.get('etag')!;
  const again = await call(api, 'GET', `/v1/notifications/${confirmation}`, { headers: { 'if-none-match': etag } });
  expect(again.status).toBe(304);
  await api.db.pool.query(`update notifications set events = events || '[{"type":"open"}]' where id = $1`, [
    confirmation,
  ]);
  const changed = await call(api, 'GET', `/v1/notifications/${confirmation}`, { headers: { 'if-none-match': etag } });
  expect(changed.status).toBe(200);
});

it('stands in the order’s history: the message, each try and each event, in the order of time', async () => {
  interface Entry {
    kind: string;
    what: string;
    detail: Record<string, unknown>;
  }
  const { body } = await call<{ data: Entry[] }>(api, 'GET', `/v1/orders/${orderId}/history`);
  const told = body.data.filter(({ kind }) => ['notification', 'message_attempt', 'message_event'].includes(kind));
  const of = (what: string) => told.find((entry) => entry.what === what);
  expect(of('order-confirmation')).toMatchObject({
    kind: 'notification',
    url: expect.stringContaining(`/ops/messages/${confirmation}`),
    detail: { id: confirmation, provider: 'sendgrid', status: 'delivered', tries: 1, text_kept: true },
  });
  expect(of('accepted')).toMatchObject({
    kind: 'message_attempt',
    detail: { notification_id: confirmation, number: 1 },
  });
  expect(of('delivered')).toMatchObject({ kind: 'message_event', at: '2026-01-01T00:00:05.000Z' });
  expect(told.slice(0, 4).map(({ what }) => what)).toEqual([
    'accepted',
    'processed',
    'delivered',
    'order-confirmation',
  ]);
  expect(JSON.stringify(told)).not.toMatch(/ada@|ot_0fG/i);
});

it('shows nobody the address of a chat, which is a secret', async () => {
  const { body } = await call<Listed>(api, 'GET', `/v1/notifications/${chat}`);
  expect(body).toMatchObject({
    recipient: 'https://hooks.slack.com/…',
    content: null,
    text_kept: false,
    due_at: '2100-01-01T00:00:00.000Z',
  });
  expect(JSON.stringify(await list())).not.toContain('aVerySecretPart');
});

it('asks for its scope, and is nothing for a browser’s key', async () => {
  for (const path of ['/v1/notifications', `/v1/notifications/${confirmation}`]) {
    expect((await call(api, 'GET', path, { key: await api.makeKey(['notifications:read']) })).status).toBe(200);
    expect((await call(api, 'GET', path, { key: await api.makeKey(['orders:read', 'ops:read']) })).status).toBe(403);
    expect((await call(api, 'GET', path, { key: api.publishableKey })).status).toBe(403);
  }
  expect((await call(api, 'GET', `/v1/notifications/${orderId}`)).status).toBe(404);
});

it('are measured: what waits, and what did not arrive', async () => {
  await recordSendOutcome(api.db, { channel: 'email', provider: 'sendgrid', outcome: 'accepted', seconds: 0.5 });
  const text = await (await fetch(`${api.apiUrl}/metrics`)).text();
  expect(text).toContain('stockroom_messages_waiting{channel="chat",status="held"} 1');
  expect(text).toMatch(/stockroom_message_oldest_seconds\{channel="chat",status="held"\} [\d.]+/);
  expect(text).toContain('stockroom_messages_undelivered{channel="email",status="failed"} 1');
  expect(text).toContain('# TYPE stockroom_messages_total counter');
  expect(text).toContain('stockroom_messages_total{channel="email",provider="sendgrid",outcome="accepted"} 1');
  expect(text).toContain(
    'stockroom_message_send_seconds_total{channel="email",provider="sendgrid",outcome="accepted"} 0.5',
  );
});

it('looks at so many messages for a page, and goes on where it stopped', async () => {
  await api.db.pool.query(
    `insert into notifications (id, cause, template, recipient, status)
     select ('ffffffff-ffff-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'crowd/' || n, 'operations-notice', 'crowd@example.com', 'accepted' from generate_series(1, $1::integer) n`,
    [LOOKED_AT],
  );
  const first = await list('?topic=stock');
  expect(first).toMatchObject({ data: [], has_more: true });
  expect(await ids(`?topic=stock&cursor=${first.next_cursor}`)).toEqual([chat, failed]);
  expect(await ids('?status=failed')).toEqual([failed]);
});
