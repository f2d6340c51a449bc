import { createECDH, randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import webPush from 'web-push';
import { createFaults, type Faults } from '../sandbox/faults.ts';
import { createPushSandbox } from '../sandbox/push/app.ts';
import { decryptPush } from '../sandbox/push/decrypt.ts';
import { openStore, type Store } from '../sandbox/store.ts';
import { type Stranger, startStranger } from '../test/support/stranger.ts';
import type { ShortChannel, ShortMessage } from './message-channel.ts';
import { createWebPush } from './web-push.ts';

const vapid = { ...webPush.generateVAPIDKeys(), subject: 'mailto:ops@shop.example' };
const FAMILY = '👨‍👩‍👧‍👦';

interface Subscription {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

let store: Store;
let faults: Faults;
let service: Server;
let url: string;
let push: ShortChannel;

beforeAll(async () => {
  store = openStore(':memory:');
  faults = createFaults();
  const app = express();
  service = await new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server));
  });
  url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  app.use(createPushSandbox({ store, faults, baseUrl: url }));
  push = createWebPush({ vapid, timeoutMs: 2_000, allowedPrivateHosts: [new URL(url).host] });
});

afterAll(async () => {
  push.close();
  service.closeAllConnections();
  await new Promise((resolve) => service.close(resolve));
  store.close();
});

beforeEach(() => {
  faults.remove({});
});

async function subscribe(key = vapid.publicKey): Promise<Subscription> {
  const body = JSON.stringify({ application_server_key: key, label: 'ORD-1' });
  const headers = { 'Content-Type': 'application/json' };
  return (await fetch(`${url}/push/subscriptions`, { method: 'POST', headers, body })).json() as Promise<Subscription>;
}

async function shownIn({ endpoint }: Subscription) {
  const answer = await fetch(`${url}/push.json?endpoint=${encodeURIComponent(endpoint)}`);
  const { data } = (await answer.json()) as {
    data: { payload: string; urgency: string; ttl: number; topic: string; replaced: boolean }[];
  };
  return data.map(({ payload, ...rest }) => ({
    ...rest,
    ...(JSON.parse(payload) as { title: string; body: string; url: string }),
  }));
}

const messageTo = (subscription: unknown, more: Partial<ShortMessage> = {}): ShortMessage => ({
  notificationId: randomUUID(),
  orderId: null,
  to: JSON.stringify(subscription),
  title: 'Order ORD-1 was shipped',
  body: 'It comes by parcel post.',
  url: 'https://shop.example/?order=1&token=x',
  urgency: 'normal',
  ...more,
});

describe('a web push', () => {
  it('is what its browser decrypts', async () => {
    const browser = await subscribe();
    const message = messageTo(browser);
    const result = await push.send(message);
    expect(result).toEqual({ kind: 'accepted', messageId: expect.stringMatching(`^${url}/push/messages/`) });
    const { title, body, url: link, notificationId: tag } = message;
    expect(await shownIn(browser)).toMatchObject([{ title, body, url: link, tag, replaced: false }]);
  });

  it.each([
    ['now', 'high', 86_400],
    ['normal', 'normal', 3 * 86_400],
    ['low', 'low', 86_400],
  ] as const)('of the urgency %s is pushed as %s and kept for a while', async (urgency, pushed, ttl) => {
    const browser = await subscribe();
    await push.send(messageTo(browser, { urgency }));
    expect(await shownIn(browser)).toMatchObject([{ urgency: pushed, ttl }]);
  });

  it('that is sent again takes the place of the first', async () => {
    const browser = await subscribe();
    const message = messageTo(browser);
    for (const body of ['first', 'second']) await push.send({ ...message, body });
    await push.send(messageTo(browser, { body: 'another' }));
    const shown = (await shownIn(browser)).filter(({ replaced }) => !replaced);
    expect(shown.map(({ body }) => body)).toEqual(['another', 'second']);
  });

  it.each([
    ['letters', 'x'],
    ['what JSON doubles', '"\\\n'],
    ['families', FAMILY],
  ])('of any length is cut between %s so that push services take it', async (_, character) => {
    const browser = await subscribe();
    const body = character.repeat(5_000);
    expect(await push.send(messageTo(browser, { body, title: character.repeat(300) }))).toMatchObject({
      kind: 'accepted',
    });
    const [shown] = await shownIn(browser);
    expect(shown!.body.endsWith('…')).toBe(true);
    expect(body.startsWith(shown!.body.slice(0, -1))).toBe(true);
    if (character === FAMILY) expect(shown!.body.slice(0, -1).length % FAMILY.length).toBe(0);
    expect(shown!.url).toBe('https://shop.example/?order=1&token=x');
  });

  it('to a browser that unsubscribed, or that never was, says that it is gone', async () => {
    const browser = await subscribe();
    await fetch(browser.endpoint.replace('/send/', '/subscriptions/'), { method: 'DELETE' });
    for (const each of [browser, { ...browser, endpoint: `${url}/push/send/nobody` }]) {
      const result = await push.send(messageTo(each));
      expect(result).toMatchObject({ kind: 'refused', code: 'gone', fault: 'message', suppress: 'gone' });
    }
  });

  it('with another key than the browser asked for is the shop’s fault', async () => {
    const browser = await subscribe(webPush.generateVAPIDKeys().publicKey);
    expect(await push.send(messageTo(browser))).toMatchObject({ kind: 'refused', code: 'http_403', fault: 'provider' });
  });

  it.each([
    ['rate_limit', {}, { kind: 'throttled', retryAfterMs: 1_000 }],
    ['server_error', { status: 503 }, { kind: 'unavailable', code: 'http_503', answered: true }],
    ['answer_lost', {}, { kind: 'unknown', code: 'connection_failed' }],
  ] as const)('into %s', async (kind, more, result) => {
    const browser = await subscribe();
    faults.add({ kind, provider: 'push', ...more });
    expect(await push.send(messageTo(browser))).toMatchObject(result);
  });

  it.each([
    ['that is no JSON', 'a browser'],
    ['without keys', JSON.stringify({ endpoint: 'https://push.example/1' })],
    ['with half a key', JSON.stringify({ endpoint: 'https://push.example/1', keys: { p256dh: 'BCVx', auth: 'BTBZ' } })],
    [
      'with a key that is no point of the curve',
      JSON.stringify({
        endpoint: 'https://push.example/1',
        keys: { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: 'BTBZMqHH6r4Tts7J_aSIgg' },
      }),
    ],
  ])('to a subscription %s is refused, and the subscription with it', async (_, to) => {
    const result = await push.send({ ...messageTo({}), to });
    expect(result).toMatchObject({ kind: 'refused', code: 'subscription_invalid', suppress: 'gone' });
  });
});

describe('what a push service is sent, and what it may answer', () => {
  const pair = createECDH('prime256v1');
  const p256dh = pair.generateKeys('base64url');
  const keys = { p256dh, auth: 'BTBZMqHH6r4Tts7J_aSIgg' };
  let stranger: Stranger;
  let strangers: ShortChannel;

  beforeAll(async () => {
    stranger = await startStranger();
    const allowedPrivateHosts = stranger.hosts('127.0.0.1');
    strangers = createWebPush({ vapid, timeoutMs: 1_000, allowedPrivateHosts });
  });
  beforeEach(() => {
    stranger.received = [];
  });
  afterAll(async () => {
    strangers.close();
    await stranger.close();
  });
  const sendTo = (path: string, more: Partial<ShortMessage> = {}) =>
    strangers.send(messageTo({ endpoint: stranger.plain(path, '127.0.0.1'), keys }, more));

  it('has the headers of RFC 8030 and 8291, and nothing of the message in the clear', async () => {
    stranger.answer = (res) => res.writeHead(201).end();
    const notificationId = '0190f3a2-7c11-7b32-9d4e-2f6a5b8c1d0e';
    await sendTo('/push/abc', { notificationId });
    const [{ path, headers, body }] = stranger.received as [(typeof stranger.received)[number]];
    expect(path).toBe('/push/abc');
    expect(headers).toMatchObject({
      ttl: '259200',
      urgency: 'normal',
      topic: '0190f3a27c117b329d4e2f6a5b8c1d0e',
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
      authorization: expect.stringMatching(`^vapid t=[\\w.-]+, k=${vapid.publicKey}$`),
    });
    expect(body.includes('Order')).toBe(false);
    expect(decryptPush(body, { ...keys, privateKey: pair.getPrivateKey('base64url') })).toContain('Order ORD-1');
  });

  it('signs for the origin of the push service, for less than a day', async () => {
    stranger.answer = (res) => res.writeHead(201).end();
    await sendTo('/push/abc');
    const token = /t=[\w-]+\.([\w-]+)\./.exec(stranger.received[0]!.headers.authorization!)![1]!;
    const { aud, exp, sub } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Record<string, unknown>;
    expect([aud, sub]).toEqual([new URL(stranger.plain('/', '127.0.0.1')).origin, vapid.subject]);
    expect(Number(exp) - Date.now() / 1_000).toBeLessThan(86_400);
  });

  it.each([
    [201, { kind: 'accepted', messageId: '/messages/1' }],
    [202, { kind: 'accepted', messageId: '/messages/1' }],
    [200, { kind: 'refused', code: 'no_push_service', fault: 'message' }],
    [307, { kind: 'refused', code: 'http_307', fault: 'message' }],
    [413, { kind: 'refused', code: 'http_413', fault: 'message' }],
    [429, { kind: 'throttled', retryAfterMs: 9_000 }],
  ])('%i', async (status, result) => {
    stranger.answer = (res) => res.writeHead(status, { Location: '/messages/1', 'Retry-After': '9' }).end();
    expect(await sendTo('/push/abc')).toMatchObject(result);
    expect(stranger.received).toHaveLength(1);
  });

  it('may hang: nobody can tell', async () => {
    stranger.answer = () => {};
    expect(await sendTo('/push/abc')).toMatchObject({ kind: 'unknown', code: 'fetch_timeout' });
  });

  it.each(['https://127.0.0.1/push', 'https://10.0.0.7/push', 'https://localhost/push', 'http://fcm.googleapis.com/x'])(
    'is not sent to %s',
    async (endpoint) => {
      const result = await strangers.send(messageTo({ endpoint, keys }));
      expect(result).toMatchObject({ kind: 'refused', code: expect.stringMatching(/^address_/), fault: 'message' });
    },
  );
});
