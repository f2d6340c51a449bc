/** Whatever the document says takes an Idempotency-Key does: every POST of it is asked under keys that were used before. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import { idempotentRequest } from '../api/middleware/idempotency.ts';
import { claimIdempotencyKey, storeAnswer } from '../db/idempotency.ts';
import { uuidv7 } from '../db/ids.ts';
import { startApi, type TestApi } from './support/api.ts';
import { seedVariants } from './support/catalogue.ts';
import { call } from './support/client.ts';
import { type OpenApiDocument, openApiDocument } from './support/sdk/openapi-document.ts';
import { verification } from './support/use-vendors.ts';

const address = { line1: '1 Main Street', city: 'Springfield', postal_code: '12345', country: 'US' };
const subscription = {
  endpoint: 'https://push.example/1',
  keys: { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: Buffer.alloc(16).toString('base64url') },
};
const vendor = { name: 'Kiln', email: 'kiln@vendor.example', country: 'GB', currency: 'gbp' };
const decision = { note: 'It is so.' };
const ID = uuidv7();
/** A body for each route that wants one. The thing itself need not be there: the key was answered before. */
const BODIES: Record<string, object> = {
  '/v1/orders': {
    customer: { email: 'ada@example.com' },
    lines: [{ sku: 'TEE-M', quantity: 1 }],
    currency: 'usd',
    shipping_address: address,
  },
  '/v1/orders/{id}/pay': { payment_method: 'pm_card_visa' },
  '/v1/orders/{id}/edits': { add: [{ sku: 'TEE-M', quantity: 1 }] },
  '/v1/orders/{id}/push-subscriptions': subscription,
  '/v1/recipients/{id}/push-subscriptions': subscription,
  '/v1/customers': { email: 'ada@example.com' },
  '/v1/subscriptions': {
    customer: { email: 'ada@example.com' },
    lines: [{ sku: 'TEE-M', quantity: 1 }],
    currency: 'usd',
    interval: 'month',
    shipping_address: address,
  },
  '/v1/products': { slug: 'tee', name: 'Tee' },
  '/v1/products/{id}/images': { images: [{ url: 'https://pictures.example/1.jpg' }] },
  '/v1/products/{id}/images/uploads': {
    images: [{ content_type: 'image/jpeg', bytes: 1_000 }],
  },
  '/v1/categories': { slug: 'tees', name: 'Tees' },
  '/v1/locations': { code: 'berlin', name: 'Berlin', country: 'DE' },
  '/v1/stock/adjustments': { sku: 'TEE-M', change: 1, reason: 'received' },
  '/v1/reconciliation/runs': { kind: 'events' },
  '/v1/reconciliation/findings/{id}/accept': decision,
  '/v1/reconciliation/findings/{id}/resolve': decision,
  '/v1/reconciliation/findings/{id}/correct': decision,
  '/v1/exceptions/{id}/resolve': { resolution: 'It is settled.' },
  '/v1/webhook-endpoints': { url: 'https://shop.example/hooks', event_types: ['*'] },
  '/v1/webhook-endpoints/{id}/replay': { failed: true },
  '/v1/api-keys': { name: 'another', kind: 'secret', mode: 'test', scopes: ['orders:read'] },
  '/v1/recipients': { audience: 'operations', email: 'ops@example.com' },
  '/v1/competitors': { name: 'Rival', domain: 'rival.test', currency: 'eur', locale: 'de-DE' },
  '/v1/listings': { competitor: 'rival.test', url: 'https://rival.test/p' },
  '/v1/reprices': { variant: 'TEE-M', to_amount: 100 },
  '/v1/alert-rules': { name: 'Cheaper', kind: 'undercut' },
  '/v1/price-mutes': { scope: { type: 'tag', value: 'sale' } },
  '/v1/price-alerts/{id}/dismiss': {},
  '/v1/price-alerts/{id}/accept': {},
  '/v1/price-alerts/{id}/unhold': {},
  '/v1/price-alerts/{id}/wrong-match': {},
  '/v1/orders/{id}/returns': { lines: [{ sku: 'TEE-M', quantity: 1, reason: 'unwanted' }] },
  '/v1/returns/{id}/refuse': { reason: 'worn' },
  '/v1/returns/{id}/close': { reason: 'It never came.' },
  '/v1/returns/{id}/parcels': { carrier: 'DHL', tracking_number: '0034' },
  '/v1/returns/{id}/receive': { lines: [{ sku: 'TEE-M', good: 1 }] },
  '/v1/orders/{id}/claims': { kind: 'lost', lines: [{ sku: 'TEE-M', quantity: 1 }] },
  '/v1/claims/{id}/refuse': { reason: 'It was delivered.' },
  '/v1/claims/{id}/carrier': { reference: 'PW-77' },
  '/v1/return-policies': { name: 'Everything' },
  '/v1/vendors': vendor,
  '/api/vendors/register': vendor,
  '/v1/vendors/{id}/submit': verification,
  '/v1/vendors/{id}/refuse': { reasons: [{ field: 'tax_id', reason: 'It is unknown.' }] },
  '/v1/vendors/{id}/suspend': { reason: 'We look into it.' },
  '/v1/vendors/{id}/close': { reason: 'It asked for it.' },
  '/v1/vendors/{id}/onboarding-link': { return_url: 'https://shop.example/a', refresh_url: 'https://shop.example/b' },
  '/v1/vendors/{id}/keys': { name: 'theirs', scopes: ['vendors:read'] },
  '/v1/products/{id}/approval': { approval: 'approved' },
  '/v1/vendor-orders/{id}/report-problem': { reason: 'damaged' },
  '/v1/vendor-orders/{id}/settle-problem': { resolution: 'It is settled.' },
  '/v1/suppressions': { channel: 'email', address: 'ada@example.com' },
};

const isKept = ({ parameters = [] }: OpenApiDocument['paths'][string][string]) =>
  parameters.some(({ in: where, name }) => where === 'header' && name === 'Idempotency-Key');
const posts = Object.entries(openApiDocument().paths).flatMap(([path, { post }]) => (post ? [{ path, post }] : []));

let api: TestApi;
let apiKeyId: string;
/** What some routes look at before the key: whose order it is, and whether a product takes pictures. */
let there: Record<string, string>;
beforeAll(async () => {
  api = await startApi();
  const { rows } = await api.db.pool.query(`select id from api_keys where kind = 'secret' limit 1`);
  apiKeyId = rows[0].id;
  await seedVariants(api.db, [{ sku: 'TEE-M', units: 10, amount: 1_999 }]);
  const product = await api.db.pool.query('select id from products');
  const { body } = await call<{ id: string }>(api, 'POST', '/v1/orders', { body: BODIES['/v1/orders']! });
  there = { orders: body.id, products: product.rows[0].id };
});
afterAll(() => api?.close());

const BEFORE = { answered: 'before' };

/** Has the key answered for this request, or for another one. */
async function answerBefore(path: string, body: object | undefined, status: number): Promise<string> {
  const key = uuidv7();
  const req = { method: 'POST', path, body } as Request;
  const request = idempotentRequest({ headers: { 'idempotency-key': key }, key: { id: apiKeyId } as never, req })!;
  await claimIdempotencyKey(api.db, request, request.requestHash);
  await storeAnswer(api.db, request, { status, body: BEFORE, location: undefined });
  return key;
}

describe('an Idempotency-Key', () => {
  it('is taken by every POST but those that need none', () => {
    const without = posts.filter(({ post }) => !isKept(post)).map(({ path }) => path);
    expect(without.sort()).toEqual([
      '/price-alerts/act',
      '/unsubscribe',
      '/v1/competitors/import',
      '/v1/listings/import',
      '/v1/products/import',
      '/v1/subscriptions/{id}/preview',
    ]);
  });

  it.each(posts.filter(({ post }) => isKept(post)).map(({ path, post }) => [path, post] as const))(
    'of POST %s gets the same answer again, and refuses another request',
    async (template, post) => {
      const body = BODIES[template];
      if (post.requestBody?.required) expect({ template, body }).toHaveProperty('body');
      const path = template.replaceAll(/\{\w+\}/g, there[template.split('/')[2]!] ?? ID);
      const send = async (key: string) => {
        const headers = { 'idempotency-key': key };
        return call<{ code?: string }>(api, 'POST', path, body ? { body, headers } : { headers });
      };
      const good = Object.keys(post.responses).filter((each) => each.startsWith('2'));
      // Of an order it is 201 for who waits alone.
      const status = Number(good.at(template === '/v1/orders' ? -1 : 0));
      const same = await send(await answerBefore(path, body, status));
      expect(same).toMatchObject({ status, body: BEFORE });
      expect(same.headers.get('idempotent-replayed')).toBe('true');
      const other = await send(await answerBefore(path, { other: 'request' }, status));
      expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    },
  );
});
