import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { findUnbalancedLevels, seedLocation, seedOrder, seedVariant } from '../test/support/seed-orders.ts';
import { type Database, openDatabase, statement } from './database.ts';
import { startFulfillment } from './shipments.ts';
import { releaseStock, reserveStock } from './stock.ts';

let home: TestDatabase;
let db: Database;
let near: string;
let far: string;

beforeAll(async () => {
  home = await createTestDatabase();
  db = openDatabase({ url: home.url, applicationName: 'stock-test', max: 40 });
  near = await seedLocation(db, 'NEAR', 1);
  far = await seedLocation(db, 'FAR', 2);
});

afterAll(async () => {
  expect(await findUnbalancedLevels(db)).toEqual([]);
  await db.close();
  await home.drop();
});

const levels = (variantId: string) =>
  db.rows<{ location_id: string; on_hand: number; reserved: number }>(
    statement(
      'levels_of',
      `select s.location_id, s.on_hand, s.reserved from stock_levels s join locations l on l.id = s.location_id
       where s.variant_id = $1 order by l.position`,
    ),
    [variantId],
  );

const numberFrom = (start: number, count: number) => Array.from({ length: count }, (_, index) => start + index);

describe('a race', () => {
  it('of 200 orders at once for 100 units is won by exactly 100, and the others hear what is left', async () => {
    const variant = await seedVariant(db, 'RACE', { [near]: 60, [far]: 40 });
    const orders = await Promise.all(numberFrom(0, 200).map(() => seedOrder(db, [{ variant, quantity: 1 }])));
    const answers = await Promise.all(orders.map((order) => db.transaction((tx) => reserveStock(tx, order))));
    expect(answers.filter((short) => short.length === 0)).toHaveLength(100);
    expect(answers.filter((short) => short.length > 0)).toEqual(
      Array(100).fill([{ sku: 'RACE', requested: 1, available: 0 }]),
    );
    expect(await levels(variant.id)).toEqual([
      { location_id: near, on_hand: 60, reserved: 60 },
      { location_id: far, on_hand: 40, reserved: 40 },
    ]);
  });

  it('of orders with the same lines in opposite order, with releases and allocations between, has no deadlock', async () => {
    const before = await deadlocks();
    const variants = await Promise.all(
      numberFrom(0, 5).map((n) => seedVariant(db, `CROSS${n}`, { [near]: 30, [far]: 30 })),
    );
    const forth = variants.map((variant) => ({ variant, quantity: 2 }));
    const orders = await Promise.all(
      numberFrom(0, 60).map((n) => seedOrder(db, n % 2 ? forth : forth.toReversed(), 'paid')),
    );
    const reserved = await Promise.all(
      orders.map(async (order, n) => {
        const short = await db.transaction((tx) => reserveStock(tx, order));
        if (short.length > 0) return 0;
        if (n % 3 === 0) await releaseStock(db, order);
        if (n % 3 === 1) await startFulfillment(db, order);
        return 1;
      }),
    );
    expect(reserved.reduce((sum: number, each) => sum + each, 0)).toBeGreaterThanOrEqual(30);
    expect(await deadlocks()).toBe(before);
  });

  it('of the same order against itself reserves once', async () => {
    const variant = await seedVariant(db, 'TWICE', { [near]: 3 });
    const order = await seedOrder(db, [{ variant, quantity: 2 }]);
    const answers = await Promise.all(numberFrom(0, 8).map(() => reserveStock(db, order)));
    expect(answers).toEqual(Array(8).fill([]));
    expect(await levels(variant.id)).toEqual([{ location_id: near, on_hand: 3, reserved: 2 }]);
  });
});

const deadlocks = async () => {
  const sql = statement('deadlocks', 'select deadlocks from pg_stat_database where datname = current_database()');
  return (await db.rows<{ deadlocks: number }>(sql))[0]?.deadlocks;
};

it('reserves every line or none, and names each SKU that is short', async () => {
  const plenty = await seedVariant(db, 'PLENTY', { [near]: 10 });
  const few = await seedVariant(db, 'FEW', { [near]: 1, [far]: 1 });
  const none = await seedVariant(db, 'NONE', {});
  const lines = [plenty, few, none].map((variant) => ({ variant, quantity: 3 }));
  const short = await reserveStock(db, await seedOrder(db, lines));
  expect(short.toSorted((a, b) => a.sku.localeCompare(b.sku))).toEqual([
    { sku: 'FEW', requested: 3, available: 2 },
    { sku: 'NONE', requested: 3, available: 0 },
  ]);
  expect(await levels(plenty.id)).toEqual([{ location_id: near, on_hand: 10, reserved: 0 }]);
});

it('adds up two lines of one SKU', async () => {
  const variant = await seedVariant(db, 'DOUBLE', { [near]: 5 });
  const line = { variant, quantity: 3 };
  expect(await reserveStock(db, await seedOrder(db, [line, line]))).toEqual([
    { sku: 'DOUBLE', requested: 6, available: 5 },
  ]);
});

it('splits a line over locations only when no place has it all', async () => {
  const whole = await seedVariant(db, 'WHOLE', { [near]: 2, [far]: 9 });
  const split = await seedVariant(db, 'SPLIT', { [near]: 2, [far]: 9 });
  const order = await seedOrder(db, [
    { variant: whole, quantity: 4 },
    { variant: split, quantity: 10 },
  ]);
  expect(await reserveStock(db, order)).toEqual([]);
  expect((await levels(whole.id)).map((level) => level.reserved)).toEqual([0, 4]);
  expect((await levels(split.id)).map((level) => level.reserved)).toEqual([2, 8]);
});

it('frees what an order holds once, however often it is asked at once', async () => {
  const variant = await seedVariant(db, 'FREED', { [near]: 4, [far]: 4 });
  const order = await seedOrder(db, [{ variant, quantity: 6 }]);
  const other = await seedOrder(db, [{ variant, quantity: 2 }]);
  await reserveStock(db, order);
  await reserveStock(db, other);
  const freed = await Promise.all(numberFrom(0, 5).map(() => releaseStock(db, order)));
  expect(freed.toSorted()).toEqual([0, 0, 0, 0, 6]);
  expect((await levels(variant.id)).map((level) => level.reserved)).toEqual([0, 2]);
});

it('sells what was reserved once, and a release afterwards frees nothing', async () => {
  const variant = await seedVariant(db, 'SOLD', { [near]: 5 });
  const order = await seedOrder(db, [{ variant, quantity: 2 }], 'paid');
  await reserveStock(db, order);
  const starts = await Promise.all(numberFrom(0, 4).map(() => startFulfillment(db, order)));
  expect(starts.filter((start) => start?.started)).toHaveLength(1);
  expect(await releaseStock(db, order)).toBe(0);
  expect(await levels(variant.id)).toEqual([{ location_id: near, on_hand: 3, reserved: 0 }]);
});

it('stays fast in a large catalogue: an order reads its own levels only', async () => {
  await db.rows(
    statement(
      'seed_many',
      `with p as (insert into products (id, slug, name) values (gen_random_uuid(), 'many', 'many') returning id),
       v as (insert into variants (id, product_id, sku) select gen_random_uuid(), p.id, 'MANY' || n from p, generate_series(1, 5000) n returning id)
       insert into stock_levels (variant_id, location_id, on_hand) select v.id, $1, 0 from v`,
    ),
    [near],
  );
  const variant = await seedVariant(db, 'NEEDLE', { [near]: 500 });
  const orders = await Promise.all(numberFrom(0, 50).map(() => seedOrder(db, [{ variant, quantity: 1 }], 'paid')));
  const scans = await levelScans();
  for (const order of orders) await reserveStock(db, order);
  for (const order of orders.slice(0, 25)) await releaseStock(db, order);
  for (const order of orders.slice(25)) await startFulfillment(db, order);
  expect(await levelScans()).toBe(scans);
});

const levelScans = async () => {
  // Statistics of this backend's work arrive when it is idle; a new snapshot is asked for at each look.
  const sql = statement(
    'level_scans',
    `select pg_stat_force_next_flush(), seq_scan from pg_stat_user_tables where relname = 'stock_levels'`,
  );
  await Promise.all(numberFrom(0, 40).map(() => db.rows(sql)));
  return (await db.rows<{ seq_scan: number }>(sql))[0]?.seq_scan;
};
