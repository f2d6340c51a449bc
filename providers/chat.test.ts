import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createChatSandbox } from '../sandbox/chat/app.ts';
import { createFaults, type Faults } from '../sandbox/faults.ts';
import { openStore, type Store } from '../sandbox/store.ts';
import { type Stranger, startStranger } from '../test/support/stranger.ts';
import { createChat } from './chat.ts';
import type { ShortChannel, ShortMessage } from './message-channel.ts';

interface Shown {
  text: string;
  sections: { type: string; text: string }[];
  /** Mentions and links that a chat would make of it. */
  parts: { kind: string; text: string; url?: string }[];
}

let store: Store;
let faults: Faults;
let service: Server;
let url: string;
let chat: ShortChannel;
let stranger: Stranger;

beforeAll(async () => {
  store = openStore(':memory:');
  faults = createFaults();
  const app = express();
  service = await new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server));
  });
  url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  app.use(createChatSandbox({ store, faults, baseUrl: url, token: 'the-shops-own-secret' }));
  stranger = await startStranger();
  chat = createChat({ timeoutMs: 1_000, allowedPrivateHosts: [new URL(url).host, ...stranger.hosts('127.0.0.1')] });
});

afterAll(async () => {
  chat.close();
  await stranger.close();
  service.closeAllConnections();
  await new Promise((resolve) => service.close(resolve));
  store.close();
});

beforeEach(() => {
  faults.remove({});
  stranger.received = [];
});

async function makeHook(channel = randomUUID()) {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${url}/chat/hooks`, { method: 'POST', headers, body: JSON.stringify({ channel }) });
  return { channel, to: ((await answer.json()) as { url: string }).url };
}

async function shownIn(channel: string): Promise<Shown[]> {
  return ((await (await fetch(`${url}/chat.json?channel=${channel}`)).json()) as { data: Shown[] }).data;
}

const LINK = 'https://api.shop.example/ops/orders/1?a=1&b=2';
const messageTo = (to: string, more: Partial<ShortMessage> = {}): ShortMessage => ({
  notificationId: randomUUID(),
  orderId: null,
  to,
  title: 'Nearly sold out: Stoneware Mug',
  body: '3 are left, 5 are wanted.',
  url: LINK,
  urgency: 'normal',
  ...more,
});

async function sendShown(more: Partial<ShortMessage>): Promise<Shown> {
  const { channel, to } = await makeHook();
  expect(await chat.send(messageTo(to, more))).toEqual({ kind: 'accepted', messageId: null });
  return (await shownIn(channel))[0]!;
}

describe('a message to a chat', () => {
  it('has a title that leads to its page, and its words', async () => {
    const { text, sections } = await sendShown({});
    const address = LINK.replace('&', '&amp;');
    expect(text).toBe(`Nearly sold out: Stoneware Mug\n3 are left, 5 are wanted.\n${address}`);
    expect(sections).toEqual([
      { type: 'mrkdwn', text: `*<${address}|Nearly sold out: Stoneware Mug>*` },
      { type: 'plain_text', text: '3 are left, 5 are wanted.' },
    ]);
  });

  it('needs no address', async () => {
    const { text, sections, parts } = await sendShown({ url: null });
    expect(text).toBe('Nearly sold out: Stoneware Mug\n3 are left, 5 are wanted.');
    expect(sections[0]!.text).toBe('*Nearly sold out: Stoneware Mug*');
    expect(parts).toEqual([]);
  });

  it.each([
    '<!channel> Mug',
    '<!here|here>',
    '<@U024BE7LH>',
    '<#C024BE7LR>',
    '<!subteam^S1|ops>',
    '@channel Mug',
    'Mug (@here)',
    'x@everyone',
    '@ada',
    '<https://evil.example|Sign in>',
    '<javascript:alert(1)|Open>',
    '[Sign in](https://evil.example)',
    'a>*|<https://evil.example|b',
    '&lt;!channel&gt;',
    '> quoted <b>',
  ])('calls nobody and leads nowhere but to its page, whatever stands in it: %s', async (name) => {
    const { parts, sections } = await sendShown({ title: name, body: `${name} has 3 left` });
    expect(parts.filter(({ kind }) => kind === 'mention')).toEqual([]);
    expect(new Set(parts.map(({ url: link }) => link))).toEqual(new Set([LINK]));
    // And is still read as it was meant.
    const plain = parts[0]!.text.replaceAll('\u2060', '');
    expect(plain).toBe(name);
    expect(sections[1]).toEqual({ type: 'plain_text', text: `${name} has 3 left` });
  });

  it('leaves an e-mail address whole', async () => {
    const { text } = await sendShown({ body: 'Write to ada@shop.example.' });
    expect(text).toContain('ada@shop.example');
  });

  it.each(['javascript:alert(1)', 'not an address', `https://shop.example/${'x'.repeat(3_000)}`])(
    'has no link where the address is none: %.30s',
    async (link) => {
      expect((await sendShown({ url: link })).parts).toEqual([]);
    },
  );

  it('cannot have its link ended by the address itself', async () => {
    const { parts } = await sendShown({ url: 'https://shop.example/?a=|Sign in>&b=<!channel>' });
    expect(parts).toHaveLength(1);
    expect(parts[0]).toMatchObject({ kind: 'link', text: 'Nearly sold out: Stoneware Mug' });
  });

  it('of any length is cut as the chat takes it, between characters as people see them', async () => {
    const { sections } = await sendShown({ title: '&'.repeat(500), body: '👨‍👩‍👧‍👦'.repeat(2_000) });
    const [heading, words] = sections.map(({ text }) => text);
    expect(heading!.length).toBeLessThan(3_000);
    expect(words!.length).toBeLessThanOrEqual(3_000);
    expect((words!.length - 1) % 11).toBe(0);
  });

  it('goes to the webhook that is there from the start', async () => {
    await chat.send(messageTo(`${url}/chat/hooks/the-shops-own-secret`, { title: 'By the first webhook' }));
    expect((await shownIn('shop'))[0]!.text).toContain('By the first webhook');
  });
});

describe('what a chat may answer', () => {
  it('no_service: the webhook is gone', async () => {
    const { to } = await makeHook();
    await fetch(to, { method: 'DELETE' });
    const result = await chat.send(messageTo(to));
    expect(result).toEqual({
      kind: 'refused',
      code: 'gone',
      message: 'no_service',
      fault: 'message',
      suppress: 'gone',
    });
  });

  it.each([
    ['rate_limit', {}, { kind: 'throttled', retryAfterMs: 1_000 }],
    ['server_error', {}, { kind: 'unavailable', code: 'http_500', message: 'rollup_error', answered: true }],
    ['server_error', { status: 410, body: 'channel_is_archived' }, { kind: 'refused', code: 'gone', suppress: 'gone' }],
    ['answer_lost', {}, { kind: 'unknown', code: 'connection_failed' }],
  ] as const)('%s on request', async (kind, more, result) => {
    const { to } = await makeHook();
    faults.add({ kind, provider: 'chat', ...more });
    expect(await chat.send(messageTo(to))).toMatchObject(result);
  });

  it.each([
    [200, 'ok', { kind: 'accepted' }],
    [200, '{"success":true}', { kind: 'accepted' }],
    [204, '', { kind: 'accepted' }],
    [200, '<!doctype html><title>Sign in</title>', { kind: 'refused', code: 'no_chat', fault: 'message' }],
    [400, 'invalid_payload', { kind: 'refused', code: 'http_400', message: 'invalid_payload', fault: 'message' }],
    [403, 'action_prohibited', { kind: 'refused', code: 'http_403', fault: 'provider' }],
    [302, '', { kind: 'refused', code: 'http_302', fault: 'message' }],
  ])('%i %s', async (status, text, result) => {
    stranger.answer = (res) => res.writeHead(status, { Location: `${url}/chat/hooks/the-shops-own-secret` }).end(text);
    expect(await chat.send(messageTo(stranger.plain('/hook', '127.0.0.1')))).toMatchObject(result);
    expect(stranger.received).toHaveLength(1);
  });

  it('nothing, in time: nobody can tell', async () => {
    stranger.answer = () => {};
    expect(await chat.send(messageTo(stranger.plain('/hook', '127.0.0.1')))).toMatchObject({ kind: 'unknown' });
  });

  it('and is never told its own secret in what is kept of a failure', async () => {
    for (const address of ['https://127.0.0.1/hooks/T0/secret', 'https://nowhere.invalid/hooks/T0/secret']) {
      expect(JSON.stringify(await chat.send(messageTo(address)))).not.toContain('secret');
    }
  });
});
