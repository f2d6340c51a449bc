import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CatalogueApi, startCatalogueApi } from '../test/support/catalogue-api.ts';

let api: CatalogueApi;

const PRODUCTS = [
  {
    slug: 'trail-shoe',
    name: 'Trail Running Shoe',
    description: 'Grips wet rock.',
    usd: 12000,
    units: 3,
    category: 'shoes',
  },
  {
    slug: 'road-shoe',
    name: 'Road Shoe',
    description: 'For running on tarmac.',
    usd: 9000,
    units: 0,
    category: 'shoes',
  },
  { slug: 'sandal', name: 'Sandal', description: 'Open and light.', usd: 4000, units: 5, category: 'sandals' },
  { slug: 't-shirt', name: 'T-Shirt', description: 'Plain cotton.', usd: 2000, units: 9, category: 'tops' },
  { slug: 'draft-shoe', name: 'Shoe to come', description: '', usd: 100, units: 1, category: 'shoes', status: 'draft' },
];

beforeAll(async () => {
  api = await startCatalogueApi();
  await api.send('POST', '/v1/locations', { body: { code: 'main', name: 'Main', country: 'us' } });
  for (const [slug, parent] of [
    ['footwear', null],
    ['shoes', 'footwear'],
    ['sandals', 'shoes'],
    ['tops', null],
  ]) {
    await api.send('POST', '/v1/categories', { body: { name: slug, slug, parent } });
  }
  const lines = PRODUCTS.map(({ slug, name, description, usd, units, category, status = 'active' }, at) => ({
    sku: `SKU_${slug.toUpperCase()}`,
    ...(at === 2 ? { barcode: '40170725' } : {}),
    product: { slug, name, description, status, categories: [category] },
    prices: [{ currency: 'usd', amount: usd }],
    stock: [{ on_hand: units }],
  }));
  // A second, dearer variant: products are sorted by their lowest price.
  lines.push({
    ...lines[3]!,
    sku: 'SKU_T-SHIRT-XL',
    prices: [{ currency: 'usd', amount: 50_000 }],
    stock: [{ on_hand: 0 }],
  });
  const headers = { 'Content-Type': 'application/x-ndjson' };
  // One import each, so that their ids tell the order.
  for (const line of lines) {
    const { body } = await api.send('POST', '/v1/products/import', { body: JSON.stringify(line), headers });
    expect(body.summary.created).toBe(1);
  }
});
afterAll(() => api.close());

async function slugs(query: string, key = api.publishableKey): Promise<string[]> {
  const { status, body } = await api.send('GET', `/v1/products?${query}`, { key });
  expect({ query, status, body: status === 200 ? '' : body }).toEqual({ query, status: 200, body: '' });
  return body.data.map((product: { slug: string }) => product.slug);
}

describe('the list of products', () => {
  it.each([
    ['q=running', ['trail-shoe', 'road-shoe']],
    ['q=runs&sort=name', ['road-shoe', 'trail-shoe']],
    ['q=running%20sho&sort=name', ['road-shoe', 'trail-shoe']],
    ['q=wet%20gri', ['trail-shoe']],
    ['q=t-shirt', ['t-shirt']],
    ['q=T-SH', ['t-shirt']],
    ['q=sku_sandal', ['sandal']],
    ['q=sku_', ['t-shirt', 'sandal', 'road-shoe', 'trail-shoe']],
    ['q=sku%25', []],
    ['q=40170725', ['sandal']],
    ['q=!!!', []],
    ["q='%20%7C%20!(%3A*", []],
    ['q=the', []],
    ['sku=SKU_T-SHIRT-XL', ['t-shirt']],
    ['category=footwear&sort=name', ['road-shoe', 'sandal', 'trail-shoe']],
    ['category=sandals', ['sandal']],
    ['category=nowhere', []],
    ['currency=usd&min_price=4000&max_price=9000&sort=price', ['sandal', 'road-shoe']],
    ['currency=eur', []],
    ['in_stock=true&sort=name', ['sandal', 't-shirt', 'trail-shoe']],
    ['in_stock=false', ['road-shoe']],
    ['currency=usd&sort=price', ['t-shirt', 'sandal', 'road-shoe', 'trail-shoe']],
    ['currency=usd&sort=-price', ['trail-shoe', 'road-shoe', 'sandal', 't-shirt']],
    ['sort=name', ['road-shoe', 'sandal', 't-shirt', 'trail-shoe']],
    ['sort=-name', ['trail-shoe', 't-shirt', 'sandal', 'road-shoe']],
    ['sort=created_at', ['trail-shoe', 'road-shoe', 'sandal', 't-shirt']],
    ['q=shoe&category=footwear&currency=usd&max_price=10000&in_stock=false&sort=-updated_at', ['road-shoe']],
    ['updated_since=2999-01-01T00:00:00Z', []],
  ])('%s', async (query, expected) => {
    expect(await slugs(query)).toEqual(expected);
  });

  it('shows drafts to secret keys alone', async () => {
    expect(await slugs('status=draft', api.secretKey)).toEqual(['draft-shoe']);
    expect(await slugs('q=come', api.publishableKey)).toEqual([]);
  });

  it.each(['name', '-name', 'created_at', '-created_at', 'updated_at', '-updated_at', 'price', '-price', 'relevance'])(
    'gives every product once, page by page, by %s',
    async (sort) => {
      const query = `sort=${sort}&limit=1${sort.endsWith('price') ? '&currency=usd' : ''}${sort === 'relevance' ? '&q=sku_' : ''}`;
      const all = await slugs(query.replace('limit=1', 'limit=100'));
      const seen: string[] = [];
      let cursor = '';
      for (let pages = 0; pages < 10; pages++) {
        const { body } = await api.send('GET', `/v1/products?${query}${cursor}`, { key: api.publishableKey });
        seen.push(...body.data.map((product: { slug: string }) => product.slug));
        if (!body.has_more) break;
        cursor = `&cursor=${body.next_cursor}`;
      }
      expect(seen).toEqual(all);
      expect(seen).toHaveLength(4);
    },
  );

  it('refuses a cursor of another sort', async () => {
    const { body } = await api.send('GET', '/v1/products?sort=name&limit=1');
    expect((await api.send('GET', `/v1/products?sort=-name&cursor=${body.next_cursor}`)).status).toBe(400);
  });

  it('carries variants, prices and what is free to sell', async () => {
    const { body } = await api.send('GET', '/v1/products?sku=SKU_T-SHIRT');
    expect(body.data[0].categories).toEqual(['tops']);
    expect(body.data[0].variants).toMatchObject([
      { sku: 'SKU_T-SHIRT', available: 9, prices: [{ currency: 'usd', amount: 2000 }] },
      { sku: 'SKU_T-SHIRT-XL', available: 0 },
    ]);
  });
});
