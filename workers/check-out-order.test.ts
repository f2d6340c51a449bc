import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakePayments, type FakePayments } from '../test/support/fake-payments.ts';
import { insertTestOrder, readOrder } from '../test/support/orders.ts';
import { createCheckOutOrder } from './check-out-order.ts';

const log = pino({ level: 'silent' });
const jobsOf = statement('test_jobs', 'select queue from outbox where order_id = $1 order by queue');
const levelOf = statement('test_level', 'select on_hand, reserved from stock_levels where variant_id = $1');

describe('checking out an order', () => {
  let database: TestDatabase;
  let db: Database;
  let variants: Map<string, string>;
  let payments: FakePayments;
  let run: (orderId: string) => Promise<unknown>;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    variants = await seedVariants(db, [
      { sku: 'PLENTY', units: 1_000 },
      { sku: 'NONE', units: 0 },
    ]);
  });
  beforeEach(() => {
    payments = createFakePayments();
    const process = createCheckOutOrder({ db, payments, returnUrl: (id) => `https://shop.example/${id}` });
    run = (orderId) => process({ order_id: orderId }, { log });
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  const queues = async (orderId: string) =>
    (await db.rows<{ queue: string }>(jobsOf, [orderId])).map((row) => row.queue);

  it('reserves the stock and opens an intent that waits for its payment', async () => {
    const id = await insertTestOrder(db, { variants, quantity: 3 });
    await run(id);
    expect(await readOrder(db, id)).toMatchObject({
      status: 'awaiting_payment',
      payment_status: 'requires_payment_method',
    });
    expect([...payments.intents.values()]).toMatchObject([{ amount: 6_000, currency: 'usd', orderId: id }]);
    expect(payments.charged).toEqual([]);
  });

  it('takes the money at once when asked to, and leaves the jobs that follow', async () => {
    const id = await insertTestOrder(db, { variants, paymentMethod: 'pm_ok' });
    await run(id);
    expect(await readOrder(db, id)).toMatchObject({
      status: 'paid',
      payment_status: 'paid',
      payment: { captured_amount: 2_000 },
    });
    expect(await queues(id)).toEqual(['check-out-order', 'fulfill-order', 'send-notification']);
  });

  it('does the same once when it runs twice, even at the same time', async () => {
    const id = await insertTestOrder(db, { variants, paymentMethod: 'pm_ok' });
    const before = (await db.rows<{ reserved: number }>(levelOf, [variants.get('PLENTY')]))[0]!.reserved;
    await Promise.allSettled([run(id), run(id), run(id)]);
    await run(id);
    const after = (await db.rows<{ reserved: number }>(levelOf, [variants.get('PLENTY')]))[0]!.reserved;
    expect(after - before).toBe(1);
    expect(payments.charged).toHaveLength(1);
    expect(await readOrder(db, id)).toMatchObject({ status: 'paid' });
    expect(await queues(id)).toEqual(['check-out-order', 'fulfill-order', 'send-notification']);
  });

  it.each(['createIntent', 'confirmIntent'] as const)(
    'goes on under the same key after %s had its effect and the answer was lost',
    async (method) => {
      const id = await insertTestOrder(db, { variants, paymentMethod: 'pm_ok' });
      payments.failNext(method, 'unknown_after');
      await expect(run(id)).rejects.toThrow('socket hang up');
      await run(id);
      expect(payments.charged).toHaveLength(1);
      expect(payments.intents.size).toBe(1);
      expect(await readOrder(db, id)).toMatchObject({ status: 'paid' });
    },
  );

  it.each([
    ['createIntent', 'stuck_before'],
    ['createIntent', 'stuck_after'],
    ['confirmIntent', 'stuck_before'],
    ['confirmIntent', 'stuck_after'],
  ] as const)('takes the money once when Stripe stores a 500 for %s (%s)', async (method, failure) => {
    const id = await insertTestOrder(db, { variants, paymentMethod: 'pm_ok' });
    payments.failNext(method, failure);
    for (let tries = 0; tries < 3; tries++) await run(id).catch(() => {});
    expect(payments.charged).toHaveLength(1);
    expect(await readOrder(db, id)).toMatchObject({ status: 'paid' });
  });

  it('keeps an order open after a decline and tells the customer once', async () => {
    const id = await insertTestOrder(db, { variants, paymentMethod: 'pm_declined' });
    await run(id);
    await run(id);
    expect(await readOrder(db, id)).toMatchObject({
      status: 'awaiting_payment',
      payment: { last_error: { code: 'card_declined' } },
    });
    expect((await queues(id)).filter((queue) => queue === 'send-notification')).toHaveLength(1);
  });

  it('rejects an order that cannot be filled, with the numbers, before any money is asked for', async () => {
    const id = await insertTestOrder(db, { variants, sku: 'NONE', quantity: 2, paymentMethod: 'pm_ok' });
    await run(id);
    expect(await readOrder(db, id)).toMatchObject({
      status: 'rejected',
      shortages: [{ sku: 'NONE', requested: 2, available: 0 }],
    });
    expect(payments.intents.size).toBe(0);
  });

  it('rejects an order whose intent Stripe refuses, frees its stock and lists it', async () => {
    const id = await insertTestOrder(db, { variants, quantity: 5, paymentMethod: 'pm_ok' });
    const before = (await db.rows<{ reserved: number }>(levelOf, [variants.get('PLENTY')]))[0]!.reserved;
    payments.failNext('createIntent', new PaymentRefusedError('amount_too_small', 'Amount must be at least 50 cents'));
    await run(id);
    expect(await readOrder(db, id)).toMatchObject({
      status: 'rejected',
      status_reason: 'payment_refused: amount_too_small',
    });
    const after = (await db.rows<{ reserved: number }>(levelOf, [variants.get('PLENTY')]))[0]!.reserved;
    expect(after).toBe(before);
  });

  it('tells what Stripe says of a payment method that it refuses, and keeps the order open', async () => {
    const id = await insertTestOrder(db, { variants, paymentMethod: 'pm_ok' });
    payments.failNext(
      'confirmIntent',
      new PaymentRefusedError('resource_missing', 'No such PaymentMethod', 'payment_method'),
    );
    await run(id);
    expect(await readOrder(db, id)).toMatchObject({
      status: 'awaiting_payment',
      payment: { last_error: { code: 'resource_missing', message: 'No such PaymentMethod' } },
    });
  });

  it('does nothing for an order that has ended in the meantime', async () => {
    const id = await insertTestOrder(db, { variants, paymentMethod: 'pm_ok' });
    await db.rows(
      statement('test_end', `update orders set status = 'canceled', fulfillment_status = 'canceled' where id = $1`),
      [id],
    );
    await run(id);
    expect(payments.intents.size).toBe(0);
  });
});
