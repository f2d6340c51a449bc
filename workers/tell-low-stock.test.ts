import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { startFulfillment } from '../db/shipments.ts';
import { releaseStock, reserveStock } from '../db/stock.ts';
import { adjustStock } from '../db/stock-levels.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { findUnbalancedLevels, seedLocation, seedOrder, seedVariant } from '../test/support/seed-orders.ts';
import { tellLowStock } from './tell-low-stock.ts';

let home: TestDatabase;
let db: Database;
let near: string;
let far: string;

beforeAll(async () => {
  home = await createTestDatabase();
  db = openDatabase({ url: home.url, applicationName: 'low-stock-test', max: 30 });
  near = await seedLocation(db, 'NEAR', 1);
  far = await seedLocation(db, 'FAR', 2);
});
beforeEach(async () => {
  for (const table of ['low_stock_news', 'notifications', 'shop_events', 'shop_event_subjects', 'recipients'])
    await db.rows(statement(`test_clear_${table}`, `delete from ${table}`));
});
afterAll(async () => {
  expect(await findUnbalancedLevels(db)).toEqual([]);
  await db.close();
  await home.drop();
});

const setThreshold = (id: string, threshold: number | null) =>
  db.rows(statement('test_threshold', 'update variants set low_stock_threshold = $2 where id = $1'), [id, threshold]);
const noted = (id: string) =>
  db.rows<{ available: number; threshold: number }>(
    statement(
      'test_noted',
      'select available, threshold from low_stock_news where variant_id = $1 order by created_at, id',
    ),
    [id],
  );
const add = (variant_id: string, location_id: string, change: number) =>
  db.transaction((tx) =>
    adjustStock(tx, [{ variant_id, location_id, change, kind: 'adjusted', reason: null, actor: 'test' }]),
  );
let seeded = 0;
async function seedWatched(threshold: number | null, units: Record<string, number> = { [near]: 6, [far]: 6 }) {
  const variant = await seedVariant(db, `LOW-${++seeded}`, units);
  await setThreshold(variant.id, threshold);
  return variant;
}
type Variant = Awaited<ReturnType<typeof seedVariant>>;
async function order(variant: Variant, quantity: number) {
  const id = await seedOrder(db, [{ variant, quantity }]);
  expect(await db.transaction((tx) => reserveStock(tx, id))).toEqual([]);
  return id;
}

describe('that little is left', () => {
  it('is noted once when orders take what is free to the threshold, over all places', async () => {
    const variant = await seedWatched(4);
    await order(variant, 7);
    expect(await noted(variant.id)).toEqual([]);
    await order(variant, 1);
    expect(await noted(variant.id)).toEqual([{ available: 4, threshold: 4 }]);
    await order(variant, 2);
    await add(variant.id, near, 1);
    await order(variant, 1);
    expect(await noted(variant.id)).toHaveLength(1);
  });

  it('is armed again by more than the threshold, however that comes, and noted anew', async () => {
    const variant = await seedWatched(4);
    const first = await order(variant, 8);
    await db.transaction((tx) => releaseStock(tx, first));
    expect(await noted(variant.id)).toHaveLength(1);
    await add(variant.id, far, -6);
    await add(variant.id, near, -2);
    expect(await noted(variant.id)).toHaveLength(2);
    await add(variant.id, near, 50);
    expect(await noted(variant.id)).toHaveLength(2);
    await order(variant, 54);
    expect((await noted(variant.id)).at(-1)).toEqual({ available: 0, threshold: 4 });
  });

  it('is no news when what was reserved is sold, nor when an order is undone in the same transaction', async () => {
    const variant = await seedWatched(4, { [near]: 12 });
    const id = await seedOrder(db, [{ variant, quantity: 7 }], 'paid');
    await db.transaction((tx) => reserveStock(tx, id));
    await startFulfillment(db, id);
    expect(await noted(variant.id)).toEqual([]);
    const undone = await seedOrder(db, [{ variant, quantity: 5 }]);
    const failing = db.transaction(async (tx) => {
      await reserveStock(tx, undone);
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    expect(await noted(variant.id)).toEqual([]);
  });

  it('is noted once by forty orders at once, whichever places they take from', async () => {
    const variant = await seedWatched(10, { [near]: 25, [far]: 25 });
    const ids = await Promise.all(Array.from({ length: 40 }, () => seedOrder(db, [{ variant, quantity: 1 }])));
    await Promise.all(ids.map((id) => db.transaction((tx) => reserveStock(tx, id))));
    expect(await noted(variant.id)).toEqual([{ available: 10, threshold: 10 }]);
    await Promise.all(ids.slice(0, 20).map((id) => db.transaction((tx) => releaseStock(tx, id))));
    expect(await noted(variant.id)).toHaveLength(1);
  });

  it('is seen although two places are lowered at the very same time', async () => {
    const variant = await seedWatched(10);
    const lower = (place: string) =>
      db.transaction(async (tx) => {
        await tx.rows(
          statement(
            'test_lower',
            'update stock_levels set on_hand = on_hand - 1 where variant_id = $1 and location_id = $2',
          ),
          [variant.id, place],
        );
        await tx.rows(statement('test_wait', 'select pg_sleep(0.2)'));
      });
    await Promise.all([lower(near), lower(far)]);
    expect(await noted(variant.id)).toEqual([{ available: 10, threshold: 10 }]);
    await Promise.all([near, far].map((place) => add(variant.id, place, 1)));
    // The movements make up for what the test took behind their back.
    await Promise.all(
      [near, far].map((place) =>
        db.rows(
          statement(
            'test_moved',
            `insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change) values ($1, $2, 'adjusted', -1, 0)`,
          ),
          [variant.id, place],
        ),
      ),
    );
  });

  it('is not noted for who set the threshold, nor without one', async () => {
    const variant = await seedWatched(20);
    expect(await noted(variant.id)).toEqual([]);
    await order(variant, 1);
    expect(await noted(variant.id)).toEqual([]);
    await setThreshold(variant.id, 5);
    await order(variant, 6);
    expect(await noted(variant.id)).toEqual([{ available: 5, threshold: 5 }]);
    await setThreshold(variant.id, null);
    await add(variant.id, near, 50);
    await order(variant, 50);
    expect(await noted(variant.id)).toHaveLength(1);
  });

  it('counts a place that gets the variant later', async () => {
    const variant = await seedWatched(4, { [near]: 5 });
    await add(variant.id, far, 5);
    await order(variant, 5);
    expect(await noted(variant.id)).toEqual([]);
    await order(variant, 1);
    expect(await noted(variant.id)).toHaveLength(1);
  });
});

describe('telling of it', () => {
  const told = () =>
    db.rows<{ cause: string; template: string; topic: string; data: object; recipient: string }>(
      statement('test_told', 'select cause, template, topic, data, recipient from notifications'),
    );
  const events = () =>
    db.rows<{ type: string; object: string; object_id: string; sequence: number; data: object }>(
      statement('test_events', 'select type, object, object_id, sequence, data from shop_events order by id'),
    );

  it('is one message and one event for each time, by however many sweepers at once', async () => {
    const variant = await seedWatched(4);
    const id = await order(variant, 9);
    const others = openDatabase({ url: home.url, applicationName: 'low-stock-other' });
    await Promise.all([db, others, db, others].map((each) => tellLowStock(each, 'ops@shop.example')));
    const sku = variant.sku;
    expect(await told()).toEqual([
      {
        cause: expect.stringMatching(/^stock\.low\/[0-9a-f-]{36}$/),
        template: 'low-stock',
        topic: 'stock',
        data: { items: [{ sku, name: expect.any(String), available: 3, threshold: 4, location: null }] },
        recipient: 'ops@shop.example',
      },
    ]);
    const event = { type: 'stock.low', object: 'stock', object_id: sku, data: { available: 3, threshold: 4 } };
    expect(await events()).toEqual([{ ...event, sequence: 1 }]);
    await db.transaction((tx) => releaseStock(tx, id));
    await order(variant, 8);
    await tellLowStock(others, 'ops@shop.example');
    await tellLowStock(db, 'ops@shop.example');
    expect(await told()).toHaveLength(2);
    expect((await events()).map(({ sequence }) => sequence)).toEqual([1, 2]);
    await others.close();
  });

  it('waits when telling fails, and is told by webhook although nobody is known', async () => {
    const variant = await seedWatched(4);
    await order(variant, 9);
    const broken: Database = {
      ...db,
      transaction: (work) =>
        db.transaction(async (tx) => {
          await work(tx);
          throw new Error('the process ended here');
        }),
    };
    await expect(tellLowStock(broken, undefined)).rejects.toThrow('ended here');
    expect([await told(), await events()]).toEqual([[], []]);
    await tellLowStock(db, undefined);
    expect(await told()).toEqual([]);
    expect(await events()).toHaveLength(1);
    expect(await noted(variant.id)).toEqual([]);
  });

  it('tells hundreds in their turn', async () => {
    const variants = await Promise.all(Array.from({ length: 130 }, () => seedWatched(4, { [near]: 5 })));
    await Promise.all(variants.map((variant) => add(variant.id, near, -1)));
    await db.rows(
      statement('test_ops', `insert into recipients (id, audience, email) values ($1, 'operations', 'a@shop.example')`),
      [uuidv7()],
    );
    await tellLowStock(db, undefined);
    expect(await told()).toHaveLength(130);
  });
});
