import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { type CatalogueApi, startCatalogueApi } from '../test/support/catalogue-api.ts';

let api: CatalogueApi;
beforeAll(async () => {
  api = await startCatalogueApi();
  await api.send('POST', '/v1/products', {
    body: { name: 'Thing', variants: [{ sku: 'A' }, { sku: 'B' }, { sku: 'RACE' }] },
  });
});
afterAll(() => api.close());

const adjust = (body: object, headers = {}) =>
  api.send('POST', '/v1/stock/adjustments', { body: { reason: 'test', ...body }, headers });
const reserve = (sku: string, units: number) =>
  api.db.rows(
    statement(
      'test_reserve',
      'update stock_levels s set reserved = $2 from variants v where v.id = s.variant_id and v.sku = $1',
    ),
    [sku, units],
  );

describe('locations', () => {
  it('are made, replaced by code, and read', async () => {
    expect(await adjust({ sku: 'A', change: 1 })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/location' }] },
    });
    expect(
      await api.send('POST', '/v1/locations', { body: { code: 'berlin', name: 'Berlin', country: 'de' } }),
    ).toMatchObject({ status: 201, body: { country: 'DE' } });
    expect(
      (await api.send('POST', '/v1/locations', { body: { code: 'berlin', name: 'B', country: 'DE' } })).status,
    ).toBe(409);
    expect(
      await api.send('PUT', '/v1/locations/berlin', { body: { name: 'Berlin-Mitte', country: 'DE' } }),
    ).toMatchObject({ status: 200, body: { name: 'Berlin-Mitte' } });
    expect((await api.send('GET', '/v1/locations/berlin')).body.name).toBe('Berlin-Mitte');
    expect((await api.send('GET', '/v1/locations/paris')).status).toBe(404);
  });
});

describe('adjustments', () => {
  it('go to the only location there is, and make its level', async () => {
    expect(await adjust({ sku: 'A', change: 10, kind: 'received' })).toMatchObject({
      status: 201,
      body: { sku: 'A', location: 'berlin', on_hand: 10, reserved: 0, available: 10, change: 10, kind: 'received' },
    });
    expect(await adjust({ sku: 'A', set_to: 7 })).toMatchObject({ status: 201, body: { on_hand: 7, change: -3 } });
  });

  it('never take what orders hold, and say what is there', async () => {
    await reserve('A', 5);
    expect(await adjust({ sku: 'A', change: -3 })).toMatchObject({
      status: 409,
      body: { code: 'stock_conflict', on_hand: 7, reserved: 5, available: 2, sku: 'A', location: 'berlin' },
    });
    expect((await adjust({ sku: 'A', set_to: 4 })).status).toBe(409);
    expect(await adjust({ sku: 'A', change: -2 })).toMatchObject({ status: 201, body: { on_hand: 5, available: 0 } });
    await reserve('A', 0);
  });

  it('below nothing leave no level behind', async () => {
    expect((await adjust({ sku: 'B', change: -1 })).status).toBe(409);
    expect((await api.send('GET', '/v1/stock/B')).body).toEqual({
      sku: 'B',
      on_hand: 0,
      reserved: 0,
      available: 0,
      locations: [],
    });
  });

  it('prefer main when there are more', async () => {
    await api.send('PUT', '/v1/locations/main', { body: { name: 'Main', country: 'US', position: 1 } });
    expect((await adjust({ sku: 'A', change: 2 })).body.location).toBe('main');
    expect((await api.send('GET', '/v1/stock/A')).body).toMatchObject({
      on_hand: 7,
      locations: [
        { location: 'berlin', on_hand: 5 },
        { location: 'main', on_hand: 2 },
      ],
    });
  });

  it('happen once per Idempotency-Key', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => adjust({ sku: 'B', change: 3 }, { 'Idempotency-Key': 'b-3' })),
    );
    expect(answers.map((each) => each.body.on_hand)).toEqual([3, 3, 3, 3, 3]);
    expect((await api.send('GET', '/v1/stock/B')).body.on_hand).toBe(3);
  });

  it('all count when many come at once, and none goes below zero', async () => {
    await adjust({ sku: 'RACE', set_to: 10 });
    const answers = await Promise.all(Array.from({ length: 30 }, () => adjust({ sku: 'RACE', change: -1 })));
    expect(answers.filter((each) => each.status === 201)).toHaveLength(10);
    expect(answers.filter((each) => each.status === 409)).toHaveLength(20);
    expect((await api.send('GET', '/v1/stock/RACE')).body.on_hand).toBe(0);
  });

  it('leave every level equal to its movements', async () => {
    const unequal = await api.db.rows(
      statement(
        'test_unequal',
        `select s.variant_id from stock_levels s left join stock_movements m using (variant_id, location_id)
        group by s.variant_id, s.location_id, s.on_hand having s.on_hand <> coalesce(sum(m.on_hand_change), 0)`,
      ),
    );
    expect(unequal).toEqual([]);
  });

  it.each([
    [{ sku: 'A' }, 400],
    [{ sku: 'A', change: 1, set_to: 1 }, 400],
    [{ sku: 'A', change: 0.5 }, 400],
    [{ sku: 'A', change: 1e12 }, 400],
    [{ sku: 'A', change: -1, kind: 'received' }, 400],
    [{ sku: 'A', change: 1, kind: 'sold' }, 400],
    [{ sku: 'A', set_to: -1 }, 400],
    [{ sku: 'A', change: 1, reason: '' }, 400],
    [{ sku: 'A', change: 1, location: 'moon' }, 422],
    [{ sku: 'NONE', change: 1 }, 422],
  ])('are refused: %j', async (body, status) => expect((await adjust(body)).status).toBe(status));

  it('beyond what a level can hold are refused', async () => {
    const answers = [];
    for (let at = 0; at < 3; at++)
      answers.push((await adjust({ sku: 'B', location: 'berlin', change: 1_000_000_000 })).status);
    expect(answers).toEqual([201, 201, 409]);
  });
});

describe('lists of stock', () => {
  it('are filtered and turned page by page', async () => {
    const all = (await api.send('GET', '/v1/stock')).body.data;
    expect(all.length).toBeGreaterThan(3);
    const seen = [];
    let cursor = '';
    for (let pages = 0; pages < 20; pages++) {
      const { body } = await api.send('GET', `/v1/stock?limit=1${cursor}`);
      seen.push(...body.data);
      if (!body.has_more) break;
      cursor = `&cursor=${body.next_cursor}`;
    }
    expect(seen).toEqual(all);
    expect((await api.send('GET', '/v1/stock?sku=A&location=main')).body.data).toMatchObject([
      { sku: 'A', location: 'main' },
    ]);
    expect((await api.send('GET', '/v1/stock?below=1')).body.data).toMatchObject([{ sku: 'RACE', available: 0 }]);
    expect((await api.send('GET', '/v1/stock/NONE')).status).toBe(404);
  });

  it('tell movements newest first, with reason and actor', async () => {
    const { body } = await api.send('GET', '/v1/stock/movements?sku=A&limit=2');
    expect(body).toMatchObject({
      has_more: true,
      data: [{ sku: 'A', location: 'main', on_hand_change: 2, reason: 'test' }, { on_hand_change: -2 }],
    });
    expect(body.data[0].actor).toMatch(/^[0-9a-f-]{36}$/);
    const next = await api.send('GET', `/v1/stock/movements?sku=A&limit=2&cursor=${body.next_cursor}`);
    expect(next.body.data).toMatchObject([{ on_hand_change: -3 }, { on_hand_change: 10, kind: 'received' }]);
    expect((await api.send('GET', '/v1/stock/movements?kind=received&location=berlin')).body.data).toHaveLength(1);
    expect(
      (await api.send('GET', '/v1/stock/movements?order_id=0191f0e4-7d3c-7a40-9c1d-0123456789ab')).body.data,
    ).toEqual([]);
  });

  it('are for secret keys with the scope', async () => {
    expect((await api.send('GET', '/v1/stock', { key: api.publishableKey })).status).toBe(403);
    const reader = await api.makeKey(['stock:read']);
    expect((await api.send('GET', '/v1/stock', { key: reader })).status).toBe(200);
    expect(
      (await api.send('POST', '/v1/stock/adjustments', { key: reader, body: { sku: 'A', change: 1, reason: 'x' } }))
        .status,
    ).toBe(403);
  });
});
