import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createFaults } from '../faults.ts';
import { openStore, type Store } from '../store.ts';
import { createChatSandbox } from './app.ts';
import { parseMrkdwn } from './mrkdwn.ts';

let store: Store;
let server: Server;
let url: string;

beforeAll(async () => {
  store = openStore(':memory:');
  const app = express();
  server = await new Promise((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  app.use(createChatSandbox({ store, faults: createFaults(), baseUrl: url, token: 'secret' }));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  store.close();
});

async function post(body: string, token = 'secret') {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${url}/chat/hooks/${token}`, { method: 'POST', headers, body });
  return [answer.status, await answer.text()];
}
const section = (text: string, type = 'mrkdwn') => ({ type: 'section', text: { type, text } });

describe('the played chat', () => {
  it.each([
    ['a text', JSON.stringify({ text: 'hello' })],
    ['blocks', JSON.stringify({ blocks: [section('hello')] })],
  ])('takes %s', async (_, body) => {
    expect(await post(body)).toEqual([200, 'ok']);
  });

  it.each([
    ['what is no JSON', 'hello', 'invalid_payload'],
    ['a list', '[]', 'invalid_payload'],
    ['a text that is too long', JSON.stringify({ text: 'x'.repeat(40_001) }), 'invalid_payload'],
    ['nothing to say', '{}', 'no_text'],
    ['an unknown block', JSON.stringify({ blocks: [{ type: 'secton' }] }), 'invalid_blocks'],
    ['an empty section', JSON.stringify({ blocks: [section('')] }), 'invalid_blocks'],
    ['a section that is too long', JSON.stringify({ blocks: [section('x'.repeat(3_001))] }), 'invalid_blocks'],
    ['more blocks than fit', JSON.stringify({ blocks: Array(51).fill(section('x')) }), 'invalid_blocks'],
  ])('refuses %s', async (_, body, word) => {
    expect(await post(body)).toEqual([400, word]);
  });

  it('knows no other webhook', async () => {
    expect(await post(JSON.stringify({ text: 'hello' }), 'guessed')).toEqual([404, 'no_service']);
  });

  it('shows mentions as such, and everything as text', async () => {
    await post(JSON.stringify({ text: '<!channel> <javascript:alert(1)|click> <b>' }));
    const html = await (await fetch(`${url}/chat`)).text();
    expect(html).toContain('<mark>@channel</mark>');
    expect(html).not.toMatch(/<b> |href="javascript/);
  });
});

describe('what a chat would make of a text', () => {
  it.each([
    ['<!channel>', [{ kind: 'mention', text: '@channel' }]],
    ['<!here|everybody here>', [{ kind: 'mention', text: '@everybody here' }]],
    ['<@U024BE7LH>', [{ kind: 'mention', text: '@U024BE7LH' }]],
    ['@everyone', [{ kind: 'mention', text: '@everyone' }]],
    [
      '<https://shop.example/?a=1&amp;b=2|Shop>',
      [{ kind: 'link', text: 'Shop', url: 'https://shop.example/?a=1&b=2' }],
    ],
    ['[Shop](https://shop.example)', [{ kind: 'link', text: 'Shop', url: 'https://shop.example' }]],
    ['ada@shop.example', [{ kind: 'text', text: 'ada@shop.example' }]],
    ['&lt;!channel&gt; &amp;', [{ kind: 'text', text: '<!channel> &' }]],
  ])('%s', (text, parts) => {
    expect(parseMrkdwn(text)).toEqual(parts);
  });
});
