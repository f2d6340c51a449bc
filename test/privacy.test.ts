/** Logs and job payloads hold no personal data and no secrets, whatever happens to an order. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { seedVariants } from './support/catalogue.ts';
import { call, orderBody, placeOrder, waitForOrder } from './support/client.ts';
import { describeEachStore } from './support/each-store.ts';
import { type System, startSystem } from './support/system.ts';
import { runSql } from './support/test-server.ts';

/** Rows leave the outbox when their jobs are done: what they carried is kept for looking at. */
const KEEP_PAYLOADS = `
  create table seen_payloads (payload jsonb);
  create function keep_payload() returns trigger language plpgsql as
    'begin insert into seen_payloads values (new.payload); return null; end';
  create trigger keep_payload after insert on outbox for each row execute function keep_payload()`;

describeEachStore('what the processes write down', (store) => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({
      databaseUrl: store.databaseUrl,
      redisUrl: store.redisUrl,
      env: { STOCKROOM_LOG_LEVEL: 'trace', STOCKROOM_SWEEP_INTERVAL_SECONDS: '1' },
    });
    await seedVariants(system.db, [{ sku: 'TEE', units: 100 }]);
  }, 60_000);
  afterAll(() => system?.stop(), 30_000);

  it('names nobody and betrays no secret', async () => {
    const person = {
      customer: { email: 'grace.hopper@example.com', name: 'Grace Brewster', phone: '+1 555 0199' },
      shipping_address: {
        name: 'G. Murray',
        line1: '77 Compiler Lane',
        city: 'Arlingtonville',
        postal_code: '99321',
        country: 'US',
      },
    };
    const place = async (card: string | undefined) =>
      (
        await call(system, 'POST', '/v1/orders', {
          body: { ...orderBody({ sku: 'TEE', ...(card ? { card } : {}) }), ...person },
          headers: { prefer: 'wait=10', 'idempotency-key': `private-${card}` },
        })
      ).body;
    await system.db.pool.query(KEEP_PAYLOADS);
    const paid = await place('pm_card_visa');
    const declined = await place('pm_card_visa_chargeDeclined');
    const open = await place(undefined);
    await call(system, 'POST', `/v1/orders/${open.id}/cancel`, { body: { reason: 'Grace Brewster moved' } });
    await fetch(`${system.apiUrl}/v1/orders/${paid.id}?key=${system.publishableKey}&token=${paid.order_token}`);
    await fetch(`${system.apiUrl}/webhooks/stripe`, { method: 'POST', body: JSON.stringify(person) });
    await call(system, 'POST', '/v1/orders', { body: { ...orderBody({ sku: 'TEE' }), ...person, currency: 'xxx' } });
    await placeOrder(system, { sku: 'NOT-SOLD', email: person.customer.email });
    await waitForOrder(system, paid.id, (order) => order.status === 'delivered');
    const orders = [paid, declined, open];
    const secrets = [
      'grace.hopper', 'Grace Brewster', '555 0199', 'G. Murray', 'Compiler Lane', 'Arlingtonville',
      system.secretKey, system.publishableKey,
      ...orders.flatMap((order) => [order.order_token, order.payment.client_secret ?? 'pi_none_secret_none']),
      ...Object.entries(system.env)
        .filter(([name]) => /SECRET|PASSWORD|API_KEY|PRIVATE/.test(name))
        .map(([, value]) => value),
    ]; // biome-ignore format: a list of secrets
    for (const [role, { lines }] of system.processes) {
      if (role === 'sandbox') continue;
      expect(lines.length).toBeGreaterThan(0);
      const told = lines.filter((line) => secrets.some((secret) => line.includes(secret)));
      expect([role, told]).toEqual([role, []]);
    }
    const outbox = await system.db.rows<{ payload: string }>(
      statement('test_payloads', 'select payload::text as payload from seen_payloads'),
    );
    expect(outbox.length).toBeGreaterThan(5);
    expect(outbox.filter(({ payload }) => secrets.some((secret) => payload.includes(secret)))).toEqual([]);
    const attempts = await runSql(store.databaseUrl, 'select a::text as row from job_attempts a');
    expect(attempts.filter((each) => secrets.some((secret) => String(each.row).includes(secret)))).toEqual([]);
  }, 60_000);
});
