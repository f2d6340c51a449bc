import { request } from 'node:http';
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
const CSV = { 'Content-Type': 'text/csv' };

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

describe('a CSV import', () => {
  it('reads every kind of column', async () => {
    const csv = [
      '\ufeffsku,name,barcode,product_slug,product_name,product_description,product_status,categories,image_url,weight_grams,amount_usd,cost_amount_usd,amount_JPY,stock_main,stock_east,attribute_Color,metadata_ref',
      'CAP-1,"Red, ""big""",40170725,cap,Cap,"Two',
      'lines",active,mugs,https://img.example/cap.png,90,1500,400,1600,4,6,red,r-1',
      'CAP-2,,,cap,,,,,,,,,,,,,',
    ].join('\r\n');
    const reply = await send(csv, CSV);
    expect(reply.body).toMatchObject({ summary: { created: 2 }, lines: [{ sku: 'CAP-1' }, { sku: 'CAP-2' }] });
    const { body } = await api.send('GET', '/v1/products/cap');
    expect(body).toMatchObject({
      name: 'Cap',
      description: 'Two\nlines',
      status: 'active',
      categories: ['mugs'],
      images: [{ url: 'https://img.example/cap.png' }],
    });
    expect(body.variants[0]).toMatchObject({
      name: 'Red, "big"',
      weight_grams: 90,
      attributes: { Color: 'red' },
      metadata: { ref: 'r-1' },
      available: 10,
      prices: [
        { currency: 'jpy', amount: 1600 },
        { currency: 'usd', amount: 1500, cost_amount: 400 },
      ],
    });
  });

  it('reports bad records and applies the others', async () => {
    const csv = Buffer.concat([
      Buffer.from(
        'sku,product_slug,amount_usd,weight_grams\nC-1,cap,19.99,1\nC-2,cap,100,1\nC-3,cap\nC-4,cap,"1"00,1\n',
      ),
      Buffer.from('C-5,cap\xff,1,1\n', 'latin1'),
      Buffer.from('C-6,cap,300,1\n'),
    ]);
    const reply = await send(csv, CSV);
    expect(reply.body.lines.map((each: { line: number; result: string }) => `${each.line} ${each.result}`)).toEqual([
      '2 failed',
      '3 created',
      '4 failed',
      '5 failed',
      '6 failed',
      '7 created',
    ]);
    expect(reply.body.lines[0].errors[0].pointer).toBe('/prices/0/amount');
  });

  it('refuses a header with columns that it does not know', async () => {
    const reply = await send('sku,colour\nX,red\n', CSV);
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: '/header/1' }] } });
    expect((await send('name\nX\n', CSV)).status).toBe(400);
  });

  it('ends a quote that is never closed', async () => {
    const reply = await send(`sku,product_slug\nQ-1,cap\nQ-2,"cap\n${'x'.repeat(300_000)}`, CSV);
    expect(reply.status).toBe(200);
    expect(reply.body.lines[0]).toMatchObject({ sku: 'Q-1', result: 'created' });
    expect(reply.body.summary.failed).toBeGreaterThan(0);
  });
});

describe('an import', () => {
  it('takes other bodies for what they are', async () => {
    expect((await send('{}', { 'Content-Type': 'application/json' })).status).toBe(415);
    expect((await send('x', { ...NDJSON, 'Content-Encoding': 'gzip' })).status).toBe(415);
    expect(await send('')).toMatchObject({ status: 200, body: { summary: { lines: 0 } } });
    expect((await send('\n'.repeat(500_000))).status).toBe(413);
    expect(
      (await api.send('POST', '/v1/products/import', { key: api.publishableKey, body: 'x', headers: NDJSON })).status,
    ).toBe(403);
    expect((await send('{"sku":"X"}', NDJSON, '?dry_run=perhaps')).status).toBe(400);
  });

  it('refuses 50 MB before reading them', async () => {
    const status = await new Promise((resolve, reject) => {
      const req = request(`${api.url}/v1/products/import`, {
        method: 'POST',
        headers: { ...NDJSON, Authorization: `Bearer ${api.secretKey}`, 'Content-Length': 60 * 1024 * 1024 },
      });
      req.on('response', (res) => {
        resolve(res.statusCode);
        req.destroy();
      });
      req.on('error', reject);
      req.flushHeaders();
    });
    expect(status).toBe(413);
  });

  it('stops at 50 MB of a body that does not say its size', async () => {
    const chunk = new Uint8Array(1024 * 1024).fill(0x78);
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 1;
        if (sent > 80) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const reply = await send(body).catch((error: Error) => ({ status: 413, closed: error.message }));
    expect(reply.status).toBe(413);
    expect(sent).toBeLessThan(80);
  });

  it('keeps its report short, whatever the lines say', async () => {
    const reply = await send(
      ndjson({ sku: 'X', ['y'.repeat(50_000)]: 1 }, { sku: 'X', attributes: { ['z'.repeat(50_000)]: 1 } }),
    );
    expect(reply.body.summary.failed).toBe(2);
    expect(JSON.stringify(reply.body).length).toBeLessThan(2_000);
  });

  // Some 4 s on two idle cores; the bound is for busy ones, and for what is quadratic.
  it('brings 10,000 lines in within a minute', async () => {
    const lines = Array.from({ length: 10_000 }, (_, at) => ({
      sku: `BULK-${at}`,
      product: { slug: `bulk-${at % 3_000}`, name: `Bulk ${at % 3_000}`, status: 'active' },
      prices: [{ currency: 'usd', amount: at }],
      stock: [{ on_hand: 5 }],
    }));
    const before = performance.now();
    const reply = await send(ndjson(...lines));
    expect(reply.body.summary).toMatchObject({ lines: 10_000, created: 10_000 });
    expect(performance.now() - before).toBeLessThan(60_000);
    process.stderr.write(`import of 10,000 lines: ${Math.round(performance.now() - before)} ms\n`);
  }, 90_000);

  it('of many at once leaves each SKU once and every level equal to its movements', async () => {
    const body = (from: number) =>
      ndjson(
        ...Array.from({ length: 60 }, (_, at) => ({
          sku: `PAR-${(at * 7 + from) % 60}`,
          product: { name: 'Par' },
          stock: [{ on_hand: from + at }],
        })),
      );
    const replies = await Promise.all([1, 2, 3, 4].map((from) => send(body(from))));
    expect(replies.map((each) => each.status)).toEqual([200, 200, 200, 200]);
    expect(replies.map((each) => each.body.summary.failed)).toEqual([0, 0, 0, 0]);
    const unequal = await api.db.rows(
      statement(
        'unequal',
        `select v.sku, s.on_hand, sum(m.on_hand_change) from stock_levels s join variants v on v.id = s.variant_id
        left join stock_movements m using (variant_id, location_id) where v.sku like 'PAR-%' group by 1, 2 having s.on_hand <> coalesce(sum(m.on_hand_change), 0)`,
      ),
    );
    expect(unequal).toEqual([]);
  });
});
