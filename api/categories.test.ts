import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type CatalogueApi, startCatalogueApi } from '../test/support/catalogue-api.ts';

let api: CatalogueApi;
beforeAll(async () => {
  api = await startCatalogueApi();
});
afterAll(() => api.close());

const create = (name: string, parent: string | null = null, position = 0) =>
  api.send('POST', '/v1/categories', { body: { name, parent, position } });
const move = (slug: string, parent: string | null) =>
  api.send('PUT', `/v1/categories/${slug}`, { body: { name: slug, parent } });

it('makes a tree, in the order of positions, readable by publishable keys', async () => {
  expect(await create('Clothes')).toMatchObject({ status: 201, body: { slug: 'clothes', parent: null } });
  await create('Socks', 'clothes', 2);
  await create('Shirts', 'clothes', 1);
  await create('Polo', 'shirts');
  const { body } = await api.send('GET', '/v1/categories', { key: api.publishableKey });
  expect(body.data).toMatchObject([
    { slug: 'clothes', children: [{ slug: 'shirts', children: [{ slug: 'polo', children: [] }] }, { slug: 'socks' }] },
  ]);
});

it('refuses a slug that is taken and a parent that is not there', async () => {
  expect(await create('Socks')).toMatchObject({ status: 409, body: { code: 'slug_taken' } });
  expect(await create('Hats', 'nowhere')).toMatchObject({ status: 422, body: { errors: [{ pointer: '/parent' }] } });
  expect(await api.send('PUT', '/v1/categories/socks', { body: { name: 'Socks', slug: 'polo' } })).toMatchObject({
    status: 409,
  });
  expect((await create('!!!')).status).toBe(400);
});

it('moves a category, but never below itself', async () => {
  expect(await move('polo', 'socks')).toMatchObject({ status: 200, body: { parent: 'socks' } });
  expect(await move('clothes', 'polo')).toMatchObject({ status: 422, body: { errors: [{ code: 'category_cycle' }] } });
  expect(await move('clothes', 'clothes')).toMatchObject({
    status: 422,
    body: { errors: [{ code: 'category_cycle' }] },
  });
});

it('makes no ring out of two moves at once', async () => {
  for (let round = 0; round < 5; round++) {
    const [a, b] = [`left-${round}`, `right-${round}`];
    await create(a);
    await create(b);
    const answers = await Promise.all([move(a, b), move(b, a)]);
    expect(answers.map((each) => each.status).sort()).toEqual([200, 422]);
  }
});

it('is at most ten levels deep', async () => {
  let parent: string | null = null;
  for (let level = 1; level <= 10; level++) {
    expect((await create(`level ${level}`, parent)).status).toBe(201);
    parent = `level-${level}`;
  }
  expect(await create('level 11', parent)).toMatchObject({
    status: 422,
    body: { errors: [{ code: 'category_too_deep' }] },
  });
  expect(await move('clothes', 'level-9')).toMatchObject({ status: 422 });
});

it('honours If-Match and If-None-Match', async () => {
  const etag = (await api.send('GET', '/v1/categories/shirts')).headers.get('etag') ?? '';
  expect(
    (await api.send('GET', '/v1/categories/shirts', { headers: { 'If-None-Match': `"v99", W/${etag}` } })).status,
  ).toBe(304);
  const body = { name: 'Shirts and more', parent: 'clothes' };
  expect((await api.send('PUT', '/v1/categories/shirts', { body, headers: { 'If-Match': etag } })).status).toBe(200);
  expect(await api.send('PUT', '/v1/categories/shirts', { body, headers: { 'If-Match': etag } })).toMatchObject({
    status: 412,
    body: { current_version: '"v2"' },
  });
  expect((await api.send('DELETE', '/v1/categories/shirts', { headers: { 'If-Match': 'nonsense' } })).status).toBe(400);
});

it('deletes what is empty and nothing else', async () => {
  expect(await api.send('DELETE', '/v1/categories/socks')).toMatchObject({
    status: 409,
    body: { code: 'category_in_use', children: 1 },
  });
  await api.send('POST', '/v1/products', { body: { name: 'Polo one', categories: ['polo'] } });
  expect(await api.send('DELETE', '/v1/categories/polo')).toMatchObject({ status: 409, body: { products: 1 } });
  await api.send('PUT', '/v1/products/polo-one', { body: { name: 'Polo one', categories: [] } });
  expect((await api.send('DELETE', '/v1/categories/polo')).status).toBe(204);
  expect((await api.send('DELETE', '/v1/categories/polo')).status).toBe(404);
  expect((await api.send('DELETE', '/v1/categories/0191f0e4-7d3c-7a40-9c1d-0123456789ab')).status).toBe(404);
});
