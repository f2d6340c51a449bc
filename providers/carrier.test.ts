import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createCarrierSandbox } from '../sandbox/carrier/app.ts';
import { createFaults } from '../sandbox/faults.ts';
import { openStore } from '../sandbox/store.ts';
import { CarrierRefusedError, CarrierUnavailableError, createCarrier } from './carrier.ts';

const servers: Server[] = [];
const closers: (() => void)[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  for (const close of closers.splice(0)) close();
});

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The client in front of the sandbox carrier; parcels stand still. */
async function openSandbox() {
  const store = openStore(':memory:');
  const faults = createFaults();
  const sandbox = createCarrierSandbox({
    store,
    faults,
    speed: 0,
    webhook: { url: 'http://127.0.0.1:9/', secret: 's' },
  });
  closers.push(() => {
    sandbox.close();
    store.close();
  });
  const url = await listen(express().use(sandbox));
  return { url, faults, carrier: createCarrier({ baseUrl: `${url}/carrier`, apiKey: 'key', timeoutMs: 2_000 }) };
}

const home = { country: 'US', city: 'Springfield' };
const request = (shipmentId: string, country = 'US') => ({
  shipmentId,
  orderId: 'order-1',
  from: home,
  to: { ...home, country },
  parcel: { weight_grams: 1_200 },
  service: 'express',
});

describe('the carrier', () => {
  it('offers rates, sells a label and tells what it saw', async () => {
    const { carrier, url } = await openSandbox();
    const rates = await carrier.rates(home, home, { weight_grams: 1_200 });
    expect(rates.map((rate) => rate.service)).toEqual(['standard', 'express']);
    const label = await carrier.buyLabel(request('ship-1'));
    expect(label).toMatchObject({
      carrier: 'Parcelwing',
      service: 'express',
      tracking_number: expect.stringMatching(/^PW\d{16}$/) as unknown,
      cost: { amount: rates[1]?.amount, currency: 'usd' },
    });
    expect(label.label_url).toBe(`${url}/carrier/labels/${label.id}.svg`);
    expect((await carrier.track(label.id)).map((update) => update.status)).toEqual(['label_purchased']);
  });

  it('sells one label per shipment, also when the answer was lost after it was sold', async () => {
    const { carrier, faults } = await openSandbox();
    faults.add({ kind: 'answer_lost', provider: 'carrier', match: { path: '/carrier/v1/shipments' }, times: 1 });
    await expect(carrier.buyLabel(request('ship-2'))).rejects.toThrow(CarrierUnavailableError);
    const label = await carrier.buyLabel(request('ship-2'));
    expect(await carrier.buyLabel(request('ship-2'))).toEqual(label);
    expect((await carrier.buyLabel(request('ship-3'))).id).not.toBe(label.id);
  });

  it('refuses for good what it will never take, and is merely unavailable at 429 and 5xx', async () => {
    const { carrier, faults } = await openSandbox();
    const refused = carrier.buyLabel(request('ship-4', 'AQ'));
    await expect(refused).rejects.toThrow(CarrierRefusedError);
    await expect(refused).rejects.toMatchObject({ status: 422, code: 'address_not_served' });
    await expect(carrier.track('shp_unknown')).rejects.toMatchObject({ status: 404, code: 'shipment_not_found' });
    for (const kind of ['rate_limit', 'server_error'] as const) {
      faults.add({ kind, provider: 'carrier', times: 1 });
      await expect(carrier.buyLabel(request('ship-5'))).rejects.toThrow(CarrierUnavailableError);
    }
  });

  it('is unavailable when it does not answer in time, or answers no JSON', async () => {
    const silent = createCarrier({ baseUrl: await listen(() => {}), apiKey: 'key', timeoutMs: 50 });
    await expect(silent.track('x')).rejects.toThrow(CarrierUnavailableError);
    const nobody = createCarrier({ baseUrl: 'http://127.0.0.1:9', apiKey: 'key' });
    await expect(nobody.track('x')).rejects.toThrow(CarrierUnavailableError);
    const html = createCarrier({ baseUrl: await listen((_req, res) => res.end('<html>')), apiKey: 'key' });
    await expect(html.track('x')).rejects.toThrow(SyntaxError);
  });
});
