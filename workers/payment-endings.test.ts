import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { payAgain } from '../api/change-order.ts';
import { endOrder } from '../db/cancel-order.ts';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { receiveStripeEvent } from '../db/inbox.ts';
import { lockOrder } from '../db/orders.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
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

const run = { log: pino({ level: 'silent' }) };
const reservedOf = statement('test_reserved', 'select coalesce(sum(reserved), 0)::integer as units from stock_levels');
const refundsOf = statement('test_refunds', 'select id, cause, status from refunds where order_id = $1');
const makeDue = statement('test_due', `update orders set expires_at = now() - interval '1 second' where id = $1`);

describe('the ends of a payment', () => {
  let database: TestDatabase;
  let db: Database;
  let variants: Map<string, string>;
  let payments: FakePayments;
  let checkOut: ReturnType<typeof createCheckOutOrder>;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    variants = await seedVariants(db, [{ sku: 'PLENTY', units: 1_000 }]);
  });
  beforeEach(() => {
    payments = createFakePayments();
    checkOut = createCheckOutOrder({ db, payments, returnUrl: () => 'https://shop.example' });
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  const reserved = async () => (await db.rows<{ units: number }>(reservedOf))[0]!.units;
  const refunds = (id: string) => db.rows<{ id: string; cause: string; status: string }>(refundsOf, [id]);
  const cancelRow = (id: string) => db.transaction((tx) => endOrder(tx, id, 'canceled', 'test'));
  const onlyIntent = () => [...payments.intents.values()][0]!;

  function fromDashboard(amount: number): string {
    const id = `re_dashboard_${amount}`;
    payments.refunds.set(id, {
      id,
      status: 'succeeded',
      amount,
      currency: 'usd',
      reason: null,
      failureReason: null,
      paymentIntent: onlyIntent().id,
      refundId: null,
      isRelease: false,
    });
    return id;
  }

  async function openOrder(): Promise<string> {
    const id = await insertTestOrder(db, { variants });
    await checkOut({ order_id: id }, run);
    return id;
  }

  async function deliverEvent(
    type: string,
    objectId: string,
    eventId = `evt_${Math.random().toString(36).slice(2)}`,
  ): Promise<void> {
    await receiveStripeEvent(db, {
      id: eventId,
      type,
      objectId,
      job: makeJob(applyStripeEvent, { event_id: eventId }),
    });
    await createApplyStripeEvent({ db, payments })({ event_id: eventId }, run);
  }

  describe('applying an event', () => {
    it('pays the order by the intent’s own state, once for events that come twice and in any order', async () => {
      const id = await openOrder();
      Object.assign(onlyIntent(), { status: 'succeeded', amountReceived: 2_000, chargeId: 'ch_1' });
      for (const type of [
        'charge.updated',
        'payment_intent.payment_failed',
        'payment_intent.succeeded',
        'payment_intent.requires_action',
      ]) {
        await deliverEvent(type, onlyIntent().id);
        await deliverEvent(type, onlyIntent().id);
      }
      expect(await readOrder(db, id)).toMatchObject({ status: 'paid', payment: { captured_amount: 2_000 } });
    });

    it('finds the order by metadata when it comes before our own commit', async () => {
      const id = await insertTestOrder(db, { variants });
      const intent = await payments.createIntent(
        { orderId: id, orderNumber: 'x', amount: 2_000, currency: 'usd', captureMethod: 'automatic' },
        'k',
      );
      await deliverEvent('payment_intent.processing', intent.id);
      expect(await readOrder(db, id)).toMatchObject({ payment: { provider_id: intent.id } });
    });

    it('ignores objects of others', async () => {
      const foreign = await payments.createIntent(
        { orderId: 'not-ours', orderNumber: 'x', amount: 1, currency: 'usd', captureMethod: 'automatic' },
        'k',
      );
      await deliverEvent('payment_intent.succeeded', foreign.id, 'evt_foreign');
      await deliverEvent('payment_intent.succeeded', 'pi_unknown', 'evt_unknown');
      const rows = await db.rows<{ status: string }>(
        statement('test_inbox', `select status from inbox_events where event_id in ('evt_foreign', 'evt_unknown')`),
      );
      expect(rows.map((row) => row.status)).toEqual(['ignored', 'ignored']);
    });

    it('lists money on a second intent that names the order, and leaves the order alone', async () => {
      const id = await openOrder();
      const stranger = await payments.createIntent(
        { orderId: id, orderNumber: 'x', amount: 2_000, currency: 'usd', captureMethod: 'automatic' },
        'stranger',
      );
      Object.assign(payments.intents.get(stranger.id)!, { status: 'succeeded', amountReceived: 2_000 });
      await deliverEvent('payment_intent.succeeded', stranger.id);
      expect(await readOrder(db, id)).toMatchObject({ status: 'awaiting_payment' });
      const listed = await db.rows(
        statement('test_orphan', `select 1 from exceptions where code = 'payment_orphan' and subject = $1`),
        [stranger.id],
      );
      expect(listed).toHaveLength(1);
    });

    it('holds money of another amount and lists it', async () => {
      const id = await openOrder();
      Object.assign(onlyIntent(), { status: 'succeeded', amount: 1, amountReceived: 1 });
      await deliverEvent('payment_intent.succeeded', onlyIntent().id);
      expect(await readOrder(db, id)).toMatchObject({ status: 'awaiting_payment' });
      const listed = await db.rows(
        statement('test_mismatch', `select 1 from exceptions where code = 'payment_mismatch' and order_id = $1`),
        [id],
      );
      expect(listed).toHaveLength(1);
    });

    it('settles money of another amount by itself once all of it is back, and takes no other payment', async () => {
      const id = await openOrder();
      const open = statement(
        'test_open_mismatch',
        `select code from exceptions where order_id = $1 and resolved_at is null and code in ('payment_mismatch', 'refund_unplaced')`,
      );
      Object.assign(onlyIntent(), { status: 'succeeded', amount: 500, amountReceived: 500, chargeId: 'ch_odd' });
      await deliverEvent('payment_intent.succeeded', onlyIntent().id);
      await expect(
        db.transaction(async (tx) => payAgain(tx, (await lockOrder(tx, id))!, 'pm_card_visa')),
      ).rejects.toMatchObject({ details: { status: 409, code: 'payment_held' } });
      for (const [part, left] of [
        [200, 2],
        [300, 0],
      ] as const) {
        const refund = fromDashboard(part);
        await deliverEvent('refund.updated', refund);
        expect(await db.rows(open, [id])).toHaveLength(left);
      }
      await deliverEvent('payment_intent.succeeded', onlyIntent().id);
      expect(await db.rows(open, [id])).toEqual([]);
    });
  });

  describe('expiring an order', () => {
    const expire = (id: string) => createExpireOrder({ db, payments })({ order_id: id }, run);

    it('closes the intent and frees the stock, once', async () => {
      const before = await reserved();
      const id = await openOrder();
      await db.rows(makeDue, [id]);
      await expire(id);
      await expire(id);
      expect(await readOrder(db, id)).toMatchObject({ status: 'expired', payment_status: 'canceled' });
      expect(onlyIntent().status).toBe('canceled');
      expect(await reserved()).toBe(before);
    });

    it('lets money that came first win', async () => {
      const id = await openOrder();
      await db.rows(makeDue, [id]);
      Object.assign(onlyIntent(), { status: 'succeeded', amountReceived: 2_000 });
      await expire(id);
      expect(await readOrder(db, id)).toMatchObject({ status: 'paid' });
    });

    it('does nothing for an order that is not due, or whose payment is in processing', async () => {
      const id = await openOrder();
      await expire(id);
      expect((await readOrder(db, id)).status).toBe('awaiting_payment');
      Object.assign(onlyIntent(), { status: 'processing' });
      await deliverEvent('payment_intent.processing', onlyIntent().id);
      await db.rows(makeDue, [id]);
      await expire(id);
      expect((await readOrder(db, id)).status).toBe('awaiting_payment');
    });

    it('ends as expired when the webhook of our own cancel comes before our record', async () => {
      const id = await openOrder();
      await db.rows(makeDue, [id]);
      await payments.cancelIntent(onlyIntent().id, 'abandoned', 'elsewhere');
      await deliverEvent('payment_intent.canceled', onlyIntent().id);
      await expire(id);
      expect((await readOrder(db, id)).status).toBe('expired');
    });
  });

  describe('money that arrives after the end', () => {
    it('is sent back once, however often it is reported', async () => {
      const id = await openOrder();
      await cancelRow(id);
      Object.assign(onlyIntent(), { status: 'succeeded', amountReceived: 2_000 });
      await deliverEvent('payment_intent.succeeded', onlyIntent().id);
      await createCancelPayment({ db, payments })({ order_id: id }, run);
      await deliverEvent('charge.succeeded', onlyIntent().id);
      const [refund, ...more] = await refunds(id);
      expect(more).toEqual([]);
      const issue = createIssueRefund({ db, payments });
      await Promise.allSettled([1, 2, 3].map(() => issue({ order_id: id, refund_id: refund!.id }, run)));
      await issue({ order_id: id, refund_id: refund!.id }, run);
      expect(payments.refunds.size).toBe(1);
      expect(await readOrder(db, id)).toMatchObject({
        status: 'canceled',
        payment_status: 'refunded',
        payment: { refunded_amount: 2_000 },
      });
    });

    it('cannot arrive any more once the intent of a canceled order is closed', async () => {
      const id = await openOrder();
      await cancelRow(id);
      const cancel = createCancelPayment({ db, payments });
      await cancel({ order_id: id }, run);
      await cancel({ order_id: id }, run);
      expect(onlyIntent().status).toBe('canceled');
      expect((await readOrder(db, id)).payment_status).toBe('canceled');
    });
  });

  describe('issuing a refund', () => {
    async function refundable(): Promise<{ id: string; refundId: string }> {
      const id = await openOrder();
      await cancelRow(id);
      Object.assign(onlyIntent(), { status: 'succeeded', amountReceived: 2_000 });
      await deliverEvent('payment_intent.succeeded', onlyIntent().id);
      return { id, refundId: (await refunds(id))[0]!.id };
    }

    it.each(['unknown_after', 'stuck_after', 'stuck_before', 'unknown_before'] as const)(
      'sends the money back once after a failure (%s)',
      async (failure) => {
        const { id, refundId } = await refundable();
        payments.failNext('createRefund', failure);
        const issue = createIssueRefund({ db, payments });
        for (let tries = 0; tries < 3; tries++) await issue({ order_id: id, refund_id: refundId }, run).catch(() => {});
        expect(payments.refunds.size).toBe(1);
        expect(await refunds(id)).toMatchObject([{ status: 'succeeded', cause: 'late_payment' }]);
      },
    );

    it('has failed when Stripe refuses: the amount is refundable again, and a person is told', async () => {
      const { id, refundId } = await refundable();
      payments.failNext('createRefund', new PaymentRefusedError('charge_disputed', 'disputed'));
      const issue = createIssueRefund({ db, payments, operationsEmail: 'ops@shop.example' });
      await issue({ order_id: id, refund_id: refundId }, run);
      await issue({ order_id: id, refund_id: refundId }, run);
      expect(await refunds(id)).toMatchObject([{ status: 'failed' }]);
      const order = await readOrder(db, id);
      expect(order).toMatchObject({ payment_status: 'paid', payment: { refunding_amount: 0, refunded_amount: 0 } });
      const told = statement(
        'test_told_of_refund',
        `select x.code, n.template, n.recipient from exceptions x join notifications n on n.order_id = x.order_id
         where x.order_id = $1 and x.code = 'refund_failed' and n.cause = 'refund.failed/' || x.subject`,
      );
      expect(await db.rows(told, [id])).toEqual([
        { code: 'refund_failed', template: 'operations-notice', recipient: 'ops@shop.example' },
      ]);
    });
  });
});
