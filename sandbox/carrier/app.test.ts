import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { waitFor } from '../../test/support/wait-for.ts';
import { createFaults } from '../faults.ts';
import { openStore, type Store } from '../store.ts';
import { createCarrierSandbox } from './app.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listen(server: Server, port = 0): Promise<string> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Told {
  id: string;
  type: string;
  shipment: { reference: string; metadata: { order_id: string } };
  update: { status: string };
}

/** A webhook receiver that checks signatures and answers what it is told to. */
async function receiver(secret: string, statuses: number[] = [], port = 0) {
  const told: Told[] = [];
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk) => {
      body += chunk;
    });
    req.on('end', () => {
      const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(req.headers['carrier-signature'])) ?? [];
      const good = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex') === v1;
      const status = good ? (statuses.shift() ?? 200) : 400;
      if (status === 200) told.push(JSON.parse(body) as Told);
      res.writeHead(status).end();
    });
  });
  return { url: await listen(server, port), told, server };
}

async function open(options: { url: string; speed?: number; store?: Store; faults?: ReturnType<typeof createFaults> }) {
  const store = options.store ?? openStore(':memory:');
  const faults = options.faults ?? createFaults();
  const sandbox = createCarrierSandbox({
    store,
    faults,
    speed: options.speed ?? 100,
    webhook: { url: options.url, secret: 'secret' },
  });
  if (!options.store) cleanups.push(() => store.close());
  cleanups.push(() => sandbox.close());
  const base = await listen(createServer(express().use(sandbox)));
  const call = async (method: string, path: string, body?: object, key?: string) => {
    const headers = {
      Authorization: 'Bearer k',
      'Content-Type': 'application/json',
      ...(key ? { 'Idempotency-Key': key } : {}),
    };
    const answer = await fetch(base + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    return { status: answer.status, body: (await answer.json()) as Record<string, never> };
  };
  const buy = (reference: string, to: object = {}) =>
    call(
      'POST',
      '/carrier/v1/shipments',
      {
        reference,
        metadata: { order_id: `o-${reference}` },
        from: { country: 'US' },
        to: { country: 'US', ...to },
        parcel: { weight_grams: 10 },
      },
      reference,
    );
  return { store, faults, sandbox, base, call, buy };
}

describe('the carrier sandbox', () => {
  it('moves a parcel to the door by itself and tells of departure and arrival, signed', async () => {
    const { url, told } = await receiver('secret');
    const { buy, call } = await open({ url });
    const { status, body } = await buy('r1');
    expect([status, body.status]).toEqual([201, 'label_purchased']);
    await waitFor(() => told.length === 2, { describe: 'two events' });
    expect(told.map((event) => event.update.status)).toEqual(['in_transit', 'delivered']);
    expect(told[0]?.shipment).toMatchObject({ reference: 'r1', metadata: { order_id: 'o-r1' } });
    const seen = await call('GET', `/carrier/v1/shipments/${String(body.id)}`);
    const scans = (seen.body.events as unknown as { status: string }[]).map((scan) => scan.status);
    expect(scans).toEqual(['label_purchased', 'in_transit', 'out_for_delivery', 'delivered']);
  });

  it('answers the same purchase with the same label', async () => {
    const { buy } = await open({ url: 'http://127.0.0.1:9', speed: 0 });
    const [first, ...others] = await Promise.all([1, 2, 3, 4].map(() => buy('r2')));
    for (const other of others) expect(other.body).toEqual(first?.body);
  });

  it('wants a key, an Idempotency-Key and a whole address', async () => {
    const { call, base } = await open({ url: 'http://127.0.0.1:9', speed: 0 });
    expect((await fetch(`${base}/carrier/v1/rates`, { method: 'POST' })).status).toBe(401);
    const whole = { from: { country: 'US' }, to: { country: 'US' }, parcel: { weight_grams: 1 } };
    expect(await call('POST', '/carrier/v1/shipments', whole)).toMatchObject({ status: 400 });
    expect(await call('POST', '/carrier/v1/rates', { ...whole, to: {} })).toMatchObject({ status: 422 });
    expect(await call('GET', '/carrier/v1/shipments/none')).toMatchObject({ status: 404 });
  });

  it('tells again until somebody listens and agrees, and an event stays itself', async () => {
    const { url, told } = await receiver('secret', [500, 503, 500]);
    const { buy } = await open({ url });
    await buy('r3');
    await waitFor(() => told.length === 2, { describe: 'both events after three refusals' });
    expect(new Set(told.map((event) => event.id)).size).toBe(2);
  });

  it('goes on after a restart: with parcels under way and with what nobody heard', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'carrier-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'sandbox.db');
    const before = openStore(file);
    const first = await open({ url: 'http://127.0.0.1:9', speed: 0, store: before });
    const { body } = await first.buy('r4');
    await first.call('POST', `/carrier/control/shipments/${String(body.id)}/advance`);
    first.sandbox.close();
    before.close();
    const { url, told } = await receiver('secret');
    const after = openStore(file);
    cleanups.push(() => after.close());
    const second = await open({ url, store: after });
    await waitFor(() => told.length === 1, { describe: 'the event of before' });
    await second.call('POST', '/carrier/control/shipments/r4/advance');
    await waitFor(() => told.length === 2, { describe: 'the arrival' });
    expect(told.map((event) => event.update.status)).toEqual(['in_transit', 'delivered']);
  });

  it('loses and doubles events on request', async () => {
    const { url, told } = await receiver('secret');
    const { buy, faults, call } = await open({ url });
    faults.add({ kind: 'webhook_lose', provider: 'carrier', match: { event_type: 'tracking.in_transit' }, times: 1 });
    faults.add({ kind: 'webhook_double', provider: 'carrier', match: { event_type: 'tracking.delivered' }, times: 1 });
    await buy('r5');
    await waitFor(() => told.length === 2, { describe: 'the doubled event' });
    expect(told.map((event) => event.update.status)).toEqual(['delivered', 'delivered']);
    const count = async () => JSON.stringify((await call('GET', '/carrier/control/deliveries')).body);
    await waitFor(async () => (await count()) === '{"lost":1}', { describe: 'one lost event, and no other to come' });
  });

  it('cannot hand over a parcel to 00000, and tells any scan it is asked for', async () => {
    const { url, told } = await receiver('secret');
    const { buy, call } = await open({ url });
    await buy('r6', { postal_code: '00000' });
    await waitFor(() => told.length === 2, { describe: 'the exception' });
    expect(told.map((event) => event.update.status)).toEqual(['in_transit', 'exception']);
    await call('POST', '/carrier/control/shipments/r6/advance', { status: 'delivered' });
    await waitFor(() => told.at(-1)?.update.status === 'delivered');
    expect(await call('POST', '/carrier/control/shipments/r6/advance')).toMatchObject({ status: 409 });
  });

  it('shows a label and a tracking page that hold no markup of the sender', async () => {
    const { buy, base } = await open({ url: 'http://127.0.0.1:9', speed: 0 });
    const { body } = await buy('r7', { name: '<script>alert(1)</script>', line1: '1 Main St', city: 'A & B' });
    const label = await (await fetch(String(body.label_url))).text();
    expect(label).toContain('&lt;script&gt;');
    expect(label).not.toContain('<script');
    const page = await fetch(String(body.tracking_url));
    const text = await page.text();
    expect([page.status, text.includes('A &amp; B'), text.includes('1 Main St')]).toEqual([200, true, false]);
    expect((await fetch(`${base}/carrier/track/PW00`)).status).toBe(404);
  });

  it('carries 300 parcels to the door within seconds, each event once', async () => {
    const { url, told } = await receiver('secret');
    const { buy } = await open({ url, speed: 20 });
    await Promise.all(Array.from({ length: 300 }, (_, n) => buy(`many-${n}`)));
    await waitFor(() => told.length >= 600, { describe: '600 events' });
    expect(new Set(told.map((event) => event.id)).size).toBe(600);
  });
});
