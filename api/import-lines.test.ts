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

function send(body: unknown, headers: Record<string, string> = NDJSON, query = ''): Promise<Reply> {
  return api.send('POST', `/v1/products/import${query}`, { body, headers });
}

const ndjson = (...lines: unknown[]) => lines.map((line) => JSON.stringify(line)).join('\n');

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
