/** What the sweeper asks for, because it may never be told: lost events, jobs that gave up, intents that stayed open. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { endOrder } from '../db/cancel-order.ts';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { receiveStripeEvent } from '../db/inbox.ts';
import { insertFullRefund } from '../db/refunds.ts';
import { applyStripeEvent } from '../queues/apply-stripe-event.ts';
import { makeJob } from '../queues/define-queue.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakePayments, type FakePayments } from '../test/support/fake-payments.ts';
import { insertTestOrder, readOrder } from '../test/support/orders.ts';
import { createApplyStripeEvent } from './apply-stripe-event.ts';
import { createCancelPayment } from './cancel-payment.ts';
import { createCheckOutOrder } from './check-out-order.ts';
import { createExpireOrder } from './expire-order.ts';
import { createIssueRefund } from './issue-refund.ts';
import { createReadPayment } from './read-payment.ts';
import { reopenWaiting } from './sweep.ts';

const log = pino({ level: 'silent' });
const run = { log };
const age = statement(
  'test_age',
  `with p as (update payments set updated_at = now() - interval '1 minute', created_at = now() - interval '1 minute'),
     r as (update refunds set updated_at = now() - interval '1 minute', created_at = now() - interval '1 minute')
   update inbox_events set received_at = now() - interval '1 minute'`,
);
const failJobs = statement(
  'test_end_jobs',
  `update outbox set status = 'failed', finished_at = now() - make_interval(secs => $1)`,
);
const dropJobs = statement('test_drop_jobs', 'delete from outbox');
const openJobs = statement('test_open_jobs', `select queue from outbox where status = 'pending' and order_id = $1`);
const refundOf = statement('test_refund', 'select id, status, provider_id from refunds where order_id = $1');
const makeDue = statement('test_due', `update orders set expires_at = now() - interval '1 second' where id = $1`);

describe('what was never told', () => {
  let database: TestDatabase;
  let db: Database;
  let variants: Map<string, string>;
  let payments: FakePayments;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    variants = await seedVariants(db, [{ sku: 'PLENTY', units: 1_000 }]);
  });
  beforeEach(() => {
    payments = createFakePayments();
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  const sweep = () => reopenWaiting({ db, log, staleSeconds: 5, actionGraceSeconds: 3_600, stockWaitSeconds: 3_600 });
  const jobsOf = async (orderId: string) =>
    (await db.rows<{ queue: string }>(openJobs, [orderId])).map(({ queue }) => queue);
  const checkOut = (id: string) =>
    createCheckOutOrder({ db, payments, returnUrl: () => 'https://shop.example' })({ order_id: id }, run);
  const onlyIntent = () => [...payments.intents.values()][0]!;
  const refund = async (id: string) =>
    (await db.rows<{ id: string; status: string; provider_id: string | null }>(refundOf, [id]))[0]!;

  /** An order whose 3-D Secure is under way; all of its jobs are done. */
  async function orderInAction(): Promise<string> {
    const id = await insertTestOrder(db, { variants, paymentMethod: 'pm_3ds' });
    await checkOut(id);
    await db.rows(dropJobs);
    await db.rows(age);
    return id;
  }

  it('finds 3-D Secure that was passed although its events were lost', async () => {
    const id = await orderInAction();
    const { amount } = onlyIntent();
    Object.assign(onlyIntent(), { status: 'succeeded', amountReceived: amount, chargeId: 'ch_passed' });
    await sweep();
    expect(await jobsOf(id)).toContain('read-payment');
    await createReadPayment({ db, payments })({ order_id: id }, run);
    expect(await readOrder(db, id)).toMatchObject({ status: 'paid', payment_status: 'paid' });
  });

  it('asks less often for what does not change', async () => {
    const id = await orderInAction();
    await createReadPayment({ db, payments })({ order_id: id }, run);
    await db.rows(dropJobs);
    await sweep();
    expect(await jobsOf(id)).toEqual([]);
  });

  it('closes the intent of an order that ended while its closing was lost', async () => {
    const id = await orderInAction();
    await db.transaction((tx) => endOrder(tx, id, 'canceled', 'test'));
    await sweep();
    expect(await jobsOf(id)).toContain('cancel-payment');
    await createCancelPayment({ db, payments })({ order_id: id }, run);
    expect(onlyIntent().status).toBe('canceled');
    expect(await readOrder(db, id)).toMatchObject({ status: 'canceled', payment_status: 'canceled' });
  });

  it('takes another key when Stripe has stored a failure of its own under the one for closing', async () => {
    const id = await orderInAction();
    await db.rows(makeDue, [id]);
    payments.failNext('cancelIntent', 'stuck_before');
    const expire = createExpireOrder({ db, payments });
    await expect(expire({ order_id: id }, run)).rejects.toThrow('stored 500');
    await expire({ order_id: id }, run);
    expect(await readOrder(db, id)).toMatchObject({ status: 'expired', payment_status: 'canceled' });
  });

  it('never confirms the card of an order that was canceled while its intent was made', async () => {
    const id = await insertTestOrder(db, { variants, paymentMethod: 'pm_card_visa' });
    const create = payments.createIntent;
    payments.createIntent = async (wanted, key) => {
      const intent = await create(wanted, key);
      await db.transaction((tx) => endOrder(tx, id, 'canceled', 'changed my mind'));
      return intent;
    };
    await checkOut(id);
    expect(payments.charged).toEqual([]);
    expect(await jobsOf(id)).toContain('cancel-payment');
  });

  /** A paid order that was canceled, with its refund on its way to the bank. */
  async function orderWithSlowRefund(): Promise<string> {
    const id = await insertTestOrder(db, { variants, paymentMethod: 'pm_card_visa' });
    await checkOut(id);
    await db.transaction((tx) => insertFullRefund(tx, id, 'order_canceled'));
    const create = payments.createRefund;
    payments.createRefund = async (wanted, key) => {
      const made = await create(wanted, key);
      payments.refunds.get(made.id)!.status = 'pending';
      return { ...made, status: 'pending' };
    };
    return id;
  }

  it('asks for a refund of which nothing was heard', async () => {
    const id = await orderWithSlowRefund();
    const issue = createIssueRefund({ db, payments });
    const payload = { order_id: id, refund_id: (await refund(id)).id };
    await issue(payload, run);
    expect(await refund(id)).toMatchObject({ status: 'requested' });
    await db.rows(dropJobs);
    await db.rows(age);
    await sweep();
    expect(await jobsOf(id)).toContain('issue-refund');
    payments.refunds.get((await refund(id)).provider_id!)!.status = 'succeeded';
    await issue(payload, run);
    expect(await refund(id)).toMatchObject({ status: 'succeeded' });
  });

  it('applies a refund event that is faster than our own record of the refund', async () => {
    const id = await orderWithSlowRefund();
    const { id: refundId } = await refund(id);
    const made = await payments.createRefund(
      {
        id: refundId,
        orderId: id,
        intentId: onlyIntent().id,
        amount: onlyIntent().amount,
        cause: 'order_canceled',
        reason: null,
      },
      'the answer to this was lost',
    );
    payments.refunds.get(made.id)!.status = 'succeeded';
    await receiveStripeEvent(db, {
      id: 'evt_faster',
      type: 'refund.updated',
      objectId: made.id,
      job: makeJob(applyStripeEvent, { event_id: 'evt_faster' }),
    });
    await createApplyStripeEvent({ db, payments })({ event_id: 'evt_faster' }, run);
    expect(await refund(id)).toMatchObject({ status: 'succeeded', provider_id: made.id });
  });

  it('lets a job that gave up rest before it tries again', async () => {
    const id = await orderWithSlowRefund();
    await sweep();
    await db.rows(age);
    await sweep();
    expect(await jobsOf(id)).toContain('issue-refund');
    await db.rows(failJobs, [20]);
    await sweep();
    expect(await jobsOf(id)).toEqual([]);
    await db.rows(failJobs, [200]);
    await sweep();
    expect(await jobsOf(id)).toContain('issue-refund');
  });
});
