/** The payment's own row grants refunds: whoever asks, with the order's lock or without it. */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakePayments } from '../test/support/fake-payments.ts';
import { insertTestOrder } from '../test/support/orders.ts';
import { createCheckOutOrder } from '../workers/check-out-order.ts';
import { type Database, openDatabase, statement } from './database.ts';
import { insertFullRefund, insertRefund, settleRefund } from './refunds.ts';

const run = { log: pino({ level: 'silent' }) };
const paymentOf = statement(
  'test_payment',
  'select refunding_amount, refunded_amount from payments where order_id = $1',
);

let database: TestDatabase;
let db: Database;
let variants: Map<string, string>;
let orderId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test', max: 20 });
  variants = await seedVariants(db, [{ sku: 'TEE', units: 1_000 }]);
});
beforeEach(async () => {
  orderId = await insertTestOrder(db, { variants, quantity: 5, paymentMethod: 'pm_card_visa' });
  const payments = createFakePayments();
  await createCheckOutOrder({ db, payments, returnUrl: () => 'https://shop.example' })({ order_id: orderId }, run);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const ask = (amount: number, cause: string) => db.transaction((tx) => insertRefund(tx, { orderId, cause, amount }));
const payment = async () => (await db.rows<object>(paymentOf, [orderId]))[0];

it('grants 14 of 50 refunds of 7.00 at once out of 100.00, though nobody locks the order first', async () => {
  const ids = await Promise.all(Array.from({ length: 50 }, (_, index) => ask(700, `cause/${index}`)));
  expect(ids.filter(Boolean)).toHaveLength(14);
  expect(await payment()).toEqual({ refunding_amount: 9_800, refunded_amount: 0 });
});

it('grants one refund per cause, and nothing for an amount of nothing', async () => {
  expect(await ask(100, 'once')).toBeDefined();
  expect(await ask(100, 'once')).toBeUndefined();
  expect(await ask(0, 'nothing')).toBeUndefined();
  expect(await ask(-5, 'less')).toBeUndefined();
  expect(await payment()).toEqual({ refunding_amount: 100, refunded_amount: 0 });
});

it('grants all that is left, once', async () => {
  await ask(3_000, 'part');
  const all = () => db.transaction((tx) => insertFullRefund(tx, orderId, 'order_canceled'));
  expect([await all(), await all()]).toEqual([expect.any(String), undefined]);
  expect(await payment()).toEqual({ refunding_amount: 10_000, refunded_amount: 0 });
});

it('settles each refund forwards only, and never by news of another one', async () => {
  const id = (await ask(400, 'settled'))!;
  const settle = (status: Parameters<typeof settleRefund>[2]['status'], providerId = 're_1') =>
    db.transaction((tx) => settleRefund(tx, id, { providerId, status }));
  expect(await settle('requested')).toBe(true);
  expect(await settle('succeeded', 're_2')).toBe(false);
  expect(await settle('succeeded')).toBe(true);
  expect(await settle('requested')).toBe(false);
  expect(await payment()).toEqual({ refunding_amount: 0, refunded_amount: 400 });
  expect(await settle('failed')).toBe(true);
  expect(await settle('succeeded')).toBe(false);
  expect(await payment()).toEqual({ refunding_amount: 0, refunded_amount: 0 });
});
