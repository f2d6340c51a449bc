/** A shop of one article with Stripe in memory, for tests of money: orders are placed and checked out, and news are delivered. */
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase } from '../../db/database.ts';
import { receiveStripeEvent } from '../../db/inbox.ts';
import type { Intent } from '../../domain/judge-intent.ts';
import { applyStripeEvent } from '../../queues/apply-stripe-event.ts';
import { makeJob } from '../../queues/define-queue.ts';
import { createApplyStripeEvent } from '../../workers/apply-stripe-event.ts';
import { createCheckOutOrder } from '../../workers/check-out-order.ts';
import { seedVariants } from './catalogue.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { createFakePayments, type FakePayments } from './fake-payments.ts';
import { insertTestOrder, type TestOrder } from './orders.ts';

/** What a processor is run with beside its payload. */
export const run = { log: pino({ level: 'silent' }) };

type OrderWish = Omit<Partial<TestOrder>, 'variants' | 'paymentMethod'> & { paymentMethod?: string | null };

export interface MoneyShop {
  /** There inside tests and hooks, as are the others. */
  readonly db: Database;
  readonly variants: Map<string, string>;
  /** New with every test, unless a test takes others. */
  payments: FakePayments;
  /** An order that was checked out and paid; `paymentMethod: null` leaves it to be paid. */
  order(wish?: OrderWish): Promise<string>;
  /** The latest intent. */
  intent(): Intent;
  /** Delivers an event that names an object, and applies it: what came of it. */
  deliver(
    type: string,
    objectId: string,
    options?: { operationsEmail?: string; refundEarlyFraud?: boolean },
  ): Promise<string | undefined>;
}

/** Declares the hooks that open and close it; to be called in a describe block. */
export function useMoneyShop(): MoneyShop {
  let database: TestDatabase;
  let db: Database;
  let variants: Map<string, string>;
  let events = 0;
  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    variants = await seedVariants(db, [{ sku: 'PLENTY', units: 100_000 }]);
  });
  beforeEach(() => {
    shop.payments = createFakePayments();
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });
  const shop: MoneyShop = {
    get db() {
      return db;
    },
    get variants() {
      return variants;
    },
    payments: createFakePayments(),
    async order({ paymentMethod = 'pm_card_visa', ...wish } = {}) {
      const card = paymentMethod === null ? {} : { paymentMethod };
      const id = await insertTestOrder(db, { variants, ...card, ...wish });
      const { payments } = shop;
      await createCheckOutOrder({ db, payments, returnUrl: () => 'https://shop.example' })({ order_id: id }, run);
      return id;
    },
    intent: () => [...shop.payments.intents.values()].at(-1)!,
    async deliver(type, objectId, options = {}) {
      const id = `evt_${++events}`;
      await receiveStripeEvent(db, { id, type, objectId, job: makeJob(applyStripeEvent, { event_id: id }) });
      const outcome = await createApplyStripeEvent({ db, payments: shop.payments, ...options })({ event_id: id }, run);
      return outcome.kind === 'done' ? outcome.note : outcome.kind;
    },
  };
  return shop;
}
