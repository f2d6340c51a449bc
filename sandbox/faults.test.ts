import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createFaults, type Faults } from './faults.ts';

let faults: Faults;
let server: Server;
let url: string;
let done: number;

beforeEach(async () => {
  faults = createFaults();
  done = 0;
  const app = express();
  app.use('/sandbox/control/faults', faults.router);
  app.use('/carrier', faults.middleware('carrier'));
  app.post('/carrier/labels', (_req, res) => {
    done += 1;
    res.status(201).json({ ok: true });
  });
  server = createServer(app).listen(0);
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (path: string, method = 'POST', body?: object) =>
  fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
const add = (body: object) => ask('/sandbox/control/faults', 'POST', body);

describe('faults on request', () => {
  it('strikes as often as asked, only the provider and path asked for', async () => {
    await add({ provider: 'carrier', kind: 'rate_limit', times: 2, match: { method: 'post', path: '/carrier/*' } });
    await add({ provider: 'sendgrid', kind: 'server_error' });
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await ask('/carrier/labels')).status);
    expect(statuses).toEqual([429, 429, 201]);
    expect(done).toBe(1);
  });

  it('loses the answer after the work is done', async () => {
    await add({ provider: 'carrier', kind: 'answer_lost', times: 1 });
    await expect(ask('/carrier/labels')).rejects.toThrow();
    expect(done).toBe(1);
    expect((await ask('/carrier/labels')).status).toBe(201);
  });

  it('answers 500 before the work, or after it', async () => {
    await add({ provider: 'carrier', kind: 'server_error', times: 1 });
    expect((await ask('/carrier/labels')).status).toBe(500);
    expect(done).toBe(0);
    await add({ provider: 'carrier', kind: 'server_error', phase: 'after', times: 1 });
    expect((await ask('/carrier/labels')).status).toBe(500);
    expect(done).toBe(1);
  });

  it('strikes by chance', () => {
    const rolls = [0.1, 0.9];
    const chancy = createFaults(() => rolls.shift() ?? 1);
    chancy.add({ provider: 'stripe', kind: 'webhook_lose', probability: 0.5, match: { event_type: 'charge.*' } });
    expect(chancy.forWebhook('stripe', 'charge.succeeded')).toHaveLength(1);
    expect(chancy.forWebhook('stripe', 'charge.succeeded')).toHaveLength(0);
    expect(chancy.forWebhook('stripe', 'payout.paid')).toHaveLength(0);
  });

  it('lists, deletes and refuses what it does not know', async () => {
    expect((await add({ provider: 'carrier', kind: 'earthquake' })).status).toBe(400);
    expect((await add({ kind: 'slow' })).status).toBe(400);
    const { id } = (await (await add({ provider: 'carrier', kind: 'slow' })).json()) as { id: string };
    const listed = (await (await ask('/sandbox/control/faults?provider=carrier', 'GET')).json()) as { data: unknown[] };
    expect(listed.data).toHaveLength(1);
    expect(await (await ask(`/sandbox/control/faults/${id}`, 'DELETE')).json()).toEqual({ deleted: 1 });
    expect(faults.list()).toEqual([]);
  });
});
