/** The SDK is what the API says, and its examples run against everything started for real: in Node, and in Chromium. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { sumOrders } from '../sdk/examples/page-orders.ts';
import { placeAndFollow } from '../sdk/examples/place-order.ts';
import { refundRest } from '../sdk/examples/refund-order.ts';
import { createStockroom, type OrderEvent, operations, type Stockroom } from '../sdk/index.ts';
import { isCurrent } from './support/sdk/generate.ts';
import type { OpenApiDocument } from './support/sdk/openapi-document.ts';
import type { SpawnedNode } from './support/spawn-node.ts';
import { choosePlace, type RuntimeFile, readRuntime, type StartPlace, startSystem } from './support/started-system.ts';

const SDK = resolve(import.meta.dirname, '../sdk');
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

let place: StartPlace;
let system: SpawnedNode;
let runtime: RuntimeFile;
let stockroom: Stockroom;
let sku: string;

beforeAll(async () => {
  place = await choosePlace();
  system = await startSystem(place);
  runtime = readRuntime(place);
  stockroom = createStockroom({ baseUrl: runtime.api_url, apiKey: runtime.secret_key });
  const { data } = await stockroom.products.list({ q: 'mug', in_stock: 'true' }).first();
  sku = data[0]!.variants[0]!.sku;
}, 120_000);
afterAll(async () => {
  await system?.kill('SIGINT');
  place?.remove();
}, 30_000);

describe('the generated part', () => {
  it('is current, and has a method for every operation that is served', async () => {
    const served = (await (await fetch(`${runtime.api_url}/openapi.json`)).json()) as OpenApiDocument;
    expect(await isCurrent(served)).toBe(true);
    const requests = Object.entries(served.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(Object.values(operations).sort()).toEqual(requests.sort());
  });
});

describe('the examples in Node', () => {
  it('place an order and follow it to its door, page through all orders, and refund it once', async () => {
    const since = new Date(Date.now() - 1_000).toISOString();
    const events: OrderEvent[] = [];
    const orders = [];
    for (let n = 0; n < 3; n++) {
      orders.push(await placeAndFollow(stockroom, sku, (event) => n === 0 && events.push(event)));
    }
    const [order] = orders;
    expect(order).toMatchObject({ status: 'delivered', payment_status: 'paid' });
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    const types = events.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['order.accepted', 'payment.succeeded', 'order.delivered']));

    const total = orders.reduce((sum, { totals }) => sum + totals.total.amount, 0);
    expect(await sumOrders(stockroom, since)).toEqual(new Map([['usd', total]]));

    const refund = await refundRest(stockroom, order!.id, 'refund-1');
    expect(refund!.amount).toEqual(order!.totals.total);
    expect(await refundRest(stockroom, order!.id, 'refund-1')).toMatchObject({ id: refund!.id });
    expect(await refundRest(stockroom, order!.id, 'refund-2')).toBeUndefined();
    expect((await stockroom.orders.refunds.list(order!.id)).data.length).toBe(1);
  }, 120_000);

  it('give the API’s own words when it refuses', async () => {
    const refused = placeAndFollow(stockroom, 'NO-SUCH-SKU', () => {});
    await expect(refused).rejects.toMatchObject({
      name: 'StockroomError',
      retryable: false,
      requestId: expect.any(String),
      errors: [expect.objectContaining({ pointer: '/lines/0/sku' })],
    });
  });
});

if (CHROMIUM) declareBrowserTests(CHROMIUM);
else process.stderr.write('\n*** SKIPPED: there is no Chromium on this machine, so the SDK runs in no browser ***\n');

function declareBrowserTests(executablePath: string): void {
  let pages: Server;
  let browser: Browser;

  beforeAll(async () => {
    pages = createServer((req, res) => {
      const file = join(SDK, req.url!);
      if (!file.endsWith('.ts') || !existsSync(file)) {
        res.writeHead(200, { 'content-type': 'text/html' });
        return void res.end('<!doctype html><link rel="icon" href="data:,"><title>SDK</title>');
      }
      res.writeHead(200, { 'content-type': 'text/javascript' });
      res.end(stripTypeScriptTypes(readFileSync(file, 'utf8')));
    }).listen(0, '127.0.0.1');
    await new Promise((done) => pages.once('listening', done));
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    pages?.close();
  });

  it('an order is placed and followed in a browser, with a publishable key, and a webhook is verified there', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`);
    const work = `(async () => {
      const { createStockroom, signWebhook, verifyWebhook } = await import('/index.ts');
      const { placeAndFollow } = await import('/examples/place-order.ts');
      const stockroom = createStockroom(${JSON.stringify({ baseUrl: runtime.api_url, apiKey: runtime.publishable_key })});
      const types = [];
      const order = await placeAndFollow(stockroom, ${JSON.stringify(sku)}, (event) => types.push(event.type));
      const secrets = 'whsec_' + btoa('s'.repeat(32));
      const body = JSON.stringify({ type: 'order.paid' });
      const event = await verifyWebhook(body, await signWebhook(body, { id: 'msg_1', secrets }), secrets);
      return { status: order.status, types, event };
    })()`;
    const { status, types, event } = (await page.evaluate(work)) as { status: string; types: string[]; event: object };
    expect([status, types.at(-1), event]).toEqual(['delivered', 'order.delivered', { type: 'order.paid' }]);
    expect(complaints).toEqual([]);
  }, 60_000);
}
