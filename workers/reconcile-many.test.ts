/** More of one trouble than fits a page of any statement: a run goes on until it has seen all of it. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { countFindingsOfRun } from '../db/finding-list.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertPaidOrders, makePaidOrders } from '../test/support/paid-orders.ts';
import { createTestReconciler } from '../test/support/reconcile.ts';
import { type StripeBooks, startStripeBooks } from '../test/support/stripe-books.ts';
import { addCharge, addMovement } from '../test/support/stripe-records.ts';
import { aside } from '../test/support/trouble-books.ts';

const MANY = 1_100;
const created = Math.floor(Date.now() / 1_000) - 3 * 86_400;

let database: TestDatabase;
let db: Database;
let stripe: StripeBooks;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
  stripe = await startStripeBooks();
});
afterAll(async () => {
  await stripe.close();
  await db.close();
  await database.drop();
});

it('names every intent, charge and second intent, however many there are', async () => {
  const at = new Date(created * 1_000);
  const [known, gone] = [makePaidOrders(MANY), makePaidOrders(MANY, MANY)];
  await insertPaidOrders(db, [...known, ...gone], at);
  const nothing = aside({ db, stripe, at, created, expected: [], lines: [] }).stripe;
  for (const { name, amount, currency, fee, id: orderId } of known) {
    const { intent } = addCharge(nothing, { name, amount, currency, fee, created, orderId });
    stripe.add(intent);
    const second = {
      id: `pi_${name}_open`,
      status: 'requires_payment_method',
      amount_received: 0,
      latest_charge: null,
    };
    stripe.add({ ...intent, ...second });
  }
  // Older than all of them, so that the balance is known to reach back so far.
  addMovement(stripe, {
    id: 'txn_first',
    type: 'stripe_fee',
    amount: -1,
    currency: 'usd',
    source: null,
    created: created - 60,
  });
  const reconciler = createTestReconciler(db, stripe.url);
  const found = async (kind: 'objects' | 'balance') => {
    const run = await reconciler.run(kind);
    expect(run).toMatchObject({ status: 'done', error: null });
    return (await countFindingsOfRun(db, run.id)).map(({ code, findings }) => `${code} ${findings}`);
  };
  expect(await found('objects')).toEqual([`intent_doubled ${MANY}`, `intent_missing ${MANY}`]);
  expect(await found('balance')).toEqual([`charge_missing ${MANY}`]);
  expect(await found('objects')).toEqual([`intent_doubled ${MANY}`, `intent_missing ${MANY}`]);
}, 120_000);
