/** One SKU, far more buyers than units: sold to the last one, never beyond, and everybody else is told why. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { checkInvariants } from '../db/invariants.ts';
import { seedVariants } from './support/catalogue.ts';
import { type ApiAnswer, call, type OrderJson, type OrderWish, orderBody, placeOrder } from './support/client.ts';
import { describeEachStore } from './support/each-store.ts';
import { type System, startSystem } from './support/system.ts';
import { waitFor } from './support/wait-for.ts';

const BUYERS = 1_000;
const UNITS = 100;
const AT_ONCE = 200;

describeEachStore('a race for the last units', (store) => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({
      databaseUrl: store.databaseUrl,
      redisUrl: store.redisUrl,
      env: {
        STOCKROOM_SWEEP_INTERVAL_SECONDS: '1',
        SANDBOX_CARRIER_SPEED: '10',
      },
    });
    await seedVariants(system.db, [
      { sku: 'RACE', units: UNITS },
      { sku: 'CHURN', units: UNITS },
    ]);
  }, 90_000);
  afterAll(() => system?.stop(), 30_000);

  const count = async (sku: string, condition: string) => {
    const found = await system.db.pool.query(
      `select count(*)::integer as orders from orders o join order_lines l on l.order_id = o.id where l.sku = $1 and ${condition}`,
      [sku],
    );
    return found.rows[0].orders as number;
  };
  const level = async (sku: string) => {
    const found = await system.db.pool.query(
      'select s.on_hand, s.reserved from stock_levels s join variants v on v.id = s.variant_id where v.sku = $1',
      [sku],
    );
    return found.rows[0] as { on_hand: number; reserved: number };
  };
  const broken = async () =>
    (await checkInvariants(system.db, { graceSeconds: 60, waitSeconds: 60 })).filter((finding) => !finding.held);

  /** `AT_ONCE` buyers at any time; each waits for his own answer only. */
  async function rush(wish: (buyer: number) => OrderWish): Promise<ApiAnswer<OrderJson>[]> {
    const answers: ApiAnswer<OrderJson>[] = [];
    let next = 0;
    const buyer = async () => {
      while (next < BUYERS) answers.push(await place(wish(next++)));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, buyer));
    return answers;
  }

  /** A busy machine may answer 503: nothing was changed, and a shop asks again with the same key. */
  async function insist(...wish: Parameters<typeof call>): Promise<ApiAnswer<OrderJson>> {
    for (;;) {
      const answer = await call(...wish);
      if (answer.status !== 503) return answer;
    }
  }

  const place = (wish: OrderWish) =>
    insist(system, 'POST', '/v1/orders', {
      body: orderBody(wish),
      headers: { 'idempotency-key': `race-${store.kind}-${wish.email}` },
    });

  it('sells exactly what is there and tells everybody else why', async () => {
    const answers = await rush((buyer) => ({ sku: 'RACE', card: 'pm_card_visa', email: `race-${buyer}@example.com` }));
    expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
    await waitFor(async () => (await count('RACE', `o.status in ('pending', 'awaiting_payment')`)) === 0, {
      timeoutMs: 90_000,
      everyMs: 250,
      describe: 'every order to be decided',
    });
    expect(await count('RACE', `o.payment_status = 'paid'`)).toBe(UNITS);
    expect(await count('RACE', `o.status = 'rejected'`)).toBe(BUYERS - UNITS);
    const told = `o.status = 'rejected' and o.shortages = '[{"sku": "RACE", "requested": 1, "available": 0}]'
      and exists (select from notifications n where n.order_id = o.id and n.template = 'out-of-stock')`;
    expect(await count('RACE', told)).toBe(BUYERS - UNITS);
    await waitFor(async () => (await level('RACE')).on_hand === 0, { timeoutMs: 60_000, everyMs: 250 });
    expect(await level('RACE')).toEqual({ on_hand: 0, reserved: 0 });
    expect(await broken()).toEqual([]);
  }, 180_000);

  it('neither loses nor doubles a unit while others cancel and orders expire', async () => {
    // The expiry is the API's to set, with each order.
    system.env.STOCKROOM_ORDER_EXPIRY_SECONDS = '8';
    await system.processes.get('api')?.kill();
    await system.start('api');
    // A third pays, a third never does, a third cancels as soon as the order is accepted.
    const answers = await rush((buyer) => ({
      sku: 'CHURN',
      email: `churn-${buyer}@example.com`,
      ...(buyer % 3 === 0 ? { card: 'pm_card_visa' } : {}),
    }));
    const canceling = answers.filter((_, index) => index % 3 === 1);
    const canceled = await Promise.all(
      canceling.map(({ body }) => insist(system, 'POST', `/v1/orders/${body.id}/cancel`, { body: {} })),
    );
    expect(canceled.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    await waitFor(async () => (await count('CHURN', `o.status in ('pending', 'awaiting_payment')`)) === 0, {
      timeoutMs: 90_000,
      everyMs: 250,
      describe: 'every order to be paid, canceled, expired or rejected',
    });
    await waitFor(async () => (await level('CHURN')).reserved === 0, { timeoutMs: 60_000, everyMs: 250 });
    const sold = await count(
      'CHURN',
      `exists (select from reservations r where r.order_id = o.id and r.status = 'sold')`,
    );
    expect(sold).toBeLessThanOrEqual(UNITS);
    expect(await level('CHURN')).toEqual({ on_hand: UNITS - sold, reserved: 0 });
    expect(await count('CHURN', `o.status = 'rejected' and o.shortages is null`)).toBe(0);
    expect(await broken()).toEqual([]);
    // What the others gave back can be bought.
    const freed = UNITS - sold;
    if (freed === 0) return;
    system.env.STOCKROOM_ORDER_EXPIRY_SECONDS = '600';
    await system.processes.get('api')?.kill();
    await system.start('api');
    const last = await placeOrder(
      system,
      { sku: 'CHURN', quantity: freed, card: 'pm_card_visa' },
      { prefer: 'wait=20' },
    );
    expect(last.body.payment_status).toBe('paid');
    const none = await placeOrder(system, { sku: 'CHURN', card: 'pm_card_visa' }, { prefer: 'wait=20' });
    expect(none.body).toMatchObject({ status: 'rejected', shortages: [{ sku: 'CHURN', requested: 1, available: 0 }] });
  }, 180_000);
});
