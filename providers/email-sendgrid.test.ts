import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSendgrid } from './email-sendgrid.ts';
import type { EmailChannel, EmailMessage } from './message-channel.ts';

interface Seen {
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
  port: number | undefined;
}

let server: Server;
let url: string;
let seen: Seen[];
let answer: (res: ServerResponse, req: IncomingMessage) => void;
let providers: EmailChannel[];

const message: EmailMessage = {
  notificationId: '0190b1d2-0000-7000-8000-000000000001',
  orderId: '0190b1d2-0000-7000-8000-000000000002',
  to: 'ada@example.com',
  from: { email: 'shop@shop.example', name: 'Shop' },
  subject: 'Your order',
  text: 'Hello',
  html: '<p>Hello</p>',
  category: 'shipped',
};

function connect(options: { apiBase?: string; timeoutMs?: number; now?: () => number } = {}): EmailChannel {
  const provider = createSendgrid({ apiKey: 'SG.test-key', apiBase: url, timeoutMs: 2_000, ...options });
  providers.push(provider);
  return provider;
}

const accept = (res: ServerResponse) => res.writeHead(202, { 'x-message-id': 'msg-1' }).end();
const refuse =
  (status: number, headers = {}) =>
  (res: ServerResponse) =>
    res
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ errors: [{ message: 'is wrong', field: 'subject' }] }));

beforeEach(async () => {
  seen = [];
  providers = [];
  answer = accept;
  server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>;
    seen.push({ url: req.url, headers: req.headers, body, port: req.socket.remotePort });
    answer(res, req);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  for (const provider of providers) provider.close();
  server.closeAllConnections();
  server.close();
});

describe('what is sent', () => {
  it('carries both parts, the ids in the personalization, and nothing personal beside the recipient', async () => {
    expect(await connect().send(message)).toEqual({ kind: 'accepted', messageId: 'msg-1' });
    expect(seen[0]).toMatchObject({ url: '/v3/mail/send', headers: { authorization: 'Bearer SG.test-key' } });
    const { body } = seen[0]!;
    expect(body).toMatchObject({
      personalizations: [
        {
          to: [{ email: 'ada@example.com' }],
          custom_args: { notification_id: message.notificationId, order_id: message.orderId },
        },
      ],
      from: { email: 'shop@shop.example', name: 'Shop' },
      content: [
        { type: 'text/plain', value: 'Hello' },
        { type: 'text/html', value: '<p>Hello</p>' },
      ],
      categories: ['shipped'],
      tracking_settings: { click_tracking: { enable: false } },
    });
    expect(body.custom_args).toBeUndefined();
    expect(JSON.stringify(body).match(/ada@example\.com/g)).toHaveLength(1);
  });

  it('can be ended with one click where it is optional, and only there', async () => {
    const unsubscribeUrl = 'https://shop.example/unsubscribe?token=a.b';
    await connect().send({ ...message, unsubscribeUrl });
    expect(seen[0]!.body.headers).toEqual({
      'List-Unsubscribe': `<${unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
    await connect().send(message);
    expect(seen[1]!.body.headers).toBeUndefined();
    const hostile = await connect().send({
      ...message,
      unsubscribeUrl: 'https://shop.example/\r\nBcc: <eve@example.com>',
    });
    expect(hostile.kind).toBe('accepted');
    expect(JSON.stringify(seen[2]!.body.headers)).not.toMatch(/\\r|\\n|<eve/);
    expect(await connect().send({ ...message, unsubscribeUrl: 'mailto:x@example.com' })).toMatchObject({
      kind: 'refused',
    });
  });

  it('goes to its own base URL with its own key, whatever other clients of the process use', async () => {
    const other = createSendgrid({ apiKey: 'SG.other', apiBase: 'http://127.0.0.1:9/', timeoutMs: 1_000 });
    await connect({ apiBase: `${url}///` }).send(message);
    expect(seen).toHaveLength(1);
    expect(await other.send(message)).toMatchObject({ kind: 'unavailable', answered: false });
    other.close();
  });

  it('takes no detour over a proxy of the environment and follows no redirect', async () => {
    process.env.HTTP_PROXY = 'http://127.0.0.1:9';
    try {
      expect(await connect().send(message)).toMatchObject({ kind: 'accepted' });
    } finally {
      delete process.env.HTTP_PROXY;
    }
    answer = (res) => res.writeHead(307, { location: `${url}/elsewhere` }).end();
    expect(await connect().send(message)).toMatchObject({ kind: 'refused', code: 'http_307' });
    expect(seen.map((each) => each.url)).toEqual(['/v3/mail/send', '/v3/mail/send']);
  });

  it('keeps its connection', async () => {
    const provider = connect();
    for (let i = 0; i < 3; i += 1) await provider.send(message);
    expect(new Set(seen.map((each) => each.port)).size).toBe(1);
  });

  it('refuses a message that shows a secret, before it leaves', async () => {
    for (const text of ['key sk_live_abc', 'whsec_abc', 'SG.abcdefghijklmnopqrstu']) {
      expect(await connect().send({ ...message, text })).toMatchObject({ kind: 'refused', code: 'message_invalid' });
    }
    expect(seen).toEqual([]);
  });
});

describe('how a send ends', () => {
  it.each([
    [400, 'message'],
    [401, 'provider'],
    [403, 'provider'],
    [404, 'provider'],
    [405, 'provider'],
    [413, 'message'],
    [422, 'message'],
  ])('refused on %i by the fault of the %s, with the reason', async (status, fault) => {
    answer = refuse(status);
    expect(await connect().send(message)).toEqual({
      kind: 'refused',
      code: `http_${status}`,
      message: 'subject: is wrong',
      fault,
    });
    expect(seen).toHaveLength(1);
  });

  it('throttled on 429, until the limit is reset', async () => {
    const now = 1_700_000_000_000;
    const provider = connect({ now: () => now });
    const waits: unknown[] = [];
    for (const reset of [1_700_000_007, 1_699_999_000, 1_800_000_000, 'soon']) {
      answer = refuse(429, { 'x-ratelimit-reset': String(reset) });
      waits.push(await provider.send(message));
    }
    expect(waits).toEqual([7_000, 1_000, 60_000, 1_000].map((retryAfterMs) => ({ kind: 'throttled', retryAfterMs })));
  });

  it.each([500, 502, 503])('unavailable on %i, and the provider said so itself', async (status) => {
    answer = status === 502 ? (res) => res.writeHead(502).end('<html>bad gateway</html>') : refuse(status);
    expect(await connect().send(message)).toMatchObject({
      kind: 'unavailable',
      code: `http_${status}`,
      answered: true,
    });
    expect(seen).toHaveLength(1);
  });

  it('unavailable when nothing was sent: no listener, no such host', async () => {
    const closed = connect({ apiBase: 'http://127.0.0.1:9' });
    expect(await closed.send(message)).toMatchObject({ kind: 'unavailable', code: 'ECONNREFUSED', answered: false });
    const nowhere = connect({ apiBase: 'http://no-such-host.invalid' });
    expect(await nowhere.send(message)).toMatchObject({ kind: 'unavailable', answered: false });
  });

  it('unknown when there is no answer in time', async () => {
    answer = () => {};
    expect(await connect({ timeoutMs: 100 }).send(message)).toMatchObject({ kind: 'unknown', code: 'ECONNABORTED' });
  });

  it('unknown when the answer begins in time and does not end', async () => {
    answer = (res) => {
      const drip = setInterval(() => res.write(' '), 20);
      res.on('close', () => clearInterval(drip)).writeHead(202, { 'x-message-id': 'msg-1' });
    };
    expect(await connect({ timeoutMs: 150 }).send(message)).toMatchObject({ kind: 'unknown' });
  });

  it('unknown when the connection breaks after the request', async () => {
    answer = (_res, req) => req.socket.destroy();
    expect(await connect().send(message)).toMatchObject({ kind: 'unknown', code: 'ECONNRESET' });
    expect(seen).toHaveLength(1);
  });

  it('unknown on an answer that is not SendGrid’s', async () => {
    answer = (res) => res.writeHead(204).end();
    expect(await connect().send(message)).toMatchObject({ kind: 'unknown', code: 'http_204' });
    answer = refuse(408);
    expect(await connect().send(message)).toMatchObject({ kind: 'unknown', code: 'http_408' });
  });

  it('accepted without an id when the provider gave none', async () => {
    answer = (res) => res.writeHead(202).end();
    expect(await connect().send(message)).toEqual({ kind: 'accepted', messageId: null });
  });
});
