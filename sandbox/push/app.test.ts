import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import webPush from 'web-push';
import { createFaults } from '../faults.ts';
import { openStore, type Store } from '../store.ts';
import { createPushSandbox } from './app.ts';

type Subscription = Parameters<typeof webPush.generateRequestDetails>[0];

const vapidDetails = { ...webPush.generateVAPIDKeys(), subject: 'mailto:ops@shop.example' };
let store: Store;
let server: Server;
let url: string;
let nowMs = Date.now();

beforeAll(async () => {
  store = openStore(':memory:');
  const app = express();
  server = await new Promise((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  app.use(createPushSandbox({ store, faults: createFaults(), baseUrl: url, nowMs: () => nowMs }));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  store.close();
});

const subscribe = async (body: object = {}) => {
  const headers = { 'Content-Type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await (await fetch(`${url}/push/subscriptions`, init)).json()) as Subscription;
};

/** What the package would send, changed; returns status and words of the answer. */
async function push(changes: Record<string, string | undefined> = {}, payload = 'hello') {
  const subscription = await subscribe();
  const details = webPush.generateRequestDetails(subscription, payload, { vapidDetails, TTL: 60 });
  const { 'Content-Length': _, ...headers } = details.headers as Record<string, string | number>;
  const sent = new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) sent.delete(name);
    else sent.set(name, value);
  }
  const answer = await fetch(subscription.endpoint, {
    method: 'POST',
    headers: sent,
    body: new Uint8Array(details.body),
  });
  const text = await answer.text();
  return { status: answer.status, message: text && (JSON.parse(text) as { message: string }).message };
}

const signed = (audience: string, exp?: number) =>
  webPush.getVapidHeaders(
    audience,
    vapidDetails.subject,
    vapidDetails.publicKey,
    vapidDetails.privateKey,
    'aes128gcm',
    exp,
  ).Authorization;
const DAY = 86_400;
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;

describe('the played push service', () => {
  it('takes what the package sends', async () => {
    expect(await push()).toEqual({ status: 201, message: '' });
  });

  it.each([
    ['without a TTL', { TTL: undefined }, 400, /TTL/],
    ['with a TTL that is no number', { TTL: 'soon' }, 400, /TTL/],
    ['that is not encrypted', { 'Content-Encoding': undefined }, 400, /aes128gcm/],
    ['of the older encryption', { 'Content-Encoding': 'aesgcm' }, 400, /aes128gcm/],
    ['of another urgency', { Urgency: 'now' }, 400, /Urgency/],
    ['with a topic that is too long', { Topic: 'x'.repeat(33) }, 400, /Topic/],
    ['of nobody', { Authorization: undefined }, 401, /missing/],
    ['with a password', { Authorization: 'Bearer x' }, 403, /vapid/],
    ['signed with another key', { Authorization: `vapid t=a.b.c, k=${vapidDetails.publicKey}` }, 403, /not signed/],
  ])('refuses a push %s', async (_, changes, status, message) => {
    expect(await push(changes)).toEqual({ status, message: expect.stringMatching(message) });
  });

  it('refuses a token for another service, and one whose time is over', async () => {
    expect(await push({ Authorization: signed('https://fcm.googleapis.com') })).toMatchObject({ status: 403 });
    nowMs = Date.now() + 2 * DAY * 1_000;
    expect(await push()).toEqual({ status: 403, message: 'the token has expired' });
    nowMs = Date.now() - 2 * DAY * 1_000;
    expect(await push()).toEqual({ status: 403, message: 'exp is more than a day ahead' });
    nowMs = Date.now();
    expect(await push({ Authorization: signed(url, inSeconds(DAY - 60)) })).toMatchObject({ status: 201 });
  });

  it('takes 4,096 bytes and not one more', async () => {
    expect(await push({}, 'x'.repeat(4_096 - 103))).toMatchObject({ status: 201 });
    expect(await push({}, 'x'.repeat(4_096 - 102))).toMatchObject({ status: 413 });
  });

  it('refuses what was encrypted for another browser', async () => {
    const [mine, other] = [await subscribe(), await subscribe()];
    const details = webPush.generateRequestDetails({ ...mine, keys: other.keys }, 'hello', { vapidDetails, TTL: 60 });
    const headers = Object.entries(details.headers).map(([name, value]) => [name, String(value)] as [string, string]);
    const body = new Uint8Array(details.body);
    expect((await fetch(mine.endpoint, { method: 'POST', headers, body })).status).toBe(400);
  });

  it('shows what was pushed as text, whatever stands in it', async () => {
    await push({}, JSON.stringify({ title: '<script>alert(1)</script>', body: '<b>', url: 'javascript:alert(1)' }));
    const answer = await fetch(`${url}/push`);
    const html = await answer.text();
    expect(html).toContain('&lt;script&gt;alert(1)');
    expect(html).not.toMatch(/<script|javascript:/);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});
