import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { endOrder } from '../db/cancel-order.ts';
import { type CaptureRow, findCapture, insertCapture } from '../db/captures.ts';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { recordIntent } from '../db/record-intent.ts';
import { insertRefund } from '../db/refunds.ts';
import type { CarrierProvider } from '../providers/carrier.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakePayments, type FakePayments } from '../test/support/fake-payments.ts';
import { insertTestOrder, readOrder } from '../test/support/orders.ts';
import { createCancelPayment } from './cancel-payment.ts';
import { createCapturePayment } from './capture-payment.ts';
import { createCheckOutOrder } from './check-out-order.ts';
import { followUps } from './follow-ups.ts';
import { createFulfillOrder } from './fulfill-order.ts';
import { createIssueRefund } from './issue-refund.ts';
import { findMoneyJobs } from './sweep-money.ts';
import { watchAuthorizations } from './watch-authorizations.ts';

const run = { log: pino({ level: 'silent' }) };
const codesOf = statement(
  'test_codes',
  'select code from exceptions where order_id = $1 and resolved_at is null order by code',
);
const mailsOf = statement(
  'test_mails',
  `select template, recipient, data ->> 'kind' as kind from notifications where order_id = $1 order by id`,
);
const eventsOf = statement('test_events', 'select type from order_events where order_id = $1 order by sequence');
const booksOf = statement(
  'test_books',
  `select e.account, sum(e.amount)::bigint as amount from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
   where t.order_id = $1 group by e.account having sum(e.amount) <> 0`,
);
const heldUnits = statement(
  'test_held',
  `select coalesce(sum(quantity), 0)::integer as units from reservations where order_id = $1 and status = 'reserved'`,
);

describe('capturing an authorization', () => {
  let database: TestDatabase;
  let db: Database;
  let variants: Map<string, string>;
  let payments: FakePayments;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    variants = await seedVariants(db, [{ sku: 'A', units: 1_000 }]);
  });
  beforeEach(() => {
    payments = createFakePayments();
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  async function authorized(captureMethod: 'manual' | 'at_shipment' = 'manual'): Promise<string> {
    const id = await insertTestOrder(db, { variants, paymentMethod: 'pm_ok', captureMethod });
    await createCheckOutOrder({ db, payments, returnUrl: () => 'https://shop.example' })({ order_id: id }, run);
    return id;
  }
  const ask = async (id: string, amount = 2_000) => (await db.transaction((tx) => insertCapture(tx, id, amount)))!;
  const capture = (id: string, captureId: string) =>
    createCapturePayment({ db, payments })({ order_id: id, capture_id: captureId }, run);
  const row = async (captureId: string): Promise<CaptureRow> => (await findCapture(db, captureId))!;
  const intent = () => [...payments.intents.values()].at(-1)!;
  const report = (id: string) => recordIntent(db, id, structuredClone(intent()), followUps);
  const values = async (stmt: typeof codesOf, id: string, name: string) =>
    (await db.rows<Record<string, string>>(stmt, [id])).map((each) => each[name]);
  const codes = (id: string) => values(codesOf, id, 'code');
  const books = async (id: string) => {
    await bookDueFacts(db);
    const rows = await db.rows<{ account: string; amount: number }>(booksOf, [id]);
    return Object.fromEntries(rows.map(({ account, amount }) => [account, amount]));
  };

  it('takes all of it once, however often it runs, and leads on to fulfilment', async () => {
    const id = await authorized();
    expect(await readOrder(db, id)).toMatchObject({
      status: 'authorized',
      payment: { status: 'requires_capture', captured_amount: 0, capture_before: expect.any(String) },
    });
    const captureId = await ask(id);
    await Promise.all([1, 2, 3].map(() => capture(id, captureId)));
    await capture(id, captureId);
    expect(payments.captured).toEqual([{ intent: intent().id, amount: 2_000 }]);
    expect(await readOrder(db, id)).toMatchObject({
      status: 'paid',
      payment_status: 'paid',
      hold_reason: null,
      payment: { captured_amount: 2_000 },
    });
    expect(await row(captureId)).toMatchObject({ status: 'succeeded' });
    expect(await values(mailsOf, id, 'template')).toEqual(['order-confirmation']);
  });

  it('is granted once, for no more than is authorized, and for no order that is not authorized', async () => {
    const id = await authorized();
    const grant = (amount: number) => db.transaction((tx) => insertCapture(tx, id, amount));
    expect(await grant(2_001)).toBeUndefined();
    expect(await grant(0)).toBeUndefined();
    const granted = await Promise.all([1_000, 500, 2_000, 1].map(grant));
    expect(granted.filter((each) => each !== undefined)).toHaveLength(1);
    const paid = await insertTestOrder(db, { variants, paymentMethod: 'pm_ok' });
    expect(await db.transaction((tx) => insertCapture(tx, paid, 1))).toBeUndefined();
  });

  it.each(['unknown_before', 'unknown_after', 'stuck_before', 'stuck_after'] as const)(
    'takes it once after a failure (%s)',
    async (failure) => {
      const id = await authorized();
      const captureId = await ask(id);
      payments.failNext('captureIntent', failure);
      for (let tries = 0; tries < 3; tries++) await capture(id, captureId).catch(() => {});
      expect(payments.captured).toHaveLength(1);
      expect(await readOrder(db, id)).toMatchObject({ status: 'paid', payment: { captured_amount: 2_000 } });
      expect(await row(captureId)).toMatchObject({ status: 'succeeded', tries: failure === 'stuck_before' ? 2 : 1 });
    },
  );

  it('comes to the same end when the webhook is faster, or the run died between the answer and its record', async () => {
    const id = await authorized();
    const captureId = await ask(id, 1_500);
    await payments.captureIntent(intent().id, 1_500, `capture-${captureId}-1`);
    await report(id);
    expect(await readOrder(db, id)).toMatchObject({ payment_status: 'partially_captured', hold_reason: null });
    expect(await row(captureId)).toMatchObject({ status: 'pending' });
    await db.rows(statement('test_age', `update captures set updated_at = now() - interval '1 hour' where id = $1`), [
      captureId,
    ]);
    const [job] = (await findMoneyJobs(db, 15, 10)).filter((each) => each.orderId === id);
    expect(job).toMatchObject({ queue: 'capture-payment', payload: { capture_id: captureId } });
    await capture(id, captureId);
    expect(await row(captureId)).toMatchObject({ status: 'succeeded' });
    expect(payments.captured).toHaveLength(1);
  });

  it('of a part takes the part, shows the rest as released, and balances with a refund of all', async () => {
    const id = await authorized();
    await capture(id, await ask(id, 1_200));
    expect(await readOrder(db, id)).toMatchObject({
      status: 'paid',
      payment_status: 'partially_captured',
      hold_reason: null,
      payment: { amount: 2_000, captured_amount: 1_200 },
    });
    expect(await values(eventsOf, id, 'type')).toContain('payment.partially_captured');
    expect(await books(id)).toEqual({ stripe_balance: 1_200, revenue: -1_200 });
    expect(
      await db.transaction((tx) => insertRefund(tx, { orderId: id, cause: 'more', amount: 1_201 })),
    ).toBeUndefined();
    const refundId = await db.transaction((tx) => insertRefund(tx, { orderId: id, cause: 'all', amount: 1_200 }));
    await createIssueRefund({ db, payments })({ order_id: id, refund_id: refundId! }, run);
    expect(await readOrder(db, id)).toMatchObject({ payment_status: 'refunded', payment: { refunded_amount: 1_200 } });
    expect(await books(id)).toEqual({ revenue: -1_200, refunds: 1_200 });
  });

  it('that somebody made in part at Stripe is recorded as a part, held and told', async () => {
    const id = await authorized();
    await payments.captureIntent(intent().id, 700, 'dashboard');
    await report(id);
    await report(id);
    expect(await readOrder(db, id)).toMatchObject({
      status: 'paid',
      payment_status: 'partially_captured',
      hold_reason: 'partially_captured',
      payment: { captured_amount: 700 },
    });
    expect(await codes(id)).toEqual(['order_held', 'payment_mismatch']);
    await watchAuthorizations({ db, operationsEmail: 'ops@shop.example', captureNoticeHours: 24 });
    await watchAuthorizations({ db, operationsEmail: 'ops@shop.example', captureNoticeHours: 24 });
    expect(await db.rows(mailsOf, [id])).toEqual([
      { template: 'order-confirmation', recipient: expect.any(String), kind: null },
      { template: 'operations-notice', recipient: 'ops@shop.example', kind: 'payment_mismatch' },
    ]);
  });

  it('asked for beside another one at Stripe has failed with what was taken, and is told', async () => {
    const id = await authorized();
    const captureId = await ask(id, 1_000);
    await payments.captureIntent(intent().id, 2_000, 'dashboard');
    await capture(id, captureId);
    expect(payments.captured).toHaveLength(1);
    expect(await row(captureId)).toMatchObject({ status: 'failed' });
    expect(await readOrder(db, id)).toMatchObject({ payment_status: 'paid', payment: { captured_amount: 2_000 } });
    await watchAuthorizations({ db, operationsEmail: 'ops@shop.example', captureNoticeHours: 24 });
    expect(await codes(id)).toEqual(['capture_failed']);
    expect(await values(mailsOf, id, 'kind')).toContain('capture_failed');
  });

  it('never takes the money of an order that was canceled', async () => {
    const id = await authorized();
    const captureId = await ask(id);
    await db.transaction((tx) => endOrder(tx, id, 'canceled', 'test'));
    await capture(id, captureId);
    expect(payments.captured).toEqual([]);
    expect(await row(captureId)).toMatchObject({ status: 'failed' });
    await createCancelPayment({ db, payments })({ order_id: id }, run);
    expect(intent().status).toBe('canceled');
    expect(await readOrder(db, id)).toMatchObject({ status: 'canceled', payment_status: 'canceled' });
    expect(await codes(id)).toEqual([]);
  });

  it('that Stripe took while the order was being canceled is sent back once', async () => {
    const id = await authorized();
    const captureId = await ask(id, 1_000);
    payments.failNext('captureIntent', 'unknown_after');
    await capture(id, captureId).catch(() => {});
    await db.transaction((tx) => endOrder(tx, id, 'canceled', 'test'));
    await createCancelPayment({ db, payments })({ order_id: id }, run);
    await capture(id, captureId);
    const order = await readOrder(db, id);
    expect(order).toMatchObject({ status: 'canceled', refunds: [{ cause: 'late_payment', amount: 1_000 }] });
    await createIssueRefund({ db, payments })({ order_id: id, refund_id: order.refunds[0]!.id }, run);
    expect(await readOrder(db, id)).toMatchObject({ payment_status: 'refunded' });
    expect(await books(id)).toEqual({});
  });

  it('has failed when Stripe refuses, can be asked for again under another key, and is settled by that', async () => {
    const id = await authorized();
    payments.failNext('captureIntent', new PaymentRefusedError('lock_timeout', 'no'));
    const first = await ask(id);
    await capture(id, first);
    expect(await row(first)).toMatchObject({ status: 'failed' });
    expect(await codes(id)).toEqual(['capture_failed']);
    await capture(id, await ask(id));
    expect(await readOrder(db, id)).toMatchObject({ status: 'paid' });
    await watchAuthorizations({ db, captureNoticeHours: 24 });
    expect(await codes(id)).toEqual([]);
  });

  it('is missed when the authorization runs out: told before, then canceled, freed and told', async () => {
    const id = await authorized();
    const ops = { db, operationsEmail: 'ops@shop.example', captureNoticeHours: 24 };
    await watchAuthorizations(ops);
    expect(await codes(id)).toEqual([]);
    await watchAuthorizations({ ...ops, captureNoticeHours: 24 * 8 });
    await watchAuthorizations({ ...ops, captureNoticeHours: 24 * 8 });
    expect(await codes(id)).toEqual(['authorization_expiring']);
    Object.assign(intent(), { status: 'canceled', cancellationReason: 'automatic' });
    const late = await ask(id);
    await capture(id, late);
    expect(await readOrder(db, id)).toMatchObject({
      status: 'canceled',
      status_reason: 'authorization_expired',
      payment_status: 'canceled',
    });
    expect(await db.rows(heldUnits, [id])).toEqual([{ units: 0 }]);
    await watchAuthorizations(ops);
    expect(await codes(id)).toEqual(['authorization_expired']);
    expect(
      (await db.rows<{ template: string; kind: string }>(mailsOf, [id])).map((mail) => mail.kind ?? mail.template),
    ).toEqual(['authorization_expiring', 'canceled', 'authorization_expired']);
  });

  describe('at shipment', () => {
    const labels: string[] = [];
    const carrier = {
      buyLabel: async ({ shipmentId }: { shipmentId: string }) => {
        labels.push(shipmentId);
        const url = 'https://carrier.example';
        const label = { carrier: 'x', service: 's', tracking_number: shipmentId, tracking_url: url, label_url: url };
        return { ...label, id: `shp_${shipmentId}`, cost: { amount: 1, currency: 'usd' } };
      },
    } as unknown as CarrierProvider;
    const fulfill = (id: string) => createFulfillOrder({ db, payments, carrier })({ order_id: id }, run);

    beforeEach(() => void labels.splice(0));

    it('comes before the first label, once', async () => {
      const id = await authorized('at_shipment');
      expect(
        await values(statement('test_queues', 'select queue from outbox where order_id = $1'), id, 'queue'),
      ).toContain('fulfill-order');
      await Promise.all([fulfill(id), fulfill(id)]);
      await fulfill(id);
      expect(payments.captured).toEqual([{ intent: intent().id, amount: 2_000 }]);
      expect(labels).not.toEqual([]);
      expect(await readOrder(db, id)).toMatchObject({ status: 'paid', fulfillment_status: 'processing' });
    });

    it.each(['unknown_before', 'unknown_after', 'stuck_before', 'stuck_after'] as const)(
      'sends nothing before the money is there (%s)',
      async (failure) => {
        const id = await authorized('at_shipment');
        payments.failNext('captureIntent', failure);
        await fulfill(id).catch(() => {});
        if ((await readOrder(db, id)).status === 'authorized') expect(labels).toEqual([]);
        for (let tries = 0; tries < 2; tries++) await fulfill(id);
        expect(payments.captured).toHaveLength(1);
        expect(await readOrder(db, id)).toMatchObject({ status: 'paid', fulfillment_status: 'processing' });
      },
    );

    it('sends nothing when Stripe refuses, until somebody captures', async () => {
      const id = await authorized('at_shipment');
      payments.failNext('captureIntent', new PaymentRefusedError('card_declined', 'no'));
      await fulfill(id);
      expect(labels).toEqual([]);
      expect(await codes(id)).toEqual(['capture_failed']);
      expect(await readOrder(db, id)).toMatchObject({ status: 'authorized', fulfillment_status: 'unfulfilled' });
    });

    it('is not for orders that are captured by hand', async () => {
      const id = await authorized('manual');
      await fulfill(id);
      expect(payments.captured).toEqual([]);
      expect(labels).toEqual([]);
    });
  });
});
