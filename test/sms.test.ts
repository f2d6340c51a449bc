/** A text message's whole way: row and job → Twilio's client → sandbox → signed callbacks → webhook → settled, with faults between. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import { createTwilioWebhook } from '../api/twilio-webhook.ts';
import type { ShortChannel } from '../providers/message-channel.ts';
import { createTwilio } from '../providers/sms-twilio.ts';
import { listenOn } from '../sandbox/sendgrid/test-sandbox.ts';
import { startTwilioSandbox } from '../sandbox/twilio/start-for-test.ts';
import { createApplyEmailEvents } from '../workers/apply-email-events.ts';
import { type MailRoom, openMailRoom } from './support/mail-room.ts';
import { waitFor } from './support/wait-for.ts';

const log = pino({ level: 'silent' });
let room: MailRoom;
let api: Server;
let sandbox: Awaited<ReturnType<typeof startTwilioSandbox>>;
let sms: ShortChannel;

beforeAll(async () => {
  room = await openMailRoom('sms-test');
});

beforeEach(async () => {
  sandbox = await startTwilioSandbox();
  const { accountSid, authToken, url: apiBase } = sandbox;
  const app = express();
  api = createServer(app);
  const publicUrl = await listenOn(api);
  app.use(createTwilioWebhook({ db: room.db, authTokens: [authToken], publicUrl, log }));
  const statusCallback = `${publicUrl}/webhooks/twilio`;
  sms = createTwilio({ accountSid, authToken, from: '+15005550006', apiBase, statusCallback, timeoutMs: 1_000 });
  await room.clear();
  room.settings = { channels: { email: [], sms: [sms], web_push: [], chat: [] } };
});

afterEach(async () => {
  sms.close();
  await sandbox.close();
  api.closeAllConnections();
  api.close();
  await once(api, 'close');
});
afterAll(() => room.close());

async function queue(to = '+4915112345678'): Promise<string> {
  const id = await room.queue();
  await room.sql(`update notifications set channel = 'sms', recipient = $2 where id = $1`, [id, to]);
  return id;
}

/** Does what the queue does with the webhook's jobs. */
async function applyEvents(): Promise<void> {
  type Payload = Parameters<ReturnType<typeof createApplyEmailEvents>>[0];
  const open = `delete from outbox where queue = 'apply-email-events' and status = 'pending' returning payload`;
  for (const { payload } of await room.sql<{ payload: Payload }>(open)) {
    await createApplyEmailEvents({ db: room.db })(payload, { log });
  }
}

async function becomes(id: string, status: string): Promise<void> {
  const probe = async () => {
    await applyEvents();
    return (await room.statusOf(id)) === status;
  };
  await waitFor(probe, { describe: `a message that is ${status}` });
}

const onPhones = async () => (await sandbox.messages()).total;
const suppressions = () => room.sql<object>('select address, reason from suppressions order by address');

describe('a text message', () => {
  it('is accepted, delivered and short', async () => {
    const id = await queue();
    expect(await room.run(id)).toEqual({ kind: 'done' });
    expect((await room.find(id))!.provider_message_id).toMatch(/^SM/);
    await becomes(id, 'delivered');
    const [message] = (await sandbox.messages()).data;
    expect(message).toMatchObject({ to: '+4915112345678', status: 'delivered' });
    expect(Number(message!.num_segments)).toBeLessThanOrEqual(4);
    expect(message!.body).toContain(`https://shop.example/orders/${room.orderId}`);
  });

  it('arrives once although its answer was lost, and is settled by its callback', async () => {
    sandbox.faults.add({ provider: 'twilio', kind: 'answer_lost', times: 1 });
    const id = await queue();
    await room.run(id);
    expect(await room.statusOf(id)).toBe('uncertain');
    await room.run(id);
    await becomes(id, 'delivered');
    await room.run(id);
    expect(await onPhones()).toBe(1);
  });

  it('arrives once although its answer took too long', async () => {
    sandbox.faults.add({ provider: 'twilio', kind: 'slow', times: 1, delay_ms: 1_500 });
    const id = await queue();
    await room.run(id);
    expect(await room.statusOf(id)).toBe('uncertain');
    await becomes(id, 'delivered');
    expect(await onPhones()).toBe(1);
  });

  it('arrives once although Twilio said 500 after it had taken it', async () => {
    sandbox.faults.add({ provider: 'twilio', kind: 'server_error', phase: 'after', times: 1 });
    const id = await queue();
    expect(await room.run(id)).toMatchObject({ kind: 'later' });
    await becomes(id, 'delivered');
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'already delivered' });
    expect(await onPhones()).toBe(1);
  });

  it('arrives after a 429', async () => {
    sandbox.faults.add({ provider: 'twilio', kind: 'rate_limit', times: 1 });
    const id = await queue();
    expect(await room.run(id)).toMatchObject({ kind: 'later' });
    expect(await room.run(id)).toEqual({ kind: 'done' });
    await becomes(id, 'delivered');
  });

  it('is delivered in the end when callbacks are lost, doubled and out of order', async () => {
    sandbox.faults.add({ provider: 'twilio', kind: 'webhook_double', delay_ms: 50 });
    sandbox.faults.add({ provider: 'twilio', kind: 'webhook_reorder', delay_ms: 600 });
    sandbox.faults.add({ provider: 'twilio', kind: 'webhook_lose', match: { event_type: 'sent' }, times: 1 });
    const id = await queue();
    await room.run(id);
    await becomes(id, 'delivered');
    await waitFor(() => sandbox.sandbox.callbacks.pending() === 0);
    await applyEvents();
    expect(await room.statusOf(id)).toBe('delivered');
  });

  it('to a number that does not exist any more ends as bounced, and the number is not written to again', async () => {
    const id = await queue('+4915130005');
    await room.run(id);
    await becomes(id, 'bounced');
    expect(await room.eventTypes()).toEqual(['notification.bounced']);
    expect(await suppressions()).toContainEqual({ address: '+4915130005', reason: 'bounce' });
  });

  it('to somebody who answered STOP is refused at once, and the number is not written to again', async () => {
    const id = await queue('+15005550004');
    await room.run(id);
    expect(await room.statusOf(id)).toBe('failed');
    expect(await suppressions()).toContainEqual({ address: '+15005550004', reason: 'unsubscribe' });
  });

  it('with a wrong token is nobody’s number’s fault', async () => {
    const { accountSid, url: apiBase } = sandbox;
    const wrong = createTwilio({
      accountSid,
      authToken: 'wrong',
      from: '+15005550006',
      apiBase,
      statusCallback: 'http://127.0.0.1:9',
      timeoutMs: 500,
    });
    room.settings = { channels: { email: [], sms: [wrong], web_push: [], chat: [] } };
    const id = await queue('+4915199999999');
    await room.run(id);
    expect((await room.find(id))!.error).toMatchObject({ code: 'twilio_20003' });
    expect(await suppressions()).not.toContainEqual(expect.objectContaining({ address: '+4915199999999' }));
    wrong.close();
  });
});
