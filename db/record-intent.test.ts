import { describe, expect, it } from '@jest/globals';
import type { Intent } from '../domain/judge-intent.ts';
import { useMoneyShop } from '../test/support/money-shop.ts';
import { insertTestOrder, readOrder } from '../test/support/orders.ts';
import { beginCheckout } from './begin-checkout.ts';
import { endOrder } from './cancel-order.ts';
import { statement } from './database.ts';
import { findPayment, type PaymentRow } from './payments.ts';
import { type FollowUps, recordIntent } from './record-intent.ts';

const job = (queue: string) => (orderId: string) => ({
  queue,
  jobId: `order-${orderId}`,
  payload: { order_id: orderId },
  orderId,
  availableAt: undefined,
});
const follow: FollowUps = {
  fulfill: job('fulfill-order'),
  refund: job('issue-refund'),
  closeIntent: job('cancel-payment'),
};
const jobsOf = statement(
  'test_jobs',
  `select queue from outbox where order_id = $1 and queue <> 'check-out-order' order by queue`,
);
const eventsOf = statement('test_events', 'select type from order_events where order_id = $1 order by sequence');
const feeOf = statement('test_fee', 'select fee_amount, fee_currency from payments where order_id = $1');
const attemptOf = statement(
  'test_attempt',
  'select a.status from payment_attempts a join payments p on p.id = a.payment_id where p.order_id = $1',
);

describe('recording an intent', () => {
  const shop = useMoneyShop();

  async function begunOrder(): Promise<PaymentRow> {
    const id = await insertTestOrder(shop.db, { variants: shop.variants, paymentMethod: 'pm_ok' });
    return (await beginCheckout(shop.db, id))!.payment;
  }
  const intentOf = ({ order_id: orderId }: PaymentRow, change: Partial<Intent> = {}): Intent => ({
    id: `pi_${orderId}`,
    status: 'succeeded',
    amount: 2_000,
    amountReceived: 2_000,
    currency: 'usd',
    clientSecret: 'secret',
    nextActionUrl: null,
    chargeId: 'ch_1',
    feeAmount: null,
    lastError: null,
    cancellationReason: null,
    orderId,
    ...change,
  });
  const declined = (payment: PaymentRow) =>
    intentOf(payment, {
      status: 'requires_payment_method',
      amountReceived: 0,
      lastError: { code: 'card_declined', declineCode: 'generic', message: 'No.', paymentMethodId: 'pm_1' },
    });
  const types = async (id: string) => (await shop.db.rows<{ type: string }>(eventsOf, [id])).map((row) => row.type);
  const queues = async (id: string) => (await shop.db.rows<{ queue: string }>(jobsOf, [id])).map((row) => row.queue);
  const reservedEvents = ['order.accepted', 'stock.reserved'];

  it('writes payment, attempt, states, events, message and job of a payment that went well, once', async () => {
    const payment = await begunOrder();
    const id = payment.order_id;
    const reports = [1, 2, 3, 4].map(() => recordIntent(shop.db, id, intentOf(payment), follow, payment));
    const kinds = (await Promise.all(reports)).map((judgement) => judgement?.kind).sort();
    expect(kinds).toEqual(['move', 'nothing', 'nothing', 'nothing']);
    expect(await readOrder(shop.db, id)).toMatchObject({
      status: 'paid',
      payment_status: 'paid',
      payment: { provider_id: `pi_${id}`, status: 'succeeded', captured_amount: 2_000, client_secret: 'secret' },
    });
    expect(await types(id)).toEqual([...reservedEvents, 'payment.created', 'payment.succeeded']);
    expect(await queues(id)).toEqual(['fulfill-order', 'send-notification']);
    expect(await shop.db.rows(attemptOf, [id])).toEqual([{ status: 'accepted' }]);
  });

  it('keeps the fee in the currency that Stripe settles in, with the payment or after it, and once', async () => {
    const fee = { feeAmount: 88, feeCurrency: 'eur' };
    const [atOnce, later] = [await begunOrder(), await begunOrder()];
    await recordIntent(shop.db, atOnce.order_id, intentOf(atOnce, fee), follow, atOnce);
    await recordIntent(shop.db, later.order_id, intentOf(later), follow, later);
    await recordIntent(shop.db, later.order_id, intentOf(later, fee), follow);
    await recordIntent(shop.db, later.order_id, intentOf(later, { feeAmount: 99, feeCurrency: 'usd' }), follow);
    for (const { order_id: id } of [atOnce, later]) {
      expect(await shop.db.rows(feeOf, [id])).toEqual([{ fee_amount: 88, fee_currency: 'eur' }]);
    }
  });

  it('judges anew what changed since it was read', async () => {
    const stale = await begunOrder();
    const id = stale.order_id;
    await recordIntent(shop.db, id, declined(stale), follow, stale);
    expect(await readOrder(shop.db, id)).toMatchObject({
      status: 'awaiting_payment',
      payment: { last_error: { code: 'card_declined' } },
    });
    await recordIntent(shop.db, id, intentOf(stale), follow, stale);
    expect(await readOrder(shop.db, id)).toMatchObject({ status: 'paid' });
    expect(await types(id)).toEqual([...reservedEvents, 'payment.created', 'payment.failed', 'payment.succeeded']);
  });

  it('sends money back that was judged timely before its order ended', async () => {
    const stale = await begunOrder();
    const id = stale.order_id;
    await shop.db.transaction((tx) => endOrder(tx, id, 'canceled', 'test'));
    await recordIntent(shop.db, id, intentOf(stale), follow, stale);
    expect(await readOrder(shop.db, id)).toMatchObject({ status: 'canceled', payment: { status: 'succeeded' } });
    expect(await queues(id)).toEqual(['issue-refund']);
  });

  it('never gives an order a second intent, though it was read without any', async () => {
    const stale = await begunOrder();
    const id = stale.order_id;
    const open = intentOf(stale, { status: 'requires_payment_method', amountReceived: 0 });
    await recordIntent(shop.db, id, open, follow, stale);
    const judgement = await recordIntent(shop.db, id, intentOf(stale, { id: 'pi_second' }), follow, stale);
    expect(judgement).toEqual({ kind: 'orphan' });
    expect(await findPayment(shop.db, id)).toMatchObject({ provider_id: open.id, status: 'requires_payment_method' });
  });

  it('writes all of a set, each order for itself', async () => {
    const payments = await Promise.all(Array.from({ length: 12 }, begunOrder));
    await Promise.all(
      payments.map((payment, n) =>
        recordIntent(shop.db, payment.order_id, n % 3 ? intentOf(payment) : declined(payment), follow, payment),
      ),
    );
    for (const [n, { order_id: id }] of payments.entries()) {
      const paid = n % 3 > 0;
      expect((await readOrder(shop.db, id)).status).toBe(paid ? 'paid' : 'awaiting_payment');
      expect(await queues(id)).toEqual(paid ? ['fulfill-order', 'send-notification'] : ['send-notification']);
    }
  });
});
