/** A marketplace from a vendor's registration to parcels of two vendors, through the whole system. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { checkInvariants } from '../db/invariants.ts';
import { seedVariants } from './support/catalogue.ts';
import { call, waitForOrder } from './support/client.ts';
import { describeEachStore } from './support/each-store.ts';
import { type System, startSystem } from './support/system.ts';
import type { Use } from './support/use-prices.ts';
import { stockVendor, vendorAddress, verification } from './support/use-vendors.ts';
import { waitFor } from './support/wait-for.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test asserts the shape of what it reads
type Body = any;

describeEachStore('vendors', (store) => {
  let system: System;
  let vendors: { id: string; key: string; sku: string }[];

  const use: Use = async (method, path, values, body) => {
    const at = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name]!);
    const answer = await call<Body>(system, method, at, body === undefined ? {} : { body });
    if (answer.status >= 400) throw new Error(`${method} ${at} ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const ask = (key: string, path: string) => call<Body>({ ...system, secretKey: key }, 'GET', path);

  /** Registers by the API, is verified, and completes Stripe's page. */
  async function open(name: string) {
    const body = { name, email: `${name}@vendor.example`, country: 'US', currency: 'usd' };
    const registered = await call<Body>({ ...system, secretKey: system.publishableKey }, 'POST', '/v1/vendors', {
      body,
    });
    const { id, api_key } = registered.body;
    await use(
      'PUT',
      '/v1/vendors/{id}',
      { id },
      { profile: { description: 'x' }, settings: { return_address: vendorAddress } },
    );
    await use('POST', '/v1/vendors/{id}/submit', { id }, verification);
    await use('POST', '/v1/vendors/{id}/verify', { id });
    const account = await waitFor(async () => (await use('GET', '/v1/vendors/{id}', { id })).account ?? false);
    const onboard = `${system.sandboxUrl}/sandbox/stripe/control/accounts/${account.id}/onboard`;
    const json = { 'content-type': 'application/json' };
    expect((await fetch(onboard, { method: 'POST', headers: json, body: '{}' })).status).toBeLessThan(300);
    await waitFor(async () => (await use('GET', '/v1/vendors/{id}', { id })).status === 'active', {
      timeoutMs: 20_000,
    });
    const sku = `${name.toUpperCase()}-1`;
    await stockVendor(use, id, sku);
    return { id, key: api_key.key as string, sku };
  }

  beforeAll(async () => {
    const { databaseUrl, redisUrl } = store;
    system = await startSystem({ databaseUrl, redisUrl, env: { STOCKROOM_SWEEP_INTERVAL_SECONDS: '1' } });
    await seedVariants(system.db, [{ sku: 'SHOP-1', units: 100 }]);
    vendors = [await open('kiln'), await open('loom')];
  }, 120_000);
  afterAll(() => system?.stop(), 30_000);

  it('each send their part of one order, which they and the shop see', async () => {
    const [kiln, loom] = vendors as [Body, Body];
    const body = {
      customer: { email: 'ada@customer.example', name: 'Ada' },
      lines: [kiln.sku, loom.sku, 'SHOP-1'].map((sku) => ({ sku, quantity: 1 })),
      currency: 'usd',
      shipping_address: { line1: '1 Main Street', city: 'Springfield', postal_code: '12345', country: 'US' },
      payment: { payment_method: 'pm_card_visa', confirm: true },
    };
    const placed = await call<Body>(system, 'POST', '/v1/orders', { body });
    expect(placed.status).toBeLessThan(300);
    await waitForOrder(system, placed.body.id, (order) => order.status === 'delivered');
    for (const { key, sku, id } of [kiln, loom]) {
      const [part] = await waitFor(async () => {
        const { data } = (await ask(key, '/v1/vendor-orders?status=delivered')).body;
        return data.length === 1 && data;
      });
      expect(part).toMatchObject({ vendor_id: id, lines: [{ sku, quantity: 1 }], parcels: [{ status: 'delivered' }] });
      expect(JSON.stringify(part)).not.toContain('customer.example');
      const history = (await ask(key, `/v1/vendor-orders/${part.id}/events`)).body.data.map(({ type }: Body) => type);
      expect([history[0], history.at(-1)]).toEqual(['vendor_order.created', 'vendor_order.delivered']);
    }
    const parts = await use('GET', '/v1/vendor-orders', {});
    expect(parts.data).toHaveLength(2);
    const mails = await waitFor(async () => {
      const { rows } = await system.db.pool.query(
        `select recipient, status from notifications where template = 'vendor-order' and status in ('accepted', 'delivered')`,
      );
      return rows.length === 2 && rows;
    });
    expect(mails.map(({ recipient }: Body) => recipient).sort()).toEqual([
      'kiln@vendor.example',
      'loom@vendor.example',
    ]);
    const broken = (await checkInvariants(system.db, { waitSeconds: 60 })).filter(({ held }) => !held);
    expect(broken).toEqual([]);
  }, 60_000);

  it('are not sold while they are suspended', async () => {
    const { id, sku } = vendors[0]!;
    await use('POST', '/v1/vendors/{id}/suspend', { id }, { reason: 'We look into it.' });
    const body = {
      customer: { email: 'ada@customer.example' },
      lines: [{ sku, quantity: 1 }],
      currency: 'usd',
      shipping_address: { line1: '1 Main Street', city: 'Springfield', country: 'US' },
    };
    const refused = await call<Body>(system, 'POST', '/v1/orders', { body });
    expect([refused.status, refused.body.errors?.[0].code]).toEqual([400, 'sku_unknown']);
    await use('POST', '/v1/vendors/{id}/resume', { id });
    expect((await call<Body>(system, 'POST', '/v1/orders', { body })).status).toBeLessThan(300);
  });
});
