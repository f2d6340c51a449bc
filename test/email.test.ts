/** A message's whole way: row and job → real client → sandbox → signed events → webhook → settled, with faults between. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import { createSendgridWebhook } from '../api/sendgrid-webhook.ts';
import { createSendgrid } from '../providers/email-sendgrid.ts';
import type { EmailChannel } from '../providers/message-channel.ts';
import { generateEventKeys } from '../sandbox/sendgrid/event-keys.ts';
import { startSandbox } from '../sandbox/sendgrid/test-sandbox.ts';
import { createApplyEmailEvents } from '../workers/apply-email-events.ts';
import { claimByHand } from './support/claims.ts';
import { type MailRoom, openMailRoom } from './support/mail-room.ts';
import { waitFor } from './support/wait-for.ts';

const keys = generateEventKeys();
const log = pino({ level: 'silent' });
let room: MailRoom;
let api: Server;
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let provider: EmailChannel;

beforeAll(async () => {
  room = await openMailRoom('email-test');
  const app = express();
  app.use(createSendgridWebhook({ db: room.db, publicKey: keys.publicKey, log }));
  api = createServer(app).listen(0, '127.0.0.1');
  await once(api, 'listening');
});

beforeEach(async () => {
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}/webhooks/sendgrid`;
  sandbox = await startSandbox({ eventWebhook: { url, privateKey: keys.privateKey } });
  provider = createSendgrid({ apiKey: 'SG.sandbox', apiBase: sandbox.url, timeoutMs: 1_000 });
  await room.clear();
  room.answer = (message) => provider.send(message);
});

afterEach(async () => {
  provider.close();
  await sandbox.close();
});

afterAll(async () => {
  api.closeAllConnections();
  api.close();
  await room.close();
});

/** Does what the queue does with the webhook's jobs. */
async function applyEvents(): Promise<void> {
  const open = `delete from outbox where queue = 'apply-email-events' and status = 'pending' returning payload`;
  for (const { payload } of await room.sql<{ payload: Parameters<ReturnType<typeof createApplyEmailEvents>>[0] }>(
    open,
  )) {
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

const inMailbox = async (id: string) => {
  const { data } = await sandbox.mails();
  return data.filter((mail) => (mail.custom_args as { notification_id: string }).notification_id === id).length;
};

describe('a message', () => {
  it('is accepted, delivered and readable', async () => {
    const id = await room.queue();
    await room.run(id);
    await becomes(id, 'delivered');
    const [mail] = (await sandbox.mails()).data;
    const row = await room.find(id);
    expect(mail).toMatchObject({ id: row!.provider_message_id, subject: row!.subject });
    expect(mail!.html).toContain('Stone mug');
  });

  it('arrives once although its answer was lost, and is settled by its event', async () => {
    sandbox.faults.add({ provider: 'sendgrid', kind: 'answer_lost', times: 1 });
    const id = await room.queue();
    await room.run(id);
    expect(await room.statusOf(id)).toBe('uncertain');
    await room.run(id);
    await becomes(id, 'delivered');
    await room.run(id);
    expect(await inMailbox(id)).toBe(1);
  });

  it('arrives once although its answer took too long', async () => {
    sandbox.faults.add({ provider: 'sendgrid', kind: 'slow', times: 1, delay_ms: 1_500 });
    const id = await room.queue();
    await room.run(id);
    expect(await room.statusOf(id)).toBe('uncertain');
    await becomes(id, 'delivered');
    expect(await inMailbox(id)).toBe(1);
  });

  it('arrives once although the provider said 500 after it had sent', async () => {
    sandbox.faults.add({ provider: 'sendgrid', kind: 'server_error', phase: 'after', times: 1 });
    const id = await room.queue();
    expect(await room.run(id)).toEqual({ kind: 'later', delayMs: 7_000 });
    await becomes(id, 'delivered');
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'already delivered' });
    expect(await inMailbox(id)).toBe(1);
  });

  it('arrives after a 429 and a 500', async () => {
    sandbox.faults.add({ provider: 'sendgrid', kind: 'rate_limit', times: 1 });
    const id = await room.queue();
    expect(await room.run(id)).toMatchObject({ kind: 'later' });
    sandbox.faults.add({ provider: 'sendgrid', kind: 'server_error', times: 1 });
    expect(await room.run(id)).toMatchObject({ kind: 'later' });
    expect(await room.run(id)).toEqual({ kind: 'done' });
    await becomes(id, 'delivered');
    expect(await inMailbox(id)).toBe(1);
  });

  it('is delivered in the end when events are lost, doubled and out of order', async () => {
    sandbox.faults.add({ provider: 'sendgrid', kind: 'webhook_double', delay_ms: 50 });
    sandbox.faults.add({ provider: 'sendgrid', kind: 'webhook_reorder', delay_ms: 600 });
    sandbox.faults.add({ provider: 'sendgrid', kind: 'webhook_lose', match: { event_type: 'processed' }, times: 1 });
    const ids = [await room.queue(), await room.queue('shipped', 'shipment.shipped/1')];
    for (const id of ids) await room.run(id);
    for (const id of ids) await becomes(id, 'delivered');
    await waitFor(() => sandbox.sandbox.events?.pending() === 0);
    await applyEvents();
    expect(await Promise.all(ids.map(room.statusOf))).toEqual(['delivered', 'delivered']);
  });

  it.each([
    ['bounce', 'bounced'],
    ['dropped', 'dropped'],
  ])('to %s@ ends as %s, in the order’s history', async (word, status) => {
    const id = await room.queue();
    await room.sql('update notifications set recipient = $2 where id = $1', [id, `${word}@example.com`]);
    await room.run(id);
    await becomes(id, status);
    expect(await room.eventTypes()).toEqual([`notification.${status}`]);
  });

  it('that was never sent stays uncertain: nobody guesses', async () => {
    const id = await room.queue();
    await claimByHand(room.db, id, 'a sender that dies');
    await room.run(id);
    await applyEvents();
    expect([await room.statusOf(id), await inMailbox(id)]).toEqual(['uncertain', 0]);
  });
});
