/** Refunds, disputes and fraud warnings through all processes, with Stripe's sandbox on the other side. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readStripe } from '../bench/outside-facts.ts';
import { statement } from '../db/database.ts';
import { checkInvariants } from '../db/invariants.ts';
import { seedVariants } from './support/catalogue.ts';
import { call, type OrderJson, placeOrder, waitForOrder } from './support/client.ts';
import { describeEachStore } from './support/each-store.ts';
import { type System, startSystem } from './support/system.ts';
import { waitFor } from './support/wait-for.ts';

interface RefundJson {
  id: string;
  status: string;
  amount: { amount: number; currency: string };
  retried_by: string | null;
}
interface DisputeJson {
  id: string;
  provider_id: string;
  status: string;
  evidence_status: string | null;
  movements: { kind: string; net_amount: number }[];
}
type Order = OrderJson & { dispute_status: string | null; hold_reason: string | null };

const openJobs = statement('test_open_jobs', `select count(*)::integer as jobs from outbox where status = 'pending'`);
const dueBookings = statement('test_due_bookings', 'select count(*)::integer as due from ledger_due');

describeEachStore('money that goes back', (store) => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({
      databaseUrl: store.databaseUrl,
      redisUrl: store.redisUrl,
      env: {
        STOCKROOM_SWEEP_INTERVAL_SECONDS: '1',
        STOCKROOM_STALE_JOB_SECONDS: '2',
        STOCKROOM_OPERATIONS_EMAIL: 'ops@shop.example',
        STOCKROOM_REFUND_EARLY_FRAUD: 'true',
      },
    });
    await seedVariants(system.db, [{ sku: 'TEE', units: 1_000, amount: 1_999 }]);
    await control('settings', { disputeDelayMs: 300, refundDelayMs: 300 });
  }, 60_000);
  afterAll(() => system?.stop(), 30_000);

  async function control<T = unknown>(path: string, body: object): Promise<T> {
    const answer = await fetch(`${system.sandboxUrl}/sandbox/stripe/control/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
  async function paid(card = 'pm_card_visa', quantity = 2, currency = 'usd'): Promise<Order> {
    const placed = await placeOrder(system, { sku: 'TEE', card, quantity, currency }, { prefer: 'wait=10' });
    expect(placed.body).toMatchObject({ payment_status: 'paid' });
    return placed.body as Order;
  }
  const refund = (order: Order, body: object, headers: Record<string, string> = { prefer: 'wait=10' }) =>
    call<RefundJson>(system, 'POST', `/v1/orders/${order.id}/refunds`, { body, headers });
  const reach = (order: Order, accept: (order: Order) => boolean) =>
    waitForOrder(system, order.id, accept as (order: OrderJson) => boolean) as Promise<Order>;
  const disputesOf = async (order: Order) =>
    (await call<{ data: DisputeJson[] }>(system, 'GET', `/v1/disputes?order_id=${order.id}`)).body.data;

  it('by lines and by amount, until nothing is left', async () => {
    const order = await paid();
    expect(await refund(order, { lines: [{ sku: 'TEE', quantity: 1 }] })).toMatchObject({
      status: 201,
      body: { status: 'succeeded', amount: { amount: 1_999, currency: 'usd' } },
    });
    expect(await refund(order, { shipping: true })).toMatchObject({ body: { amount: { amount: 600 } } });
    expect(
      (await reach(order, ({ payment_status }) => payment_status === 'partially_refunded')).payment.refunded.amount,
    ).toBe(2_599);
    expect(await refund(order, {})).toMatchObject({ status: 201, body: { amount: { amount: 1_999 } } });
    await reach(order, ({ payment_status }) => payment_status === 'refunded');
    expect(await refund(order, { amount: 1 })).toMatchObject({ status: 409 });
  });

  it.each([
    ['jpy', 1_999, 500],
    ['kwd', 19_990, 5_000],
  ])('in the minor units of %s', async (currency, line, amount) => {
    const order = await paid('pm_card_visa', 2, currency);
    expect(await refund(order, { lines: [{ sku: 'TEE', quantity: 1 }] })).toMatchObject({
      status: 201,
      body: { status: 'succeeded', amount: { amount: line, currency } },
    });
    expect(await refund(order, { amount })).toMatchObject({ status: 201, body: { status: 'succeeded' } });
    if (currency === 'kwd')
      expect(await refund(order, { amount: 5_005 })).toMatchObject({
        status: 400,
        body: { errors: [{ code: 'amount_not_divisible' }] },
      });
  });

  it('no further than there is, when many ask at once', async () => {
    const order = await paid();
    const answers = await Promise.all(Array.from({ length: 30 }, () => refund(order, { amount: 1_000 }, {})));
    const granted = answers.filter((answer) => answer.status === 202);
    expect(granted).toHaveLength(4);
    const done = await reach(order, (now) => now.refunds.filter((each) => each.status === 'succeeded').length === 4);
    expect(done.payment.refunded.amount).toBe(4_000);
  });

  it('when the bank takes its time', async () => {
    const order = await paid('pm_card_pendingRefund');
    const { body } = await refund(order, { amount: 500 });
    expect(body).toMatchObject({ status: 'requested' });
    await reach(order, ({ refunds }) => refunds[0]?.status === 'succeeded');
  });

  it('is refundable again when the bank sends it back, and a person is told', async () => {
    const order = await paid('pm_card_refundFail');
    const { body } = await refund(order, { amount: 500 });
    const failed = await reach(order, ({ refunds }) => refunds[0]?.status === 'failed');
    expect(failed).toMatchObject({ payment_status: 'paid', payment: { refunded: { amount: 0 } } });
    await waitFor(async () => {
      const mails = await fetch(`${system.sandboxUrl}/mailbox.json?to=ops@shop.example`);
      return (await mails.text()).includes(`A refund failed: order ${order.number}`);
    });
    const retried = await call<RefundJson>(system, 'POST', `/v1/orders/${order.id}/refunds/${body.id}/retry`);
    expect(retried).toMatchObject({ status: 202, body: { amount: { amount: 500 } } });
    await reach(order, ({ refunds }) => refunds.length === 2 && refunds[1]?.status === 'failed');
  });

  it('when somebody refunds in Stripe’s dashboard', async () => {
    const order = await paid();
    await control(`charges/${order.payment.provider_id}/refund`, { amount: 700 });
    const seen = await reach(order, ({ payment_status }) => payment_status === 'partially_refunded');
    expect(seen).toMatchObject({ payment: { refunded: { amount: 700 } }, refunds: [{ status: 'succeeded' }] });
  });

  describe('disputes', () => {
    it('are won with evidence, and everything is where it was', async () => {
      const order = await paid('pm_card_createDispute');
      await reach(order, ({ dispute_status }) => dispute_status === 'open');
      expect(await refund(order, { amount: 1 }, {})).toMatchObject({ status: 409, body: { code: 'order_disputed' } });
      const [dispute] = await disputesOf(order);
      const texts = { uncategorized_text: 'winning_evidence' };
      const handed = await call<DisputeJson>(system, 'POST', `/v1/disputes/${dispute!.id}/evidence`, {
        body: { texts },
      });
      expect(handed).toMatchObject({ status: 202, body: { evidence_status: 'queued' } });
      const won = await reach(order, ({ dispute_status }) => dispute_status === 'won');
      expect(won).toMatchObject({ hold_reason: null, payment: { disputed: { amount: 0 } } });
      await waitFor(async () => (await disputesOf(order))[0]?.movements.length === 2);
      expect((await disputesOf(order))[0]).toMatchObject({ evidence_status: 'submitted', status: 'won' });
      await reach(order, ({ status }) => status === 'delivered');
    });

    it('that are lost keep the money', async () => {
      const order = await paid();
      await control(`charges/${order.payment.provider_id}/dispute`, {});
      await reach(order, ({ dispute_status }) => dispute_status === 'open');
      await control(`disputes/${(await disputesOf(order))[0]!.provider_id}/close`, { status: 'lost' });
      const lost = await reach(order, ({ dispute_status }) => dispute_status === 'lost');
      expect(lost.payment).toMatchObject({ disputed: { amount: 4_598 }, refundable: { amount: 0 } });
    });

    it('that are inquiries withdraw nothing', async () => {
      const order = await paid();
      await control(`charges/${order.payment.provider_id}/dispute`, { inquiry: true });
      expect((await reach(order, ({ dispute_status }) => dispute_status === 'inquiry')).payment).toMatchObject({
        disputed: { amount: 0 },
      });
      await control(`disputes/${(await disputesOf(order))[0]!.provider_id}/close`, { status: 'warning_closed' });
      await reach(order, ({ dispute_status }) => dispute_status === 'closed');
    });
  });

  it('at once for an early fraud warning, where that is configured', async () => {
    const order = await paid('pm_card_createIssuerFraudRecord');
    const warned = await reach(order, ({ payment_status }) => payment_status === 'refunded');
    expect(warned.refunds).toMatchObject([{ cause: expect.stringMatching(/^early_fraud_warning\//) }]);
  });

  it('leaves rows that agree with Stripe to the cent, and a ledger that agrees with the rows', async () => {
    await waitFor(
      async () => {
        const [jobs] = await system.db.rows<{ jobs: number }>(openJobs);
        const [bookings] = await system.db.rows<{ due: number }>(dueBookings);
        return jobs?.jobs === 0 && bookings?.due === 0;
      },
      { timeoutMs: 30_000 },
    );
    const stripe = await readStripe(system.sandboxUrl);
    const findings = await checkInvariants(system.db, { stripe });
    for (const number of [1, 2, 3, 4, 5]) expect(findings[number - 1]).toMatchObject({ examples: [], held: true });
  });
});
