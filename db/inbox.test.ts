import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applyStripeEvent } from '../queues/apply-stripe-event.ts';
import { makeJob } from '../queues/define-queue.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertTestOrder } from '../test/support/orders.ts';
import { type Database, openDatabase, statement } from './database.ts';
import { closeStripeEvent, receiveStripeEvent, takeStripeEvent } from './inbox.ts';
import { findPayment } from './payments.ts';

const setPayment = statement(
  'test_set_payment',
  'update payments set provider_id = $2, status = $3, fee_amount = $4 where order_id = $1',
);
const feeOf = statement('test_fee', 'select fee_amount, fee_currency from payments where order_id = $1');
const kept = statement(
  'test_kept',
  `select i.status, i.outcome, i.applied_at is not null as applied, exists (select from outbox j where j.job_id = 'event-' || i.event_id) as job
   from inbox_events i where i.event_id = $1`,
);

describe('an event of Stripe’s', () => {
  let database: TestDatabase;
  let db: Database;
  let orderId: string;
  let events = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    const variants = await seedVariants(db, [{ sku: 'A', units: 10 }]);
    orderId = await insertTestOrder(db, { variants });
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  async function receive(type: string, times = 1) {
    const id = `evt_${++events}`;
    const job = makeJob(applyStripeEvent, { event_id: id, order_id: orderId });
    for (let i = 0; i < times; i++) await receiveStripeEvent(db, { id, type, objectId: 'pi_1', job });
    const [row] = await db.rows<{ status: string; outcome: string | null; applied: boolean; job: boolean }>(kept, [id]);
    return row;
  }
  const paymentStands = (status: string, fee: number | null) => db.rows(setPayment, [orderId, 'pi_1', status, fee]);

  it('waits with a job while its payment is open, once however often it comes', async () => {
    await paymentStands('requires_payment_method', null);
    expect(await receive('payment_intent.succeeded', 2)).toEqual({
      status: 'received',
      outcome: null,
      applied: false,
      job: true,
    });
  });

  it('is closed as it comes, without a job, when its payment is settled', async () => {
    for (const [status, fee] of [
      ['succeeded', 30],
      ['succeeded', null],
      ['canceled', null],
    ] as const) {
      await paymentStands(status, fee);
      expect(await receive('payment_intent.succeeded')).toEqual({
        status: 'applied',
        outcome: `known: the payment is ${status}`,
        applied: true,
        job: false,
      });
    }
  });

  it('still brings the fee of a settled payment, and news of a refund', async () => {
    await paymentStands('succeeded', null);
    expect(await receive('charge.updated')).toMatchObject({ status: 'received', job: true });
    await paymentStands('succeeded', 30);
    expect(await receive('charge.updated')).toMatchObject({ status: 'applied', job: false });
    expect(await receive('charge.refunded')).toMatchObject({ status: 'received', job: true });
  });

  it('is read with the payment of its intent, and closed on the way when that has nothing to learn', async () => {
    await paymentStands('requires_payment_method', null);
    await receive('payment_intent.succeeded');
    const id = `evt_${events}`;
    expect(await takeStripeEvent(db, id)).toMatchObject({
      status: 'received',
      closed: null,
      payment: await findPayment(db, orderId),
    });
    await paymentStands('succeeded', null);
    expect(await takeStripeEvent(db, id)).toMatchObject({ closed: 'known: the payment is succeeded' });
    expect(await takeStripeEvent(db, id)).toMatchObject({ status: 'applied', closed: null });
    expect(await takeStripeEvent(db, 'evt_unknown')).toBeUndefined();
  });

  it('is closed once, with the fee that it brought, which nothing overwrites', async () => {
    await paymentStands('succeeded', null);
    const bringFee = async (feeAmount: number) => {
      await receive('charge.updated');
      const id = `evt_${events}`;
      const fee = { id: 'pi_1', feeAmount, feeCurrency: 'eur', chargeId: 'ch_1' };
      await closeStripeEvent(db, id, { status: 'applied', outcome: 'the fee' }, fee);
      await closeStripeEvent(db, id, { status: 'ignored', outcome: 'late' });
      return (await db.rows<{ status: string; outcome: string }>(kept, [id]))[0];
    };
    expect(await bringFee(30)).toMatchObject({ status: 'applied', outcome: 'the fee' });
    expect(await db.rows(feeOf, [orderId])).toEqual([{ fee_amount: 30, fee_currency: 'eur' }]);
    await paymentStands('succeeded', 30);
    await closeStripeEvent(
      db,
      'evt_none',
      { status: 'applied', outcome: 'x' },
      { id: 'pi_1', feeAmount: 99, chargeId: null },
    );
    expect(await findPayment(db, orderId)).toMatchObject({ fee_amount: 30 });
  });

  it('shares a statement with others, each answered and kept for itself', async () => {
    await paymentStands('requires_payment_method', null);
    const ids = Array.from({ length: 20 }, (_, n) => `evt_set_${n}`);
    const twice = [...ids, ...ids];
    await Promise.all(
      twice.map((id, n) => {
        const job = n % 2 ? makeJob(applyStripeEvent, { event_id: id, order_id: orderId }) : undefined;
        return receiveStripeEvent(db, { id, type: 'payment_intent.processing', objectId: n % 3 ? 'pi_1' : null, job });
      }),
    );
    const rows = await Promise.all(
      ids.map(async (id) => (await db.rows<{ status: string; job: boolean }>(kept, [id]))[0]!),
    );
    expect(rows.map((row) => [row.status, row.job])).toEqual(
      ids.map((_, n) => (n % 2 ? ['received', true] : ['ignored', false])),
    );
  });
});
