import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { listNotifications } from '../db/notifications.ts';
import { tell } from '../db/tell.ts';
import { applyEmailEvents } from '../queues/apply-email-events.ts';
import { generateEventKeys, readPrivateKey, signatureHeaders } from '../sandbox/sendgrid/event-keys.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createSendgridWebhook, readEvents } from './sendgrid-webhook.ts';

const keys = generateEventKeys();
const privateKey = readPrivateKey(keys.privateKey);
const log = pino({ level: 'silent' });
let test: TestDatabase;
let db: Database;
let server: Server;
let broken: boolean;

beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'sendgrid-webhook-test' });
  broken = false;
  const breakable: Database = {
    ...db,
    each: (set, item) => (broken ? Promise.reject(new Error('connect ECONNREFUSED')) : db.each(set, item)),
  };
  const app = express();
  app.use(createSendgridWebhook({ db: breakable, publicKey: keys.publicKey, log }));
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await db.close();
  await test.drop();
});

interface Given {
  path?: string;
  headers?: Record<string, string>;
  nowMs?: number;
}

function post(body: unknown, { path = '/webhooks/sendgrid', headers, nowMs = Date.now() }: Given = {}) {
  const raw = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : `${JSON.stringify(body)}\r\n`);
  const { port } = server.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signatureHeaders(privateKey, raw, nowMs), ...headers },
    body: new Uint8Array(raw),
  });
}

const makeEvent = (more: object = {}) => ({
  email: 'ada@example.com',
  timestamp: 1,
  event: 'delivered',
  sg_event_id: uuidv7(),
  sg_message_id: 'msg-1.filter0001.2',
  notification_id: uuidv7(),
  ...more,
});

/** An event of a message that is under way. */
async function makeNews(more: object = {}) {
  const orderId = uuidv7();
  const order = `insert into orders (id, currency, subtotal_amount, shipping_amount, tax_amount, total_amount, customer_email,
      shipping_address, shipping_method, expires_at)
    values ($1, 'usd', 0, 0, 0, 0, 'ada@example.com', '{}', 'standard', now())`;
  await db.rows(statement('test_order', order), [orderId]);
  await tell(db, { event: 'order.paid', orderId, cause: `order.paid/${orderId}`, email: 'ada@example.com' });
  const [row] = await listNotifications(db, orderId);
  return makeEvent({ notification_id: row!.id, ...more });
}

const inbox = (ids: string[]) =>
  db.rows<{ event_id: string; type: string; object_id: string; payload: object; status: string }>(
    statement(
      'test_inbox',
      `select * from inbox_events where provider = 'sendgrid' and event_id = any($1) order by event_id`,
    ),
    [ids],
  );
const jobs = async (id: string) => {
  const text = `select job_id, payload from outbox where queue = 'apply-email-events' and payload -> 'event_ids' ? $1`;
  return db.rows<{ job_id: string; payload: object }>(statement('test_jobs', text), [id]);
};

async function expectProblem(response: Response, status: number, code: string) {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await response.json()).toMatchObject({
    type: `urn:stockroom:problem:${code}`,
    title: expect.any(String),
    status,
    code,
  });
}

describe('the SendGrid webhook', () => {
  it.each(['/webhooks/sendgrid', '/v1/webhooks/sendgrid'])('keeps a batch with one job at %s', async (path) => {
    const [a, b] = [
      await makeNews({ sg_event_id: `a-${path}` }),
      await makeNews({ sg_event_id: `b-${path}`, event: 'bounce', type: 'blocked', reason: '421' }),
    ];
    const response = await post([a, b], { path });
    expect(response.status).toBe(204);
    expect(await inbox([a.sg_event_id, b.sg_event_id])).toMatchObject([
      { type: 'delivered', object_id: a.notification_id, status: 'received', payload: { messageId: 'msg-1' } },
      { type: 'bounce', object_id: b.notification_id, payload: { code: 'blocked', reason: '421' } },
    ]);
    const [{ payload, job_id } = {}] = await jobs(a.sg_event_id);
    expect(applyEmailEvents.jobId(applyEmailEvents.payload.parse(payload))).toBe(job_id);
    expect(applyEmailEvents.payload.parse(payload).event_ids.toSorted()).toEqual([a.sg_event_id, b.sg_event_id]);
  });

  it('keeps an event once, however often it is posted', async () => {
    const event = await makeNews();
    const answers = await Promise.all([post([event, event]), post([event]), post([event])]);
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect(await inbox([event.sg_event_id])).toHaveLength(1);
    expect(await jobs(event.sg_event_id)).toHaveLength(1);
  });

  it('keeps no recipient', async () => {
    const event = makeEvent();
    await post([event]);
    expect(JSON.stringify(await inbox([event.sg_event_id]))).not.toContain('ada@example.com');
  });

  it('keeps what foreign mail servers write, NUL and half characters included', async () => {
    const event = makeEvent({ event: 'bounce', reason: `no\0such ${'x'.repeat(5_000)}\ud800`, type: ['odd'] });
    expect((await post([event, 'noise', null, 7])).status).toBe(204);
    expect(await inbox([event.sg_event_id])).toHaveLength(1);
  });

  it('accepts an empty batch', async () => {
    expect((await post([])).status).toBe(204);
  });

  it.each<[string, Record<string, string>]>([
    ['a garbage signature', { 'X-Twilio-Email-Event-Webhook-Signature': '%%% not base64 %%%' }],
    ['an empty signature', { 'X-Twilio-Email-Event-Webhook-Signature': '' }],
    [
      'a timestamp that was changed',
      { 'X-Twilio-Email-Event-Webhook-Timestamp': String(Math.floor(Date.now() / 1_000) - 1) },
    ],
    ['a timestamp that is none', { 'X-Twilio-Email-Event-Webhook-Timestamp': 'NaN' }],
  ])('refuses %s', async (_what, headers) => {
    const event = makeEvent();
    await expectProblem(await post([event], { headers }), 400, 'signature_invalid');
    expect(await inbox([event.sg_event_id])).toEqual([]);
  });

  it('refuses a signature of another key, a changed body, and missing headers', async () => {
    const foreign = signatureHeaders(readPrivateKey(generateEventKeys().privateKey), Buffer.from('[]'), Date.now());
    await expectProblem(await post('[]', { headers: foreign }), 400, 'signature_invalid');
    const other = signatureHeaders(privateKey, Buffer.from('[1]'), Date.now());
    await expectProblem(await post('[]', { headers: other }), 400, 'signature_invalid');
    const { port } = server.address() as AddressInfo;
    const bare = await fetch(`http://127.0.0.1:${port}/webhooks/sendgrid`, { method: 'POST', body: '[]' });
    await expectProblem(bare, 400, 'signature_invalid');
  });

  it('refuses what was signed more than ten minutes ago, or ahead', async () => {
    for (const nowMs of [Date.now() - 601_000, Date.now() + 602_000]) {
      await expectProblem(await post([makeEvent()], { nowMs }), 400, 'signature_invalid');
    }
    expect((await post([makeEvent()], { nowMs: Date.now() - 590_000 })).status).toBe(204);
  });

  it('refuses a signed body that is no array', async () => {
    for (const body of ['{}', 'null', '[', '']) await expectProblem(await post(body), 400, 'body_invalid');
  });

  it('takes the megabyte that SendGrid may send, and refuses more', async () => {
    const batch = Array.from({ length: 1_300 }, () => makeEvent({ reason: 'x'.repeat(450) }));
    expect(JSON.stringify(batch).length).toBeGreaterThan(768_000);
    expect((await post(batch)).status).toBe(204);
    await expectProblem(await post(Buffer.alloc(1_048_577, 'x')), 413, 'body_invalid');
    await expectProblem(await post([], { headers: { 'content-encoding': 'gzip' } }), 415, 'body_invalid');
  });

  it('answers 5xx when it could not keep them, so that they come again', async () => {
    const event = await makeNews();
    broken = true;
    await expectProblem(await post([event]), 500, 'internal_error');
    broken = false;
    expect((await post([event])).status).toBe(204);
    expect(await jobs(event.sg_event_id)).toHaveLength(1);
  });
});

it('refuses to start with a key that is none', () => {
  for (const publicKey of ['', 'abc', Buffer.from('not a key').toString('base64')]) {
    expect(() => createSendgridWebhook({ db, publicKey, log })).toThrow();
  }
});

it('names an event without an id by its content', () => {
  const [first, again, other] = [
    { event: 'open', n: 1 },
    { event: 'open', n: 1 },
    { event: 'open', n: 2 },
  ].map((each) => readEvents(Buffer.from(JSON.stringify([each])))![0]!.id);
  expect(first).toBe(again);
  expect(first).not.toBe(other);
});
