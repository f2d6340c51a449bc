/** Edits of orders over HTTP and by their job, against the real database with Stripe in memory: every place the money may be in. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { checkInvariants } from '../db/invariants.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { recordIntent } from '../db/record-intent.ts';
import { startFulfillment } from '../db/shipments.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call } from '../test/support/client.ts';
import { createFakePayments, type FakePayments } from '../test/support/fake-payments.ts';
import { createApplyEdit } from '../workers/apply-edit.ts';
import { createCapturePayment } from '../workers/capture-payment.ts';
import { createCheckOutOrder } from '../workers/check-out-order.ts';
import { createConfirmPayment } from '../workers/confirm-payment.ts';
import { createExpireOrder } from '../workers/expire-order.ts';
import { followUps } from '../workers/follow-ups.ts';
import { createFulfillOrder } from '../workers/fulfill-order.ts';
import { createIssueRefund } from '../workers/issue-refund.ts';
import { createReturnCredits } from '../workers/return-credits.ts';

interface EditJson {
  id: string;
  status: string;
  settlement: string;
  revision: number | null;
  difference: { amount: number };
  balance_order_id: string | null;
  balance_order_token: string | null;
  refund_id: string | null;
  error: { code: string } | null;
  after: { totals: { total: { amount: number } }; lines: { sku: string; quantity: number; unit_amount: number }[] };
  code?: string;
  errors?: { pointer: string; code: string }[];
  shortages?: { sku: string; requested: number; available: number }[];
}
interface OrderJson {
  id: string;
  status: string;
  revision: number;
  order_token: string;
  payment_status: string;
  totals: { total: { amount: number }; credit: { amount: number } };
  lines: { id: string; sku: string; quantity: number }[];
  payment: { captured: { amount: number }; refundable: { amount: number } };
}

const run = { log: pino({ level: 'silent' }) };
const ADDRESS = { line1: '1 Main Street', city: 'Springfield', postal_code: '12345', country: 'US' };

describe('an edit of an order', () => {
  let api: TestApi;
  let payments: FakePayments;
  beforeAll(async () => {
    api = await startApi();
    await seedVariants(api.db, [
      { sku: 'TEE', units: 100_000 },
      { sku: 'CAP', units: 100_000 },
      { sku: 'RARE', units: 1 },
    ]);
  });
  beforeEach(() => {
    payments = createFakePayments();
  });
  afterAll(async () => {
    await settleAll();
    const examples = (await checkInvariants(api.db)).flatMap((each) => each.examples);
    await api?.close();
    expect(examples).toEqual([]);
  });

  const sql = async <T>(text: string, values: unknown[] = []) => (await api.db.pool.query(text, values)).rows as T[];
  const settleAll = async () => {
    await bookDueFacts(api.db);
    await sql(`delete from outbox where queue in ('send-notification', 'fulfill-order')`);
  };
  const deps = () => ({ db: api.db, payments, returnUrl: () => 'https://shop.example' });
  const jobs = (orderId: string, queue: string) =>
    sql<{ payload: never; job_id: string }>(
      'select payload, job_id from outbox where order_id = $1 and queue = $2 order by created_at',
      [orderId, queue],
    );
  const read = async (id: string) => (await call<OrderJson>(api, 'GET', `/v1/orders/${id}`)).body;
  const edit = (id: string, body: object, headers: Record<string, string> = {}, query = '') =>
    call<EditJson>(api, 'POST', `/v1/orders/${id}/edits${query}`, { body, headers });
  const readEdit = async (id: string, editId: string) =>
    (await call<EditJson>(api, 'GET', `/v1/orders/${id}/edits/${editId}`)).body;
  const held = async (id: string) =>
    Object.fromEntries(
      (
        await sql<{ sku: string; units: number }>(
          `select v.sku, sum(r.quantity)::integer as units from reservations r join variants v on v.id = r.variant_id
           where r.order_id = $1 and r.status = 'reserved' group by v.sku order by v.sku`,
          [id],
        )
      ).map(({ sku, units }) => [sku, units]),
    );
  const checkOut = (id: string) => createCheckOutOrder(deps())({ order_id: id }, run);
  /** Runs the jobs of edits that are open, as the queue would. */
  const runEdits = async (id: string) => {
    for (const job of await jobs(id, 'apply-edit')) {
      await createApplyEdit(deps())(job.payload, run);
      await sql('delete from outbox where queue = $1 and job_id = $2', ['apply-edit', job.job_id]);
    }
  };
  const refunds = async (id: string) => {
    for (const job of await jobs(id, 'issue-refund')) await createIssueRefund(deps())(job.payload, run);
  };

  /** Two tees of 20.00 and 6.00 of shipping. */
  async function order(payment: object = { payment_method: 'pm_card_visa', confirm: true }): Promise<string> {
    const body = {
      customer: { email: 'ada@example.com' },
      currency: 'usd',
      lines: [{ sku: 'TEE', quantity: 2 }],
      shipping_address: ADDRESS,
      payment,
    };
    const { body: placed } = await call<OrderJson>(api, 'POST', '/v1/orders', { body });
    await checkOut(placed.id);
    return placed.id;
  }
  const unpaid = () => order({ payment_method: 'pm_3ds', confirm: true });
  const authorized = () => order({ payment_method: 'pm_card_visa', confirm: true, capture_method: 'manual' });
  const intentOf = async (id: string) => {
    const [row] = await sql<{ provider_id: string }>('select provider_id from payments where order_id = $1', [id]);
    return payments.intents.get(row!.provider_id)!;
  };
  const total = async (id: string) => (await read(id)).totals.total.amount;
  const more = { add: [{ sku: 'CAP', quantity: 1 }] };
  const less = { change: [{ sku: 'TEE', quantity: 1 }] };

  /** Pays what an edit waits for. */
  async function payBalance(id: string, method = 'pm_card_visa') {
    await checkOut(id);
    const { body } = await call<OrderJson>(api, 'POST', `/v1/orders/${id}/pay`, { body: { payment_method: method } });
    expect(body.id).toBe(id);
    for (const job of await jobs(id, 'confirm-payment')) await createConfirmPayment(deps())(job.payload, run);
  }

  it('that is only looked at changes nothing', async () => {
    const id = await order();
    const before = await read(id);
    const { status, body } = await edit(id, more, {}, '?preview=true');
    expect([status, body.status, body.id, body.settlement]).toEqual([200, 'preview', null, 'balance']);
    expect(body.after.lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ['TEE', 2],
      ['CAP', 1],
    ]);
    expect(await read(id)).toEqual(before);
    expect(await held(id)).toEqual({ TEE: 2 });
  });

  describe('before the payment', () => {
    it('changes what the intent takes, at Stripe first', async () => {
      const id = await unpaid();
      const was = await total(id);
      const { status, body } = await edit(id, more);
      expect([status, body.status, body.settlement]).toEqual([202, 'pending', 'intent']);
      expect(await total(id)).toBe(was);
      await runEdits(id);
      expect(await readEdit(id, body.id)).toMatchObject({ status: 'applied', revision: 2 });
      expect(await total(id)).toBe(was + body.difference.amount);
      expect((await intentOf(id)).amount).toBe(was + body.difference.amount);
      expect(await held(id)).toEqual({ CAP: 1, TEE: 2 });
      Object.assign(await intentOf(id), { status: 'succeeded', amountReceived: was + body.difference.amount });
      await recordIntent(api.db, id, await intentOf(id), followUps);
      expect(await read(id)).toMatchObject({ status: 'paid', revision: 2 });
      expect(await sql(`select template from notifications where order_id = $1 order by id`, [id])).toEqual(
        expect.arrayContaining([{ template: 'order-edited' }, { template: 'order-confirmation' }]),
      );
    });

    it.each(['unknown_before', 'unknown_after', 'stuck_before', 'stuck_after'] as const)(
      'comes to one end after a failure (%s)',
      async (failure) => {
        const id = await unpaid();
        const { body } = await edit(id, less);
        payments.failNext('updateIntent', failure);
        for (let tries = 0; tries < 3; tries++) {
          for (const job of await jobs(id, 'apply-edit'))
            await createApplyEdit(deps())(job.payload, run).catch(() => {});
        }
        expect(await readEdit(id, body.id)).toMatchObject({ status: 'applied' });
        expect((await intentOf(id)).amount).toBe(await total(id));
        expect(await held(id)).toEqual({ TEE: 1 });
        await runEdits(id);
      },
    );

    it('is judged anew when the payment comes first', async () => {
      const id = await unpaid();
      const { body } = await edit(id, less);
      Object.assign(await intentOf(id), { status: 'succeeded', amountReceived: (await intentOf(id)).amount });
      await runEdits(id);
      expect(await readEdit(id, body.id)).toMatchObject({ status: 'applied', settlement: 'refund' });
      await refunds(id);
      const now = await read(id);
      expect(now.payment.refundable.amount).toBe(now.totals.total.amount);
      const dearer = await unpaid();
      const next = (await edit(dearer, more)).body;
      Object.assign(await intentOf(dearer), { status: 'succeeded', amountReceived: (await intentOf(dearer)).amount });
      await recordIntent(api.db, dearer, await intentOf(dearer), followUps);
      expect(await startFulfillment(api.db, dearer)).toMatchObject({ started: false });
      await runEdits(dearer);
      const waits = await readEdit(dearer, next.id);
      expect(waits).toMatchObject({ status: 'awaiting_payment', settlement: 'balance' });
      await call(api, 'POST', `/v1/orders/${dearer}/edits/${next.id}/cancel`);
      await runEdits(dearer);
      expect(await readEdit(dearer, next.id)).toMatchObject({ status: 'canceled' });
      expect(await held(dearer)).toEqual({ TEE: 2 });
    });

    it('takes a payment of the new total that is heard of before the edit is', async () => {
      const id = await unpaid();
      const { body } = await edit(id, more);
      const intent = await intentOf(id);
      Object.assign(intent, { amount: intent.amount + body.difference.amount, status: 'succeeded' });
      Object.assign(intent, { amountReceived: intent.amount });
      await recordIntent(api.db, id, structuredClone(intent), followUps);
      expect(await read(id)).toMatchObject({ status: 'awaiting_payment' });
      await runEdits(id);
      expect(await readEdit(id, body.id)).toMatchObject({ status: 'applied', settlement: 'intent' });
      expect(await read(id)).toMatchObject({ status: 'paid', totals: { total: { amount: intent.amount } } });
      expect(await sql(`select code from exceptions where order_id = $1`, [id])).toEqual([]);
    });

    it('that Stripe refuses leaves the order as it was', async () => {
      const id = await unpaid();
      const was = await read(id);
      const { body } = await edit(id, more);
      payments.failNext('updateIntent', new PaymentRefusedError('amount_too_large', 'no'));
      await runEdits(id);
      expect(await readEdit(id, body.id)).toMatchObject({ status: 'refused', error: { code: 'amount_too_large' } });
      expect(await held(id)).toEqual({ TEE: 2 });
      expect((await read(id)).totals).toEqual(was.totals);
    });

    it('ends with its order', async () => {
      const id = await unpaid();
      const { body } = await edit(id, more);
      await sql(`update orders set expires_at = now() - interval '1 hour' where id = $1`, [id]);
      await createExpireOrder(deps())({ order_id: id }, run);
      await runEdits(id);
      expect(await readEdit(id, body.id)).toMatchObject({ status: 'canceled' });
      expect(await held(id)).toEqual({});
    });
  });

  describe('of what is authorized', () => {
    it('captures less, or up to what was authorized', async () => {
      const id = await authorized();
      const was = await total(id);
      const cheaper = (await edit(id, less)).body;
      expect(cheaper).toMatchObject({ status: 'applied', settlement: 'authorization' });
      const back = await edit(id, { change: [{ sku: 'TEE', quantity: 2 }] });
      expect(back.body).toMatchObject({ status: 'applied', settlement: 'authorization' });
      expect(await total(id)).toBe(was);
      await edit(id, less);
      const now = await total(id);
      const asked = await call<{ code?: string }>(api, 'POST', `/v1/orders/${id}/capture`, {
        body: { amount: now + 1 },
      });
      expect([asked.status, asked.body.code]).toEqual([409, 'capture_exceeds_authorized']);
      await call(api, 'POST', `/v1/orders/${id}/capture`);
      expect((await edit(id, more)).body.code).toBe('capture_in_progress');
      for (const job of await jobs(id, 'capture-payment')) await createCapturePayment(deps())(job.payload, run);
      expect(await read(id)).toMatchObject({ status: 'paid', payment: { captured: { amount: now } } });
    });

    it('beyond that waits for a balance', async () => {
      const id = await authorized();
      const { body } = await edit(id, more);
      expect(body).toMatchObject({ status: 'awaiting_payment', settlement: 'balance' });
      await payBalance(body.balance_order_id!);
      await runEdits(id);
      expect(await readEdit(id, body.id)).toMatchObject({ status: 'applied' });
      await call(api, 'POST', `/v1/orders/${id}/capture`);
      for (const job of await jobs(id, 'capture-payment')) await createCapturePayment(deps())(job.payload, run);
      expect(await read(id)).toMatchObject({ status: 'paid', totals: { credit: { amount: body.difference.amount } } });
    });
  });

  describe('of what is paid', () => {
    it('cheaper gives back what was paid too much', async () => {
      const id = await order();
      const { status, body } = await edit(id, less);
      expect([status, body.status, body.settlement]).toEqual([201, 'applied', 'refund']);
      expect(body.refund_id).not.toBeNull();
      await refunds(id);
      const now = await read(id);
      expect(now.payment.refundable.amount).toBe(now.totals.total.amount);
      expect(await held(id)).toEqual({ TEE: 1 });
    });

    it('dearer is sent when its balance is paid, and not before', async () => {
      const id = await order();
      const was = await total(id);
      const { status, body } = await edit(id, more);
      expect([status, body.status]).toEqual([202, 'awaiting_payment']);
      expect(await held(id)).toEqual({ CAP: 1, TEE: 2 });
      const fulfill = createFulfillOrder({ db: api.db, payments, carrier: {} as never });
      expect(await fulfill({ order_id: id }, run)).toMatchObject({
        kind: 'done',
        note: 'an edit of it is not settled',
      });
      expect(await sql(`select template from notifications where order_id = $1`, [body.balance_order_id])).toEqual([
        { template: 'balance-due' },
      ]);
      await payBalance(body.balance_order_id!);
      await fulfill({ order_id: body.balance_order_id! }, run);
      await Promise.all([runEdits(id), runEdits(id)]);
      expect(await readEdit(id, body.id)).toMatchObject({ status: 'applied', revision: 2 });
      expect(await read(id)).toMatchObject({
        totals: { total: { amount: was + body.difference.amount }, credit: { amount: body.difference.amount } },
        payment: { refundable: { amount: was + body.difference.amount } },
      });
      expect(await read(body.balance_order_id!)).toMatchObject({
        status: 'delivered',
        payment: { refundable: { amount: 0 } },
      });
      // All of it goes back from where it was taken.
      await call(api, 'POST', `/v1/orders/${id}/refunds`);
      await refunds(id);
      await refunds(body.balance_order_id!);
      expect(await read(id)).toMatchObject({ payment_status: 'refunded' });
      expect(await read(body.balance_order_id!)).toMatchObject({ payment_status: 'refunded' });
    });

    it('whose balance nobody pays is canceled, and the order goes on', async () => {
      const id = await order();
      const { body } = await edit(id, more);
      await checkOut(body.balance_order_id!);
      await sql(`update orders set expires_at = now() - interval '1 hour' where id = $1`, [body.balance_order_id]);
      await createExpireOrder(deps())({ order_id: body.balance_order_id! }, run);
      await runEdits(id);
      expect(await readEdit(id, body.id)).toMatchObject({ status: 'canceled', error: { code: 'balance_not_paid' } });
      expect(await held(id)).toEqual({ TEE: 2 });
      expect(await startFulfillment(api.db, id)).toMatchObject({ started: true });
      expect((await edit(id, less)).body.code).toBe('order_not_editable');
    });

    it('whose order is canceled meanwhile gives the balance back', async () => {
      const id = await order();
      const { body } = await edit(id, more);
      await payBalance(body.balance_order_id!);
      await call(api, 'POST', `/v1/orders/${id}/cancel`);
      await runEdits(id);
      expect(await readEdit(id, body.id)).toMatchObject({ status: 'canceled' });
      await refunds(id);
      await refunds(body.balance_order_id!);
      expect(await read(body.balance_order_id!)).toMatchObject({ payment_status: 'refunded' });
      const applied = await order();
      const next = (await edit(applied, more)).body;
      await payBalance(next.balance_order_id!);
      await runEdits(applied);
      await call(api, 'POST', `/v1/orders/${applied}/cancel`);
      for (const job of await jobs(applied, 'return-credits')) await createReturnCredits(deps())(job.payload, run);
      await refunds(applied);
      await refunds(next.balance_order_id!);
      expect(await read(applied)).toMatchObject({ status: 'canceled', payment_status: 'refunded' });
      expect(await read(next.balance_order_id!)).toMatchObject({ payment_status: 'refunded' });
      const canceled = await order();
      const open = (await edit(canceled, more)).body;
      await checkOut(open.balance_order_id!);
      await call(api, 'POST', `/v1/orders/${canceled}/cancel`);
      await runEdits(canceled);
      expect(await read(open.balance_order_id!)).toMatchObject({ status: 'canceled' });
    });

    it('is not made with a balance that is disputed before it is used', async () => {
      const id = await order();
      const { body } = await edit(id, more);
      await payBalance(body.balance_order_id!);
      await sql('update payments set disputed_amount = captured_amount where order_id = $1', [body.balance_order_id]);
      await runEdits(id);
      expect(await readEdit(id, body.id)).toMatchObject({ status: 'canceled', error: { code: 'balance_not_there' } });
      expect(await held(id)).toEqual({ TEE: 2 });
      await sql('update payments set disputed_amount = 0 where order_id = $1', [body.balance_order_id]);
    });

    it('keeps its money’s bounds with refunds beside it', async () => {
      const id = await order();
      await call(api, 'POST', `/v1/orders/${id}/refunds`, { body: { lines: [{ sku: 'TEE', quantity: 1 }] } });
      const refused = await edit(id, { remove: [{ sku: 'TEE' }], add: [{ sku: 'CAP', quantity: 1 }] });
      expect([refused.status, refused.body.errors?.[0]?.code]).toEqual([400, 'line_already_refunded']);
      expect((await edit(id, less)).body).toMatchObject({ status: 'applied', settlement: 'refund' });
      const now = await read(id);
      expect(now.lines).toMatchObject([{ sku: 'TEE', quantity: 1 }]);
    });
  });

  it('that is short of stock changes nothing', async () => {
    const id = await order();
    const { status, body } = await edit(id, { add: [{ sku: 'RARE', quantity: 2 }] });
    expect([status, body.code]).toEqual([409, 'out_of_stock']);
    expect(body.shortages).toEqual([{ sku: 'RARE', requested: 2, available: 1 }]);
    expect(await held(id)).toEqual({ TEE: 2 });
    expect(await sql('select 1 from order_edits where order_id = $1', [id])).toEqual([]);
  });

  it.each([
    [{ add: [{ sku: 'NONE', quantity: 1 }] }, '/add/0/sku', 'sku_unknown'],
    [{ remove: [{ sku: 'TEE' }] }, '', 'no_lines_left'],
    [{ remove: [{ sku: 'CAP' }] }, '/remove/0', 'line_unknown'],
    [{ change: [{ sku: 'TEE', quantity: 3 }], remove: [{ sku: 'TEE' }] }, '/remove/0', 'line_named_twice'],
    [{ shipping_method: 'balloon' }, '/shipping_method', 'shipping_method_unknown'],
    [{}, '', undefined],
    [{ add: [], note: 'x' }, '', undefined],
    [{ change: [{ quantity: 2 }] }, '/change/0', undefined],
    [{ adds: [] }, '', undefined],
  ])('of %j is refused', async (body, pointer, code) => {
    const id = await order();
    const answer = await edit(id, body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.[0]?.pointer).toBe(pointer);
    if (code) expect(answer.body.errors?.[0]?.code).toBe(code);
  });

  it('is made of the revision that was read, once per key, and one at a time', async () => {
    const id = await order();
    expect((await edit(id, less, { 'If-Match': '"v2"' })).status).toBe(412);
    const headers = { 'If-Match': '"v1"', 'Idempotency-Key': `edit-${id}` };
    const [first, again] = [await edit(id, less, headers), await edit(id, less, headers)];
    expect(again.body.id).toBe(first.body.id);
    const crowd = await Promise.all(
      [1, 2, 3, 4].map((quantity) => edit(id, { add: [{ sku: 'CAP', quantity }] }, { 'If-Match': '"v2"' })),
    );
    expect(crowd.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409]);
    expect(crowd.filter(({ status }) => status === 409).every(({ body }) => body.code === 'edit_in_progress')).toBe(
      true,
    );
    const list = await call<{ revision: number; data: EditJson[] }>(api, 'GET', `/v1/orders/${id}/edits`);
    expect(list.body).toMatchObject({
      revision: 2,
      data: [{ revision: 2, status: 'applied' }, { status: 'awaiting_payment' }],
    });
  });

  it('of the address alone is the buyer’s too, while the price stays', async () => {
    const id = await order();
    const { order_token } = await read(id);
    const asBuyer = (body: object, token = order_token) =>
      call<EditJson>(api, 'POST', `/v1/orders/${id}/edits`, {
        body,
        key: api.publishableKey,
        headers: { 'Order-Token': token },
      });
    const moved = await asBuyer({ shipping_address: { ...ADDRESS, line1: '2 Main Street' } });
    expect([moved.status, moved.body.settlement]).toEqual([201, 'none']);
    expect((await asBuyer(more)).status).toBe(403);
    expect((await asBuyer({ shipping_address: { ...ADDRESS, country: 'DE' } })).body.code).toBe('price_would_change');
    expect((await asBuyer(more, 'ot_wrong')).status).toBeGreaterThanOrEqual(400);
    const { parcels } = (await startFulfillment(api.db, id))!;
    expect(parcels).toHaveLength(1);
    expect((await asBuyer({ shipping_address: ADDRESS })).body.code).toBe('order_not_editable');
  });

  it('beside fulfilment either comes first or not at all', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await order();
      const [answer] = await Promise.all([edit(id, less), startFulfillment(api.db, id), startFulfillment(api.db, id)]);
      await startFulfillment(api.db, id);
      const quantity = answer.status === 201 ? 1 : 2;
      expect((await read(id)).lines).toMatchObject([{ quantity }]);
      expect(
        await sql(
          'select sum(l.quantity)::integer as units from shipment_lines l join shipments s on s.id = l.shipment_id where s.order_id = $1',
          [id],
        ),
      ).toEqual([{ units: quantity }]);
    }
  });

  it('of other kinds of orders is refused in words', async () => {
    const id = await order();
    const { body } = await edit(id, more);
    await checkOut(body.balance_order_id!);
    expect((await edit(body.balance_order_id!, less)).body.code).toBe('order_kind_not_editable');
  });
});
