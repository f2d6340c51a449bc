/** Edits of orders through all processes: Stripe answers slowly or not at all, and workers are killed in between. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readStripe } from '../bench/outside-facts.ts';
import { statement } from '../db/database.ts';
import { checkInvariants } from '../db/invariants.ts';
import { seedVariants } from './support/catalogue.ts';
import { call, type OrderJson, placeOrder, waitForOrder } from './support/client.ts';
import { describeEachStore } from './support/each-store.ts';
import { ALL_ROLES, type System, startSystem } from './support/system.ts';
import { waitFor } from './support/wait-for.ts';

interface EditJson {
  id: string;
  status: string;
  settlement: string;
  difference: { amount: number };
  balance_order_id: string | null;
  refund_id: string | null;
}

const openJobs = statement(
  'test_open_jobs',
  `select queue || ' ' || job_id as job from outbox where status = 'pending'`,
);

describeEachStore('orders that are edited', (store) => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({
      databaseUrl: store.databaseUrl,
      redisUrl: store.redisUrl,
      workers: [ALL_ROLES],
      env: {
        STOCKROOM_SWEEP_INTERVAL_SECONDS: '1',
        STOCKROOM_STALE_JOB_SECONDS: '2',
        STOCKROOM_JOB_LOCK_SECONDS: '3',
        STOCKROOM_JOB_STALLED_SECONDS: '1',
        SANDBOX_CARRIER_SPEED: '20',
      },
    });
    await seedVariants(system.db, [
      { sku: 'MUG', units: 1_000, amount: 2_000 },
      { sku: 'CUP', units: 1_000, amount: 1_000 },
    ]);
  }, 60_000);
  afterAll(() => system?.stop(), 30_000);

  const place = async (wish: object) =>
    (await placeOrder(system, { sku: 'MUG', quantity: 2, ...wish }, { prefer: 'wait=10' })).body;
  const edit = async (id: string, body: object) => {
    const answer = await call<EditJson>(system, 'POST', `/v1/orders/${id}/edits`, { body });
    expect([answer.status, answer.body]).toEqual([
      expect.any(Number),
      expect.objectContaining({ id: expect.any(String) }),
    ]);
    return answer.body;
  };
  const reach = (order: OrderJson, id: string, status: string) =>
    waitFor(
      async () => {
        const { body } = await call<EditJson>(system, 'GET', `/v1/orders/${order.id}/edits/${id}`);
        return body.status === status && body;
      },
      { timeoutMs: 20_000, describe: `edit ${id} to be ${status}` },
    );
  const faults = (body?: object) =>
    fetch(`${system.sandboxUrl}/sandbox/stripe/control/faults`, {
      method: body ? 'POST' : 'DELETE',
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
  const pay = (id: string) =>
    call(system, 'POST', `/v1/orders/${id}/pay`, {
      body: { payment_method: 'pm_card_visa' },
      headers: { prefer: 'wait=10' },
    });
  const intentAmount = async (order: OrderJson) => {
    const authorization = `Bearer ${system.env.STRIPE_SECRET_KEY}`;
    const url = `${system.sandboxUrl}/v1/payment_intents/${order.payment.provider_id}`;
    const intent = (await (await fetch(url, { headers: { authorization } })).json()) as { amount: number };
    return intent.amount;
  };
  const more = { add: [{ sku: 'CUP', quantity: 1 }] };

  it('take the new total, though the worker is killed behind Stripe’s change of it', async () => {
    const order = await place({});
    const match = { method: 'POST', path: `/v1/payment_intents/${order.payment.provider_id}` };
    await faults({ kind: 'slow', phase: 'after', delay_ms: 8_000, times: 1, match });
    const { id, difference } = await edit(order.id, more);
    const total = 4_600 + difference.amount;
    await waitFor(async () => (await intentAmount(order)) === total, { timeoutMs: 20_000 });
    await system.processes.get(ALL_ROLES)!.kill('SIGKILL');
    await faults();
    await system.start(ALL_ROLES);
    await reach(order, id, 'applied');
    await pay(order.id);
    const paid = await waitForOrder(system, order.id, ({ payment_status }) => payment_status === 'paid');
    expect(paid.totals.total.amount).toBe(total);
  }, 90_000);

  it('wait for their balance, and are sent whole when it is paid, though the workers are killed in between', async () => {
    const held = await place({ card: 'pm_card_visa', captureMethod: 'manual' });
    const { id, balance_order_id: balance } = await edit(held.id, more);
    await waitForOrder(system, balance!, ({ status }) => status === 'awaiting_payment');
    await pay(balance!);
    await system.processes.get(ALL_ROLES)!.kill('SIGKILL');
    await system.start(ALL_ROLES);
    await reach(held, id, 'applied');
    await call(system, 'POST', `/v1/orders/${held.id}/capture`);
    const sent = await waitForOrder(system, held.id, ({ status }) => ['shipped', 'delivered'].includes(status));
    expect(sent.lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ['MUG', 2],
      ['CUP', 1],
    ]);
    await waitForOrder(system, balance!, ({ status }) => status === 'delivered');
  }, 90_000);

  it('capture less, give back what was paid too much, and end with their order', async () => {
    const held = await place({ card: 'pm_card_visa', captureMethod: 'manual' });
    expect(await edit(held.id, { change: [{ sku: 'MUG', quantity: 1 }] })).toMatchObject({
      status: 'applied',
      settlement: 'authorization',
    });
    await call(system, 'POST', `/v1/orders/${held.id}/capture`);
    await waitForOrder(system, held.id, ({ status }) => ['shipped', 'delivered'].includes(status));
    const canceled = await place({ card: 'pm_card_visa', captureMethod: 'manual' });
    const open = await edit(canceled.id, more);
    await call(system, 'POST', `/v1/orders/${canceled.id}/cancel`);
    await reach(canceled, open.id, 'canceled');
    await waitForOrder(system, open.balance_order_id!, ({ status }) => status === 'canceled');
  }, 60_000);

  it('and nothing that must hold is broken', async () => {
    const open = async () => (await system.db.rows<{ job: string }>(openJobs)).map(({ job }) => job);
    await waitFor(async () => (await open()).length === 0, { timeoutMs: 40_000 }).catch(() => {});
    expect(await open()).toEqual([]);
    const stripe = await readStripe(system.sandboxUrl);
    const broken = (await checkInvariants(system.db, { stripe })).flatMap((finding) => finding.examples);
    expect(broken).toEqual([]);
  }, 90_000);
});
