/** The served document is sound, every route of it answers as it says, and its keys and scopes are asked for. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { pino } from 'pino';
import type { AppOptions } from '../api/app.ts';
import { allRoutes } from '../api/app.ts';
import { tieCustomer } from '../db/customers.ts';
import { findDisputeByProviderId } from '../db/disputes.ts';
import { recordFindings } from '../db/findings.ts';
import { postBookings } from '../db/ledger.ts';
import { claimPicture, type Rendering, recordRendering } from '../db/pictures.ts';
import { failImage, holdFetched } from '../db/product-images.ts';
import { keepMovements } from '../db/stripe-objects.ts';
import type { CaptureMethod } from '../domain/judge-intent.ts';
import { finding } from '../domain/reconciliation.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { createCheckOutOrder } from '../workers/check-out-order.ts';
import { createIssueRefund } from '../workers/issue-refund.ts';
import { recordDispute } from '../workers/record-dispute.ts';
import { startApi, type TestApi } from './support/api.ts';
import { seedVariants } from './support/catalogue.ts';
import { orderBody } from './support/client.ts';
import { createFakeBilling } from './support/fake-billing.ts';
import { createFakePayments } from './support/fake-payments.ts';
import { createFakeStorage, imageSettings } from './support/fake-storage.ts';
import { insertTestOrder } from './support/orders.ts';
import { useEdits } from './support/use-edits.ts';
import { usePrices } from './support/use-prices.ts';
import { useReturns } from './support/use-returns.ts';
import { useSubscriptions } from './support/use-subscriptions.ts';
import { useVendorMoney } from './support/use-vendor-money.ts';
import { useVendors } from './support/use-vendors.ts';

interface Operation {
  operationId: string;
  summary: string;
  security: object[];
  'x-scope': string;
  'x-publishable': boolean;
  parameters?: { in: string; name: string; required?: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: object };
}

let api: TestApi;
let document: Document;
let ajv: Ajv2020;
// Every route is asked, some of them often: that takes its time on a busy machine.
jest.setTimeout(180_000);

const used = new Set<string>();
/** What needs no key is named here, so that no route is open by a slip. */
const SCOPES = new Map(
  [
    '/media/{sha256}/{file}',
    '/media/on-demand/{sha256}/{file}',
    '/v1/uploads/{id}',
    '/v1/push/key',
    '/unsubscribe',
    '/price-alerts/act',
    '/price-charts/{token}.png',
    '/price-evidence/{token}',
  ].map((path) => [path, /^open$/]),
);
const nobody = '01900000-0000-7000-8000-000000000000';

beforeAll(async () => {
  api = await startApi({ payments, billing, images: imageSettings(storage) });
  await seedVariants(api.db, [{ sku: 'TEE', units: 100 }]);
  document = (await (await fetch(`${api.apiUrl}/openapi.json`)).json()) as Document;
  ajv = new Ajv2020({ strict: false, allErrors: true });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  ajv.addSchema({ $id: 'openapi', ...document });
});
afterAll(() => api?.close());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );

/** The others are open: what they serve is for everybody, or the address itself is signed (see api/media.test.ts). */
const keyed = () => operations().filter(({ operation }) => operation.security.length > 0);

describe('the document', () => {
  it('is OpenAPI 3.1 with all that it must have, and unique names', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    expect(document.components.securitySchemes).toMatchObject({ key: { type: 'http', scheme: 'bearer' } });
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, method, operation } of operations()) {
      expect(method).toMatch(/^(GET|PUT|POST|PATCH|DELETE)$/);
      expect(operation.summary).toBeTruthy();
      expect(operation.operationId).toMatch(/^[a-zA-Z]\w+$/);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
      const inPath = (operation.parameters ?? []).filter((each) => each.in === 'path');
      expect([path, inPath.map((each) => each.name).sort()]).toEqual([path, named]);
      expect(inPath.every((each) => each.required)).toBe(true);
      expect(Object.keys(operation.responses).every((status) => /^([1-5]\d\d|default)$/.test(status))).toBe(true);
      expect(operation.responses.default?.content).toHaveProperty(['application/problem+json']);
      expect([path, operation['x-scope']]).toEqual([
        path,
        expect.stringMatching(SCOPES.get(path) ?? /^\w+:(read|write)$/),
      ]);
    }
  });

  it('has only references that lead somewhere, and schemas that compile', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"(#[^"]+)"/g);
    for (const [, reference] of references) {
      const found = reference!
        .slice(2)
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document);
      expect([reference, typeof found]).toEqual([reference, 'object']);
    }
    for (const name of Object.keys(document.components.schemas)) {
      expect(ajv.getSchema(`openapi#/components/schemas/${name}`)).toBeInstanceOf(Function);
    }
  });

  it('lists every route that is mounted, and no other', () => {
    const mounted = allRoutes({
      db: api.db,
      followers: api.followers,
      images: imageSettings(storage),
      orderTokenSecret: 'x',
      publicUrl: 'x',
      messages: { locale: 'en', vapidPublicKey: undefined },
      webhooks: { allowedPrivateHosts: [], requireHttps: true },
      firecrawl: { webhookSecret: undefined, creditBudget: 0 },
    } as unknown as AppOptions);
    const served = mounted.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort();
    expect(
      operations()
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual(served);
  });
});

describe('the keys of every route', () => {
  const send = (method: string, path: string, key?: string) =>
    fetch(api.apiUrl + path.replaceAll(/\{\w+\}/g, nobody), {
      method,
      headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
      ...(method === 'GET' ? {} : { body: '{}' }),
    });

  it('are asked for: 401 without, 403 for the wrong kind and without the scope', async () => {
    const scopes = new Set(keyed().map(({ operation }) => operation['x-scope']));
    const without = new Map<string, string>();
    for (const scope of scopes) without.set(scope, await api.makeKey([...scopes].filter((each) => each !== scope)));
    for (const { method, path, operation } of keyed()) {
      const where = `${method} ${path}`;
      const status = async (key?: string) => {
        const answer = await send(method, path, key);
        if (answer.status >= 400)
          expectValid(where, document.paths[path]![method.toLowerCase()]!, 'default', await answer.json());
        else await answer.body?.cancel();
        return answer.status;
      };
      expect([where, await status()]).toEqual([where, 401]);
      expect([where, await status('sk_test_unknown')]).toEqual([where, 401]);
      expect([where, await status(without.get(operation['x-scope']))]).toEqual([where, 403]);
      if (!operation['x-publishable']) expect([where, await status(api.publishableKey)]).toEqual([where, 403]);
      expect([where, [401, 403].includes(await status(api.secretKey))]).toEqual([where, false]);
    }
  });
});

describe('answers', () => {
  it('to a whole working day fit the document, and each route gave one', async () => {
    const product = {
      name: 'Blue shirt',
      description: 'Of cotton',
      status: 'active',
      images: [{ url: 'https://img.example/1.jpg', alt: 'blue' }],
      attributes: { color: 'blue', sizes: ['m', 'l'], organic: true, grams: 1.5 },
      seo: { title: 'Shirt' },
      metadata: { supplier: 'a' },
      variants: [
        {
          sku: 'SHIRT-M',
          name: 'M',
          barcode: '4006381333931',
          weight_grams: 200,
          prices: [{ currency: 'usd', amount: 1_999, compare_at_amount: 2_500, cost_amount: 700 }],
        },
      ],
    };
    const category = await use('POST', '/v1/categories', {}, { name: 'Shirts', slug: 'shirts' });
    await use('PUT', '/v1/categories/{id}', { id: category.id }, { name: 'All shirts', slug: 'shirts' });
    const made = await use('POST', '/v1/products', {}, { ...product, categories: ['shirts'] });
    await use('PUT', '/v1/products/{id}', { id: made.id }, { ...product, name: 'Bluer shirt' });
    const image = await addImages(made.id);
    await use(
      'PUT',
      '/v1/variants/{sku}',
      { sku: 'SHIRT-L' },
      { product: { name: 'Bluer shirt' }, product_slug: made.slug, prices: [{ currency: 'usd', amount: 5 }] },
    );
    await use('PUT', '/v1/locations/{code}', { code: 'main' }, { name: 'Main', country: 'US' });
    await use('POST', '/v1/locations', {}, { code: 'second', name: 'Second', country: 'US' });
    await use(
      'POST',
      '/v1/stock/adjustments',
      {},
      { sku: 'SHIRT-L', location: 'main', change: 50, reason: 'received' },
    );
    await use('POST', '/v1/products/import', {}, '{"sku":"SHIRT-L","name":"Large"}\n{"sku":""}\n');
    const placed = await use(
      'POST',
      '/v1/orders',
      {},
      {
        ...orderBody({ sku: 'TEE', card: 'pm_card_visa' }),
        metadata: { a: 'b' },
        billing_address: { line1: '1', city: 'A', country: 'DE' },
      },
    );
    await use('GET', '/v1/orders/{id}', { id: placed.id });
    await use('POST', '/v1/orders/{id}/cancel', { id: placed.id }, { reason: 'no' });
    const second = await use('POST', '/v1/orders', {}, orderBody({ sku: 'TEE' }));
    await use('PUT', '/v1/orders/{id}/status', { id: second.id }, { status: 'canceled' });
    await use('POST', '/v1/orders/{id}/pay', { id: second.id }, { payment_method: 'pm_card_visa' });
    await use('GET', '/v1/orders/{id}/history', { id: placed.id });
    const key = await use(
      'POST',
      '/v1/api-keys',
      {},
      { name: 'k', kind: 'secret', mode: 'test', scopes: ['orders:read'] },
    );
    await use('POST', '/v1/api-keys/{id}/rotate', { id: key.id }, { overlap_seconds: 60 });
    const customer = await saveMethods();
    const held = await takePayment('manual');
    await use('POST', '/v1/orders/{id}/capture', { id: held }, { amount: 500 });
    const paid = await takePayment();
    const refund = await use('POST', '/v1/orders/{id}/refunds', { id: paid }, { amount: 100, note: 'sorry' });
    await refuseRefund(paid, refund.id);
    await use('POST', '/v1/orders/{id}/refunds/{refund_id}/retry', { id: paid, refund_id: refund.id });
    const disputed = await disputePayment(paid);
    await use('POST', '/v1/orders/{id}/release-hold', { id: paid }, { reason: 'we know them' });
    await use(
      'POST',
      '/v1/disputes/{id}/evidence',
      { id: disputed },
      { texts: { uncategorized_text: 'It was sent.' } },
    );
    const reconciled = await reconcile();
    const edits = await useEdits(use, await takePaymentOf(await seedVariants(api.db, [{ sku: 'EDITED', units: 10 }])));
    const hooks = await useWebhooks();
    const recipient = await useRecipients(placed.id);
    const prices = await usePrices(use, api.db);
    const subscriptions = await useSubscriptions(use, { db: api.db, billing, payments }, 'TEE');
    const returns = await useReturns(use, { db: api.db, payments });
    const vendors = await useVendors(use, api, takePaymentOf);
    await useVendorMoney(use, vendors('/v1/vendors/{id}'));
    const day = new Date().toISOString().slice(0, 10);
    const values: Record<string, string> = {
      id: placed.id,
      sku: 'SHIRT-L',
      code: 'main',
      refund_id: refund.id,
      day,
      method_id: 'pm_second',
    };
    const isPlainGet = ({ method, path, operation }: ReturnType<typeof keyed>[number]) =>
      method === 'GET' && !path.endsWith('/events') && !operation.parameters?.some(isNeededQuery);
    for (const { method, path } of keyed().filter(isPlainGet)) {
      const id = path.includes('webhook')
        ? hooks(path)
        : path.includes('vendor')
          ? vendors(path)
          : path.includes('products')
            ? made.id
            : path.includes('categories')
              ? category.id
              : path.includes('api-keys')
                ? key.id
                : path.includes('/recipients')
                  ? recipient
                  : path.includes('refunds')
                    ? paid
                    : path.includes('customers')
                      ? customer
                      : path.includes('disputes')
                        ? disputed
                        : path.includes('images')
                          ? image
                          : placed.id;
      await use(method, path, {
        ...values,
        id: returns(path) ?? prices(path) ?? subscriptions(path) ?? id,
        ...reconciled(path),
        ...edits(path),
      });
    }
    await use('DELETE', '/v1/api-keys/{id}', { id: key.id });
    for (const { method, path } of keyed().filter(
      (each) => !used.has(`${each.method} ${each.path}`) && !each.path.endsWith('/events'),
    )) {
      const id = path.includes('webhook')
        ? hooks(path)
        : path.includes('products')
          ? made.id
          : path.includes('customers')
            ? customer
            : path.includes('/recipients')
              ? recipient
              : category.id;
      await use(method, path, { ...values, id: prices(path) ?? id });
    }
    const missing = keyed()
      .filter(({ method, path }) => !used.has(`${method} ${path}`))
      .map(({ method, path }) => `${method} ${path}`);
    expect(missing).toEqual(['GET /v1/orders/{id}/events', 'GET /v1/products/{id}/images/events']);
    expect(refused).toEqual(['POST /v1/orders/{id}/pay 409']);
  });
});

const isNeededQuery = (parameter: { in: string; required?: boolean }) =>
  parameter.in === 'query' && parameter.required === true;

const refused: string[] = [];

const run = { log: pino({ level: 'silent' }) };
const payments = createFakePayments();
const billing = createFakeBilling();
const storage = createFakeStorage();

/** A customer with two saved methods, one of which is made the default. */
async function saveMethods(): Promise<string> {
  const { id } = await use('POST', '/v1/customers', {}, { email: 'known@example.com', external_id: 'shop-1' });
  const at = await payments.createCustomer({ id, email: 'known@example.com', name: null, phone: null }, id);
  await tieCustomer(api.db, id, at);
  const card = { type: 'card', brand: 'visa', last4: '4242', expMonth: 1, expYear: 2030 };
  payments.methods.set(at, [
    { ...card, id: 'pm_first' },
    { ...card, id: 'pm_second' },
  ]);
  await use('PUT', '/v1/customers/{id}/payment-methods/{method_id}/default', { id, method_id: 'pm_first' });
  return id;
}

/** An endpoint through all that can be asked of it. Returns the id that a path of webhooks takes. */
async function useWebhooks(): Promise<(path: string) => string> {
  const at = '/v1/webhook-endpoints';
  const wanted = { url: 'https://shop.example/hooks', event_types: ['order.*', 'refund.succeeded'] };
  const { id } = await use('POST', at, {}, wanted);
  await use('PATCH', `${at}/{id}`, { id }, { description: 'The shop' });
  await use('POST', `${at}/{id}/rotate-secret`, { id }, { overlap_seconds: 60 });
  const { id: delivery } = await use('POST', `${at}/{id}/test`, { id });
  await use('POST', `${at}/{id}/pause`, { id });
  await use('POST', `${at}/{id}/resume`, { id });
  await use('POST', `${at}/{id}/replay`, { id }, { failed: true });
  await use('POST', `${at}/{id}/replay`, { id }, { since: '2026-01-01T00:00:00Z' });
  await use('POST', '/v1/webhook-deliveries/{id}/replay', { id: delivery });
  return (path) => (path.includes('deliveries/') ? delivery : id);
}

/** Who is told, what must not be, and which way; what an order's customer says. Returns the id of a recipient. */
async function useRecipients(orderId: string): Promise<string> {
  const contact = { email: 'ops@shop.example', quiet_hours: { from: '22:00', to: '07:00' } };
  const preferences = [{ topic: 'stock', channel: 'email', delivery: 'daily', hour: 7 }];
  const { id } = await use('POST', '/v1/recipients', {}, { audience: 'operations', ...contact, preferences });
  await use('PATCH', '/v1/recipients/{id}', { id }, { name: 'Operations', locale: 'de' });
  const endpoint = 'https://push.example/1';
  const keys = { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: Buffer.alloc(16).toString('base64url') };
  const query = `?endpoint=${encodeURIComponent(endpoint)}`;
  for (const path of ['/v1/recipients/{id}', '/v1/orders/{id}'].map((of) => `${of}/push-subscriptions`)) {
    const of = { id: path.includes('orders') ? orderId : id };
    for (let times = 0; times < 2; times++) await use('POST', path, of, { endpoint, keys });
    await use('DELETE', path, { ...of, query });
  }
  await use('PATCH', '/v1/orders/{id}/recipient', { id: orderId }, { locale: 'ja' });
  const route = { event: 'dispute.opened', audience: 'operations', channel: 'chat' };
  await use('PUT', '/v1/message-routes/{event}/{audience}/{channel}', route, { enabled: true });
  await use('DELETE', '/v1/message-routes/{event}/{audience}/{channel}', route);
  const address = { channel: 'email', address: 'ada@example.com', topic: 'account' };
  const suppressed = await use('POST', '/v1/suppressions', {}, address);
  await use('POST', '/v1/suppressions', {}, address);
  await use('GET', '/v1/suppressions', {});
  await use('DELETE', '/v1/suppressions/{id}', { id: suppressed.id });
  return id;
}

/** Images that were fetched, uploaded, changed and deleted. Returns the id of one that is ready. */
async function addImages(productId: string): Promise<string> {
  const images = [{ url: 'https://img.example/2.jpg', alt: 'red', position: 3, primary: true }];
  const { data: added } = await use('POST', '/v1/products/{id}/images', { id: productId }, { images });
  const begun = { images: [{ content_type: 'image/png', bytes: 5 }] };
  const { data: uploads } = await use('POST', '/v1/products/{id}/images/uploads', { id: productId }, begun);
  const [{ id }, { id: uploaded }] = [added[0], uploads[0]];
  await storage.put(`staged/${uploaded}`, Buffer.from('12345'), { contentType: 'image/png' });
  await use('POST', '/v1/images/{id}/uploaded', { id: uploaded });
  await use('DELETE', '/v1/images/{id}', { id: uploaded });
  await claimPicture(api.db, { sha256: SHA256, bytes: 5, format: 'png' });
  await api.db.transaction(async (tx) => {
    await holdFetched(tx, id, SHA256);
    await recordRendering(tx, SHA256, rendering);
  });
  await use('PATCH', '/v1/images/{id}', { id }, { alt: 'not blue' });
  const { data } = await use('GET', '/v1/products/{id}/images', { id: productId });
  const reversed = { images: data.map((each: { id: string }) => each.id).reverse() };
  await use('PUT', '/v1/products/{id}/images/order', { id: productId }, reversed);
  const failed = data.find((each: { id: string }) => each.id !== id).id;
  await failImage(api.db, failed, { code: 'fetch_timeout', message: 'Too slow.' });
  await use('GET', '/v1/images', {});
  await use('POST', '/v1/images/{id}/retry', { id: failed });
  for (const method of ['POST', 'GET', 'DELETE'] as const) await use(method, '/v1/images/rebuild', {});
  return id;
}

const SHA256 = 'a'.repeat(64);
const variant = { width: 4, height: 3, bytes: 5, key: 'variants/x' };
const rendering: Rendering = {
  recipe: 'cafe0001',
  width: 40,
  height: 30,
  hasAlpha: true,
  thumbhash: 'abc=',
  dominantColor: '#a1b2c3',
  perceptualHash: undefined,
  timings: {},
  variants: [
    { preset: '800', format: 'webp', ...variant },
    { preset: '200x200', format: 'jpeg', ...variant },
  ],
};

/** An order whose money was taken, or is held. */
async function takePayment(captureMethod: CaptureMethod = 'automatic'): Promise<string> {
  const variants = await seedVariants(api.db, [{ sku: `PAID-${captureMethod}`, units: 10 }]);
  return takePaymentOf(variants, captureMethod);
}

async function takePaymentOf(variants: Map<string, string>, captureMethod: CaptureMethod = 'automatic') {
  const id = await insertTestOrder(api.db, { variants, paymentMethod: 'pm_card_visa', captureMethod });
  await createCheckOutOrder({ db: api.db, payments, returnUrl: () => 'https://shop.example' })({ order_id: id }, run);
  return id;
}

/** A run with two findings, both of them decided, and an exception that is settled. Returns what their paths take. */
async function reconcile(): Promise<(path: string) => { id?: string }> {
  const { id: runId } = await use('POST', '/v1/reconciliation/runs', {}, { kind: 'balance' });
  const found = ['ch_1', 'ch_2'].map((subject) =>
    finding({ code: 'charge_foreign', subject, explanation: 'Nobody knows it.', occurredAt: new Date() }),
  );
  const [first, second] = await recordFindings(api.db, 'balance', runId, found);
  await use('POST', '/v1/reconciliation/findings/{id}/accept', { id: first!.id }, { note: 'so be it' });
  await use('POST', '/v1/reconciliation/findings/{id}/resolve', { id: second!.id }, { note: 'refunded' });
  await use(
    'POST',
    '/v1/reconciliation/findings/{id}/correct',
    { id: await findOddMovement(runId) },
    { note: 'a fee', account: 'stripe_fees' },
  );
  const { data } = await use('GET', '/v1/exceptions', {});
  await use('POST', '/v1/exceptions/{id}/resolve', { id: data[0].id }, { resolution: 'Settled.' });
  const { data: messages } = await use('GET', '/v1/notifications', {});
  const ids = { runs: runId, findings: first!.id, exceptions: data[0].id, notifications: messages[0].id };
  return (path) => {
    const kind = path.split('/').find((part) => part in ids) as keyof typeof ids | undefined;
    return kind ? { id: ids[kind] } : {};
  };
}

/** A movement that nobody explains, booked as such. Returns its finding. */
async function findOddMovement(runId: string): Promise<string> {
  const [id, at] = ['txn_odd', new Date(Date.now() - 60_000)];
  const money = { amount: -900, fee: 0, feeDetailed: 0, net: -900, currency: 'usd', exchangeRate: null };
  const about = { id, type: 'adjustment', status: 'available', sourceId: null, description: null };
  await keepMovements(api.db, [{ ...about, ...money, createdAt: at, availableAt: at }], new Date());
  const entries = [
    { account: 'stripe_balance', currency: 'usd', amount: -900 },
    { account: 'suspense', currency: 'usd', amount: 900 },
  ] as const;
  await postBookings(api.db, [{ cause: { kind: 'balance_transaction', id }, occurredAt: at, entries: [...entries] }]);
  const found = {
    code: 'movement_unexplained',
    subject: id,
    currency: 'usd',
    ourAmount: 0,
    stripeAmount: -900,
  } as const;
  const told = { stripe: { transaction: id }, explanation: 'Nobody knows it.', occurredAt: at };
  const [row] = await recordFindings(api.db, 'balance', runId, [finding({ ...found, ...told })]);
  return row!.id;
}

/** A dispute of an order's payment, heard of. Returns its id. */
async function disputePayment(orderId: string): Promise<string> {
  await recordDispute({ db: api.db }, orderId, {
    id: 'du_1',
    status: 'needs_response',
    reason: 'fraudulent',
    amount: 2_000,
    currency: 'usd',
    chargeId: 'ch_1',
    paymentIntent: 'pi_1',
    isChargeRefundable: false,
    evidenceDueBy: new Date(),
    submissionCount: 0,
    openedAt: new Date(),
    movements: [{ id: 'txn_1', amount: -2_000, fee: 1_500, net: -3_500, currency: 'usd', occurredAt: new Date() }],
  });
  return (await findDisputeByProviderId(api.db, 'du_1'))!.id;
}

async function refuseRefund(orderId: string, refundId: string): Promise<void> {
  payments.failNext('createRefund', new PaymentRefusedError('charge_disputed', 'disputed'));
  await createIssueRefund({ db: api.db, payments })({ order_id: orderId, refund_id: refundId }, run);
}

// biome-ignore lint/suspicious/noExplicitAny: what comes back is checked against the document
async function use(method: string, path: string, values: Record<string, string>, body?: unknown): Promise<any> {
  const operation = document.paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`${method} ${path} is not documented`);
  const media = Object.keys(operation.requestBody?.content ?? {})[0];
  if (media === 'application/json' && body !== undefined) {
    const valid = compile(operation, ['requestBody', 'content', media, 'schema'], path, method);
    if (!valid(body))
      throw new Error(`${method} ${path}: the test's body is not documented: ${ajv.errorsText(valid.errors)}`);
  }
  const place = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  const response = await fetch(api.apiUrl + place + (values.query ?? ''), {
    method,
    headers: {
      authorization: `Bearer ${api.secretKey}`,
      ...(media && body !== undefined ? { 'content-type': media } : {}),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const where = `${method} ${path} ${response.status}`;
  used.add(`${method} ${path}`);
  if (response.status >= 400) refused.push(where);
  if (response.status >= 400 && !where.endsWith('/pay 409')) throw new Error(`${where}: ${text}`);
  const status = response.status < 400 ? String(response.status) : 'default';
  expect([where, Object.keys(operation.responses)]).toEqual([where, expect.arrayContaining([status])]);
  const type = response.headers.get('content-type')?.split(';')[0];
  if (text === '') return undefined;
  expect([where, Object.keys(operation.responses[status]?.content ?? {})]).toEqual([
    where,
    expect.arrayContaining([type]),
  ]);
  if (!type?.endsWith('json')) return text;
  return expectValid(where, operation, status, JSON.parse(text));
}

function expectValid(where: string, operation: Operation, status: string, body: unknown): unknown {
  const media = Object.keys(operation.responses[status]?.content ?? {})[0]!;
  const [method, path] = where.split(' ') as [string, string];
  const valid = compile(operation, ['responses', status, 'content', media, 'schema'], path, method);
  expect([where, valid(body) || ajv.errorsText(valid.errors)]).toEqual([where, true]);
  return body;
}

const pointer = (parts: string[]) =>
  parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

function compile(_operation: Operation, place: string[], path: string, method: string): ValidateFunction {
  const reference = `openapi#${pointer(['paths', path, method.toLowerCase(), ...place])}`;
  return ajv.getSchema(reference) ?? ajv.compile({ $ref: reference });
}
