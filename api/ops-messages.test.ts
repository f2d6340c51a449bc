import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OPS, startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { insertTestMessage } from '../test/support/messages.ts';
import { insertTestOrder } from '../test/support/orders.ts';

let api: TestApi;
let sent: string;
let failed: string;
beforeAll(async () => {
  api = await startApi();
  const orderId = await insertTestOrder(api.db, {
    variants: await seedVariants(api.db, [{ sku: 'TEE', units: 10, amount: 2_000 }]),
  });
  await api.db.pool.query(`update orders set number = 'ORD-7' where id = $1`, [orderId]);
  sent = await insertTestMessage(api.db, {
    order_id: orderId,
    recipient: 'ada@example.com',
    status: 'delivered',
    provider: 'sendgrid',
    attempts: [
      { number: 1, provider: 'sendgrid', started_at: '2026-01-01T00:00:00Z', outcome: 'accepted', code: '<b>202</b>' },
    ],
    events: [{ type: 'delivered', at: '2026-01-01T00:00:05Z', provider: 'sendgrid' }],
    content: {
      subject: 'Hello <script>alert(1)</script>',
      text: 'Dear <i>Ada</i>\nhttps://shop.example/?token=ot_0fGx3vB1nM5kQ7wZ9yT2sR4pL6jH8dF',
    },
  });
  failed = await insertTestMessage(api.db, {
    recipient: 'finance@example.com',
    status: 'failed',
    topic: 'finance',
    error: { code: 'http_401', message: 'bad key' },
  });
});
afterAll(() => api?.close());

const basic = (password: string) => `Basic ${Buffer.from(`${OPS.user}:${password}`).toString('base64')}`;
const look = async (path = '', authorization = basic(OPS.password)) => {
  const answer = await fetch(`${api.apiUrl}/ops/messages${path}`, { headers: { authorization } });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

it('lets operations in and nobody else, keys of the API neither', async () => {
  for (const path of ['', `/${sent}`]) {
    expect((await look(path)).status).toBe(200);
    for (const other of ['', basic('guess'), `Bearer ${api.secretKey}`]) {
      const { status, text } = await look(path, other);
      expect([status, text.includes('ada')]).toEqual([401, false]);
    }
  }
  const { headers } = await look();
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe/);
});

it.each([
  ['', true, true],
  ['?order=ORD-7&recipient=&status=&channel=&topic=', true, false],
  ['?order=ORD-0', false, false],
  ['?status=failed', false, true],
  ['?status=nonsense', true, true],
  ['?topic=finance', false, true],
  ['?recipient=ADA@example.com', true, false],
  ['?channel=sms', false, false],
])('lists by %s', async (query, showsSent, showsFailed) => {
  const { text } = await look(query);
  expect([text.includes(sent), text.includes(failed)]).toEqual([showsSent, showsFailed]);
});

it('shows in the list of whom it was, but no address as a whole', async () => {
  const { text } = await look();
  expect(text).toContain('a…@example.com');
  expect(text).not.toContain('ada@example.com');
});

it('shows one with its attempts, events and text: nothing runs, and no secret of its links is there', async () => {
  const { text } = await look(`/${sent}`);
  for (const part of [
    'ada@example.com',
    'ORD-7',
    '2026-01-01 00:00:05 UTC',
    'accepted',
    'code: &lt;b&gt;202',
    'Dear &lt;i&gt;Ada',
  ])
    expect(text).toContain(part);
  expect(text).toContain('https://shop.example/?token=…');
  expect(text).not.toMatch(/ot_0fG|<script>|<i>Ada/);
  expect((await look(`/${failed}`)).text).toContain('http_401: bad key');
  expect((await look('/01900000-0000-7000-8000-000000000000')).status).toBe(404);
  expect((await look('/x')).status).toBe(404);
});

it('goes on to older ones', async () => {
  for (let n = 0; n < 50; n++) await insertTestMessage(api.db, { recipient: 'many@example.com' });
  const { text } = await look();
  expect(text).not.toContain(sent);
  const [, older] = /href="\/ops\/messages(\?before=[^"]+)">Older/.exec(text)!;
  expect((await look(older!.replaceAll('&amp;', '&'))).text).toContain(sent);
});
