/**
 * Whatever is done with an order, in whatever order: edited, captured, sent, brought back, exchanged, claimed, refunded, disputed, canceled,
 * refused steps included. After each sequence, when all jobs have run, every rule of the database holds, Stripe's objects agree, stock is
 * conserved, vendors have what is theirs, and nobody is owed a cent that no open order accounts for.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { receiveStripeEvent } from '../db/inbox.ts';
import { checkInvariants, type StripeFacts } from '../db/invariants.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { moveOrder } from '../db/order-events.ts';
import { findRefund } from '../db/refunds.ts';
import { countDueShares } from '../db/vendor-money.ts';
import { applyStripeEvent } from '../queues/apply-stripe-event.ts';
import { makeJob } from '../queues/define-queue.ts';
import { createAdvanceClaim } from '../workers/advance-claim.ts';
import { createAdvanceReturn } from '../workers/advance-return.ts';
import { createApplyEdit } from '../workers/apply-edit.ts';
import { createApplyStripeEvent } from '../workers/apply-stripe-event.ts';
import { createCancelPayment } from '../workers/cancel-payment.ts';
import { createCapturePayment } from '../workers/capture-payment.ts';
import { createCheckOutOrder } from '../workers/check-out-order.ts';
import { createConfirmPayment } from '../workers/confirm-payment.ts';
import { createExpireOrder } from '../workers/expire-order.ts';
import { createFollowVendorOrders } from '../workers/follow-vendor-orders.ts';
import { createFulfillOrder } from '../workers/fulfill-order.ts';
import { createIssueRefund } from '../workers/issue-refund.ts';
import { createPayVendor } from '../workers/pay-vendor.ts';
import { createReadPayment } from '../workers/read-payment.ts';
import { recordRefund } from '../workers/record-refund.ts';
import { createReturnCredits } from '../workers/return-credits.ts';
import { startApi, type TestApi } from './support/api.ts';
import { seedVariants } from './support/catalogue.ts';
import { call } from './support/client.ts';
import { createFakePayments } from './support/fake-payments.ts';
import { run } from './support/money-shop.ts';
import { seedVendor } from './support/vendor-shop.ts';

const RUNS = Number(process.env.STOCKROOM_ORDER_SEQUENCES ?? 4);

// biome-ignore lint/suspicious/noExplicitAny: answers are used as they come
type Json = any;

const SKUS = ['MUG', 'JUG', 'POT-1'];
const sku = fc.constantFrom(...SKUS);
const quantity = fc.integer({ min: 1, max: 3 });
const which = fc.nat(7);
const goods = fc.uniqueArray(fc.record({ sku, quantity }), {
  minLength: 1,
  maxLength: 3,
  selector: (line) => line.sku,
});
const one = <T extends string>(...words: T[]) => fc.constantFrom(...words);

const edit = fc.record({ do: one('edit'), how: one('add', 'change', 'remove', 'express', 'address'), sku, quantity });
const capture = fc.record({ do: one('capture'), part: fc.boolean() });
const pay = fc.record({ do: one('pay', 'pay', 'expire'), which });
const refund = fc.record({
  ...{ do: one('refund'), on: which, sku, quantity, restock: fc.boolean(), shipping: fc.boolean() },
  amount: fc.option(fc.integer({ min: 1, max: 2_000 }), { nil: undefined, freq: 3 }),
});
const bank = fc.record({ do: one('dispute', 'win', 'lose'), on: which });
const cancel = fc.record({ do: one('cancel'), on: which });
const back = fc.record({
  ...{ do: one('return'), sku, quantity, damaged: fc.boolean() },
  instead: fc.option(goods, { nil: undefined, freq: 1 }),
});
const claim = fc.record({
  ...{ do: one('claim'), sku, quantity, on: which },
  decide: one('reship', 'refund', 'reship', 'refund', 'refuse', 'cancel'),
});
const send = fc.record({ do: one('send') });
const failing = fc.record({ do: one('fail_refund', 'retry_refund'), which });

const before = fc.oneof(
  { weight: 4, arbitrary: edit },
  { weight: 2, arbitrary: capture },
  { weight: 2, arbitrary: pay },
  ...[refund, bank, cancel].map((arbitrary) => ({ weight: 1, arbitrary: arbitrary as fc.Arbitrary<Json> })),
);
const after = fc.oneof(
  { weight: 6, arbitrary: back },
  { weight: 6, arbitrary: claim },
  { weight: 4, arbitrary: send },
  { weight: 3, arbitrary: pay },
  { weight: 2, arbitrary: refund },
  { weight: 2, arbitrary: failing },
  ...[bank, cancel, edit].map((arbitrary) => ({ weight: 1, arbitrary: arbitrary as fc.Arbitrary<Json> })),
);
type Step =
  | (typeof edit extends fc.Arbitrary<infer S> ? S : never)
  | (typeof capture extends fc.Arbitrary<infer S> ? S : never)
  | (typeof pay extends fc.Arbitrary<infer S> ? S : never)
  | (typeof refund extends fc.Arbitrary<infer S> ? S : never)
  | (typeof bank extends fc.Arbitrary<infer S> ? S : never)
  | (typeof cancel extends fc.Arbitrary<infer S> ? S : never)
  | (typeof back extends fc.Arbitrary<infer S> ? S : never)
  | (typeof claim extends fc.Arbitrary<infer S> ? S : never)
  | (typeof send extends fc.Arbitrary<infer S> ? S : never)
  | (typeof failing extends fc.Arbitrary<infer S> ? S : never);

describe('any sequence of what may be done with an order', () => {
  let api: TestApi;
  const payments = createFakePayments();
  let events = 0;
  /** What was granted, by what was asked for: shown for long runs, where each must have been. */
  const tally = new Map<string, number>();
  beforeAll(async () => {
    api = await startApi({ payments });
    await seedVariants(api.db, [
      { sku: 'MUG', units: 100_000 },
      { sku: 'JUG', units: 100_000, amount: 3_333 },
    ]);
    await seedVendor(api.db, 'pot', 1_999);
    const policy = { name: 'All', is_default: true, fee_percent: 7.5, damaged_percent: 40, auto_approve: true };
    await call(api, 'POST', '/v1/return-policies', { body: policy });
  });
  afterAll(() => api?.close());

  const rows = async (text: string, values: unknown[] = []): Promise<Json[]> =>
    (await api.db.pool.query(text, values)).rows;

  /** What was refused is an answer like any other; only a failure of ours is not. */
  async function ask(method: 'GET' | 'POST', path: string, body?: object): Promise<Json> {
    const answer = await call<Json>(api, method, path, body ? { body } : {});
    if (answer.status >= 500) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    const what = path.replace(/[0-9a-f-]{36}/g, '…');
    tally.set(what, (tally.get(what) ?? 0) + (answer.status < 300 ? 1 : 0));
    return answer.status < 300 ? answer.body : undefined;
  }

  const carrier = {
    rates: async () => [],
    track: async () => [],
    buyLabel: async ({ shipmentId }: { shipmentId: string }) => ({
      ...{ id: `shp_${shipmentId}`, carrier: 'Parcelwing', service: 'standard', tracking_number: 'PW1' },
      ...{
        tracking_url: 'https://c.example/t',
        label_url: 'https://c.example/l',
        cost: { amount: 1, currency: 'usd' },
      },
    }),
  };
  const returnUrl = () => 'https://shop.example';
  const processors = (): Record<string, (payload: never, job: typeof run) => Promise<unknown>> => {
    const { db } = api;
    const deps = { db, payments, returnUrl, operationsEmail: undefined, carrier, connect: api.connect };
    return {
      'check-out-order': createCheckOutOrder(deps),
      'confirm-payment': createConfirmPayment(deps),
      'capture-payment': createCapturePayment(deps as never),
      'cancel-payment': createCancelPayment(deps as never),
      'expire-order': createExpireOrder(deps as never),
      'read-payment': createReadPayment(deps as never),
      'issue-refund': createIssueRefund(deps),
      'return-credits': createReturnCredits(deps),
      'apply-edit': createApplyEdit(deps),
      'advance-return': createAdvanceReturn({ ...deps, settleSeconds: 0 } as never),
      'advance-claim': createAdvanceClaim(deps),
      'follow-vendor-orders': createFollowVendorOrders(deps) as never,
      'pay-vendor': createPayVendor(deps as never),
    };
  };

  /** Runs what is open until nothing is; fulfilment only when it is that time. */
  async function drain(beside: Record<string, unknown> = {}): Promise<void> {
    const known = { ...processors(), ...(beside as ReturnType<typeof processors>) };
    for (let round = 0; round < 30; round++) {
      const jobs = await rows(
        `delete from outbox where queue = any($1) and status = 'pending' returning queue, payload`,
        [Object.keys(known)],
      );
      if (jobs.length === 0) return;
      for (const { queue, payload } of jobs) await known[queue]!(payload as never, run);
    }
    throw new Error('jobs make jobs without an end');
  }

  async function place(lines: { sku: string; quantity: number }[], isManual: boolean): Promise<string> {
    const { id } = await ask('POST', '/v1/orders', {
      ...{ lines, currency: 'usd', customer: { email: 'ada@example.com' } },
      shipping_address: { line1: '1 Main Street', city: 'Berlin', postal_code: '10115', country: 'DE' },
      payment: { payment_method: 'pm_card_visa', confirm: true, ...(isManual ? { capture_method: 'manual' } : {}) },
    });
    await drain();
    return id;
  }

  /** The order and what followed from it, oldest first. */
  const family = async (id: string): Promise<Json[]> =>
    rows(
      `with recursive f as (select * from orders where id = $1 union all select o.* from orders o join f on o.parent_id = f.id)
       select id, status, fulfillment_status, kind from f order by created_at, id`,
      [id],
    );
  const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];

  async function deliver(id: string): Promise<void> {
    for (const order of await family(id)) {
      if (order.status !== 'paid' || order.fulfillment_status !== 'processing') continue;
      await rows(
        `update shipments set status = 'delivered', shipped_at = now(), delivered_at = now() where order_id = $1`,
        [order.id],
      );
      for (const to of ['shipped', 'delivered'] as const)
        await moveOrder(api.db, { orderId: order.id, status: to, fulfillmentStatus: to, event: `order.${to}` });
    }
  }

  async function tellStripes(type: string, objectId: string): Promise<void> {
    const id = `evt_${++events}`;
    await receiveStripeEvent(api.db, { id, type, objectId, job: makeJob(applyStripeEvent, { event_id: id }) });
    await rows(`delete from outbox where queue = 'apply-stripe-event'`);
    const deps = { db: api.db, payments, operationsEmail: undefined, refundEarlyFraud: false };
    await createApplyStripeEvent(deps as never)({ event_id: id }, run);
  }

  async function dispute(orderId: string, how: 'dispute' | 'win' | 'lose'): Promise<void> {
    const intent = [...payments.intents.values()].find((each) => each.orderId === orderId);
    const known = [...payments.disputes.values()].find((each) => each.paymentIntent === intent?.id);
    if (how === 'dispute') {
      // Stripe refunds nothing that is disputed; this one would.
      await drain();
      const back = [...payments.refunds.values()].filter(
        (each) => each.paymentIntent === intent?.id && each.status !== 'failed',
      );
      const amount = (intent?.amountReceived ?? 0) - back.reduce((sum, each) => sum + each.amount, 0);
      if (!intent || known || amount <= 0) return;
      const id = `du_${intent.id}`;
      const base = { currency: 'usd', chargeId: 'ch_1', paymentIntent: intent.id, isChargeRefundable: false };
      payments.disputes.set(id, {
        ...{ id, status: 'needs_response', reason: 'general', amount, ...base },
        ...{ evidenceDueBy: null, submissionCount: 0, openedAt: new Date() },
        movements: [
          {
            id: `txn_out_${id}`,
            amount: -amount,
            fee: 1_500,
            net: -amount - 1_500,
            currency: 'usd',
            occurredAt: new Date(),
          },
        ],
      });
      return tellStripes('charge.dispute.created', id);
    }
    if (known?.status !== 'needs_response') return;
    known.status = how === 'win' ? 'won' : 'lost';
    if (how === 'win')
      known.movements.push({
        id: `txn_in_${known.id}`,
        amount: known.amount,
        fee: -1_500,
        net: known.amount + 1_500,
        currency: 'usd',
        occurredAt: new Date(),
      });
    return tellStripes('charge.dispute.closed', known.id);
  }

  const editOf: Record<string, (todo: Json) => object> = {
    add: ({ sku: name, quantity: units }) => ({ add: [{ sku: name, quantity: units }] }),
    change: ({ sku: name, quantity: units }) => ({ change: [{ sku: name, quantity: units }] }),
    remove: ({ sku: name }) => ({ remove: [{ sku: name }] }),
    express: () => ({ shipping_method: 'express' }),
    address: () => ({ shipping_address: { line1: '2 Side Street', city: 'Springfield', country: 'US' } }),
  };

  async function take(id: string, todo: Step): Promise<void> {
    const orders = await family(id);
    const target = 'on' in todo ? pick(orders, todo.on)!.id : id;
    switch (todo.do) {
      case 'edit':
        return ask('POST', `/v1/orders/${id}/edits`, editOf[todo.how]!(todo));
      case 'send':
        for (const order of orders)
          await createFulfillOrder({ db: api.db, carrier, payments } as never)({ order_id: order.id }, run);
        return deliver(id);
      case 'capture':
        return ask('POST', `/v1/orders/${id}/capture`, todo.part ? { amount: 1_000 } : {});
      case 'pay':
      case 'expire': {
        const open = orders.filter((order) => order.status === 'awaiting_payment');
        const order = pick(open, todo.which);
        if (!order) return;
        if (todo.do === 'pay') return ask('POST', `/v1/orders/${order.id}/pay`, { payment_method: 'pm_card_visa' });
        await rows(`update orders set expires_at = now() - interval '1 minute' where id = $1`, [order.id]);
        await createExpireOrder({ db: api.db, payments } as never)({ order_id: order.id }, run);
        return;
      }
      case 'return': {
        const kind = todo.instead ? { resolution: 'exchange', exchange_lines: todo.instead } : {};
        const lines = [{ sku: todo.sku, quantity: todo.quantity, reason: 'unwanted' }];
        const asked = await ask('POST', `/v1/orders/${id}/returns`, { ...kind, way: 'own', lines });
        if (!asked) return;
        const counts = todo.damaged ? { damaged: todo.quantity } : { good: todo.quantity };
        return ask('POST', `/v1/returns/${asked.id}/receive`, {
          lines: [{ sku: todo.sku, ...counts }],
          complete: true,
        });
      }
      case 'claim': {
        const lines = [{ sku: todo.sku, quantity: todo.quantity }];
        const asked = await ask('POST', `/v1/orders/${target}/claims`, { kind: 'lost', lines });
        return (
          asked &&
          ask('POST', `/v1/claims/${asked.id}/${todo.decide}`, todo.decide === 'refuse' ? { reason: 'It came.' } : {})
        );
      }
      case 'refund': {
        const lines = todo.restock ? { lines: [{ sku: todo.sku, quantity: todo.quantity }] } : {};
        const amount = todo.amount === undefined ? {} : { amount: todo.amount };
        return ask('POST', `/v1/orders/${target}/refunds`, { ...lines, ...amount, shipping: todo.shipping });
      }
      case 'fail_refund':
      case 'retry_refund': {
        const made = await rows(
          `select id, order_id, provider_id, status from refunds where order_id = any($1) order by id`,
          [orders.map((order) => order.id)],
        );
        const refund = pick(made, todo.which);
        if (!refund) return;
        if (todo.do === 'retry_refund') return ask('POST', `/v1/orders/${refund.order_id}/refunds/${refund.id}/retry`);
        const sent = payments.refunds.get(refund.provider_id);
        if (!sent || refund.status !== 'succeeded') return;
        sent.status = 'failed';
        await recordRefund({ db: api.db }, (await findRefund(api.db, refund.id))!, {
          ...sent,
          failureReason: 'declined',
        });
        return;
      }
      case 'dispute':
      case 'win':
      case 'lose':
        return dispute(target, todo.do);
      case 'cancel':
        return ask('POST', `/v1/orders/${target}/cancel`, { reason: 'so be it' });
    }
  }

  const stripes = (): StripeFacts => ({
    intents: [...payments.intents.values()].map(({ id, status, amountReceived, currency, orderId }) => ({
      ...{ id, status, amount_received: amountReceived, currency, metadata: { order_id: orderId } },
    })),
    refunds: [...payments.refunds.values()].map(({ id, status, amount, currency, paymentIntent, refundId }) => ({
      ...{ id, status, amount, currency, payment_intent: paymentIntent, metadata: { refund_id: refundId } },
    })),
    disputes: [...payments.disputes.values()].map(({ id, status, amount, paymentIntent }) => ({
      ...{ id, status, amount, payment_intent: paymentIntent },
    })),
  });

  async function settle(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      await drain();
      await bookDueFacts(api.db);
      await countDueShares(api.db, { delaySeconds: 0 } as never);
    }
  }

  /** Of orders that nothing can happen to any more without somebody's doing, nobody owes or is owed anything. */
  const owed = (id: string) =>
    rows(
      `with recursive f as (select id from orders where id = $1 union all select o.id from orders o join f on o.parent_id = f.id)
       select sum(e.amount)::integer as amount from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
       where e.account = 'customer_receivable' and t.order_id in (select id from f)`,
      [id],
    );

  /** Whether something of it waits for a person, the bank or a payment. */
  async function isOpen(id: string): Promise<boolean> {
    const orders = (await family(id)).map((order) => order.id);
    const open = await rows(
      `select 1 from exceptions where resolved_at is null and order_id = any($1)
         and code in ('credit_not_refunded', 'refund_failed', 'return_not_settled', 'claim_not_refunded', 'more_returned_than_captured')
       union all select 1 from orders where id = any($1) and status in ('pending', 'awaiting_payment', 'authorized')
       union all select 1 from disputes where order_id = any($1)`,
      [orders],
    );
    return open.length > 0;
  }

  it('keeps money, stock, the ledger and the vendors as they must be', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          lines: goods,
          isManual: fc.boolean(),
          first: fc.array(before, { maxLength: 4 }),
          afterwards: fc.array(after, { minLength: 5, maxLength: 16 }),
        }),
        async ({ lines, isManual, first, afterwards }) => {
          const id = await place(lines, isManual);
          for (const [at, todo] of [...first, { do: 'send' as const }, ...afterwards].entries()) {
            await take(id, todo);
            // Some of what follows comes later than the next step.
            if (at % 3 !== 2) await drain();
          }
          await settle();
          const found = await checkInvariants(api.db, { graceSeconds: 3_600, waitSeconds: 3_600, stripe: stripes() });
          expect(found.flatMap(({ examples }) => examples)).toEqual([]);
          if (!(await isOpen(id))) expect((await owed(id))[0].amount ?? 0).toBe(0);
        },
      ),
      // The short run is the same each time; a long one looks for what nobody thought of.
      { numRuns: RUNS, ...(process.env.STOCKROOM_ORDER_SEQUENCES ? {} : { seed: 20_261_121 }) },
    );
    if (RUNS < 50) return;
    process.stderr.write(`\n${[...tally].map(([what, times]) => `${times} ${what}`).join('\n')}\n`);
    expect([...tally].filter(([, times]) => times === 0)).toEqual([]);
  }, 600_000);
});
