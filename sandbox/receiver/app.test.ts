import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import express from 'express';
import { signWebhook } from '../../sdk/index.ts';
import { createWebhookReceiver } from './app.ts';

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer(express().use(createWebhookReceiver())).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const SECRET = `whsec_${Buffer.from('s'.repeat(32)).toString('base64')}`;
const set = (name: string, settings: object) =>
  fetch(`${url}/${name}/settings`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
async function send(name: string, secrets: string | string[], id = 'evt_1') {
  const body = JSON.stringify({ type: 'order.shipped', data: { id: 'o1', sequence: 3 } });
  const headers = await signWebhook(body, { id, secrets });
  return fetch(`${url}/${name}`, {
    method: 'POST',
    body,
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(500),
  });
}
const read = async (name: string) =>
  (await fetch(`${url}/${name}/received.json`)).json() as Promise<{ data: object[] }>;

it('tells what came, how often, and whether it is genuine', async () => {
  expect((await send('life', SECRET)).status).toBe(204);
  await set('life', { secrets: [SECRET] });
  await send('life', SECRET);
  await send('life', `whsec_${btoa('another secret of thirty-two bytes')}`, 'evt_2');
  const { data } = await read('life');
  expect(data).toMatchObject([
    { number: 1, id: 'evt_1', type: 'order.shipped', data: { id: 'o1' }, verdict: 'no secret to tell by', times: 1 },
    { number: 2, id: 'evt_1', verdict: 'genuine', times: 2 },
    { number: 3, id: 'evt_2', verdict: 'signature_mismatch', times: 1 },
  ]);
  const page = await (await fetch(`${url}/life`)).text();
  expect(page).toContain('signature_mismatch');
  expect(await (await fetch(`${url}/life/3`)).text()).toContain('webhook-signature: v1,');
});

it.each([
  ['error', 500],
  ['gone', 410],
  ['busy', 429],
  ['redirect', 307],
])('answers %s with %s', async (answer, status) => {
  await set('trouble', { answer });
  expect((await send('trouble', SECRET)).status).toBe(status);
});

it.each(['hang', 'cut'])('gives no answer when told to %s', async (answer) => {
  await set('silence', { answer });
  await expect(send('silence', SECRET)).rejects.toThrow();
});

it('takes its settings from the page, and refuses what is none', async () => {
  const body = new URLSearchParams({ secrets: ` ${SECRET} `, answer: 'ok', delay_ms: '30' });
  expect((await fetch(`${url}/page/settings`, { method: 'POST', body, redirect: 'manual' })).status).toBe(303);
  const began = performance.now();
  await send('page', SECRET);
  expect(performance.now() - began).toBeGreaterThan(25);
  expect((await read('page')).data).toMatchObject([{ verdict: 'genuine' }]);
  expect((await set('page', { answer: 'sing' })).status).toBe(400);
});

it('shows what it is sent as text, not as a page', async () => {
  const type = '<script>alert(1)</script>';
  await fetch(`${url}/hostile`, { method: 'POST', body: JSON.stringify({ type }) });
  expect(await (await fetch(`${url}/hostile`)).text()).not.toContain(type);
  expect(await (await fetch(`${url}/hostile/1`)).text()).not.toContain(type);
});
