import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CatalogueApi, type Reply, startCatalogueApi } from '../test/support/catalogue-api.ts';

let api: CatalogueApi;
beforeAll(async () => {
  api = await startCatalogueApi();
  for (const code of ['main', 'east'])
    await api.send('POST', '/v1/locations', { body: { code, name: code, country: 'us' } });
  await api.send('POST', '/v1/categories', { body: { name: 'Mugs' } });
});
afterAll(() => api.close());

const CSV = { 'Content-Type': 'text/csv' };

function send(body: unknown, headers: Record<string, string>): Promise<Reply> {
  return api.send('POST', '/v1/products/import', { body, headers });
}

describe('a CSV import', () => {
  it('reads every kind of column', async () => {
    const csv = [
      '\ufeffsku,name,barcode,product_slug,product_name,product_description,product_status,categories,image_url,weight_grams,low_stock_threshold,amount_usd,cost_amount_usd,amount_JPY,stock_main,stock_east,attribute_Color,metadata_ref',
      'CAP-1,"Red, ""big""",40170725,cap,Cap,"Two',
      'lines",active,mugs,https://img.example/cap.png,90,3,1500,400,1600,4,6,red,r-1',
      'CAP-2,,,cap,,,,,,,,,,,,,,',
    ].join('\r\n');
    const reply = await send(csv, CSV);
    expect(reply.body).toMatchObject({ summary: { created: 2 }, lines: [{ sku: 'CAP-1' }, { sku: 'CAP-2' }] });
    const { body } = await api.send('GET', '/v1/products/cap');
    expect(body).toMatchObject({
      name: 'Cap',
      description: 'Two\nlines',
      status: 'active',
      categories: ['mugs'],
      images: [{ source_url: 'https://img.example/cap.png', status: 'queued' }],
    });
    expect(body.variants[0]).toMatchObject({
      name: 'Red, "big"',
      weight_grams: 90,
      low_stock_threshold: 3,
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
