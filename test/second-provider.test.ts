/** E-mail by two providers: row and job → SendGrid's client, then SMTP → the played ones → one mailbox that shows what has really arrived. */
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createSendgrid } from '../providers/email-sendgrid.ts';
import { createSmtp } from '../providers/email-smtp.ts';
import type { EmailChannel } from '../providers/message-channel.ts';
import { createFaults, type FaultRequest, type Faults } from '../sandbox/faults.ts';
import { createSendgridSandbox } from '../sandbox/sendgrid/app.ts';
import { createMailbox, type Mailbox } from '../sandbox/sendgrid/mailbox.ts';
import { listenOn } from '../sandbox/sendgrid/test-sandbox.ts';
import { createSmtpSandbox, type SmtpSandbox } from '../sandbox/smtp/app.ts';
import { openStore, type Store } from '../sandbox/store.ts';
import { type MailRoom, openMailRoom } from './support/mail-room.ts';

let room: MailRoom;
let store: Store;
let faults: Faults;
let mailbox: Mailbox;
let server: Server;
let mailServer: SmtpSandbox;
let channels: EmailChannel[];

beforeAll(async () => {
  room = await openMailRoom('second-provider-test');
});
afterAll(() => room.close());

beforeEach(async () => {
  store = openStore(':memory:');
  faults = createFaults();
  mailbox = createMailbox(store, 100);
  server = createServer(express().use(createSendgridSandbox({ store, faults, apiKey: 'SG.sandbox' })));
  mailServer = createSmtpSandbox({ store, faults, mailbox });
  const [apiBase, port] = [await listenOn(server), await mailServer.listen(0, '127.0.0.1')];
  const smtp = createSmtp({ url: `smtp://127.0.0.1:${port}`, timeoutMs: 5_000 });
  channels = [createSendgrid({ apiKey: 'SG.sandbox', apiBase, timeoutMs: 5_000 }), smtp];
  await room.clear();
  use(...channels);
});
afterEach(async () => {
  for (const channel of channels) channel.close();
  server.closeAllConnections();
  server.close();
  await mailServer.close();
  store.close();
});

const use = (...email: EmailChannel[]) => {
  room.settings = { channels: { email, sms: [], web_push: [], chat: [] } };
};
const strike = (request: Omit<FaultRequest, 'times'>, times = 1) => faults.add({ times, ...request });
const arrived = () =>
  mailbox.list({ limit: 10 }).map(({ custom_args }) => JSON.parse(custom_args) as { received_by?: string });

async function send(): Promise<string> {
  const id = await room.queue();
  for (let run = 0; run < 5; run += 1) await room.run(id);
  return id;
}

describe('the second provider', () => {
  it('takes what the first refuses for reasons of its own, once', async () => {
    strike({ provider: 'sendgrid', kind: 'server_error', status: 401 }, 10);
    const id = await send();
    const [row] = await room.sql('select status, provider from notifications where id = $1', [id]);
    expect(row).toEqual({ status: 'accepted', provider: 'smtp' });
    expect(arrived()).toEqual([{ notification_id: id, received_by: 'SMTP' }]);
  });

  it('is never given what the first may have taken', async () => {
    strike({ provider: 'sendgrid', kind: 'answer_lost' });
    const id = await send();
    expect(await room.statusOf(id)).toBe('uncertain');
    expect(arrived()).toEqual([expect.not.objectContaining({ received_by: 'SMTP' })]);
  });

  it('is not asked about a message that nobody would take', async () => {
    strike({ provider: 'sendgrid', kind: 'server_error', status: 400 }, 10);
    const id = await send();
    expect(await room.statusOf(id)).toBe('failed');
    expect(arrived()).toEqual([]);
  });

  it.each([
    ['lost its answer after the final dot', 'after', 1],
    ['broke before it had kept the message', 'before', 0],
  ] as const)('that %s leaves a doubt, and nothing is sent again', async (_what, phase, kept) => {
    strike({ provider: 'sendgrid', kind: 'server_error', status: 403 }, 10);
    strike({ provider: 'smtp', kind: 'answer_lost', phase });
    const id = await send();
    expect(await room.statusOf(id)).toBe('uncertain');
    expect(arrived()).toHaveLength(kept);
  });

  it('that refuses as well ends the message', async () => {
    strike({ provider: 'sendgrid', kind: 'server_error', status: 403 }, 10);
    strike({ provider: 'smtp', kind: 'server_error', status: 554 }, 10);
    const id = await send();
    expect(await room.statusOf(id)).toBe('failed');
    expect(arrived()).toEqual([]);
  });
});
