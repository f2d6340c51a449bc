/** Vendors by the API: registered, verified, opened at Stripe, suspended and closed; their keys and their goods. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '../db/ids.ts';
import { startOrder } from '../db/place-order.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { call } from '../test/support/client.ts';
import type { Use } from '../test/support/use-prices.ts';
import { openVendor, stockVendor, vendorAddress, verification } from '../test/support/use-vendors.ts';
import { createOpenVendorAccount } from '../workers/open-vendor-account.ts';
import { createReadVendorAccount } from '../workers/read-vendor-account.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());

// biome-ignore lint/suspicious/noExplicitAny: a test asserts the shape of what it reads
type Body = any;
const as = (key: string) => ({ ...api, secretKey: key });
const ask = async (method: string, path: string, body?: object, key = api.secretKey) =>
  call<Body>(as(key), method, path, body ? { body } : {});
const use: Use = async (method, path, values, body) => {
  const at = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name]!);
  const { status, body: answer } = await ask(method, at, body as object);
  if (status >= 400) throw new Error(`${method} ${at} ${status}: ${JSON.stringify(answer)}`);
  return answer;
};

let made = 0;
const fresh = () => `vendor-${++made}`;
const wanted = (slug = fresh()) => ({ name: slug, slug, email: `${slug}@v.example`, country: 'de', currency: 'EUR' });
const vendorKey = async (
  id: string,
  scopes: string[] = [
    'vendors:read',
    'vendors:write',
    'catalogue:read',
    'catalogue:write',
    'stock:read',
    'stock:write',
    'keys:write',
  ],
) => (await use('POST', '/v1/vendors/{id}/keys', { id }, { name: 'theirs', scopes })).key as string;
const price = async (sku: string) => (await startOrder(api.db, { skus: [sku], currency: 'usd' })).variants.length;

describe('a vendor', () => {
  it('goes from registration to being sold and paid, and each step is history', async () => {
    const { id } = await openVendor(use, api, fresh());
    const { body } = await ask('GET', `/v1/vendors/${id}`);
    expect(body).toMatchObject({ status: 'active', account: { payouts_enabled: true, transfers_enabled: true } });
    const { data } = (await ask('GET', `/v1/vendors/${id}/events`)).body;
    expect(data.map(({ type }: Body) => type)).toEqual([
      'vendor.registered',
      'vendor.changed',
      'vendor.submitted',
      'vendor.verified',
      'vendor.account_opened',
      'vendor.activated',
    ]);
    expect(data.every((event: Body) => !('actor' in event))).toBe(true);
  });

  it('is told what is missing, refused with reasons, and handed in again', async () => {
    const { id } = await use('POST', '/api/vendors/register', {}, wanted());
    const early = await ask('POST', `/v1/vendors/${id}/submit`, verification);
    expect(early.body.errors.map(({ pointer }: Body) => pointer)).toEqual([
      '/profile/description',
      '/settings/return_address',
    ]);
    const told = { profile: { description: 'Pots' }, settings: { return_address: vendorAddress } };
    expect((await ask('PUT', `/api/vendors/${id}`, told)).status).toBe(200);
    await use('POST', '/v1/vendors/{id}/submit', { id }, verification);
    const reasons = [{ field: 'tax_id', reason: 'It is unknown.' }];
    expect(await use('POST', '/v1/vendors/{id}/refuse', { id }, { reasons })).toMatchObject({
      status: 'registered',
      refusal: { reasons },
    });
    expect((await ask('POST', `/v1/vendors/${id}/verify`)).body).toMatchObject({ code: 'vendor_state_conflict' });
    expect(await use('POST', '/v1/vendors/{id}/submit', { id }, verification)).toMatchObject({
      status: 'verifying',
      refusal: null,
    });
  });

  it('registers by a publishable key, whose answer has a key of the vendor once', async () => {
    const body = wanted();
    const headers = { 'idempotency-key': uuidv7() };
    const send = () => call<Body>(as(api.publishableKey), 'POST', '/v1/vendors', { body, headers });
    const first = await send();
    expect(first.status).toBe(201);
    const key = first.body.api_key.key;
    expect((await ask('GET', `/v1/vendors/${first.body.id}`, undefined, key)).body.status).toBe('registered');
    const again = await send();
    expect(again.body.api_key).not.toHaveProperty('key');
    expect(again.body.id).toBe(first.body.id);
    expect((await ask('POST', '/v1/vendors', { ...wanted(), email: body.email.toUpperCase() })).body.code).toBe(
      'email_taken',
    );
    expect((await ask('POST', '/v1/vendors', { ...wanted(), slug: body.slug })).body.code).toBe('slug_taken');
  });

  it('shows the storefront what everybody may see, while its products are sold', async () => {
    const slug = fresh();
    const { id } = await use('POST', '/v1/vendors', {}, wanted(slug));
    expect((await ask('GET', `/v1/vendors/${slug}/storefront`, undefined, api.publishableKey)).status).toBe(404);
    const sold = await openVendor(use, api, fresh());
    const shown = await ask('GET', `/v1/vendors/${sold.id}/storefront`, undefined, api.publishableKey);
    expect(Object.keys(shown.body).sort()).toEqual(['country', 'id', 'lead_time_days', 'name', 'profile', 'slug']);
    expect((await ask('GET', `/v1/vendors/${id}`, undefined, api.publishableKey)).status).toBe(403);
  });
});

describe("a vendor's account", () => {
  it('is opened once, also when the answer was lost or the job ran twice', async () => {
    const { id } = await use('POST', '/v1/vendors', {}, wanted());
    await use(
      'PUT',
      '/v1/vendors/{id}',
      { id },
      { profile: { description: 'x' }, settings: { return_address: vendorAddress } },
    );
    await use('POST', '/v1/vendors/{id}/submit', { id }, verification);
    await use('POST', '/v1/vendors/{id}/verify', { id });
    const open = createOpenVendorAccount(api);
    const before = api.connect.accounts.size;
    api.connect.failNext('createAccount', 'unknown_after');
    await expect(open({ vendor_id: id })).rejects.toThrow();
    await open({ vendor_id: id });
    await open({ vendor_id: id });
    expect(api.connect.accounts.size).toBe(before + 1);
    expect((await ask('GET', `/v1/vendors/${id}`)).body).toMatchObject({
      status: 'onboarding',
      account: { payouts_enabled: false },
    });
    const links = { return_url: 'https://shop.example/a', refresh_url: 'https://shop.example/b' };
    expect((await ask('POST', `/v1/vendors/${id}/onboarding-link`, links)).body).toHaveProperty('url');
  });

  it('restricts and reactivates its vendor by what was read last', async () => {
    const { id, accountId } = await openVendor(use, api, fresh());
    const read = () => createReadVendorAccount(api)({ account_id: accountId });
    const state = async () => (await ask('GET', `/v1/vendors/${id}`)).body.status;
    const account = api.connect.accounts.get(accountId)!;
    account.payoutsEnabled = false;
    account.requirements.disabledReason = 'requirements.past_due';
    await read();
    expect((await ask('GET', `/v1/vendors/${id}`)).body).toMatchObject({
      status: 'restricted',
      status_reason: 'requirements.past_due',
    });
    await use('POST', '/v1/vendors/{id}/suspend', { id }, { reason: 'We look.' });
    account.payoutsEnabled = true;
    await read();
    expect(await state()).toBe('suspended');
    await use('POST', '/v1/vendors/{id}/resume', { id });
    expect(await state()).toBe('active');
  });
});

describe('goods of a vendor', () => {
  it('cannot be ordered while the vendor is suspended or closed', async () => {
    const { id } = await openVendor(use, api, fresh());
    await stockVendor(use, id, 'SUSPENDED-1');
    expect(await price('SUSPENDED-1')).toBe(1);
    await use('POST', '/v1/vendors/{id}/suspend', { id }, { reason: 'We look.' });
    expect(await price('SUSPENDED-1')).toBe(0);
    expect((await ask('GET', '/v1/products/pot-suspended-1', undefined, api.publishableKey)).status).toBe(404);
    expect((await ask('GET', '/v1/variants/SUSPENDED-1', undefined, api.publishableKey)).status).toBe(404);
    const listed = await ask('GET', '/v1/products?sku=SUSPENDED-1', undefined, api.publishableKey);
    expect(listed.body.data).toEqual([]);
    await use('POST', '/v1/vendors/{id}/resume', { id });
    expect(await price('SUSPENDED-1')).toBe(1);
    const key = await vendorKey(id);
    await use('POST', '/v1/vendors/{id}/close', { id }, { reason: 'Over.' });
    expect(await price('SUSPENDED-1')).toBe(0);
    const { rows } = await api.db.pool.query('select revoked_at from api_keys where vendor_id = $1', [id]);
    expect(rows.every(({ revoked_at }) => revoked_at !== null)).toBe(true);
    expect(key).toMatch(/^sk_/);
  });

  it("made by the vendor's key are its own and wait for approval", async () => {
    const { id } = await openVendor(use, api, fresh());
    const key = await vendorKey(id);
    const place = await ask('PUT', '/v1/locations/their-kiln', { name: 'Kiln', country: 'GB' }, key);
    expect(place.body).toMatchObject({ vendor_id: id });
    const variants = [{ sku: 'OWN-1', prices: [{ currency: 'usd', amount: 100 }] }];
    const product = await ask(
      'POST',
      '/v1/products',
      { name: 'Own', slug: 'own-pot', status: 'active', variants },
      key,
    );
    expect(product.body).toMatchObject({ vendor_id: id, approval: 'pending', withheld: true });
    const stock = await ask('POST', '/v1/stock/adjustments', { sku: 'OWN-1', change: 5, reason: 'made' }, key);
    expect(stock.body).toMatchObject({ location: 'their-kiln', on_hand: 5 });
    expect(await price('OWN-1')).toBe(0);
    const at = `/v1/products/${product.body.id}/approval`;
    expect((await ask('POST', at, { approval: 'approved' }, key)).status).toBe(403);
    expect((await ask('POST', at, { approval: 'approved' })).body).toMatchObject({ withheld: false });
    expect(await price('OWN-1')).toBe(1);
    const priced = await ask('PUT', '/v1/variants/OWN-1', { prices: [{ currency: 'usd', amount: 200 }] }, key);
    expect(priced.status).toBe(200);
  });

  it('lie only in places of the vendor: the API says so, and the database holds it', async () => {
    const { id } = await openVendor(use, api, fresh());
    await stockVendor(use, id, 'PLACED-1');
    await use('PUT', '/v1/locations/{code}', { code: 'main' }, { name: 'Main', country: 'US' });
    const body = { sku: 'PLACED-1', location: 'main', change: 1, reason: 'x' };
    expect((await ask('POST', '/v1/stock/adjustments', body)).body.errors[0].code).toBe('location_of_another');
    const insert = `insert into stock_levels (variant_id, location_id) select v.id, l.id from variants v, locations l
      where v.sku = 'PLACED-1' and l.code = 'main'`;
    await expect(api.db.pool.query(insert)).rejects.toMatchObject({ constraint: 'stock_levels_vendor_place' });
    const steal = `update products set vendor_id = null, approval = null where vendor_id = '${id}'`;
    await expect(api.db.pool.query(steal)).rejects.toMatchObject({ constraint: 'products_vendor_stays' });
    const other = await use('POST', '/v1/products', {}, { name: 'Shop', slug: `shop-${id}` });
    const moved = await ask('PUT', '/v1/variants/PLACED-1', { product_slug: other.slug });
    expect(moved.body).toMatchObject({ status: 422, code: 'vendor_stays' });
  });
});

describe("a vendor's keys", () => {
  it('are allowed no more than vendors may do, and no more than the calling key', async () => {
    const { id } = await openVendor(use, api, fresh());
    const own = await vendorKey(id, ['vendors:read', 'keys:write']);
    const at = `/v1/vendors/${id}/keys`;
    expect((await ask('POST', at, { name: 'x', scopes: ['orders:read'] })).status).toBe(400);
    expect((await ask('POST', at, { name: 'x', scopes: ['*'] })).status).toBe(400);
    expect((await ask('POST', at, { name: 'x', scopes: ['stock:write'] }, own)).body.code).toBe('grant_refused');
    const second = await ask('POST', at, { name: 'x', scopes: ['vendors:read'] }, own);
    expect(second.body).toMatchObject({ vendor_id: id });
    const rotated = await ask('POST', `${at}/${second.body.id}/rotate`, {}, own);
    expect(rotated.body).toMatchObject({ vendor_id: id });
    const byShop = await ask('POST', `/v1/api-keys/${rotated.body.id}/rotate`, {});
    expect(byShop.body).toMatchObject({ vendor_id: id });
    expect((await ask('GET', '/v1/orders', undefined, byShop.body.key)).status).toBe(403);
    expect((await ask('DELETE', `${at}/${byShop.body.id}`, undefined, own)).status).toBe(204);
  });
});
