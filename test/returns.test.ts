/** Goods that come back through all processes, with the carrier and Stripe played on the other side. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readStripe } from '../bench/outside-facts.ts';
import { statement } from '../db/database.ts';
import { checkInvariants } from '../db/invariants.ts';
import { seedVariants } from './support/catalogue.ts';
import { call, type OrderJson, placeOrder, waitForOrder } from './support/client.ts';
import { describeEachStore } from './support/each-store.ts';
import { ALL_ROLES, type System, startSystem } from './support/system.ts';
import { waitFor } from './support/wait-for.ts';

interface ReturnJson {
  id: string;
  number: string;
  status: string;
  parcels: { status: string; label_url: string | null }[];
  amounts: { total: { amount: number } } | null;
  refund: { id: string; status: string } | null;
}

const openJobs = statement('test_open_jobs', `select count(*)::integer as jobs from outbox where status = 'pending'`);
const refundsOf = statement(
  'test_refunds_of_return',
  `select count(*)::integer as refunds from refunds where cause = 'return/' || $1`,
);

describeEachStore('goods that come back', (store) => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({
      databaseUrl: store.databaseUrl,
      redisUrl: store.redisUrl,
      workers: [ALL_ROLES],
      env: {
        STOCKROOM_SWEEP_INTERVAL_SECONDS: '1',
        STOCKROOM_STALE_JOB_SECONDS: '2',
        STOCKROOM_OPERATIONS_EMAIL: 'ops@shop.example',
        STOCKROOM_RETURN_SETTLE_SECONDS: '1',
        SANDBOX_CARRIER_SPEED: '20',
      },
    });
    await seedVariants(system.db, [{ sku: 'MUG', units: 1_000, amount: 1_999 }]);
  }, 60_000);
  afterAll(() => system?.stop(), 30_000);

  async function delivered(card = 'pm_card_visa', quantity = 2): Promise<OrderJson> {
    const placed = await placeOrder(system, { sku: 'MUG', card, quantity }, { prefer: 'wait=10' });
    return waitForOrder(system, placed.body.id, ({ status }) => status === 'delivered');
  }
  const customer = (order: OrderJson) => ({
    key: system.publishableKey,
    headers: { 'Order-Token': order.order_token },
  });
  const ask = async (order: OrderJson, quantity: number, way = 'label') => {
    const lines = [{ sku: 'MUG', quantity, reason: 'unwanted' }];
    const asked = await call<ReturnJson>(system, 'POST', `/v1/orders/${order.id}/returns`, {
      ...customer(order),
      body: { lines, way },
    });
    expect(asked.status).toBe(201);
    return asked.body.id;
  };
  const change = (id: string, verb: string, body?: object) =>
    call<ReturnJson>(system, 'POST', `/v1/returns/${id}/${verb}`, body ? { body } : {});
  async function reach(id: string, accept: (ret: ReturnJson) => boolean): Promise<ReturnJson> {
    let seen: ReturnJson | undefined;
    await waitFor(
      async () => {
        seen = (await call<ReturnJson>(system, 'GET', `/v1/returns/${id}`)).body;
        return accept(seen);
      },
      { timeoutMs: 20_000 },
    ).catch((error) => {
      throw new Error(`${error.message}: ${JSON.stringify(seen)}`);
    });
    return seen!;
  }
  async function told(to: string, words: string): Promise<void> {
    await waitFor(async () => {
      const mails = await fetch(`${system.sandboxUrl}/mailbox.json?to=${to}`);
      return (await mails.text()).includes(words);
    });
  }

  it('from the request to the money, with a label whose scans move it', async () => {
    const order = await delivered();
    const id = await ask(order, 2);
    await told('ops@shop.example', `A return was asked for: order ${order.number}`);
    await change(id, 'approve');
    const arrived = await reach(id, ({ status }) => status === 'arrived');
    const label = await fetch(arrived.parcels[0]!.label_url!);
    expect([label.status, label.headers.get('content-type')]).toEqual([200, expect.stringContaining('image/svg')]);
    await told('ada@example.com', `You can send back your goods of order ${order.number}`);
    await told('ops@shop.example', `A return has arrived: order ${order.number}`);
    await change(id, 'receive', { lines: [{ sku: 'MUG', good: 2 }] });
    const settled = await reach(id, ({ refund }) => refund?.status === 'succeeded');
    // Everything came back, so the delivery is given back as well.
    expect(settled).toMatchObject({ status: 'refunded', amounts: { total: { amount: 2 * 1_999 + 600 } } });
    await waitForOrder(system, order.id, ({ payment_status }) => payment_status === 'refunded');
    await told('ada@example.com', `Your return for order ${order.number} has arrived`);
  }, 60_000);

  it('once, though the workers are killed between the count and the money', async () => {
    const order = await delivered();
    const id = await ask(order, 1, 'own');
    await change(id, 'approve');
    await system.processes.get(ALL_ROLES)!.kill('SIGKILL');
    await change(id, 'receive', { lines: [{ sku: 'MUG', good: 1 }] });
    const ends = await Promise.all([change(id, 'settle'), change(id, 'settle')]);
    expect(ends.map(({ status }) => status)).toEqual([200, 200]);
    const second = await ask(order, 1, 'own');
    await change(second, 'approve');
    await change(second, 'receive', { lines: [{ sku: 'MUG', good: 1 }] });
    await system.start(ALL_ROLES);
    await reach(id, ({ refund }) => refund?.status === 'succeeded');
    await reach(second, ({ refund }) => refund?.status === 'succeeded');
    for (const each of [id, second]) expect(await system.db.rows(refundsOf, [each])).toEqual([{ refunds: 1 }]);
  }, 90_000);

  it('shows a refund that the bank sends back, and waits for a person while the payment is disputed', async () => {
    const [failing, disputed] = await Promise.all([delivered('pm_card_refundFail'), delivered()]);
    const id = await ask(failing, 1, 'own');
    await change(id, 'approve');
    await change(id, 'receive', { lines: [{ sku: 'MUG', good: 1 }] });
    const failed = await reach(id, ({ refund }) => refund?.status === 'failed');
    await call(system, 'POST', `/v1/orders/${failing.id}/refunds/${failed.refund!.id}/retry`);
    await reach(id, ({ refund }) => refund !== null && refund.id !== failed.refund!.id);
    await fetch(`${system.sandboxUrl}/sandbox/stripe/control/charges/${disputed.payment.provider_id}/dispute`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    await waitForOrder(system, disputed.id, (now) => (now as { dispute_status?: string }).dispute_status === 'open');
    const held = await ask(disputed, 1, 'own');
    await change(held, 'approve');
    await change(held, 'receive', { lines: [{ sku: 'MUG', good: 1 }] });
    await told('ops@shop.example', `A return could not be settled: order ${disputed.number}`);
    expect((await reach(held, () => true)).status).toBe('received');
  }, 60_000);

  it('and nothing that must hold is broken', async () => {
    await waitFor(async () => (await system.db.rows<{ jobs: number }>(openJobs))[0]!.jobs === 0, { timeoutMs: 30_000 });
    const stripe = await readStripe(system.sandboxUrl);
    const broken = (await checkInvariants(system.db, { stripe })).flatMap((finding) => finding.examples);
    expect(broken).toEqual([]);
  }, 60_000);
});
