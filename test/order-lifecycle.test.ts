import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { seedVariants } from './support/catalogue.ts';
import { call, type OrderJson, orderBody, placeOrder, waitForOrder } from './support/client.ts';
import { describeEachStore } from './support/each-store.ts';
import { type System, startSystem } from './support/system.ts';
import { waitFor } from './support/wait-for.ts';

interface Mail {
  template?: string;
  to: string;
  subject: string;
}

describeEachStore('an order', (store) => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({
      databaseUrl: store.databaseUrl,
      redisUrl: store.redisUrl,
      env: { STOCKROOM_SWEEP_INTERVAL_SECONDS: '1' },
    });
    await seedVariants(system.db, [
      { sku: 'TEE-M', units: 1_000, amount: 1_999 },
      { sku: 'LAST-ONE', units: 1 },
    ]);
  }, 60_000);
  afterAll(() => system?.stop(), 30_000);

  it('goes from POST to paid, shipped, delivered and told', async () => {
    const placed = await placeOrder(
      system,
      { sku: 'TEE-M', card: 'pm_card_visa', email: 'whole@example.com' },
      { prefer: 'wait=10' },
    );
    expect(placed.status).toBe(201);
    expect(placed.headers.get('location')).toBe(`/v1/orders/${placed.body.id}`);
    expect(placed.body).toMatchObject({ status: 'paid', payment_status: 'paid', payment: { status: 'succeeded' } });
    expect(placed.body.totals).toMatchObject({
      subtotal: { amount: 1_999, currency: 'usd' },
      shipping: { amount: 600 },
      total: { amount: 2_599 },
    });
    const delivered = await waitForOrder(system, placed.body.id, (order) => order.status === 'delivered');
    expect(delivered.shipments).toEqual([
      expect.objectContaining({ status: 'delivered', tracking_number: expect.any(String) }),
    ]);
    const mails = await waitFor(async () => {
      const found = await mailsTo(system, 'whole@example.com');
      return found.length === 3 && found;
    });
    expect(mails.map((mail) => mail.subject).join('\n')).toContain(placed.body.number);
  });

  it('takes no price from the client, and answers 202 at once without Prefer', async () => {
    const body = orderBody({ sku: 'TEE-M' });
    const cheap = { ...body, lines: [{ sku: 'TEE-M', quantity: 2, unit_amount: 1, price: 1 }], totals: { total: 1 } };
    const placed = await call(system, 'POST', '/v1/orders', { body: cheap });
    expect(placed.status).toBe(202);
    expect(placed.body).toMatchObject({ status: 'pending', totals: { subtotal: { amount: 3_998 } } });
    const waiting = await waitForOrder(system, placed.body.id, (order) => order.status === 'awaiting_payment');
    expect(waiting.payment).toMatchObject({
      status: 'requires_payment_method',
      client_secret: expect.stringMatching(/^pi_.+_secret_/),
    });
  });

  it('is one order with equal answers for a hundred equal requests at once', async () => {
    const request = {
      body: orderBody({ sku: 'TEE-M', card: 'pm_card_visa' }),
      headers: { 'idempotency-key': `hundred-${store.kind}` },
    };
    const answers = await Promise.all(Array.from({ length: 100 }, () => call(system, 'POST', '/v1/orders', request)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'true')).toHaveLength(99);
    const other = await call<{ code: string }>(system, 'POST', '/v1/orders', {
      ...request,
      body: orderBody({ sku: 'TEE-M', quantity: 2 }),
    });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  it('is paid after a decline on the same PaymentIntent', async () => {
    const placed = await placeOrder(
      system,
      { sku: 'TEE-M', card: 'pm_card_visa_chargeDeclined' },
      { prefer: 'wait=10' },
    );
    expect(placed.body).toMatchObject({
      status: 'awaiting_payment',
      payment: { last_error: { code: 'card_declined' } },
    });
    const headers = { 'order-token': placed.body.order_token, prefer: 'wait=10' };
    const paid = await call(system, 'POST', `/v1/orders/${placed.body.id}/pay`, {
      key: system.publishableKey,
      headers,
      body: { payment_method: 'pm_card_visa' },
    });
    expect(paid.status).toBe(200);
    expect(paid.body).toMatchObject({ status: 'paid', payment: { provider_id: placed.body.payment.provider_id } });
  });

  it('waits for 3-D Secure and goes on when the customer has passed it', async () => {
    const placed = await placeOrder(
      system,
      { sku: 'TEE-M', card: 'pm_card_authenticationRequired' },
      { prefer: 'wait=10' },
    );
    expect(placed.body).toMatchObject({ status: 'awaiting_payment', payment_status: 'requires_action' });
    expect(placed.body.payment.next_action_url).toContain(system.sandboxUrl);
    await authenticate(system, placed.body, 'success');
    await waitForOrder(system, placed.body.id, (order) => order.payment_status === 'paid');
  });

  it('tells a failed 3-D Secure once and can be paid again', async () => {
    const placed = await placeOrder(
      system,
      { sku: 'TEE-M', card: 'pm_card_authenticationRequired' },
      { prefer: 'wait=10' },
    );
    await authenticate(system, placed.body, 'fail');
    const failed = await waitForOrder(
      system,
      placed.body.id,
      (order) => order.payment_status === 'requires_payment_method',
    );
    expect(failed.payment.last_error?.code).toBe('payment_intent_authentication_failure');
    await call(system, 'POST', `/v1/orders/${placed.body.id}/pay`, { body: { payment_method: 'pm_card_visa' } });
    const paid = await waitForOrder(system, placed.body.id, (order) => order.payment_status === 'paid');
    expect(paid.payment.last_error).toBeNull();
  });

  it('is rejected with the SKU and the numbers when the stock is short', async () => {
    const first = await placeOrder(system, { sku: 'LAST-ONE', card: 'pm_card_visa' }, { prefer: 'wait=10' });
    expect(first.body.status).toBe('paid');
    const second = await placeOrder(system, { sku: 'LAST-ONE', card: 'pm_card_visa' }, { prefer: 'wait=10' });
    expect(second.body).toMatchObject({
      status: 'rejected',
      shortages: [{ sku: 'LAST-ONE', requested: 1, available: 0 }],
    });
  });

  it('frees its stock and closes its intent when it is canceled unpaid', async () => {
    const placed = await placeOrder(system, { sku: 'TEE-M' }, { prefer: 'wait=10' });
    const canceled = await call(system, 'POST', `/v1/orders/${placed.body.id}/cancel`, {
      body: { reason: 'changed my mind' },
    });
    expect(canceled).toMatchObject({ status: 200, body: { status: 'canceled' } });
    await waitForOrder(system, placed.body.id, (order) => order.payment_status === 'canceled');
    const again = await call(system, 'POST', `/v1/orders/${placed.body.id}/cancel`, { body: {} });
    expect(again).toMatchObject({ status: 200, body: { status: 'canceled' } });
  });

  it('refuses moves that the transition table does not have, and says which it has', async () => {
    const placed = await placeOrder(system, { sku: 'TEE-M' }, { prefer: 'wait=10' });
    const refused = await call<{ code: string; allowed: string[] }>(
      system,
      'PUT',
      `/v1/orders/${placed.body.id}/status`,
      { body: { status: 'shipped' } },
    );
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'transition_not_allowed', from: 'awaiting_payment', to: 'shipped' },
    });
  });

  it('shows a guest its own order only', async () => {
    const mine = await placeOrder(system, { sku: 'TEE-M' });
    const other = await placeOrder(system, { sku: 'TEE-M' });
    const key = system.publishableKey;
    const read = (id: string, token: string) =>
      call(system, 'GET', `/v1/orders/${id}`, { key, headers: { 'order-token': token } });
    expect((await read(mine.body.id, mine.body.order_token)).status).toBe(200);
    expect((await read(other.body.id, mine.body.order_token)).status).toBe(403);
    expect((await call(system, 'GET', '/v1/orders', { key })).status).toBe(403);
  });

  it('explains itself: its history has events, jobs, attempts, messages and stock', async () => {
    const placed = await placeOrder(system, { sku: 'TEE-M', card: 'pm_card_visa' }, { prefer: 'wait=10' });
    await waitForOrder(system, placed.body.id, (order) => order.status === 'delivered');
    const { body } = await call<{ data: { kind: string; what: string; url?: string }[] }>(
      system,
      'GET',
      `/v1/orders/${placed.body.id}/history`,
    );
    const kinds = new Set(body.data.map((entry) => entry.kind));
    expect([...kinds].sort()).toEqual(
      expect.arrayContaining([
        'event',
        'job',
        'notification',
        'payment_attempt',
        'provider_event',
        'stock',
        'tracking',
      ]),
    );
    expect(body.data.find((entry) => entry.what === 'check-out-order')?.url).toContain(
      '/ops/queues/queue/check-out-order/',
    );
  });
});

async function mailsTo(system: System, to: string): Promise<Mail[]> {
  const response = await fetch(`${system.sandboxUrl}/mailbox.json?to=${encodeURIComponent(to)}`);
  const body = (await response.json()) as Mail[] | { data: Mail[] };
  return Array.isArray(body) ? body : body.data;
}

async function authenticate(system: System, order: OrderJson, outcome: 'success' | 'fail'): Promise<void> {
  const response = await fetch(
    `${system.sandboxUrl}/sandbox/stripe/control/payment_intents/${order.payment.provider_id}/authenticate`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ outcome }),
    },
  );
  expect(response.status).toBe(200);
}
