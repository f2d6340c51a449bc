import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CatalogueApi, startCatalogueApi } from '../test/support/catalogue-api.ts';
import { importLine } from './catalogue-schemas.ts';

let api: CatalogueApi;
beforeAll(async () => {
  api = await startCatalogueApi();
});
afterAll(() => api.close());

describe('hostile input', () => {
  it.each([
    ['numbers beyond any store', { name: 'x', variants: [{ sku: 'H', weight_grams: 1e300 }] }],
    ['a name of one megabyte', { name: 'x'.repeat(1 << 20) }],
    ['half a surrogate pair', '{"name":"\\ud800","metadata":{"a":"\\udc00"}}'],
    ['an escaped NUL', '{"name":"a\\u0000b"}'],
    ['a prototype key', '{"name":"a","attributes":{"__proto__":{"x":1}}}'],
    ['deep nesting', `{"name":${'['.repeat(100)}${']'.repeat(100)}}`],
    ['a list', []],
    ['null', 'null'],
    ['a script for a URL', { name: 'x', images: [{ url: 'javascript:alert(1)' }] }],
    ['an id for a slug', { name: 'x', slug: '0191f0e4-7d3c-7a40-9c1d-0123456789ab' }],
  ])('is answered with a 4xx: %s', async (_name, body) => {
    const options = typeof body === 'string' ? { body, headers: { 'Content-Type': 'application/json' } } : { body };
    const { status, headers } = await api.send('POST', '/v1/products', options);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(headers.get('content-type')).toContain('application/problem+json');
  });

  it.each([
    '/v1/products/%00',
    '/v1/products/%ff',
    `/v1/products/${'x'.repeat(500)}`,
    '/v1/variants/%20',
    '/v1/products?q=%00',
    '/v1/products?cursor=AAAA',
    `/v1/products?cursor=${Buffer.from('["-created_at","x","0191f0e4-7d3c-7a40-9c1d-0123456789ab"]').toString('base64url')}`,
    `/v1/products?sort=-updated_at&cursor=${Buffer.from('["-updated_at","9999999","0191f0e4-7d3c-7a40-9c1d-0123456789ab"]').toString('base64url')}`,
    '/v1/products?limit=1000',
    '/v1/products?sort=price',
    '/v1/products?min_price=1e400&currency=usd',
    '/v1/products?updated_since=yesterday',
    '/v1/stock?cursor=AAAA',
    '/v1/stock/movements?cursor=LTE',
  ])('in the address is answered with a 4xx: %s', async (path) => {
    const { status } = await api.send('GET', path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });
});

describe('a price', () => {
  it.each([
    ['kwd', 1_235],
    ['isk', 1_250],
    ['UGX', 101],
  ])('in %s that Stripe cannot charge is refused with its place', async (currency, amount) => {
    const body = { name: 'Odd', variants: [{ sku: `ODD-${currency}`, prices: [{ currency, amount }] }] };
    const answer = await api.send('POST', '/v1/products', { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      errors: [{ pointer: '/variants/0/prices/0/amount', code: 'amount_not_chargeable' }],
    });
  });

  it('in whole units and in tens is taken', () => {
    const prices = [
      { currency: 'kwd', amount: 1_230 },
      { currency: 'isk', amount: 1_200 },
      { currency: 'usd', amount: 1 },
    ];
    expect(importLine.safeParse({ sku: 'EVEN', prices }).success).toBe(true);
    expect(importLine.safeParse({ sku: 'ODD', prices: [{ currency: 'kwd', amount: 1_235 }] }).success).toBe(false);
  });
});
