import { describe, expect, it } from '@jest/globals';
import { endOrder } from '../db/cancel-order.ts';
import { checkInvariants } from '../db/invariants.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { creditLeft, giveBack, grantCredit, returnCredits } from '../db/order-credits.ts';
import { adoptRefund, insertFullRefund, insertRefund, lockOrderMoney, settleRefund } from '../db/refunds.ts';
import { run, useMoneyShop } from '../test/support/money-shop.ts';
import { insertTestOrder, readOrder } from '../test/support/orders.ts';
import { createExpireOrder } from './expire-order.ts';
import { createFulfillOrder } from './fulfill-order.ts';
import { createIssueRefund } from './issue-refund.ts';
import { createReturnCredits } from './return-credits.ts';

describe('credits between orders', () => {
  const shop = useMoneyShop();
  const rows = async <T>(text: string, values: unknown[] = []) => (await shop.db.pool.query(text, values)).rows as T[];
  const payment = async (id: string) =>
    (await rows<Record<string, number>>('select * from payments where order_id = $1', [id]))[0]!;
  const jobs = async (id: string, queue: string) =>
    rows<{ payload: { order_id: string; refund_id: string } }>(
      'select payload from outbox where order_id = $1 and queue = $2 order by created_at, job_id',
      [id, queue],
    );
  const sendRefunds = async (id: string) => {
    for (const { payload } of await jobs(id, 'issue-refund'))
      await createIssueRefund({ db: shop.db, payments: shop.payments })(payload, run);
  };
  const giveCredits = (id: string) => createReturnCredits({ db: shop.db })({ order_id: id }, run);

  /** An order of 40.00 that `credit` of a paid one pays for, not checked out yet. */
  async function exchange(credit: number, cause = `exchange/${Math.random()}`) {
    const from = await shop.order({ quantity: 2 });
    const to = await insertTestOrder(shop.db, {
      variants: shop.variants,
      quantity: 2,
      kind: 'exchange',
      parentId: from,
    });
    const granted = await shop.db.transaction(async (tx) => {
      await lockOrderMoney(tx, from);
      return grantCredit(tx, { fromOrderId: from, toOrderId: to, kind: 'exchange', cause, amount: credit });
    });
    return { from, to, granted, cause };
  }
  const checkOut = async (id: string, method: string | null = 'pm_card_visa') => {
    const { createCheckOutOrder } = await import('./check-out-order.ts');
    if (method)
      await rows(
        `update payment_attempts a set payment_method = $2 from payments p where p.id = a.payment_id and p.order_id = $1`,
        [id, method],
      );
    await rows(`update orders set payment_options = '{"confirm": true}' where id = $1`, [id]);
    const { db, payments } = shop;
    await createCheckOutOrder({ db, payments, returnUrl: () => 'https://shop.example' })({ order_id: id }, run);
  };

  it('pay a part of a new order: its payment takes the rest, and the giver cannot give it back any more', async () => {
    const { from, to, granted, cause } = await exchange(1_500);
    expect(granted).toBe(true);
    expect(await readOrder(shop.db, to)).toMatchObject({ kind: 'exchange', parent_id: from, credit_amount: 1_500 });
    expect(await payment(to)).toMatchObject({ amount: 2_500 });
    expect(await payment(from)).toMatchObject({ credited_amount: 1_500 });
    const again = await shop.db.transaction((tx) =>
      grantCredit(tx, { fromOrderId: from, toOrderId: to, kind: 'exchange', cause, amount: 100 }),
    );
    expect(again).toBe(false);
    const tooMuch = await shop.db.transaction((tx) =>
      grantCredit(tx, { fromOrderId: from, toOrderId: to, kind: 'exchange', cause: `${cause}x`, amount: 2_501 }),
    );
    expect(tooMuch).toBe(false);
    expect(
      await shop.db.transaction((tx) => insertRefund(tx, { orderId: from, cause: 'x', amount: 2_501 })),
    ).toBeUndefined();
    await checkOut(to);
    expect(await readOrder(shop.db, to)).toMatchObject({ status: 'paid', payment: { captured_amount: 2_500 } });
  });

  it('that pay all of an order leave Stripe out of it', async () => {
    const { to } = await exchange(4_000);
    const before = shop.payments.keys.length;
    await checkOut(to, null);
    expect(shop.payments.keys.length).toBe(before);
    expect(await readOrder(shop.db, to)).toMatchObject({
      status: 'paid',
      payment_status: 'paid',
      payment: { status: 'succeeded', provider_id: null, captured_amount: 0, amount: 0 },
    });
    expect(await jobs(to, 'fulfill-order')).toHaveLength(1);
    expect(await rows(`select template from notifications where order_id = $1`, [to])).toEqual([
      { template: 'order-confirmation' },
    ]);
  });

  it('go back when the order ends, whatever ends it, once', async () => {
    const canceled = await exchange(4_000);
    await checkOut(canceled.to, null);
    await shop.db.transaction((tx) => endOrder(tx, canceled.to, 'canceled', 'test'));
    const expired = await exchange(1_000);
    await rows(`update orders set expires_at = now() - interval '1 minute' where id = $1`, [expired.to]);
    await createExpireOrder({ db: shop.db, payments: shop.payments })({ order_id: expired.to }, run);
    const closed = await exchange(1_500);
    await checkOut(closed.to, 'pm_declined');
    const intent = shop.intent();
    Object.assign(intent, { status: 'canceled', cancellationReason: 'requested_by_customer' });
    await shop.deliver('payment_intent.canceled', intent.id);
    for (const { from, to } of [canceled, expired, closed]) {
      expect(await jobs(to, 'return-credits')).toHaveLength(1);
      await Promise.all([giveCredits(to), giveCredits(to)]);
      await giveCredits(to);
      expect(await shop.db.transaction((tx) => creditLeft(tx, to))).toBe(0);
      expect(await payment(from)).toMatchObject({ credited_amount: 0 });
      await sendRefunds(from);
    }
    expect(await payment(canceled.from)).toMatchObject({ refunded_amount: 4_000 });
    expect(await payment(expired.from)).toMatchObject({ refunded_amount: 1_000 });
    expect(await readOrder(shop.db, canceled.from)).toMatchObject({ payment_status: 'refunded' });
    expect(await rows(`select is_owed from refunds where order_id = $1`, [closed.from])).toEqual([{ is_owed: true }]);
  });

  it('do not go back from an order that stands', async () => {
    const { to } = await exchange(4_000);
    await checkOut(to, null);
    await giveCredits(to);
    expect(await shop.db.transaction((tx) => creditLeft(tx, to))).toBe(4_000);
  });

  it('are given back after the own money of the order, and never more than there is', async () => {
    const { from, to } = await exchange(1_500);
    await checkOut(to);
    const give = (cause: string, amount: number) =>
      shop.db.transaction((tx) => giveBack(tx, { orderId: to, cause, amount }));
    expect(await give('a', 4_001)).toBeUndefined();
    expect(await give('a', 2_000)).toHaveLength(1);
    expect(await give('b', 1_200)).toHaveLength(2);
    expect(await give('b', 100)).toBeUndefined();
    expect(await payment(to)).toMatchObject({ refunding_amount: 2_500 });
    expect(await payment(from)).toMatchObject({ refunding_amount: 700, credited_amount: 800 });
    expect(await give('c', 801)).toBeUndefined();
    expect(await give('c', 800)).toHaveLength(1);
    expect(await give('c', 1)).toBeUndefined();
    await sendRefunds(to);
    await sendRefunds(from);
    expect(await readOrder(shop.db, to)).toMatchObject({
      payment_status: 'refunded',
      payment: { refunded_amount: 2_500 },
    });
    expect(await readOrder(shop.db, from)).toMatchObject({
      payment_status: 'partially_refunded',
      payment: { refunded_amount: 1_500 },
    });
    await bookDueFacts(shop.db);
    const books = await rows(
      `select t.order_id, e.account, sum(e.amount)::integer as amount from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
       where t.order_id = any($1) group by 1, 2 having sum(e.amount) <> 0 order by 1, 2`,
      [[from, to]],
    );
    // Of the giver 1,500 were taken back as goods and 2,500 still stand; the other order has given back all.
    expect(books).toEqual([
      { order_id: from, account: 'refunds', amount: 1_500 },
      { order_id: from, account: 'revenue', amount: -4_000 },
      { order_id: from, account: 'stripe_balance', amount: 2_500 },
      { order_id: to, account: 'refunds', amount: 4_000 },
      { order_id: to, account: 'revenue', amount: -4_000 },
    ]);
    const examples = (await checkInvariants(shop.db)).flatMap((each) => each.examples);
    expect(examples).toEqual([]);
  });

  it('of disputed money are listed for a person where they cannot be refunded', async () => {
    const { from, to } = await exchange(4_000);
    await rows('update payments set disputed_amount = 4000 where order_id = $1', [from]);
    await shop.db.transaction((tx) => returnCredits(tx, to));
    expect(await rows(`select code from exceptions where order_id = $1`, [from])).toEqual([
      { code: 'credit_not_refunded' },
    ]);
    await rows('update payments set disputed_amount = 0 where order_id = $1', [from]);
  });

  it('of money that somebody gives back at Stripe are listed for a person', async () => {
    const { from } = await exchange(3_000);
    const refund = { providerId: `re_${from}`, amount: 2_000, currency: 'usd', reason: null };
    await shop.db.transaction((tx) => adoptRefund(tx, from, refund));
    expect(await rows(`select code from exceptions where order_id = $1`, [from])).toEqual([
      { code: 'credit_uncovered' },
    ]);
    const broken = (await checkInvariants(shop.db)).flatMap((each) => each.examples as { rule: string }[]);
    expect(broken.filter(({ rule }) => rule === 'more_credited_than_captured')).toEqual([]);
  });

  it('that a bank sends back can be given again from where they were taken', async () => {
    const { from, to } = await exchange(4_000);
    await shop.db.transaction((tx) => returnCredits(tx, to));
    const [refund] = await rows<{ id: string }>(`select id from refunds where order_id = $1`, [from]);
    await shop.db.transaction((tx) => settleRefund(tx, refund!.id, { providerId: null, status: 'failed' }));
    expect(await shop.db.transaction((tx) => insertFullRefund(tx, from, 'again'))).toBeDefined();
  });

  it('an order without goods ends by itself, without a parcel; one that costs nothing is paid at once', async () => {
    const balance = await shop.order({ quantity: 0, kind: 'balance', adjustment: 700 });
    const fulfill = createFulfillOrder({ db: shop.db, payments: shop.payments, carrier: {} as never });
    await fulfill({ order_id: balance }, run);
    await fulfill({ order_id: balance }, run);
    expect(await readOrder(shop.db, balance)).toMatchObject({
      status: 'delivered',
      fulfillment_status: 'delivered',
      lines: [],
    });
    expect(await rows(`select template from notifications where order_id = $1`, [balance])).toEqual([]);
    const free = await shop.order({ kind: 'replacement', adjustment: -2_000, parentId: balance });
    expect(await readOrder(shop.db, free)).toMatchObject({
      status: 'paid',
      total_amount: 0,
      payment: { status: 'succeeded' },
    });
  });
});
