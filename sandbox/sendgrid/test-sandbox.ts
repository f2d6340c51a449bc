/** For the tests beside: a sandbox on a port of its own, and a receiver of its events. */
import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createFaults } from '../faults.ts';
import { openStore, type Store } from '../store.ts';
import { createSendgridSandbox, type SendgridSandboxOptions } from './app.ts';
import { type EventKeys, generateEventKeys } from './event-keys.ts';

export type ReceivedEvent = Record<string, unknown> & { event: string; email: string; sg_event_id: string };

export async function listenOn(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Keeps every event of a batch whose signature holds; answers with `status`. */
export async function startReceiver(keys: EventKeys) {
  const received: ReceivedEvent[] = [];
  const state = { status: 200, batches: 0, forged: 0, connections: 0, received, url: '', close: () => {} };
  const publicKey = createPublicKey({ key: Buffer.from(keys.publicKey, 'base64'), format: 'der', type: 'spki' });
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const header = (name: string) => String(req.headers[`x-twilio-email-event-webhook-${name}`]);
    const signed = Buffer.concat([Buffer.from(header('timestamp')), body]);
    state.batches += 1;
    if (!verify('sha256', signed, publicKey, Buffer.from(header('signature'), 'base64'))) state.forged += 1;
    else if (state.status < 300) received.push(...(JSON.parse(body.toString()) as ReceivedEvent[]));
    res.writeHead(state.status).end();
  });
  server.on('connection', () => {
    state.connections += 1;
  });
  state.url = `${await listenOn(server)}/webhooks/sendgrid`;
  state.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return state;
}

export async function startSandbox(options: Partial<SendgridSandboxOptions> & { file?: string } = {}) {
  const keys = generateEventKeys();
  const store: Store = options.store ?? openStore(options.file ?? ':memory:');
  const faults = options.faults ?? createFaults();
  const sandbox = createSendgridSandbox({ apiKey: 'SG.sandbox', batchMs: 20, ...options, store, faults });
  const server = createServer(express().use(sandbox));
  const url = await listenOn(server);
  return {
    url,
    keys,
    faults,
    sandbox,
    send: (body: unknown, headers: Record<string, string> = {}) =>
      fetch(`${url}/v3/mail/send`, {
        method: 'POST',
        headers: { authorization: 'Bearer SG.sandbox', 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async mails(query = '') {
      const answer = await fetch(`${url}/mailbox.json${query}`);
      return (await answer.json()) as { data: Record<string, unknown>[]; total: number; has_more: boolean };
    },
    async close() {
      await sandbox.close();
      server.closeAllConnections();
      server.close();
      store.close();
    },
  };
}

export const makeMail = (more: object = {}) => ({
  personalizations: [{ to: [{ email: 'ada@example.com' }], custom_args: { notification_id: 'n-1' } }],
  from: { email: 'shop@shop.example', name: 'Shop' },
  subject: 'Hello',
  content: [
    { type: 'text/plain', value: 'Hello Ada' },
    { type: 'text/html', value: '<p>Hello Ada</p>' },
  ],
  ...more,
});
