import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CatalogueApi, startCatalogueApi } from '../test/support/catalogue-api.ts';

let api: CatalogueApi;
beforeAll(async () => {
  api = await startCatalogueApi();
});
afterAll(() => api.close());

const shirt = {
  name: 'Blue Shirt',
  status: 'active',
  description: 'Soft cotton, made for running.',
  images: [{ url: 'https://img.example/blue.jpg', alt: 'a shirt' }],
  attributes: { color: 'blue', sizes: ['s', 'm'] },
  seo: { title: 'Blue' },
  metadata: { supplier: 'acme' },
  variants: [
    {
      sku: 'SHIRT-S',
      name: 'Small',
      barcode: '4006381333931',
      weight_grams: 200,
      low_stock_threshold: 5,
      prices: [
        { currency: 'USD', amount: 1999, compare_at_amount: 2999, cost_amount: 700 },
        { currency: 'jpy', amount: 2000 },
      ],
    },
    { sku: 'SHIRT-M', name: 'Medium' },
  ],
};

describe('products', () => {
  it('are made with a slug of their name, and read by id and by slug', async () => {
    const made = await api.send('POST', '/v1/products', { body: shirt });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/v1/products/${made.body.id}`);
    expect(made.body).toMatchObject({
      slug: 'blue-shirt',
      name: 'Blue Shirt',
      metadata: { supplier: 'acme' },
      version: expect.any(Number),
    });
    expect(made.body.variants.map((variant: { sku: string }) => variant.sku)).toEqual(['SHIRT-S', 'SHIRT-M']);
    const bySlug = await api.send('GET', '/v1/products/blue-shirt');
    expect(bySlug.body).toEqual(made.body);
    expect((await api.send('GET', `/v1/products/${made.body.id}`)).body).toEqual(made.body);
  });

  it('keep their cost and their drafts from publishable keys', async () => {
    const key = api.publishableKey;
    const shown = await api.send('GET', '/v1/products/blue-shirt', { key });
    expect(shown.body.variants[0].prices[1]).toEqual({ currency: 'usd', amount: 1999, compare_at_amount: 2999 });
    expect((await api.send('GET', '/v1/variants/SHIRT-S')).body.low_stock_threshold).toBe(5);
    for (const path of ['/v1/products', '/v1/variants/SHIRT-S'])
      expect(JSON.stringify((await api.send('GET', path, { key })).body)).not.toMatch(/cost_amount|low_stock/);
    await api.send('POST', '/v1/products', { body: { name: 'Secret', variants: [{ sku: 'SECRET' }] } });
    expect((await api.send('GET', '/v1/products/secret')).status).toBe(200);
    expect((await api.send('GET', '/v1/products/secret', { key })).status).toBe(404);
    expect((await api.send('GET', '/v1/variants/SECRET', { key })).status).toBe(404);
    expect((await api.send('GET', '/v1/products?status=draft', { key })).body.data).toEqual([]);
    expect((await api.send('POST', '/v1/products', { key, body: shirt })).status).toBe(403);
  });

  it('refuse a slug or a SKU that is taken, and leave nothing behind', async () => {
    expect(await api.send('POST', '/v1/products', { body: { name: 'Blue shirt' } })).toMatchObject({
      status: 409,
      body: { code: 'slug_taken' },
    });
    const taken = await api.send('POST', '/v1/products', {
      body: { name: 'Other', variants: [{ sku: 'NEW-1' }, { sku: 'SHIRT-M' }] },
    });
    expect(taken).toMatchObject({ status: 409, body: { code: 'sku_taken', errors: [{ pointer: '/variants/1/sku' }] } });
    expect((await api.send('GET', '/v1/products/other')).status).toBe(404);
    expect((await api.send('GET', '/v1/variants/NEW-1')).status).toBe(404);
  });

  it('say where the body is wrong', async () => {
    const body = {
      name: 'Wrong',
      categories: ['none-such'],
      variants: [
        {
          sku: 'W',
          barcode: '4006381333932',
          prices: [
            { currency: 'usd', amount: 1.5 },
            { currency: 'xxq', amount: -1 },
          ],
          wieght: 1,
        },
      ],
    };
    const refused = await api.send('POST', '/v1/products', { body });
    expect(refused.status).toBe(400);
    const pointers = refused.body.errors.map((error: { pointer: string }) => error.pointer);
    expect(pointers).toEqual(
      expect.arrayContaining([
        '/variants/0/barcode',
        '/variants/0/prices/0/amount',
        '/variants/0/prices/1/currency',
        '/variants/0/prices/1/amount',
      ]),
    );
    expect(await api.send('POST', '/v1/products', { body: { name: 'Lost', categories: ['none-such'] } })).toMatchObject(
      {
        status: 422,
        body: { errors: [{ pointer: '/categories/0' }] },
      },
    );
  });

  it('are replaced under If-Match, and not under another version', async () => {
    const before = await api.send('GET', '/v1/products/blue-shirt');
    const etag = before.headers.get('etag') ?? '';
    const body = {
      name: 'Blue Shirt',
      status: 'active',
      variants: [{ sku: 'SHIRT-S', prices: [{ currency: 'usd', amount: 1500 }] }],
    };
    const replaced = await api.send('PUT', '/v1/products/blue-shirt', { body, headers: { 'If-Match': etag } });
    expect(replaced).toMatchObject({
      status: 200,
      body: { description: '', metadata: {}, variants: [{ sku: 'SHIRT-S', barcode: null }] },
    });
    expect(replaced.body.variants[0].prices).toEqual([
      { currency: 'usd', amount: 1500, compare_at_amount: null, cost_amount: null },
    ]);
    const stale = await api.send('PUT', '/v1/products/blue-shirt', { body, headers: { 'If-Match': etag } });
    expect(stale).toMatchObject({ status: 412, body: { current_version: `"v${replaced.body.version}"` } });
    const again = await api.send('PUT', '/v1/products/blue-shirt', {
      body,
      headers: { 'If-Match': replaced.headers.get('etag') ?? '' },
    });
    expect(again.body.version).toBe(replaced.body.version);
  });

  it('answer 304 while nothing has changed, and 200 when only the stock has', async () => {
    await api.send('POST', '/v1/locations', { body: { code: 'main', name: 'Main', country: 'us' } });
    const etag = (await api.send('GET', '/v1/products/blue-shirt')).headers.get('etag') ?? '';
    const same = await api.send('GET', '/v1/products/blue-shirt', { headers: { 'If-None-Match': etag } });
    expect(same).toMatchObject({ status: 304, body: '' });
    await api.send('POST', '/v1/stock/adjustments', { body: { sku: 'SHIRT-S', change: 5, reason: 'delivery' } });
    const moved = await api.send('GET', '/v1/products/blue-shirt', { headers: { 'If-None-Match': etag } });
    expect(moved).toMatchObject({ status: 200, body: { variants: [{ available: 5 }] } });
    expect(
      (
        await api.send('PUT', '/v1/products/blue-shirt', {
          body: { name: 'Blue Shirt' },
          headers: { 'If-Match': etag },
        })
      ).status,
    ).toBe(200);
  });

  it('keep a variant that has stock', async () => {
    const refused = await api.send('PUT', '/v1/products/blue-shirt', { body: { name: 'Blue Shirt', variants: [] } });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'variant_in_use', variants: [{ sku: 'SHIRT-S', on_hand: 5 }] },
    });
  });

  it('are archived, not deleted', async () => {
    const { body } = await api.send('POST', '/v1/products', { body: { name: 'Going', status: 'active' } });
    expect((await api.send('DELETE', `/v1/products/${body.id}`)).status).toBe(204);
    expect((await api.send('GET', '/v1/products/going')).body.status).toBe('archived');
    expect((await api.send('GET', '/v1/products/going', { key: api.publishableKey })).status).toBe(404);
    expect((await api.send('DELETE', '/v1/products/never-was')).status).toBe(404);
  });

  it('are made once per Idempotency-Key', async () => {
    const request = { body: { name: 'Once' }, headers: { 'Idempotency-Key': 'p-1' } };
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.send('POST', '/v1/products', request)));
    expect(new Set(answers.map((each) => `${each.status} ${each.body.id}`)).size).toBe(1);
  });

  it('go to one of many who take the same slug at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        api.send('POST', '/v1/products', { body: { name: 'Race', variants: [{ sku: `RACE-${at}` }] } }),
      ),
    );
    expect(answers.map((each) => each.status).sort()).toEqual([201, ...Array(7).fill(409)]);
  });
});

describe('variants by SKU', () => {
  it('are created with their product, then replaced', async () => {
    const body = {
      product: { name: 'Mug', status: 'active' },
      name: 'Red',
      barcode: '40170725',
      prices: [{ currency: 'eur', amount: 900 }],
    };
    const made = await api.send('PUT', '/v1/variants/MUG-RED', { body });
    expect(made).toMatchObject({ status: 201, body: { sku: 'MUG-RED', product_slug: 'mug', barcode: '40170725' } });
    const replaced = await api.send('PUT', '/v1/variants/MUG-RED', {
      body: { weight_grams: 300 },
      headers: { 'If-Match': made.headers.get('etag') ?? '' },
    });
    expect(replaced).toMatchObject({
      status: 200,
      body: { name: '', barcode: null, prices: [], weight_grams: 300, product_slug: 'mug' },
    });
    expect(
      (await api.send('PUT', '/v1/variants/MUG-RED', { body, headers: { 'If-Match': made.headers.get('etag') ?? '' } }))
        .status,
    ).toBe(412);
    expect((await api.send('PUT', '/v1/variants/MUG-BLUE', { body: { product_slug: 'mug' } })).status).toBe(201);
    expect((await api.send('GET', '/v1/products/mug')).body.variants).toHaveLength(2);
  });

  it('raise the version of their product', async () => {
    const before = (await api.send('GET', '/v1/products/mug')).body.version;
    await api.send('PUT', '/v1/variants/MUG-BLUE', { body: { prices: [{ currency: 'usd', amount: 1 }] } });
    expect((await api.send('GET', '/v1/products/mug')).body.version).toBeGreaterThan(before);
  });

  it('need a product', async () => {
    expect(await api.send('PUT', '/v1/variants/LONELY', { body: {} })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/product_slug' }] },
    });
    expect(await api.send('PUT', '/v1/variants/LONELY', { body: { product_slug: 'none' } })).toMatchObject({
      status: 422,
    });
    expect((await api.send('GET', '/v1/variants/LONELY')).status).toBe(404);
  });
});
