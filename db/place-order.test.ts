import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { type Database, openDatabase, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { type NewOrder, placeOrder, startOrder } from './place-order.ts';

const written = statement(
  'test_written',
  `select o.id, (select count(*)::integer from order_lines l where l.order_id = o.id) as lines,
     (select r.body::text from idempotency_records r where r.location = '/v1/orders/' || o.id) as answer,
     exists (select from outbox j where j.job_id = 'order-' || o.id) as job
   from orders o where o.id = any($1) order by o.id`,
);
const apiKeyId = '00000000-0000-7000-8000-000000000001';

describe('placing orders at the same moment', () => {
  let database: TestDatabase;
  let db: Database;
  let variantId: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    variantId = (
      await seedVariants(db, [
        { sku: 'A', units: 1 },
        { sku: 'B', units: 1, amount: 350 },
      ])
    ).get('A')!;
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  function newOrder(key?: string, variant = variantId): NewOrder {
    const id = uuidv7();
    const line = { variantId: variant, sku: 'A', name: 'A', quantity: 2, unitAmount: 500, weightGrams: 1 };
    const totals = { subtotal: 2_000, shipping: 0, tax: 0, total: 2_000 };
    const answer = { status: 202, body: { z: 1, a: 'ü "quoted"', id }, location: `/v1/orders/${id}` };
    return {
      id,
      number: `ORD-${id}`,
      paymentId: uuidv7(),
      attemptId: uuidv7(),
      createdAt: new Date(),
      currency: 'usd',
      totals,
      customer: { email: 'ada@example.com' },
      shippingAddress: { country: 'US' },
      billingAddress: undefined,
      shippingMethod: 'standard',
      payment: {},
      metadata: {},
      livemode: false,
      expirySeconds: 60,
      lines: [1, 2].map(() => ({ ...line, id: uuidv7() })),
      job: { queue: 'check-out-order', jobId: `order-${id}`, payload: { order_id: id } },
      idempotency: key ? { apiKeyId, key, requestHash: Buffer.from(id), ...answer } : undefined,
    };
  }
  const find = (orders: NewOrder[]) =>
    db.rows<{ id: string; lines: number; answer: string | null; job: boolean }>(written, [orders.map(({ id }) => id)]);

  it('writes each with its lines, its job and its answer to the letter', async () => {
    const orders = [newOrder(), newOrder('one'), newOrder('two'), newOrder()];
    expect(await Promise.all(orders.map((order) => placeOrder(db, order)))).toEqual([true, true, true, true]);
    const answerOf = ({ idempotency }: NewOrder) => (idempotency ? JSON.stringify(idempotency.body) : null);
    expect(await find(orders)).toEqual(
      orders.map((order) => ({ id: order.id, lines: 2, answer: answerOf(order), job: true })).sort(byId),
    );
  });

  it('writes one order for one key, whether its twin is in the same process or in another', async () => {
    const other = openDatabase({ url: database.url, applicationName: 'test-other' });
    const orders = Array.from({ length: 24 }, (_, n) => newOrder(`key-${n % 6}`));
    const placed = await Promise.all(orders.map((order, n) => placeOrder(n % 2 ? db : other, order)));
    expect(placed.filter(Boolean)).toHaveLength(6);
    expect(new Set(orders.filter((_, n) => placed[n]).map((order) => order.idempotency?.key)).size).toBe(6);
    expect((await find(orders)).map((row) => row.id)).toEqual(
      orders
        .filter((_, n) => placed[n])
        .map((o) => o.id)
        .sort(),
    );
    await other.close();
  });

  it('refuses one that cannot be written, all of it, and no other', async () => {
    const orders = [newOrder('good'), newOrder('bad', uuidv7()), newOrder()];
    const settled = await Promise.allSettled(orders.map((order) => placeOrder(db, order)));
    expect(settled.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await find(orders)).map((row) => row.id)).toEqual([orders[0]!.id, orders[2]!.id].sort());
    expect(await placeOrder(db, newOrder('bad'))).toBe(true);
  });

  it('prices each by its own question, under a number of its own', async () => {
    const [one, none, both] = await Promise.all([
      startOrder(db, { skus: ['A'], currency: 'jpy' }),
      startOrder(db, { skus: ['UNKNOWN'], currency: 'usd' }),
      startOrder(db, { skus: ['B', 'A'], currency: 'gbp' }),
    ]);
    expect(one.variants).toEqual([{ id: variantId, sku: 'A', name: 'Product A', weight_grams: 250, amount: 2_000 }]);
    expect(none.variants).toEqual([]);
    expect(both.variants.map(({ sku, amount }) => [sku, amount]).sort()).toEqual([
      ['A', null],
      ['B', null],
    ]);
    expect(new Set([one.number, none.number, both.number]).size).toBe(3);
    expect(one.now).toBeInstanceOf(Date);
  });
});

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
