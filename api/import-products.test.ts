import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { type CatalogueApi, type Reply, startCatalogueApi } from '../test/support/catalogue-api.ts';

let api: CatalogueApi;
beforeAll(async () => {
  api = await startCatalogueApi();
  for (const code of ['main', 'east'])
    await api.send('POST', '/v1/locations', { body: { code, name: code, country: 'us' } });
  await api.send('POST', '/v1/categories', { body: { name: 'Mugs' } });
});
afterAll(() => api.close());

const NDJSON = { 'Content-Type': 'application/x-ndjson' };

function send(body: unknown, headers: Record<string, string> = NDJSON, query = ''): Promise<Reply> {
  return api.send('POST', `/v1/products/import${query}`, { body, headers });
}

const ndjson = (...lines: unknown[]) =>
  lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');

describe('an NDJSON import', () => {
  const mug = {
    sku: 'MUG-1',
    product: { name: 'Mug', status: 'active', categories: ['mugs'] },
    name: 'Red',
    barcode: '40170725',
    prices: [
      { currency: 'usd', amount: 900, cost_amount: 300 },
      { currency: 'eur', amount: 800 },
    ],
    weight_grams: 320,
    stock: [{ on_hand: 7 }, { location: 'east', on_hand: 2 }],
  };

  it('creates products, variants, prices and stock; the same again changes nothing', async () => {
    const body = ndjson(mug, { sku: 'MUG-2', product_slug: 'mug', name: 'Blue' });
    const first = await send(body);
    expect(first).toMatchObject({
      status: 200,
      body: { summary: { lines: 2, created: 2, failed: 0, dry_run: false } },
    });
    expect(first.body.lines[1]).toEqual({ line: 2, sku: 'MUG-2', result: 'created' });
    const product = await api.send('GET', '/v1/products/mug');
    expect(product.body).toMatchObject({
      status: 'active',
      categories: ['mugs'],
      variants: [{ sku: 'MUG-1', available: 9 }, { sku: 'MUG-2' }],
    });
    expect((await send(body)).body.summary).toMatchObject({ unchanged: 2 });
    expect((await api.send('GET', '/v1/products/mug')).body).toEqual(product.body);
    expect((await api.send('GET', '/v1/stock/movements?sku=MUG-1')).body.data).toMatchObject([
      { on_hand_change: expect.any(Number), reason: 'import' },
      {},
    ]);
  });

  it('leaves alone what a line does not name', async () => {
    const reply = await send(ndjson({ sku: 'MUG-1', prices: [{ currency: 'usd', amount: 950 }] }));
    expect(reply.body.summary).toMatchObject({ updated: 1 });
    const { body } = await api.send('GET', '/v1/variants/MUG-1');
    expect(body).toMatchObject({ name: 'Red', barcode: '40170725', weight_grams: 320 });
    expect(body.prices).toMatchObject([
      { currency: 'eur', amount: 800 },
      { currency: 'usd', amount: 950, cost_amount: 300 },
    ]);
  });

  it('reports each bad line and applies the others', async () => {
    const lines: (string | object)[] = [
      { sku: 'GOOD-1', product_slug: 'mug' },
      '{"sku": "BROKEN"',
      '',
      { sku: 'BAD-GTIN', product_slug: 'mug', barcode: '40170726' },
      { sku: 'NO-PRODUCT', product_slug: 'nothing' },
      { sku: 'LONELY' },
      { sku: 'NEW-NAMELESS', product: { slug: 'nameless' } },
      { sku: 'BAD-CATEGORY', product_slug: 'mug', product: { categories: ['mugs', 'cups'] } },
      { sku: 'BAD-PLACE', product_slug: 'mug', stock: [{ location: 'moon', on_hand: 1 }] },
      '{"sku":"NUL","product_slug":"mug","name":"a\\u0000b"}',
      '{"sku":"PROTO","product_slug":"mug","attributes":{"__proto__":{"x":1}}}',
      '{"sku":"SURROGATE","product_slug":"mug","metadata":{"a":"\\ud800"}}',
      `{"sku":"LONG","name":"${'x'.repeat(200_000)}"}`,
      '[1]',
      'null',
      `${'['.repeat(50_000)}`,
      { sku: 'TYPO', product_slug: 'mug', wieght_grams: 3 },
      { sku: 'GOOD-2', product_slug: 'mug' },
    ];
    const reply = await send(ndjson(...lines));
    expect(reply.status).toBe(200);
    const found = Object.fromEntries(
      reply.body.lines.map((each: { line: number; result: string; errors?: { pointer: string; code: string }[] }) => [
        each.line,
        each.errors ? each.errors[0]?.pointer || each.errors[0]?.code : each.result,
      ]),
    );
    expect(found).toEqual({
      1: 'created',
      2: 'json_malformed',
      4: '/barcode',
      5: '/product_slug',
      6: '/product_slug',
      7: '/product/name',
      8: '/product/categories/1',
      9: '/stock/0/location',
      10: '/name',
      11: 'key_forbidden',
      12: expect.any(String),
      13: 'line_too_long',
      14: 'invalid_type',
      15: 'invalid_type',
      16: 'json_malformed',
      17: 'unrecognized_keys',
      18: 'created',
    });
    expect(reply.body.lines.find((each: { line: number }) => each.line === 12).result).toBe('failed');
    expect((await api.send('GET', '/v1/variants/NO-PRODUCT')).status).toBe(404);
  });

  it('says which line is not UTF-8, and reads one cut anywhere between chunks', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"sku":"UTF-1","product_slug":"mug","name":"Größe 日本"}\r\n'),
      Buffer.from('{"sku":"UTF-2","name":"\xff\xfe"}\n', 'latin1'),
      Buffer.from('{"sku":"UTF-3","product_slug":"mug"}'),
    ]);
    let at = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(new Uint8Array(bytes.subarray(at, at + 1)));
        at += 1;
      },
    });
    const reply = await send(body);
    expect(reply.body.lines).toMatchObject([
      { result: 'created' },
      { line: 2, result: 'failed', errors: [{ code: 'utf8_malformed' }] },
      { result: 'created' },
    ]);
    expect((await api.send('GET', '/v1/variants/UTF-1')).body.name).toBe('Größe 日本');
  });

  it('applies lines of one SKU in their order', async () => {
    const reply = await send(
      ndjson(
        { sku: 'TWICE', product_slug: 'mug', name: 'a' },
        { sku: 'TWICE', name: 'b' },
        { sku: 'TWICE', name: 'b' },
      ),
    );
    expect(reply.body.lines.map((each: { result: string }) => each.result)).toEqual([
      'created',
      'updated',
      'unchanged',
    ]);
    expect((await api.send('GET', '/v1/variants/TWICE')).body.name).toBe('b');
  });

  it('never takes what orders hold', async () => {
    await api.db.rows(
      statement(
        'hold',
        `update stock_levels set reserved = 5 where variant_id = (select id from variants where sku = 'MUG-1') and on_hand = 7`,
      ),
    );
    const reply = await send(
      ndjson({ sku: 'MUG-1', name: 'Not applied', stock: [{ on_hand: 4 }] }, { sku: 'MUG-2', stock: [{ on_hand: 1 }] }),
    );
    expect(reply.body.lines).toMatchObject([
      { result: 'failed', errors: [{ pointer: '/stock/0/on_hand', code: 'below_reserved' }] },
      { result: 'updated' },
    ]);
    expect((await api.send('GET', '/v1/variants/MUG-1')).body.name).toBe('Red');
  });

  it('changes nothing in a dry run, and still sees what earlier lines would have made', async () => {
    const lines = Array.from({ length: 450 }, (_, at) =>
      at === 0 ? { sku: 'DRY-0', product: { name: 'Dry goods' } } : { sku: `DRY-${at}`, product_slug: 'dry-goods' },
    );
    const reply = await send(ndjson(...lines, { sku: 'DRY-1', name: 'again' }), NDJSON, '?dry_run=true');
    expect(reply.body.summary).toEqual({
      lines: 451,
      created: 450,
      updated: 1,
      unchanged: 0,
      failed: 0,
      dry_run: true,
    });
    expect((await api.send('GET', '/v1/products/dry-goods')).status).toBe(404);
  });

  it('answers as NDJSON when asked', async () => {
    const reply = await send(ndjson({ sku: 'MUG-2' }, 'x'), { ...NDJSON, Accept: 'application/x-ndjson' });
    expect(reply.headers.get('content-type')).toContain('application/x-ndjson');
    const lines = reply.body
      .trim()
      .split('\n')
      .map((line: string) => JSON.parse(line));
    expect(lines).toMatchObject([
      { line: 1, result: 'unchanged' },
      { line: 2, result: 'failed' },
      { summary: { lines: 2 } },
    ]);
  });
});
