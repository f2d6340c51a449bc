/** Manual captures, authorizations that run out, and saved methods, through all processes with Stripe's sandbox on the other side. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readStripe } from '../bench/outside-facts.ts';
import { statement } from '../db/database.ts';
import { checkInvariants } from '../db/invariants.ts';
import { seedVariants } from './support/catalogue.ts';
import { type ApiAnswer, call, type OrderJson, orderBody, placeOrder, waitForOrder } from './support/client.ts';
import { describeEachStore } from './support/each-store.ts';
import { ALL_ROLES, type System, startSystem } from './support/system.ts';
import { waitFor } from './support/wait-for.ts';

interface PaymentJson {
  provider_id: string;
  capturable: { amount: number };
  captured: { amount: number };
  uncaptured: { amount: number };
  capture_before: string | null;
  next_action_url: string | null;
}
type Held = OrderJson & { hold_reason: string | null; status_reason: string | null; customer: { id: string | null } };

const soon = statement(
  'test_soon',
  `update payments set capture_before = now() + interval '23 hours' where order_id = $1`,
);
const openJobs = statement(
  'test_open_jobs',
  `select queue, job_id, attempts, last_error from outbox where status = 'pending'`,
);
const dueBookings = statement('test_due_bookings', 'select subject, subject_id, tries from ledger_due');

const OPERATIONS = 'ops@shop.example';
const DAY = 86_400;

describeEachStore('money that is held', (store) => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({
      databaseUrl: store.databaseUrl,
      redisUrl: store.redisUrl,
      env: {
        STOCKROOM_SWEEP_INTERVAL_SECONDS: '1',
        STOCKROOM_STALE_JOB_SECONDS: '3',
        STOCKROOM_JOB_LOCK_SECONDS: '3',
        STOCKROOM_JOB_STALLED_SECONDS: '1',
        STOCKROOM_OPERATIONS_EMAIL: OPERATIONS,
      },
    });
    await seedVariants(system.db, [{ sku: 'TEE', units: 1_000, amount: 2_000 }]);
  }, 60_000);
  afterAll(() => system?.stop(), 30_000);

  let keys = 0;
  const post = <T = OrderJson>(path: string, body: unknown, headers: Record<string, string> = {}) =>
    call<T>(system, 'POST', path, {
      body,
      headers: { 'idempotency-key': `captures-${store.kind}-${++keys}`, ...headers },
    });
  const pay = (payment: object, customer: object = {}): Promise<ApiAnswer<OrderJson>> => {
    const body = orderBody({ sku: 'TEE' });
    return post('/v1/orders', { ...body, customer: { ...body.customer, ...customer }, payment }, { prefer: 'wait=10' });
  };
  const paymentOf = (order: OrderJson) => order.payment as unknown as PaymentJson;
  const control = async (path: string, body: object) => {
    const response = await fetch(`${system.sandboxUrl}/sandbox/stripe/control/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect([200, 201]).toContain(response.status);
  };
  const stripe = (path: string, body?: Record<string, string>) =>
    fetch(`${system.sandboxUrl}/v1/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${system.env.STRIPE_SECRET_KEY}` },
      ...(body ? { body: new URLSearchParams(body) } : {}),
    }).then((response) => response.json() as Promise<{ status: string; amount_received: number }>);
  const mails = async (to: string) => {
    const response = await fetch(`${system.sandboxUrl}/mailbox.json?to=${encodeURIComponent(to)}`);
    const body = (await response.json()) as { subject: string }[] | { data: { subject: string }[] };
    return (Array.isArray(body) ? body : body.data).map((mail) => mail.subject);
  };
  const untilMail = (to: string, text: string) =>
    waitFor(async () => (await mails(to)).some((subject) => subject.includes(text)), { timeoutMs: 15_000 });

  async function hold(captureMethod: 'manual' | 'at_shipment' = 'manual'): Promise<OrderJson> {
    const placed = await pay({ payment_method: 'pm_card_visa', confirm: true, capture_method: captureMethod });
    expect(placed.status).toBe(201);
    return placed.body;
  }

  it('is captured whole, once however often it is asked for, and sent', async () => {
    const order = await hold();
    expect(order).toMatchObject({ status: 'authorized', payment_status: 'authorized' });
    expect(paymentOf(order)).toMatchObject({ capturable: { amount: 2_600 }, captured: { amount: 0 } });
    expect(Date.parse(paymentOf(order).capture_before!)).toBeGreaterThan(Date.now() + 6 * DAY * 1_000);
    const headers = { 'idempotency-key': `same-${store.kind}`, prefer: 'wait=10' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(`/v1/orders/${order.id}/capture`, {}, headers)));
    for (const { status, body } of answers) expect([status, body.payment_status]).toEqual([200, 'paid']);
    // Stripe's event may tell of the money before the capture's own job has: until then it is in progress.
    const again = () => post<{ code: string }>(`/v1/orders/${order.id}/capture`, {});
    await waitFor(async () => (await again()).body.code !== 'capture_in_progress');
    expect(await again()).toMatchObject({ status: 409, body: { code: 'order_not_capturable' } });
    expect(await stripe(`payment_intents/${order.payment.provider_id}`)).toMatchObject({ amount_received: 2_600 });
    await waitForOrder(system, order.id, ({ status }) => status === 'delivered');
  });

  it('is captured in part: the rest is released, and what is left is refunded to the cent', async () => {
    const order = await hold();
    const tooMuch = await post<{ code: string }>(`/v1/orders/${order.id}/capture`, { amount: 2_601 });
    expect(tooMuch).toMatchObject({ status: 409, body: { code: 'capture_exceeds_authorized' } });
    const amount = { amount: 1_000, currency: 'usd' };
    const taken = await post(`/v1/orders/${order.id}/capture`, { amount }, { prefer: 'wait=10' });
    expect(taken).toMatchObject({ status: 200, body: { status: 'paid', payment_status: 'partially_captured' } });
    expect(paymentOf(taken.body)).toMatchObject({
      capturable: { amount: 0 },
      captured: { amount: 1_000 },
      uncaptured: { amount: 1_600 },
    });
    await waitForOrder(system, order.id, ({ status }) => status === 'delivered');
    expect((await post(`/v1/orders/${order.id}/refunds`, {}, { prefer: 'wait=10' })).status).toBe(201);
    const refunded = await waitForOrder(system, order.id, (each) => each.payment_status === 'refunded');
    expect(refunded.payment.refunded).toMatchObject({ amount: 1_000 });
  });

  it.each([
    ['jpy', 1_001],
    ['kwd', 12_340],
  ])('is captured in part in %s, a currency of other decimals', async (currency, amount) => {
    const body = orderBody({ sku: 'TEE', card: 'pm_card_visa', captureMethod: 'manual', currency });
    const { body: order } = await post('/v1/orders', body, { prefer: 'wait=10' });
    const taken = await post(`/v1/orders/${order.id}/capture`, { amount }, { prefer: 'wait=10' });
    expect(taken.body.payment_status).toBe('partially_captured');
    const whole = order.totals.total.amount;
    expect(paymentOf(taken.body)).toMatchObject({
      captured: { amount, currency },
      uncaptured: { amount: whole - amount, currency },
    });
    expect((await post(`/v1/orders/${order.id}/refunds`, {}, { prefer: 'wait=10' })).status).toBe(201);
    const refunded = await waitForOrder(system, order.id, (each) => each.payment_status === 'refunded');
    expect(refunded.payment.refunded).toMatchObject({ amount });
  });

  it('is captured once when the workers are killed before they hear of it, and no event tells them', async () => {
    const order = await hold();
    const intent = `payment_intents/${order.payment.provider_id}`;
    const match = { method: 'POST', path: `/v1/${intent}/capture` };
    await control('faults', { kind: 'slow', phase: 'after', delay_ms: 8_000, times: 1, match });
    await control('faults', { kind: 'webhook_lose', match: { event_type: 'payment_intent.succeeded' } });
    await post(`/v1/orders/${order.id}/capture`, { amount: 2_000 });
    await waitFor(async () => (await stripe(intent)).status === 'succeeded', { timeoutMs: 10_000 });
    await system.processes.get(ALL_ROLES)!.kill('SIGKILL');
    expect((await call(system, 'GET', `/v1/orders/${order.id}`)).body.status).toBe('authorized');
    await fetch(`${system.sandboxUrl}/sandbox/stripe/control/faults`, { method: 'DELETE' });
    await system.start(ALL_ROLES);
    const paid = await waitForOrder(system, order.id, ({ status }) => status !== 'authorized', 30_000);
    expect(paid).toMatchObject({ payment_status: 'partially_captured', payment: { captured: { amount: 2_000 } } });
    expect(await stripe(intent)).toMatchObject({ amount_received: 2_000 });
    await waitForOrder(system, order.id, ({ status }) => status === 'delivered');
  }, 90_000);

  it('that somebody captures in part in the dashboard is held and told', async () => {
    const order = await hold();
    await stripe(`payment_intents/${order.payment.provider_id}/capture`, { amount_to_capture: '900' });
    const held = await waitForOrder(system, order.id, (each) => each.payment_status === 'partially_captured');
    expect(held).toMatchObject({
      status: 'paid',
      fulfillment_status: 'unfulfilled',
      hold_reason: 'partially_captured',
    });
    await untilMail(OPERATIONS, `A payment differs from its order: order ${order.number}`);
    await post(`/v1/orders/${order.id}/release-hold`, { reason: 'agreed by phone' });
    await waitForOrder(system, order.id, ({ status }) => status === 'delivered');
  });

  it('is released when the order is canceled, and cannot be captured then', async () => {
    const order = await hold();
    await post(`/v1/orders/${order.id}/cancel`, {});
    await waitForOrder(system, order.id, (each) => each.payment_status === 'canceled');
    expect(await stripe(`payment_intents/${order.payment.provider_id}`)).toMatchObject({ status: 'canceled' });
    const late = await post<{ code: string }>(`/v1/orders/${order.id}/capture`, {});
    expect(late).toMatchObject({ status: 409, body: { code: 'order_not_capturable' } });
  });

  it('is taken at shipment', async () => {
    const order = await hold('at_shipment');
    const delivered = await waitForOrder(system, order.id, ({ status }) => status === 'delivered');
    expect(delivered.payment.captured).toMatchObject({ amount: 2_600 });
  });

  it('by a card that is saved is charged later without the customer, whom one mail asks when the bank does', async () => {
    const email = `saved-${store.kind}@example.com`;
    const first = await pay({ payment_method: 'pm_card_visa', confirm: true, save_method: true }, { email });
    expect(first.body).toMatchObject({ status: 'paid', customer: { id: expect.any(String) } });
    const { id } = (first.body as Held).customer;
    const strict = await pay(
      { payment_method: 'pm_card_authenticationRequired', confirm: true, save_method: true },
      { email },
    );
    await control(`payment_intents/${strict.body.payment.provider_id}/authenticate`, { outcome: 'success' });
    await waitForOrder(system, strict.body.id, ({ status }) => status !== 'awaiting_payment');
    const path = `/v1/customers/${id}/payment-methods`;
    const list = async () => (await call<{ data: { id: string; last4: string }[] }>(system, 'GET', path)).body.data;
    const saved = await list();
    expect(saved.map(({ last4 }) => last4).sort()).toEqual(['3184', '4242']);
    const [visa, asking] = ['4242', '3184'].map((last4) => saved.find((method) => method.last4 === last4)!);

    expect((await call(system, 'PUT', `${path}/${visa!.id}/default`)).status).toBe(200);
    const charged = await pay({ off_session: true }, { id, email });
    expect(charged.body).toMatchObject({ status: 'paid' });

    const asked = await pay({ off_session: true, payment_method: asking!.id }, { id, email });
    const waiting = await waitForOrder(system, asked.body.id, (each) => each.payment_status === 'requires_action');
    expect(waiting.payment.next_action_url).toContain(system.sandboxUrl);
    await untilMail(email, `Confirm your payment for order ${asked.body.number}`);
    await control(`payment_intents/${waiting.payment.provider_id}/authenticate`, { outcome: 'success' });
    await waitForOrder(system, asked.body.id, (each) => each.payment_status === 'paid');
    const ofThis = (await mails(email)).filter((subject) => subject.includes(asked.body.number));
    expect(ofThis.filter((subject) => /Confirm your payment|did not go through/.test(subject))).toHaveLength(1);

    expect((await call(system, 'DELETE', `${path}/${visa!.id}`)).status).toBe(204);
    expect((await call(system, 'DELETE', `${path}/${visa!.id}`)).status).toBe(404);
    expect((await list()).map((method) => method.id)).toEqual([asking!.id]);
    const without = await post<{ errors: { code: string }[] }>('/v1/orders', {
      ...orderBody({ sku: 'TEE' }),
      customer: { email, id },
      payment: { off_session: true },
    });
    expect(without).toMatchObject({ status: 400, body: { errors: [{ code: 'payment_method_missing' }] } });
  }, 60_000);

  it('lets Stripe offer every method that the account has: wallets too', async () => {
    const placed = await placeOrder(system, { sku: 'TEE' }, { prefer: 'wait=10' });
    const intent = (await stripe(`payment_intents/${placed.body.payment.provider_id}`)) as unknown as object;
    expect(intent).toMatchObject({
      automatic_payment_methods: { enabled: true, allow_redirects: 'always' },
      allowed_payment_method_types: null,
      excluded_payment_method_types: null,
    });
  });

  describe('for longer than the bank holds it', () => {
    it('is told of before, then the order ends, its stock is free, and a late capture takes nothing', async () => {
      const order = await hold();
      // Our clock cannot be moved: the time that Stripe named is.
      await system.db.rows(soon, [order.id]);
      await untilMail(OPERATIONS, `An authorization runs out soon: order ${order.number}`);
      await control('advance', { seconds: 7 * DAY + 60 });
      const late = await post<{ code: string }>(`/v1/orders/${order.id}/capture`, {}, { prefer: 'wait=10' });
      expect([200, 409]).toContain(late.status);
      const ended = await waitForOrder(system, order.id, ({ status }) => status === 'canceled');
      expect(ended).toMatchObject({ status_reason: 'authorization_expired', payment_status: 'canceled' });
      await untilMail(OPERATIONS, `An authorization ran out: order ${order.number}`);
      await untilMail('ada@example.com', `Your order ${order.number} was canceled`);
    });

    it('leaves every invariant as it was', async () => {
      let open: unknown[] = [];
      const isSettled = async () => {
        open = [...(await system.db.rows(openJobs)), ...(await system.db.rows(dueBookings))];
        return open.length === 0;
      };
      await waitFor(isSettled, { timeoutMs: 20_000, everyMs: 100 }).catch(() => expect(open).toEqual([]));
      const stripe = await readStripe(system.sandboxUrl);
      const findings = await checkInvariants(system.db, { graceSeconds: 0, waitSeconds: 120, stripe });
      expect(findings.filter(({ held }) => !held).map(({ title, examples }) => ({ title, examples }))).toEqual([]);
    });
  });
});
