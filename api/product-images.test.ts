/** Images by address as products and imports name them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { filesOf, pngLike } from '../test/support/forms.ts';
import { type ImageApi, startImageApi } from '../test/support/image-api.ts';
import { Problem } from './problem.ts';

let at: ImageApi;
let isFull = false;
beforeAll(async () => {
  const assertCapacity = () => {
    if (isFull) throw new Problem({ status: 503, code: 'backlog_full', detail: 'full', retryAfterSeconds: 5 });
  };
  at = await startImageApi({ assertCapacity });
});
afterAll(() => at?.api.close());

const url = (name: string) => `https://img.example/${name}`;
const named = async (productId: string): Promise<string[]> =>
  (await at.imagesOf(productId)).map((each: { source_url: string | null }) => each.source_url?.slice(20) ?? 'upload');
const upload = (productId: string, ...names: string[]) =>
  at.send(
    'POST',
    `/v1/products/${productId}/images`,
    filesOf(...names.map((name): [Buffer, string] => [pngLike(name), name])),
  );
const jobCount = async () =>
  (await at.api.db.pool.query(`select count(*)::integer as n from outbox where queue = 'fetch-image'`)).rows[0].n;

describe('a product', () => {
  it('is made with images by address, each with a job', async () => {
    const before = await jobCount();
    const images = [{ url: url('a'), alt: 'A' }, { url: url('b') }];
    const { status, body } = await at.send('POST', '/v1/products', { name: 'With images', images });
    expect([status, body.images]).toMatchObject([
      201,
      [{ source_url: url('a'), alt: 'A', status: 'queued' }, { alt: '' }],
    ]);
    expect(await jobCount()).toBe(before + 2);
  });

  it('that is replaced keeps its images, unless it says which it has by address; uploads stay', async () => {
    const product = { name: 'Replaced', slug: 'replaced', images: [{ url: url('a') }, { url: url('b') }] };
    const { id } = (await at.send('POST', '/v1/products', product)).body;
    await upload(id, 'up.png');
    const put = (images?: object[]) =>
      at.send('PUT', `/v1/products/${id}`, { name: 'Replaced', ...(images ? { images } : {}) });
    const versions = [await put(), await put(product.images)].map(({ body }) => body.version);
    expect([versions, await named(id)]).toEqual([
      [1, 1],
      ['a', 'b', 'upload'],
    ]);
    const before = await jobCount();
    expect((await put([{ url: url('c') }, { url: url('b'), alt: 'new text' }])).body.version).toBe(2);
    expect([await named(id), await jobCount()]).toEqual([['c', 'b', 'upload'], before + 1]);
    expect((await at.imagesOf(id))[1]).toMatchObject({ alt: 'new text' });
    await put([]);
    expect(await named(id)).toEqual(['upload']);
  });

  it('has ten at most, in whatever way they come', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => ({ url: url(`m${n}`) }));
    const refused = await at.send('POST', '/v1/products', { name: 'Many', images: many(11) });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/images', code: 'too_many_images' }] } });
    const id = await at.makeProduct();
    await upload(id, 'u1', 'u2');
    const put = (count: number) => at.send('PUT', `/v1/products/${id}`, { name: 'Many', images: many(count) });
    expect(await put(9)).toMatchObject({ status: 422, body: { errors: [{ code: 'too_many_images' }] } });
    expect(await put(8)).toMatchObject({ status: 200 });
    expect(await upload(id, 'u3')).toMatchObject({ status: 409 });
    const twice = { name: 'Twice', images: [{ url: url('same') }, { url: 'HTTPS://img.example/same' }] };
    expect(await at.send('POST', '/v1/products', twice)).toMatchObject({ status: 400 });
  });

  it('has another ETag when a picture becomes ready, and the same while nothing changes', async () => {
    const file = pngLike('etag');
    const id = await at.makeProduct();
    await at.send('POST', `/v1/products/${id}/images`, filesOf([file, 'a.png']));
    const etag = async () => (await at.send('GET', `/v1/products/${id}`)).headers.get('etag')!;
    const before = await etag();
    expect(await etag()).toBe(before);
    await at.makeReady(file);
    expect(await etag()).not.toBe(before);
    // What is written is guarded by the version alone.
    expect(await at.send('PUT', `/v1/products/${id}`, { name: 'New' }, { 'If-Match': before })).toMatchObject({
      status: 200,
    });
  });
});

it('what names new pictures is refused while too many wait, and nothing else is', async () => {
  const id = await at.makeProduct({ images: [{ url: url('there') }] });
  isFull = true;
  const put = (images: object[]) => at.send('PUT', `/v1/products/${id}`, { name: 'P', images });
  const answers = [
    await put([{ url: url('new') }]),
    await at.send('POST', '/v1/products', { name: 'Full', images: [{ url: url('new') }] }),
    await put([{ url: url('there') }]),
    await at.send('POST', '/v1/products', { name: 'Without' }),
  ];
  const line = (images: object[]) => JSON.stringify({ sku: 'FULL', product: { slug: 'full', name: 'Full', images } });
  const importing = { 'Content-Type': 'application/x-ndjson' };
  const imports = await Promise.all(
    [line([]), line([{ url: url('new') }])].map((body) =>
      fetch(`${at.api.apiUrl}/v1/products/import`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${at.api.secretKey}`, ...importing },
        body,
      }),
    ),
  );
  isFull = false;
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 200, 201]);
  expect(imports.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
    [200, null],
    [503, '5'],
  ]);
  expect(await named(id)).toEqual(['there']);
});

describe('an import', () => {
  const send = (type: string, body: string) =>
    fetch(`${at.api.apiUrl}/v1/products/import`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${at.api.secretKey}`, 'Content-Type': type },
      body,
    }).then(async (response) => (await response.json()) as { summary: object; lines: { errors?: object[] }[] });

  it('makes images by address once, however often it comes', async () => {
    const csv = `sku,product_slug,product_name,image_urls\n${Array.from({ length: 300 }, (_, n) => `IMG-${n},img-${n},Image ${n},${[1, 2, 3].map((each) => url(`${n}-${each}`)).join(' | ')}`).join('\n')}\n`;
    const before = await jobCount();
    expect((await send('text/csv', csv)).summary).toMatchObject({ created: 300, failed: 0 });
    expect(await jobCount()).toBe(before + 900);
    expect((await send('text/csv', csv)).summary).toMatchObject({ unchanged: 300 });
    expect(await jobCount()).toBe(before + 900);
    const { body } = await at.send('GET', '/v1/products/img-7');
    expect(body.images.map((each: { source_url: string }) => each.source_url)).toEqual([
      url('7-1'),
      url('7-2'),
      url('7-3'),
    ]);
  });

  it('says what is wrong with a line’s images, and undoes all of a dry run', async () => {
    const line = (sku: string, images: object[]) =>
      JSON.stringify({ sku, product: { slug: sku.toLowerCase(), name: sku, images } });
    const lines = [
      line(
        'TOO-MANY',
        Array.from({ length: 11 }, (_, n) => ({ url: url(`t${n}`) })),
      ),
      line('NO-URL', [{ url: 'javascript:alert(1)' }]),
      line('GOOD', [{ url: url('good'), alt: 'Good' }]),
    ].join('\n');
    const before = await jobCount();
    const dry = await fetch(`${at.api.apiUrl}/v1/products/import?dry_run=true`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${at.api.secretKey}`, 'Content-Type': 'application/x-ndjson' },
      body: lines,
    });
    expect(((await dry.json()) as { summary: object }).summary).toMatchObject({ created: 1, failed: 2 });
    expect(await jobCount()).toBe(before);
    const report = await send('application/x-ndjson', lines);
    expect(report.lines).toMatchObject([
      { errors: [{ pointer: '/product/images', code: 'too_many_images' }] },
      { errors: [{ pointer: '/product/images/0/url' }] },
      { result: 'created' },
    ]);
  });

  it('at the same time as others leaves no product with more than it may have', async () => {
    const line = (from: number) =>
      JSON.stringify({
        sku: 'RACE',
        product: {
          slug: 'race',
          name: 'Race',
          images: Array.from({ length: 10 }, (_, n) => ({ url: url(`race-${from + n}`) })),
        },
      });
    await Promise.all([0, 5, 10, 15].map((from) => send('application/x-ndjson', line(from))));
    expect((await at.send('GET', '/v1/products/race')).body.images).toHaveLength(10);
  });
});
