import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ShortChannel, ShortMessage } from './message-channel.ts';
import { createTwilio, type TwilioOptions } from './sms-twilio.ts';

const accountSid = `AC${'a'.repeat(32)}`;
const authToken = 'b'.repeat(32);
const message: ShortMessage = {
  notificationId: '0190b1d2-0000-7000-8000-000000000001',
  orderId: null,
  to: '+4915112345678',
  title: 'Paid',
  body: 'Order 7 & more + better: 100 %',
  url: 'https://shop.example/?order=7',
  urgency: 'normal',
};
const created = { sid: `SM${'c'.repeat(32)}`, status: 'queued', error_code: null, error_message: null };

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  form: Record<string, string>;
  port: number | undefined;
}

let server: Server;
let url: string;
let seen: Seen[];
let answer: (res: ServerResponse, req: IncomingMessage) => void;
let channels: ShortChannel[];

function connect(options: Partial<TwilioOptions> = {}): ShortChannel {
  const channel = createTwilio({
    ...{ accountSid, authToken, from: '+15005550006', apiBase: url, timeoutMs: 2_000 },
    statusCallback: 'https://api.shop.example/webhooks/twilio',
    ...options,
  });
  channels.push(channel);
  return channel;
}

const json =
  (status: number, body: object, headers = {}) =>
  (res: ServerResponse) =>
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const refuse = (status: number, code: number) =>
  json(status, { code, message: 'is wrong', more_info: `https://www.twilio.com/docs/errors/${code}`, status });

beforeEach(async () => {
  seen = [];
  channels = [];
  answer = json(201, created);
  server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    seen.push({ method: req.method, url: req.url, headers: req.headers, form, port: req.socket.remotePort });
    answer(res, req);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  for (const channel of channels) channel.close();
  server.closeAllConnections();
  server.close();
});

describe('what is sent', () => {
  it('is a form with the text, and a callback that names the notification', async () => {
    expect(await connect().send(message)).toEqual({ kind: 'accepted', messageId: created.sid });
    const [request] = seen;
    expect(request).toMatchObject({
      method: 'POST',
      url: `/2010-04-01/Accounts/${accountSid}/Messages.json`,
      headers: {
        authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
    expect(request!.form).toEqual({
      To: message.to,
      From: '+15005550006',
      Body: 'Order 7 & more + better: 100 %\nhttps://shop.example/?order=7',
      StatusCallback: `https://api.shop.example/webhooks/twilio?notification_id=${message.notificationId}#rc=5&rp=ct,rt,5xx`,
    });
  });

  it('leaves the choice of the number to a messaging service', async () => {
    const service = `MG${'d'.repeat(32)}`;
    await connect({ from: service }).send(message);
    expect(seen[0]!.form).toMatchObject({ MessagingServiceSid: service });
    expect(seen[0]!.form.From).toBeUndefined();
  });

  it('is never longer than four segments', async () => {
    await connect().send({ ...message, body: 'あ'.repeat(2_000) });
    const { Body } = seen[0]!.form;
    expect(Body!.length).toBeLessThanOrEqual(268);
    expect(Body).toMatch(/order=7$/);
  });

  it('keeps its connection, and takes neither a proxy nor a region of the environment', async () => {
    const wanted = {
      HTTP_PROXY: 'http://127.0.0.1:9',
      TWILIO_REGION: 'au1',
      TWILIO_EDGE: 'sydney',
      TWILIO_LOG_LEVEL: 'debug',
    };
    Object.assign(process.env, wanted);
    try {
      const channel = connect();
      for (let i = 0; i < 3; i += 1) expect(await channel.send(message)).toMatchObject({ kind: 'accepted' });
    } finally {
      for (const name of Object.keys(wanted)) delete process.env[name];
    }
    expect(new Set(seen.map(({ port }) => port)).size).toBe(1);
  });

  it.each(['whatsapp:+4915112345678', '015112345678', '', '+49 151', 'ada@example.com'])(
    'goes to a telephone number alone, not to %j',
    async (to) => {
      expect(await connect().send({ ...message, to })).toMatchObject({ kind: 'refused', fault: 'message' });
      expect(seen).toEqual([]);
    },
  );

  it('never shows a secret', async () => {
    expect(await connect().send({ ...message, body: 'sk_live_abc' })).toMatchObject({ code: 'message_invalid' });
    expect(seen).toEqual([]);
  });
});

describe('how a send ends', () => {
  it.each([
    [21211, 'message', 'bounce'],
    [21614, 'message', 'bounce'],
    [21610, 'message', 'unsubscribe'],
    [21617, 'message', undefined],
    [21408, 'provider', undefined],
    [21606, 'provider', undefined],
    [21612, 'provider', undefined],
    [20003, 'provider', undefined],
  ])('refused with %i by the fault of the %s', async (code, fault, suppress) => {
    answer = refuse(code === 20003 ? 401 : 400, code);
    expect(await connect().send(message)).toEqual({
      ...{ kind: 'refused', code: `twilio_${code}`, message: 'is wrong', fault },
      ...(suppress ? { suppress } : {}),
    });
    expect(seen).toHaveLength(1);
  });

  it('throttled while the account or the sender’s queue is full, and not retried by the client', async () => {
    answer = json(429, { code: 20429, message: 'Too Many Requests', status: 429 }, { 'retry-after': '7' });
    expect(await connect().send(message)).toEqual({ kind: 'throttled', retryAfterMs: 7_000 });
    answer = refuse(400, 21611);
    expect(await connect().send(message)).toEqual({ kind: 'throttled', retryAfterMs: 1_000 });
    expect(seen).toHaveLength(2);
  });

  it('unavailable where Twilio says that it failed, which an event may contradict', async () => {
    answer = refuse(503, 20503);
    expect(await connect().send(message)).toMatchObject({ kind: 'unavailable', code: 'twilio_20503', answered: true });
    answer = (res) => res.writeHead(500).end('<html>');
    expect(await connect().send(message)).toMatchObject({ kind: 'unavailable', code: 'http_500', answered: true });
  });

  it('unavailable when nothing left: no listener, no such host', async () => {
    for (const apiBase of ['http://127.0.0.1:9', 'http://no-such-host.invalid']) {
      expect(await connect({ apiBase }).send(message)).toMatchObject({ kind: 'unavailable', answered: false });
    }
  });

  it.each([502, 504, 408])('unknown on a gateway’s %i', async (status) => {
    answer = (res) => res.writeHead(status).end();
    expect(await connect().send(message)).toMatchObject({ kind: 'unknown', code: `http_${status}` });
  });

  it('unknown when the connection breaks, there is no answer in time, or it does not end', async () => {
    answer = (_res, req) => req.socket.destroy();
    expect(await connect().send(message)).toMatchObject({ kind: 'unknown', code: 'ECONNRESET' });
    answer = () => {};
    expect(await connect({ timeoutMs: 100 }).send(message)).toMatchObject({ kind: 'unknown', code: 'ECONNABORTED' });
    answer = (res) => {
      const drip = setInterval(() => res.write(' '), 20);
      res.on('close', () => clearInterval(drip)).writeHead(201);
    };
    expect(await connect({ timeoutMs: 150 }).send(message)).toMatchObject({ kind: 'unknown' });
    expect(seen).toHaveLength(3);
  });

  it.each(['', '<html>', '{}', 'null', '[]', '"ok"'])('unknown on a 201 that is not Twilio’s: %j', async (body) => {
    answer = (res) => res.writeHead(201).end(body);
    expect(await connect().send(message)).toMatchObject({ kind: 'unknown' });
  });

  it('refused when Twilio’s answer says that it has failed already', async () => {
    answer = json(201, { ...created, status: 'failed', error_code: 30008, error_message: 'Unknown error' });
    expect(await connect().send(message)).toMatchObject({ kind: 'refused', code: 'twilio_30008', fault: 'provider' });
  });

  it('follows no redirect, which would carry the token elsewhere', async () => {
    answer = (res) => res.writeHead(307, { location: `${url}/elsewhere` }).end();
    expect(await connect().send(message)).toMatchObject({ kind: 'refused', fault: 'provider' });
    expect(seen).toHaveLength(1);
  });
});
