import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openStore } from '../store.ts';
import {
  type Receiver,
  refusal,
  startReceiver,
  startSandbox,
  subscribe,
  type TestSandbox,
  until,
} from './start-for-test.ts';

let test: TestSandbox;
let hook: Receiver;

beforeEach(async () => {
  test = await startSandbox({ webhooks: { firstRetryMs: 20, maxRetryMs: 40 } });
  hook = await startReceiver(test.violations);
});

afterEach(() => {
  test.close();
  hook.close();
  expect(test.violations).toEqual([]);
});

const pay = (more: object = {}) =>
  test.stripe.paymentIntents.create({
    amount: 2000,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    confirm: true,
    return_url: 'https://x.test',
    ...more,
  });
const ORDER = ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded', 'charge.updated'];
const delivered = async (event: string) =>
  ((await test.control(`deliveries?event=${event}`)).data as { state: string; attempts: number }[])[0];

describe('webhooks', () => {
  it('tells a payment in four signed events, the booking last', async () => {
    subscribe(test, hook);
    const intent = await pay();
    await until(() => hook.received.length === 4);
    expect(hook.types().sort()).toEqual([...ORDER].sort());
    const of = (type: string) => hook.received.find(({ event }) => event.type === type)!.event;
    expect(of('charge.succeeded').data.object).toMatchObject({ balance_transaction: null, id: intent.latest_charge });
    expect(of('charge.updated')).toMatchObject({
      data: { previous_attributes: { balance_transaction: null } },
      request: { id: null },
    });
    expect((of('charge.updated').data.object as { balance_transaction: string }).balance_transaction).toMatch(/^txn_/);
    expect(hook.received[0]?.headers['user-agent']).toMatch(/^Stripe\/1\.0/);
    expect(hook.received[0]?.event).toMatchObject({
      api_version: '2026-10-28.endive',
      livemode: false,
      pending_webhooks: 1,
    });
    await until(async () => (await test.stripe.events.retrieve(of('charge.updated').id)).pending_webhooks === 0);
  });

  it('delivers only the types that an endpoint wants', async () => {
    subscribe(test, hook, ['payment_intent.succeeded']);
    await pay();
    await until(() => hook.received.length === 1);
    expect(hook.types()).toEqual(['payment_intent.succeeded']);
  });

  it('repeats until 2xx, signed anew, and lists what is not delivered meanwhile', async () => {
    subscribe(test, hook, ['customer.created']);
    hook.answer.status = 500;
    await test.stripe.customers.create({});
    await until(() => hook.received.length >= 3);
    const missed = await test.stripe.events.list({ delivery_success: false });
    expect(missed.data.map(({ type, pending_webhooks }) => [type, pending_webhooks])).toEqual([
      ['customer.created', 1],
    ]);
    hook.answer.status = 204;
    await until(async () => (await delivered(missed.data[0]!.id))?.state === 'delivered');
    expect((await test.stripe.events.list({ delivery_success: false })).data).toEqual([]);
    expect((await test.stripe.events.list({ delivery_success: true })).data).toHaveLength(1);
  });

  it('gives up after the last try, and sends again when asked', async () => {
    test.close();
    test = await startSandbox({ webhooks: { firstRetryMs: 5, maxRetryMs: 5, maxAttempts: 2 } });
    subscribe(test, hook, ['customer.created']);
    hook.answer.status = 302;
    await test.stripe.customers.create({});
    const { id } = (await test.stripe.events.list()).data[0]!;
    await until(async () => (await delivered(id))?.state === 'failed');
    hook.answer.status = 200;
    expect(await test.control(`events/${id}/resend`, {})).toEqual({ deliveries: 1 });
    await until(async () => (await delivered(id))?.state === 'delivered');
    expect(hook.received.map(({ event }) => event.id)).toEqual([id, id, id]);
  });

  it('holds everything while nobody listens, and sends it when somebody does', async () => {
    subscribe(test, hook, ['customer.created']);
    const port = Number(new URL(hook.url).port);
    hook.close();
    for (let i = 0; i < 50; i += 1) await test.stripe.customers.create({});
    hook = await startReceiver(test.violations, port);
    await until(() => hook.received.length >= 50);
    expect(new Set(hook.received.map(({ event }) => event.id)).size).toBe(50);
  });

  it('delivers after a restart what was pending before', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stripe-'));
    const file = join(folder, 'sandbox.db');
    const before = openStore(file);
    const first = await startSandbox({ store: before, settings: { settleDelayMs: 50 } });
    const port = Number(new URL(hook.url).port);
    subscribe(first, hook);
    hook.close();
    const intent = await first.stripe.paymentIntents.create({
      amount: 700,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: 'https://x.test',
    });
    first.close();
    before.close();
    const after = openStore(file);
    const second = await startSandbox({ store: after });
    hook = await startReceiver(test.violations, port);
    await until(() => ORDER.every((type) => hook.types().includes(type)));
    expect((await second.stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
    expect((await second.stripe.balanceTransactions.list({ source: String(intent.latest_charge) })).data).toHaveLength(
      1,
    );
    second.close();
    after.close();
    rmSync(folder, { recursive: true });
    expect([...first.violations, ...second.violations]).toEqual([]);
  });
});

describe('webhook faults', () => {
  const fault = (body: object) => test.control('faults', body);

  it('loses one event, which the events list still has', async () => {
    subscribe(test, hook);
    await fault({ kind: 'webhook_lose', match: { event_type: 'payment_intent.succeeded' } });
    await pay();
    await until(() => hook.received.length === 3);
    expect(hook.types()).not.toContain('payment_intent.succeeded');
    const missed = await until(async () => {
      const { data } = await test.stripe.events.list({ delivery_success: false });
      return data.length === 1 && data;
    });
    expect(missed[0]?.type).toBe('payment_intent.succeeded');
  });

  it('delivers twice', async () => {
    subscribe(test, hook, ['customer.created']);
    await fault({ kind: 'webhook_double', times: 1 });
    await test.stripe.customers.create({});
    await until(() => hook.received.length === 2);
    expect(hook.received[0]?.event.id).toBe(hook.received[1]?.event.id);
  });

  it('delivers late', async () => {
    subscribe(test, hook, ['customer.created']);
    await fault({ kind: 'webhook_delay', delay_ms: 150 });
    const start = Date.now();
    await test.stripe.customers.create({});
    await until(() => hook.received.length === 1);
    expect(hook.received[0]!.at - start).toBeGreaterThanOrEqual(145);
  });

  it('shuffles within a window', async () => {
    subscribe(test, hook, ['customer.created']);
    await fault({ kind: 'webhook_reorder', delay_ms: 200 });
    for (let i = 0; i < 20; i += 1) await test.stripe.customers.create({});
    await until(() => hook.received.length === 20);
    const ids = hook.received.map(({ event }) => event.id);
    expect(ids).not.toEqual([...ids].sort());
  });
});

describe('webhook endpoints', () => {
  it('shows the secret once, when the endpoint is created', async () => {
    const made = await test.stripe.webhookEndpoints.create({
      url: hook.url,
      enabled_events: ['customer.created'],
      description: 'x',
    });
    expect(made.secret).toMatch(/^whsec_/);
    expect((await test.stripe.webhookEndpoints.retrieve(made.id)).secret).toBeUndefined();
    const disabled = await test.stripe.webhookEndpoints.update(made.id, { disabled: true, enabled_events: ['*'] });
    expect(disabled).toMatchObject({ status: 'disabled', enabled_events: ['*'] });
    expect((await test.stripe.webhookEndpoints.list()).data).toHaveLength(1);
    expect(await test.stripe.webhookEndpoints.del(made.id)).toMatchObject({ deleted: true });
    await test.stripe.customers.create({});
    expect((await test.control('deliveries')).count).toEqual({});
  });

  it.each(['nowhere', 'ftp://shop.test/hook', ''])('refuses the URL %j', async (url) => {
    const error = await refusal(test.stripe.webhookEndpoints.create({ url, enabled_events: ['*'] }));
    expect(error).toMatchObject({ statusCode: 400, param: 'url' });
  });

  it('moves to another URL with its secret, and what it missed comes along', async () => {
    const first = subscribe(test, hook, ['customer.created']);
    hook.close();
    await test.stripe.customers.create({});
    hook = await startReceiver(test.violations);
    expect(subscribe(test, hook, ['customer.created']).id).toBe(first.id);
    await until(() => hook.received.length === 1);
  });

  it('is made once for a URL, however often the sandbox is started', async () => {
    const first = subscribe(test, hook);
    expect(subscribe(test, hook, ['charge.updated'])).toMatchObject({
      id: first.id,
      enabled_events: ['charge.updated'],
    });
  });
});
