/** Subscriptions on the whole system: through the API and the jobs to the sandbox Stripe, and back by its events. */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { SubscriptionView } from '../api/subscription-views.ts';
import { findSubscription } from '../db/subscriptions.ts';
import { createStripeBilling } from '../providers/billing.ts';
import { seedVariants } from './support/catalogue.ts';
import { call, orderBody, waitForOrder } from './support/client.ts';
import { describeEachStore } from './support/each-store.ts';
import { type System, startSystem } from './support/system.ts';
import { waitFor } from './support/wait-for.ts';

type Json = SubscriptionView & { code?: string };

const WORKERS = 'checkout,payments,notifications,relay,scheduler';
const wait = { Prefer: 'wait=15' };

describeEachStore('a subscription', (store) => {
  let system: System;
  let customerId: string;
  beforeAll(async () => {
    system = await startSystem({
      databaseUrl: store.databaseUrl,
      redisUrl: store.redisUrl,
      workers: [WORKERS],
      env: {
        STOCKROOM_SWEEP_INTERVAL_SECONDS: '1',
        STOCKROOM_STALE_JOB_SECONDS: '2',
        STOCKROOM_JOB_LOCK_SECONDS: '5',
        STOCKROOM_JOB_STALLED_SECONDS: '1',
        STOCKROOM_JOB_BACKOFF_SECONDS: '0.2',
      },
    });
    await seedVariants(system.db, [
      { sku: 'TEE', units: 1_000, amount: 1_999 },
      { sku: 'SOAP', units: 1_000, amount: 350 },
    ]);
    const known = { body: { email: 'saved@example.com', name: 'Ada' } };
    customerId = (await call<{ id: string }>(system, 'POST', '/v1/customers', known)).body.id;
    const { customer, ...order } = orderBody({ sku: 'TEE', card: 'pm_card_visa', email: 'saved@example.com' });
    const payment = { ...order.payment, save_method: true };
    const body = { ...order, payment, customer: { ...customer, id: customerId } };
    const placed = await call(system, 'POST', '/v1/orders', { body });
    await waitForOrder(system, placed.body.id, (each) => each.payment_status === 'paid');
    const methods = await call<{ data: { id: string }[] }>(
      system,
      'GET',
      `/v1/customers/${customerId}/payment-methods`,
    );
    const path = `/v1/customers/${customerId}/payment-methods/${methods.body.data[0]?.id}/default`;
    await call(system, 'PUT', path);
  }, 90_000);
  afterAll(() => system?.stop(), 30_000);

  const send = (method: string, path: string, body?: object, headers: Record<string, string> = wait) =>
    call<Json>(system, method, `/v1/subscriptions${path}`, { ...(body ? { body } : {}), headers });
  const get = async (id: string) => (await send('GET', `/${id}`)).body;
  const wish = (more: object = {}) => ({
    customer: { id: customerId },
    lines: [{ sku: 'TEE', quantity: 2 }],
    currency: 'usd',
    interval: 'month',
    shipping_address: { line1: '1 Main Street', city: 'Springfield', postal_code: '12345', country: 'US' },
    payment_method: 'default',
    ...more,
  });
  const start = async (more: object = {}) => (await send('POST', '', wish(more))).body;
  const billing = () =>
    createStripeBilling({ secretKey: system.env.STRIPE_SECRET_KEY!, apiBase: system.sandboxUrl, timeoutMs: 10_000 });
  const atStripe = async (id: string) => {
    const row = await findSubscription(system.db, id);
    return (await billing().retrieveSubscription(row!.provider_id!))!;
  };
  const fault = (body: object) =>
    fetch(`${system.sandboxUrl}/sandbox/stripe/control/faults`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const made = async () => {
    const row = await findSubscription(system.db, (await start()).id);
    const all = [];
    for await (const page of billing().listSubscriptions({ since: new Date(0) })) all.push(...page);
    return { row, all };
  };

  // The same for both stores: nothing of it meets a queue in another way.
  const onOne = store.kind === 'postgres' ? it : it.skip;

  it('charges a saved method at once, exactly what an order would cost', async () => {
    const { status, body } = await send('POST', '', wish());
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: 'active', pending_changes: [], last_refusal: null });
    const { items } = await atStripe(body.id);
    expect(items.reduce((sum, item) => sum + item.unitAmount * item.quantity, 0)).toBe(body.totals.total.amount);
    expect(body.current_period).toMatchObject({ start: expect.any(String), end: body.next_payment_at });
  });

  it('waits for the storefront where no method is saved, and starts when the customer has paid', async () => {
    const { payment_method: _, ...guest } = wish({ customer: { email: 'guest@example.com', name: 'Guest' } });
    const { body } = await send('POST', '', guest);
    expect(body).toMatchObject({ status: 'incomplete', payment: { client_secret_kind: 'payment' } });
    const secret = String(body.payment.client_secret);
    await fetch(`${system.sandboxUrl}/v1/payment_intents/${secret.split('_secret_')[0]}/confirm`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${system.env.STRIPE_SECRET_KEY}` },
      body: new URLSearchParams({ payment_method: 'pm_card_visa', return_url: 'https://shop.example' }),
    });
    const started = await waitFor(async () => {
      const now = await get(body.id);
      return now.status === 'active' && now;
    });
    expect(started.payment).toMatchObject({ client_secret: null, payment_method: expect.stringMatching(/^pm_/) });
    const mail = await waitFor(async () => {
      const box = await fetch(`${system.sandboxUrl}/mailbox.json?to=guest@example.com`);
      const { data } = (await box.json()) as { data: { subject: string; text: string }[] };
      return data.find(({ subject }) => subject.includes('has started'));
    });
    expect(mail.text).toContain(`?subscription=${body.id}&token=${body.subscription_token}`);
  });

  it('changes lines, rhythm and coupon, each once, as it was previewed', async () => {
    const { id } = await start();
    const change = {
      lines: [
        { sku: 'TEE', quantity: 3 },
        { sku: 'SOAP', quantity: 4 },
      ],
      proration: 'always_invoice',
    };
    const seen = await call<{
      plan: { totals: { total: { amount: number } } };
      invoice: { total: { amount: number } };
    }>(system, 'POST', `/v1/subscriptions/${id}/preview`, { body: change });
    expect(seen.status).toBe(200);
    const { status, body } = await send('PATCH', `/${id}`, change);
    expect({ status, refusal: body.last_refusal }).toEqual({ status: 200, refusal: null });
    expect(body.totals.total.amount).toBe(seen.body.plan.totals.total.amount);
    const { items } = await atStripe(id);
    expect(items.reduce((sum, item) => sum + item.unitAmount * item.quantity, 0)).toBe(body.totals.total.amount);
    const weekly = (await send('PATCH', `/${id}`, { interval: 'week', interval_count: 2 })).body;
    expect(weekly).toMatchObject({ interval: 'week', interval_count: 2, last_refusal: null });
    expect((await atStripe(id)).items.every((item) => item.intervalUnit === 'week')).toBe(true);
  });

  it('is paused, resumed, skipped, ended and taken back', async () => {
    const { id } = await start();
    const { body: paused } = await send('POST', `/${id}/pause`);
    expect(paused).toMatchObject({ status: 'paused', next_payment_at: null, last_refusal: null });
    const { body: resumed } = await send('POST', `/${id}/resume`);
    expect(resumed).toMatchObject({ status: 'active', last_refusal: null });
    const { body: skipped } = await send('POST', `/${id}/skip`);
    expect(Date.parse(String(skipped.next_payment_at))).toBeGreaterThan(Date.parse(String(resumed.next_payment_at)));
    expect((await send('POST', `/${id}/unskip`)).body.next_payment_at).toBe(resumed.next_payment_at);
    expect((await send('POST', `/${id}/cancel`)).body).toMatchObject({ status: 'active', cancel_at_period_end: true });
    expect((await send('POST', `/${id}/reactivate`)).body).toMatchObject({ cancel_at_period_end: false });
    expect((await send('POST', `/${id}/cancel`, { at: 'now' })).body).toMatchObject({ status: 'canceled' });
    expect((await atStripe(id)).status).toBe('canceled');
  });

  onOne(
    'is billed and sent each period but the skipped one and those of its pause',
    async () => {
      const { id } = await start();
      const advance = (days: number) =>
        fetch(`${system.sandboxUrl}/sandbox/stripe/control/advance`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ seconds: days * 86_400 }),
        });
      const invoices = async () => {
        const path = `/v1/subscriptions/${id}/invoices`;
        const { data } = (await call<{ data: { status: string; order: object | null }[] }>(system, 'GET', path)).body;
        return data.map(({ status, order }) => [status, order !== null]).sort();
      };
      const become = async (...wanted: [string, boolean][]) => {
        await waitFor(async () => isDeepStrictEqual(await invoices(), wanted), { timeoutMs: 20_000 }).catch(() => {});
        expect(await invoices()).toEqual(wanted);
      };
      await become(['paid', true]);
      expect((await send('POST', `/${id}/skip`)).body.last_refusal).toBeNull();
      await advance(32);
      await become(['paid', true], ['void', false]);
      await advance(31);
      await become(['paid', true], ['paid', true], ['void', false]);
      expect((await send('POST', `/${id}/pause`)).body).toMatchObject({ status: 'paused' });
      await advance(64);
      expect((await send('POST', `/${id}/resume`)).body).toMatchObject({ status: 'active', last_refusal: null });
      await become(['paid', true], ['paid', true], ['void', false]);
      await advance(32);
      await become(['paid', true], ['paid', true], ['paid', true], ['void', false]);
    },
    120_000,
  );

  it('goes on by itself when its pause ends', async () => {
    const { id } = await start();
    const until = new Date(Date.now() + 2_000).toISOString();
    expect((await send('POST', `/${id}/pause`, { until })).body).toMatchObject({ status: 'paused' });
    await waitFor(async () => (await get(id)).status === 'active', { timeoutMs: 20_000 });
  });

  it('says why Stripe refuses a change', async () => {
    const { id } = await start();
    const { body } = await send('PATCH', `/${id}`, { coupon: 'NO-SUCH-COUPON' });
    expect(body).toMatchObject({ coupon: null, last_refusal: { kind: 'plan', code: 'resource_missing' } });
    const refused = await send('POST', '', wish({ payment_method: 'pm_of_somebody_else' }));
    expect(refused.body).toMatchObject({ status: 'rejected', last_refusal: { kind: 'create' } });
  });

  onOne.each([
    ['answer_lost', {}],
    ['server_error', { phase: 'after' }],
    ['rate_limit', {}],
  ])(
    'is made and changed once through %s %o',
    async (kind, more) => {
      const match = { method: 'POST', path: '/v1/subscriptions*' };
      await fault({ kind, ...more, match, times: 2 });
      const { row, all } = await made();
      await waitFor(async () => (await get(row!.id)).status === 'active', { timeoutMs: 30_000 });
      expect(all.filter((each) => each.subscriptionId === row!.id).length).toBeLessThanOrEqual(1);
      await fault({ kind, ...more, match, times: 2 });
      await send(
        'PATCH',
        `/${row!.id}`,
        {
          lines: [
            { sku: 'TEE', quantity: 1 },
            { sku: 'SOAP', quantity: 9 },
          ],
        },
        {},
      );
      const now = await waitFor(
        async () => {
          const seen = await get(row!.id);
          return seen.pending_changes.length === 0 && seen;
        },
        { timeoutMs: 30_000 },
      );
      const { items } = await atStripe(row!.id);
      expect(items.map(({ lineId }) => lineId).length).toBe(new Set(items.map(({ lineId }) => lineId)).size);
      expect(items.reduce((sum, item) => sum + item.unitAmount * item.quantity, 0)).toBe(now.totals.total.amount);
    },
    90_000,
  );

  it('is made once when its worker is killed at work', async () => {
    await fault({
      kind: 'slow',
      phase: 'after',
      delay_ms: 3_000,
      match: { method: 'POST', path: '/v1/subscriptions' },
      times: 1,
    });
    const { id } = (await send('POST', '', wish(), {})).body;
    await waitFor(async () => {
      for await (const page of billing().listSubscriptions({ since: new Date(0) }))
        if (page.some((each) => each.subscriptionId === id)) return true;
      return false;
    });
    await system.processes.get(WORKERS)!.kill('SIGKILL');
    await system.start(WORKERS);
    await waitFor(async () => (await get(id)).status === 'active', { timeoutMs: 60_000 });
    const all = [];
    for await (const page of billing().listSubscriptions({ since: new Date(0) })) all.push(...page);
    expect(all.filter((each) => each.subscriptionId === id)).toHaveLength(1);
  }, 120_000);
});
