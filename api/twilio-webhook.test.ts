import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import webhooks from 'twilio/lib/webhooks/webhooks.js';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { listNotifications } from '../db/notifications.ts';
import { tell } from '../db/tell.ts';
import { applyEmailEvents } from '../queues/apply-email-events.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createTwilioWebhook } from './twilio-webhook.ts';

const publicUrl = 'https://api.shop.example/stockroom';
const tokens = ['t'.repeat(32), 'u'.repeat(32)];
let test: TestDatabase;
let db: Database;
let server: Server;
let broken = false;

beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'twilio-webhook-test' });
  const breakable: Database = {
    ...db,
    each: (set, item) => (broken ? Promise.reject(new Error('connect ECONNREFUSED')) : db.each(set, item)),
  };
  const log = pino({ level: 'silent' });
  const app = express();
  app.use(createTwilioWebhook({ db: breakable, authTokens: tokens, publicUrl: `${publicUrl}/`, log }));
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
  token?: string;
  /** What Twilio believes to call. */
  signedUrl?: string;
  headers?: Record<string, string>;
  raw?: string;
}

/** Signed with Twilio's own function. */
function post(form: Record<string, string>, given: Given = {}) {
  const { path = '/webhooks/twilio', token = tokens[0]!, headers, raw } = given;
  const signature = webhooks.getExpectedTwilioSignature(token, given.signedUrl ?? publicUrl + path, form);
  const { port } = server.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': signature,
      ...headers,
    },
    body: raw ?? new URLSearchParams(form).toString(),
  });
}

const makeForm = (more: object = {}): Record<string, string> => ({
  ...{ AccountSid: `AC${'a'.repeat(32)}`, ApiVersion: '2010-04-01', From: '+4930123456', To: '+4915112345678' },
  ...{ MessageSid: `SM${uuidv7().replaceAll('-', '')}`, MessageStatus: 'undelivered', ErrorCode: '30003' },
  ...more,
});

/** A message that is under way. */
async function makeNotification(): Promise<string> {
  const orderId = uuidv7();
  const order = `insert into orders (id, currency, subtotal_amount, shipping_amount, tax_amount, total_amount, customer_email,
      shipping_address, shipping_method, expires_at)
    values ($1, 'usd', 0, 0, 0, 0, 'ada@example.com', '{}', 'standard', now())`;
  await db.rows(statement('test_order', order), [orderId]);
  await tell(db, { event: 'order.paid', orderId, cause: `order.paid/${orderId}`, email: 'ada@example.com' });
  return (await listNotifications(db, orderId))[0]!.id;
}

const inbox = (sid: string) =>
  db.rows<{ event_id: string; type: string; object_id: string | null; payload: object; status: string }>(
    statement('test_inbox', `select * from inbox_events where provider = 'twilio' and payload ->> 'messageId' = $1`),
    [sid],
  );
const jobsOf = (eventId: string) =>
  db.rows<{ payload: unknown }>(
    statement(
      'test_jobs',
      `select payload from outbox where queue = 'apply-email-events' and payload -> 'event_ids' ? $1`,
    ),
    [eventId],
  );

describe('the Twilio webhook', () => {
  it.each(['/webhooks/twilio', '/v1/webhooks/twilio'])('keeps a status with one job at %s', async (path) => {
    const id = await makeNotification();
    const form = makeForm();
    const answer = await post(form, { path: `${path}?notification_id=${id}` });
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    const [row] = await inbox(form.MessageSid!);
    expect(row).toMatchObject({
      ...{ event_id: `${form.MessageSid}/undelivered`, type: 'undelivered', object_id: id, status: 'received' },
      payload: { messageId: form.MessageSid, code: '30003', reason: 'See https://www.twilio.com/docs/errors/30003' },
    });
    expect(JSON.stringify(row)).not.toContain('+4915112345678');
    const [job] = await jobsOf(row!.event_id);
    expect(applyEmailEvents.payload.parse(job!.payload)).toMatchObject({
      provider: 'twilio',
      event_ids: [row!.event_id],
    });
  });

  it('keeps a status once, however often it comes', async () => {
    const path = `/webhooks/twilio?notification_id=${await makeNotification()}`;
    const form = makeForm();
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(form, { path })));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(204));
    const rows = await inbox(form.MessageSid!);
    expect([rows.length, (await jobsOf(rows[0]!.event_id)).length]).toEqual([1, 1]);
  });

  it('takes either token while it is being changed, and a signature with the fragment too', async () => {
    expect((await post(makeForm(), { token: tokens[1]! })).status).toBe(204);
    const signedUrl = `${publicUrl}/webhooks/twilio#rc=5&rp=ct,rt,5xx`;
    expect((await post(makeForm(), { signedUrl })).status).toBe(204);
  });

  it.each<[string, Given]>([
    ['a foreign token', { token: 'x'.repeat(32) }],
    ['no signature', { headers: { 'x-twilio-signature': '' } }],
    ['half a signature', { headers: { 'x-twilio-signature': 'abc' } }],
    ['another address', { signedUrl: 'https://elsewhere.example/webhooks/twilio' }],
    [
      'another notification',
      { path: '/webhooks/twilio?notification_id=b', signedUrl: `${publicUrl}/webhooks/twilio?notification_id=a` },
    ],
    ['other fields', { raw: 'MessageSid=SM1&MessageStatus=delivered' }],
    ['a field more', { raw: `${new URLSearchParams(makeForm())}&MessageStatus=delivered` }],
    ['no form', { raw: '' }],
  ])('refuses %s', async (_what, given) => {
    const before = await count();
    const answer = await post(makeForm(), given);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'signature_invalid' });
    expect(await count()).toBe(before);
  });

  it('keeps what is about no message of ours as ignored, and lets pass what is no status', async () => {
    for (const path of [
      '/webhooks/twilio',
      `/webhooks/twilio?notification_id=${uuidv7()}`,
      '/webhooks/twilio?notification_id=x',
    ]) {
      const form = makeForm();
      expect((await post(form, { path })).status).toBe(204);
      expect((await inbox(form.MessageSid!))[0]).toMatchObject({ status: 'ignored' });
    }
    const before = await count();
    expect((await post({ From: '+491511', Body: 'STOP' })).status).toBe(204);
    expect(await count()).toBe(before);
  });

  it('keeps hostile fields as words', async () => {
    const path = `/webhooks/twilio?notification_id=${await makeNotification()}`;
    const form = makeForm({ MessageStatus: 'un\0known', ErrorCode: `\0'; drop table orders${'x'.repeat(5_000)}` });
    expect((await post(form, { path })).status).toBe(204);
    const [row] = await inbox(form.MessageSid!);
    expect(row!.type).toBe('unknown');
    expect((row!.payload as { code: string }).code).toHaveLength(1_000);
  });

  it('answers 5xx while nothing can be kept, so that Twilio comes again', async () => {
    broken = true;
    const form = makeForm();
    expect((await post(form)).status).toBe(500);
    broken = false;
    expect((await post(form)).status).toBe(204);
    expect(await inbox(form.MessageSid!)).toHaveLength(1);
  });

  it('refuses what is too large, and compressed bodies', async () => {
    expect((await post({ Body: 'x'.repeat(70_000) })).status).toBe(413);
    expect((await post(makeForm(), { headers: { 'content-encoding': 'gzip' } })).status).toBe(415);
  });
});

async function count(): Promise<number> {
  const [row] = await db.rows<{ n: number }>(
    statement('test_count', 'select count(*)::int as n from inbox_events'),
    [],
  );
  return row!.n;
}
