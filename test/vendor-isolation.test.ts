/**
 * A vendor's key reaches what is that vendor's and nothing else. Every route of the document is asked by a key with every scope, with the ids
 * of another vendor and of the shop: no answer holds anything of theirs, what is there is answered as what is not, and no row of theirs changes.
 */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { insertApiKey } from '../db/api-keys.ts';
import { uuidv7 } from '../db/ids.ts';
import { listVendorOrders } from '../db/vendor-orders.ts';
import { insertWebhookEndpoint } from '../db/webhook-endpoints.ts';
import { createFollowVendorOrders } from '../workers/follow-vendor-orders.ts';
import { publishEvents } from '../workers/publish-events.ts';
import { startApi, type TestApi } from './support/api.ts';
import { seedVariants } from './support/catalogue.ts';
import { type OpenApiDocument, openApiDocument } from './support/sdk/openapi-document.ts';
import { verification } from './support/use-vendors.ts';
import { payOrder, seedVendor, seedVendorOrder } from './support/vendor-shop.ts';

jest.setTimeout(120_000);

/** What a path, a query or a body may name of somebody. */
interface Named {
  vendor: string;
  key: string;
  part: string;
  product: string;
  slug: string;
  sku: string;
  code: string;
  order: string;
}

let api: TestApi;
let own: Named;
let other: Named;
let shop: Named;
let nobody: Named;
let ownKey: string;
let otherKey: string;
/** What only others know: their ids and whatever is written in what is theirs. */
let secrets: string[];

beforeAll(async () => {
  api = await startApi();
  const { db } = api;
  const seeded = [await seedVendor(db, 'ownmark'), await seedVendor(db, 'othermark')] as const;
  const goods = await seedVariants(db, [{ sku: 'SHOPMARK-1', units: 100 }]);
  const shopLine = { sku: 'SHOPMARK-1', variantId: goods.get('SHOPMARK-1')!, quantity: 1 };
  const order = await seedVendorOrder(db, [...seeded.map((each) => ({ ...each, quantity: 2 })), shopLine]);
  const alone = await seedVendorOrder(db, [{ ...seeded[1], quantity: 1 }]);
  for (const id of [order, alone]) {
    await payOrder(db, id);
    await createFollowVendorOrders({ db })({ order_id: id });
  }
  const keys = await Promise.all(
    seeded.map(({ id }) =>
      insertApiKey(db, { name: 'theirs', kind: 'secret', mode: 'test', scopes: ['*'], vendorId: id }),
    ),
  );
  const parts = await listVendorOrders(db, {}, { limit: 10 });
  const name = (at: 0 | 1): Named => ({
    vendor: seeded[at].id,
    key: keys[at]!.id,
    part: parts.find((part) => part.vendor_id === seeded[at].id)!.id,
    product: seeded[at].productId,
    slug: ['pot-ownmark', 'pot-othermark'][at]!,
    sku: seeded[at].sku,
    code: ['at-ownmark', 'at-othermark'][at]!,
    order,
  });
  [own, other] = [name(0), name(1)];
  [ownKey, otherKey] = keys.map(({ key }) => key) as [string, string];
  const product = await db.pool.query(`select id, slug from products where vendor_id is null`);
  const shopKey = await db.pool.query('select id from api_keys where vendor_id is null limit 1');
  const missing = Object.fromEntries(Object.keys(own).map((each) => [each, uuidv7()])) as unknown as Named;
  nobody = { ...missing, slug: 'no-such-slug', sku: 'NO-SUCH-SKU', code: 'no-such-place' };
  // In another state than its own: whoever forgets whose a part is answers by the state.
  await ask({ method: 'POST', path: `/v1/vendor-orders/${other.part}/pack`, key: otherKey });
  const { id, slug } = product.rows[0];
  shop = { ...nobody, key: shopKey.rows[0].id, product: id, slug, sku: 'SHOPMARK-1', code: 'main', order };
  const hers = parts.filter((part) => part.vendor_id === other.vendor).map((part) => part.id);
  secrets = [
    ...['othermark', 'OTHERMARK', 'SHOPMARK', 'shopmark', 'customer.example', '+1555', '203.0.113', 'Secret Billing'],
    ...[other.vendor, other.key, other.product, seeded[1].locationId, seeded[1].variantId, ...hers],
    ...[shop.key, shop.product, shopLine.variantId, order, alone],
  ];
});
afterAll(() => api?.close());

interface Wish {
  method: string;
  path: string;
  query?: string;
  body?: unknown;
  headers?: Record<string, string>;
  key?: string;
}

async function ask({ method, path, query = '', body, headers = {}, key = ownKey }: Wish) {
  const response = await fetch(`${api.apiUrl}${path}${query}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** What is in an answer that only others know, but for what was asked with. */
function leaks(answer: { text: string; headers: Headers }, wish: Wish): string[] {
  const asked = `${wish.path}${wish.query ?? ''}${JSON.stringify(wish.body ?? '')}`;
  const told = answer.text + JSON.stringify([...answer.headers]);
  return secrets.filter((secret) => told.includes(secret) && !asked.includes(secret));
}

type Operation = OpenApiDocument['paths'][string][string] & { 'x-vendor'?: boolean };
const operations = Object.entries(openApiDocument().paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    operation: operation as Operation,
    isOpen: (operation as unknown as { security: object[] }).security.length === 0,
  })),
);
const forVendors = operations.filter(({ operation }) => operation['x-vendor'] === true);

/** The parameters of a path, as somebody's. */
function fill(template: string, named: Named, second: Named = named): string {
  const id = template.includes('vendor-orders')
    ? named.part
    : template.includes('/vendors')
      ? named.vendor
      : template.includes('products')
        ? named.product
        : named.order;
  const values: Record<string, string> = { id, sku: named.sku, code: named.code, key_id: second.key };
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? '2026-01'));
}

const links = { return_url: 'https://shop.example/a', refresh_url: 'https://shop.example/b' };
/** What is sent to each route that vendors may write by; the ways in which a body can name what is not theirs. */
const BODIES: Record<string, (named: Named) => unknown[]> = {
  'POST /v1/products': ({ vendor, slug, sku }) => [
    { name: 'x', slug: `x-${uuidv7()}`, vendor_id: vendor },
    { name: 'x', slug },
    { name: 'x', slug: `x-${uuidv7()}`, variants: [{ sku }] },
  ],
  'PUT /v1/products/{id}': ({ slug, sku, vendor }) => [
    { name: 'x' },
    { name: 'x', slug },
    { name: 'x', vendor_id: vendor },
    { name: 'x', variants: [{ sku }] },
  ],
  'DELETE /v1/products/{id}': () => [undefined],
  'PUT /v1/variants/{sku}': ({ slug }) => [
    { name: 'x' },
    { product_slug: slug },
    { product: { slug, name: 'x' } },
    { prices: [{ currency: 'usd', amount: 1 }] },
  ],
  'POST /v1/locations': ({ code, vendor }) => [
    { code, name: 'x', country: 'US' },
    { code: `x-${uuidv7().slice(0, 8)}`, name: 'x', country: 'US', vendor_id: vendor },
  ],
  'PUT /v1/locations/{code}': () => [{ name: 'x', country: 'US' }],
  'POST /v1/stock/adjustments': ({ sku, code }) => [
    { sku, change: 1, reason: 'x' },
    { sku, location: code, change: 1, reason: 'x' },
    { sku: own.sku, location: code, change: 1, reason: 'x' },
    { sku, location: own.code, change: 1, reason: 'x' },
  ],
  'PUT /v1/vendors/{id}': () => [{ name: 'x' }, { profile: {} }],
  'PUT /api/vendors/{id}': () => [{ name: 'x' }],
  'POST /v1/vendors/{id}/submit': () => [verification],
  'POST /v1/vendors/{id}/onboarding-link': () => [links],
  'POST /v1/vendors/{id}/keys': () => [{ name: 'x', scopes: ['vendors:read'] }],
  'POST /v1/vendors/{id}/keys/{key_id}/rotate': () => [{}],
  'DELETE /v1/vendors/{id}/keys/{key_id}': () => [undefined],
  'POST /v1/vendor-orders/{id}/pack': () => [undefined],
  'POST /v1/vendor-orders/{id}/report-problem': () => [{ reason: 'damaged' }],
};
const bodiesOf = (where: string, named: Named): unknown[] => BODIES[where]?.(named) ?? [undefined];

/** Filters by which a list could be made to tell of others. */
const queriesOf = ({ parameters = [] }: Operation, named: Named): string[] => {
  const values: Record<string, string> = {
    ...{ vendor_id: named.vendor, order_id: named.order, product_id: named.product },
    ...{ sku: named.sku, location: named.code, q: named.sku, id: named.part },
  };
  const names = parameters.flatMap(({ in: where, name }) => (where === 'query' && values[name] ? [name] : []));
  return [
    '',
    ...(parameters.some(({ name }) => name === 'limit') ? ['?limit=100'] : []),
    ...names.map((name) => `?${name}=${encodeURIComponent(values[name]!)}`),
  ];
};

/** A mark of every row that names anything of others', in every table; a part names its vendor and the order that it shares. */
async function rowsOfOthers(): Promise<Record<string, string>> {
  const { rows: tables } = await api.db.pool.query<{ tablename: string }>(
    `select tablename from pg_tables where schemaname = 'public' order by 1`,
  );
  const pattern = secrets.map((secret) => secret.replaceAll(/[.+]/g, '\\$&')).join('|');
  const each = tables.map(
    ({ tablename }) =>
      `select '${tablename}' as name, count(*) || ' ' || coalesce(md5(string_agg(t::text, '' order by t::text)), '') as mark
       from "${tablename}" t where t::text ~ $1 and t::text !~ $2`,
  );
  const { rows } = await api.db.pool.query<{ name: string; mark: string }>(each.join(' union all '), [
    pattern,
    own.vendor,
  ]);
  return Object.fromEntries(rows.map(({ name, mark }) => [name, mark]));
}

const whoElse = () =>
  [
    ['another vendor', other],
    ['the shop', shop],
  ] as const;

interface Foreign {
  method: string;
  path: string;
  who: string;
  named: Named;
  body: unknown;
  ifMatch: string | undefined;
}

async function askOfAnother({ method, path, who, named, body, ifMatch }: Foreign): Promise<void> {
  const headers: Record<string, string> = ifMatch ? { 'if-match': ifMatch } : {};
  const wish = { method, path: fill(path, named), body, headers };
  const gone = { ...wish, path: fill(path, nobody) };
  const where = `${method} ${path} of ${who}`;
  const answer = await ask(wish);
  expect([where, leaks(answer, wish), answer.status]).toEqual([where, [], expect.any(Number)]);
  expect([where, answer.status >= 400 && ![403, 412, 500].includes(answer.status)]).toEqual([where, true]);
  // A variant or a place that nobody has is made by PUT; what is another's cannot be, which is all that is told.
  if (method === 'PUT' && (path.includes('locations') || (path.includes('variants') && !ifMatch))) return;
  const none = await ask(gone);
  const said = [where, none.status, plain(none.text, path, gone.path)];
  expect([where, answer.status, plain(answer.text, path, wish.path)]).toEqual(said);
}

describe("a vendor's key", () => {
  it('is refused by every route that does not say that vendors may call it', async () => {
    const before = await rowsOfOthers();
    const denied = operations.filter(({ operation, isOpen }) => !isOpen && operation['x-vendor'] !== true);
    expect(denied.length).toBeGreaterThan(100);
    for (const { method, path } of denied) {
      const wish = { method, path: fill(path, other), body: ['GET', 'DELETE'].includes(method) ? undefined : {} };
      const answer = await ask(wish);
      expect([method, path, answer.status, leaks(answer, wish)]).toEqual([method, path, 403, []]);
    }
    expect(await rowsOfOthers()).toEqual(before);
  });

  it('is answered for what is there and not its own as for what is not there', async () => {
    const before = await rowsOfOthers();
    for (const { method, path } of forVendors.filter((each) => each.path.includes('{'))) {
      for (const [who, named] of whoElse())
        for (const body of bodiesOf(`${method} ${path}`, own))
          for (const ifMatch of [undefined, '"v1"']) await askOfAnother({ method, path, who, named, body, ifMatch });
      if (method !== 'GET') expect([method, path, await rowsOfOthers()]).toEqual([method, path, before]);
    }
  });

  it('names in a body what is not its own, and changes nothing of it', async () => {
    const writes = forVendors.filter(({ method }) => method !== 'GET');
    expect(writes.map(({ method, path }) => `${method} ${path}`).filter((where) => !BODIES[where])).toEqual([]);
    const before = await rowsOfOthers();
    for (const { method, path } of writes.filter((each) => each.method !== 'DELETE')) {
      for (const [who, named] of whoElse())
        for (const body of bodiesOf(`${method} ${path}`, named)) {
          const wish = { method, path: fill(path, own, named), body };
          const answer = await ask(wish);
          const where = `${method} ${path} with ${JSON.stringify(body)} of ${who}`;
          expect([where, leaks(answer, wish)]).toEqual([where, []]);
          expect([where, answer.status < 500]).toEqual([where, true]);
        }
      expect([method, path, await rowsOfOthers()]).toEqual([method, path, before]);
    }
  });

  it('sees its own in every list and search, and nothing else', async () => {
    let seen = '';
    for (const { method, path, operation } of forVendors.filter((each) => each.method === 'GET'))
      for (const [who, named] of [['itself', own] as const, ...whoElse()])
        for (const query of queriesOf(operation, named)) {
          const wish = { method, path: fill(path, own), query };
          const answer = await ask(wish);
          seen += answer.text;
          const where = `${path}${query} of ${who}`;
          expect([where, leaks(answer, wish)]).toEqual([where, []]);
          expect([where, answer.status]).toEqual([where, expect.any(Number)]);
          if (named === own && !/2026-01/.test(wish.path)) expect([where, answer.status]).toEqual([where, 200]);
        }
    for (const its of [own.sku, own.vendor, own.part, own.key, own.product, own.code]) expect(seen).toContain(its);
  });

  it('is told nothing of an Idempotency-Key that another has used', async () => {
    const headers = { 'idempotency-key': uuidv7() };
    const path = `/v1/vendor-orders/${other.part}/report-problem`;
    const wish = { method: 'POST', path, body: { reason: 'damaged' }, headers };
    expect((await ask({ ...wish, key: otherKey })).status).toBe(200);
    const answer = await ask(wish);
    expect([answer.status, leaks(answer, wish)]).toEqual([404, []]);
    expect(answer.headers.get('idempotent-replayed')).toBeNull();
  });

  it('opens neither the pages of operations nor an order by its token', async () => {
    for (const path of ['/ops/queues', '/ops/messages', '/ops']) {
      const basic = `Basic ${Buffer.from(`${ownKey}:`).toString('base64')}`;
      const answer = await fetch(`${api.apiUrl}${path}`, { headers: { authorization: basic } });
      expect([path, [401, 403, 404].includes(answer.status)]).toEqual([path, true]);
    }
    const answer = await ask({ method: 'GET', path: `/v1/orders/${own.order}/events`, query: `?token=x` });
    expect(answer.status).toBe(403);
  });
});

it("a vendor's endpoint hears of that vendor alone, also when a time is replayed", async () => {
  const { db } = api;
  const make = (vendorId?: string) =>
    db.transaction((tx) =>
      insertWebhookEndpoint(tx, {
        ...{ url: 'https://v.example/hooks', description: '', eventTypes: ['*'], secret: 'whsec_test' },
        ...(vendorId ? { vendorId } : {}),
      }),
    );
  const [theirs, shops] = [await make(own.vendor), await make()];
  for (const part of [own.part, other.part])
    await ask({
      method: 'POST',
      path: `/v1/vendor-orders/${part}/settle-problem`,
      body: { resolution: 'x' },
      key: api.secretKey,
    });
  await ask({ method: 'POST', path: `/v1/vendor-orders/${own.part}/report-problem`, body: { reason: 'other' } });
  await ask({
    method: 'POST',
    path: `/v1/vendor-orders/${other.part}/report-problem`,
    body: { reason: 'other' },
    key: otherKey,
  });
  while ((await publishEvents(db)).written > 0);
  const told = async (id: string) =>
    (await db.pool.query(`select type, data ->> 'id' as id from webhook_deliveries where endpoint_id = $1`, [id])).rows;
  expect((await told(theirs.id)).every(({ id }) => id === own.part)).toBe(true);
  expect((await told(theirs.id)).length).toBeGreaterThan(0);
  expect((await told(shops.id)).some(({ id }) => id === other.part)).toBe(true);
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const path = `/v1/webhook-endpoints/${theirs.id}/replay`;
  const replayed = await ask({ method: 'POST', path, body: { since, event_types: ['*'] }, key: api.secretKey });
  expect(replayed.status).toBeLessThan(300);
  expect((await told(theirs.id)).every(({ id }) => id === own.part || id === own.vendor)).toBe(true);
});

/** A problem without what differs from call to call: the names in the path, and the request's own. */
function plain(text: string, template: string, path: string): string {
  const named = path.split('/').filter((_, at) => template.split('/')[at]?.startsWith('{'));
  return named
    .reduce((left, value) => left.replaceAll(decodeURIComponent(value), '…'), text)
    .replaceAll(/"request_id":"[^"]+"/g, '');
}
