/** Exchanges against the real database: dearer, equal, cheaper, paid, expired, out of stock; every cent of both orders afterwards. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkInvariants } from '../db/invariants.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call } from '../test/support/client.ts';
import { createFakePayments, type FakePayments } from '../test/support/fake-payments.ts';
import { run } from '../test/support/money-shop.ts';
import { deliveredOrder } from '../test/support/returned-orders.ts';
import { createCheckOutOrder } from '../workers/check-out-order.ts';
import { createExpireOrder } from '../workers/expire-order.ts';
import { createIssueRefund } from '../workers/issue-refund.ts';
import { createReturnCredits } from '../workers/return-credits.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are compared as they come
type Json = any;

describe('exchanges', () => {
  let api: TestApi;
  let variants: Map<string, string>;
  let payments: FakePayments;
  let orderId: string;

  beforeAll(async () => {
    api = await startApi();
    variants = await seedVariants(api.db, [
      { sku: 'MUG', units: 1_000 },
      { sku: 'JUG', units: 1_000, amount: 3_500 },
      { sku: 'CUP', units: 1_000, amount: 500 },
      { sku: 'RARE', units: 0, amount: 2_000 },
    ]);
  });
  afterAll(() => api?.close());
  beforeEach(async () => {
    payments = createFakePayments();
    orderId = await deliveredOrder(api.db, payments, { variants, quantity: 2 });
  });

  const rows = async (text: string, values: unknown[] = []): Promise<Json[]> =>
    (await api.db.pool.query(text, values)).rows;
  const post = (path: string, body?: object) => call<Json>(api, 'POST', path, { body });
  const order = async (id = orderId) => (await call<Json>(api, 'GET', `/v1/orders/${id}`)).body;
  const ask = (quantity: number, exchange_lines: object[]) =>
    post(`/v1/orders/${orderId}/returns`, {
      ...{ resolution: 'exchange', way: 'own', exchange_lines },
      lines: [{ sku: 'MUG', quantity, reason: 'does_not_fit' }],
    });
  const checkOut = (id: string) =>
    createCheckOutOrder({ db: api.db, payments, returnUrl: () => 'https://shop.example' })({ order_id: id }, run);
  const sendRefunds = async () => {
    for (const { id, order_id } of await rows(`select id, order_id from refunds where status = 'pending'`))
      await createIssueRefund({ db: api.db, payments })({ order_id, refund_id: id }, run);
  };

  /** A return that was counted as good and settled. */
  async function exchanged(quantity: number, lines: object[]): Promise<Json> {
    const { body: asked, status: taken } = await ask(quantity, lines);
    expect([taken, asked]).toMatchObject([201, {}]);
    await post(`/v1/returns/${asked.id}/approve`, {});
    await post(`/v1/returns/${asked.id}/receive`, { lines: [{ sku: 'MUG', good: quantity }], complete: true });
    const { status, body } = await post(`/v1/returns/${asked.id}/settle`);
    expect([status, body.status]).toEqual([200, 'exchanged']);
    return body;
  }

  async function clean(): Promise<void> {
    await sendRefunds();
    await bookDueFacts(api.db);
    const found = await checkInvariants(api.db, { graceSeconds: 3_600, waitSeconds: 3_600 });
    expect(found.flatMap(({ examples }) => examples)).toEqual([]);
    // A credit stands as owed on the one order and as due on the other: together they come to nothing.
    const owed = await rows(
      `select coalesce(o.parent_id, o.id) as order_id, sum(e.amount)::integer as amount from ledger_entries e
       join ledger_transactions t on t.id = e.transaction_id join orders o on o.id = t.order_id
       where e.account = 'customer_receivable' group by 1 having sum(e.amount) <> 0`,
    );
    expect(owed).toEqual([]);
  }

  it('for the same price move no money: the new order is paid by the credit', async () => {
    const { exchange_order_id: id, exchange, amounts } = await exchanged(1, [{ sku: 'MUG', quantity: 1 }]);
    expect(exchange).toMatchObject({
      lines: [{ sku: 'MUG', unit_price: { amount: 2_000 } }],
      total: { amount: 2_000 },
    });
    expect(amounts.total.amount).toBe(2_000);
    await checkOut(id);
    expect(await order(id)).toMatchObject({
      ...{ kind: 'exchange', parent_id: orderId, status: 'paid', payment_status: 'paid' },
      payment: { captured: { amount: 0 }, provider_id: null },
    });
    expect((await order()).refunds).toEqual([]);
    expect(payments.intents.size).toBe(1);
    const refused = await post(`/v1/orders/${orderId}/refunds`, { amount: 2_001 });
    expect(refused.body).toMatchObject({ code: 'refund_exceeds_refundable', refundable: { amount: 2_000 } });
    await clean();
  });

  it('for less give the rest back, once', async () => {
    const { id, exchange_order_id } = await exchanged(2, [{ sku: 'CUP', quantity: 3 }]);
    await checkOut(exchange_order_id);
    expect((await order()).refunds).toMatchObject([{ cause: `return/${id}`, amount: { amount: 2_500 } }]);
    expect((await post(`/v1/returns/${id}/settle`)).body.status).toBe('exchanged');
    expect((await order()).refunds).toHaveLength(1);
    await clean();
    expect((await order()).payment.refunded.amount).toBe(2_500);
  });

  it('for more charge the difference on the new order alone', async () => {
    const { exchange_order_id: id } = await exchanged(1, [{ sku: 'JUG', quantity: 1 }]);
    await checkOut(id);
    expect(await order(id)).toMatchObject({ status: 'awaiting_payment', totals: { total: { amount: 3_500 } } });
    const intent = [...payments.intents.values()].at(-1)!;
    expect([intent.orderId, intent.amount]).toEqual([id, 1_500]);
    await clean();
  });

  it('that nobody pays give the credit back when they expire', async () => {
    const { exchange_order_id: id } = await exchanged(1, [{ sku: 'JUG', quantity: 1 }]);
    await checkOut(id);
    await rows(`update orders set expires_at = now() - interval '1 minute' where id = $1`, [id]);
    await createExpireOrder({ db: api.db, payments } as never)({ order_id: id }, run);
    expect((await order(id)).status).toBe('expired');
    for (let twice = 0; twice < 2; twice++) await createReturnCredits({ db: api.db })({ order_id: id }, run);
    await clean();
    expect((await order()).payment.refunded.amount).toBe(2_000);
  });

  it('that are out of stock become a refund', async () => {
    const { exchange_order_id: id } = await exchanged(2, [{ sku: 'RARE', quantity: 1 }]);
    await checkOut(id);
    expect((await order(id)).status).toBe('rejected');
    await createReturnCredits({ db: api.db })({ order_id: id }, run);
    await clean();
    expect((await order()).payment.refunded.amount).toBe(4_000);
  });

  it('refunded afterwards give back what was paid, where it was paid', async () => {
    const { exchange_order_id: id } = await exchanged(1, [{ sku: 'MUG', quantity: 1 }]);
    await checkOut(id);
    const { status } = await post(`/v1/orders/${id}/refunds`);
    expect(status).toBe(202);
    await clean();
    expect((await order()).payment.refunded.amount).toBe(2_000);
    expect((await post(`/v1/orders/${orderId}/refunds`)).status).toBe(202);
    await clean();
    expect((await order()).payment.refunded.amount).toBe(4_000);
    const books = await rows(
      `select e.account, sum(e.amount)::integer as amount from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
       where t.order_id = any($1) group by e.account`,
      [[id, orderId]],
    );
    const of = (account: string) => books.find((row) => row.account === account)?.amount ?? 0;
    expect([of('revenue') + of('refunds'), of('tax_payable'), of('customer_receivable')]).toEqual([0, 0, 0]);
  });

  it('are quoted when they are asked for, and refused for what is not sold', async () => {
    expect((await ask(1, [{ sku: 'NOPE', quantity: 1 }])).body.errors).toMatchObject([
      { pointer: '/exchange_lines/0/sku', code: 'sku_unknown' },
    ]);
    const { body } = await ask(1, [{ sku: 'JUG', quantity: 1 }]);
    await rows(`update prices set amount = 9999 where variant_id = $1`, [variants.get('JUG')]);
    const read = (await call<Json>(api, 'GET', `/v1/returns/${body.id}`)).body;
    expect(read.exchange.total.amount).toBe(3_500);
    await rows(`update prices set amount = 3500 where variant_id = $1`, [variants.get('JUG')]);
  });
});
