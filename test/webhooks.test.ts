/** Webhooks out over the whole system: real processes, a real receiver, signatures verified by the specification's own library. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { uuidv7 } from '../db/ids.ts';
import { WEBHOOK_EVENT_TYPES } from '../domain/webhook-events.ts';
import { seedVariants } from './support/catalogue.ts';
import { call, placeOrder, waitForOrder } from './support/client.ts';
import { describeEachStore } from './support/each-store.ts';
import { type System, startSystem } from './support/system.ts';
import { waitFor } from './support/wait-for.ts';
import { type ReceivedWebhook, startReceiver, type WebhookReceiver } from './support/webhook-receiver.ts';

interface Endpoint {
  id: string;
  secret: string;
  status: string;
}
interface Delivery {
  id: string;
  status: string;
  type: string;
  event_id: string;
}
interface Payload {
  type: string;
  timestamp: string;
  data: { object: string; id: string; order_id: string; sequence: number };
}

const WORK = 'checkout,payments,relay';
const SEND = 'notifications';

describeEachStore('webhooks', (store) => {
  let system: System;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    receiver = await startReceiver();
    system = await startSystem({
      databaseUrl: store.databaseUrl,
      redisUrl: store.redisUrl,
      // Two schedulers: each event is told once all the same.
      workers: [WORK, SEND, 'scheduler', 'scheduler,images'],
      env: {
        STOCKROOM_SWEEP_INTERVAL_SECONDS: '1',
        STOCKROOM_ALLOWED_PRIVATE_HOSTS: receiver.host,
        STOCKROOM_WEBHOOK_TIMEOUT_SECONDS: '8',
        STOCKROOM_JOB_LOCK_SECONDS: '2',
        STOCKROOM_JOB_STALLED_SECONDS: '1',
      },
    });
    await seedVariants(system.db, [{ sku: 'TEE-M', units: 1_000, amount: 1_999 }]);
  }, 90_000);
  afterAll(async () => {
    await system?.stop();
    await receiver?.close();
  }, 30_000);

  async function listen(path: string, eventTypes: string[]): Promise<Endpoint> {
    const { status, body } = await call<Endpoint>(system, 'POST', '/v1/webhook-endpoints', {
      body: { url: receiver.url + path, event_types: eventTypes },
    });
    expect(status).toBe(201);
    return body;
  }
  const stop = (id: string) => call(system, 'DELETE', `/v1/webhook-endpoints/${id}`);
  const verified = (secret: string, { body, headers }: ReceivedWebhook) =>
    new Webhook(secret).verify(body, headers) as Payload;
  const deliveries = async (id: string, query = '') =>
    (await call<{ data: Delivery[] }>(system, 'GET', `/v1/webhook-endpoints/${id}/deliveries?limit=100${query}`)).body
      .data;

  it('tell of the whole life of an order, signed, each event once', async () => {
    const { id, secret } = await listen('/life', ['*']);
    const placed = await placeOrder(system, { sku: 'TEE-M', card: 'pm_card_visa' }, { prefer: 'wait=10' });
    await waitForOrder(system, placed.body.id, (order) => order.status === 'delivered');
    const { rows } = await system.db.pool.query<{ type: string; sequence: number }>(
      'select type, sequence from order_events where order_id = $1 order by sequence',
      [placed.body.id],
    );
    const got = await waitFor(() => {
      const payloads = receiver.of('/life').map((each) => verified(secret, each));
      return rows.every(({ sequence }) => payloads.some(({ data }) => data.sequence === sequence)) && payloads;
    });
    const told = [...got].sort((a, b) => a.data.sequence - b.data.sequence);
    expect(told.map(({ type, data }) => ({ type, sequence: data.sequence }))).toEqual(rows);
    expect(told.every(({ data }) => data.order_id === placed.body.id)).toBe(true);
    expect(told.map(({ type }) => type).filter((type) => !(type in WEBHOOK_EVENT_TYPES))).toEqual([]);
    expect(told.find(({ type }) => type === 'shipment.delivered')?.data.object).toBe('shipment');
    const ids = receiver.of('/life').map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(ids.length);
    expect(JSON.stringify(told)).not.toContain('ada@example.com');
    await waitFor(async () => (await deliveries(id)).every(({ status }) => status === 'delivered'));
    expect(await deliveries(id, '&type=order.delivered')).toHaveLength(1);
    await stop(id);
  }, 60_000);

  it('go to the good endpoint in time while another hangs with 200 that wait', async () => {
    receiver.answers.set('/hangs', 'hang');
    const hanging = await listen('/hangs', ['order.held']);
    const good = await listen('/good', ['order.released']);
    const happen = (type: string, count: number) =>
      system.db.pool.query(
        `insert into order_events (order_id, sequence, type) select gen_random_uuid(), 1, $1 from generate_series(1, $2)`,
        [type, count],
      );
    await happen('order.held', 200);
    await waitFor(() => receiver.of('/hangs').length >= 8);
    const took: number[] = [];
    for (let each = 1; each <= 5; each++) {
      const began = performance.now();
      await happen('order.released', 1);
      await waitFor(() => receiver.of('/good').length >= each, { everyMs: 10 });
      took.push(performance.now() - began);
    }
    expect(Math.max(...took)).toBeLessThan(1_000);
    expect((await deliveries(hanging.id)).every(({ status }) => status === 'waiting')).toBe(true);
    expect(receiver.of('/hangs').length).toBeLessThan(20);
    await stop(hanging.id);
    await stop(good.id);
  }, 60_000);

  it('go on to the good endpoint while thirty others hang', async () => {
    const hanging: Endpoint[] = [];
    for (let each = 0; each < 30; each++) {
      receiver.answers.set(`/hangs/${each}`, 'hang');
      hanging.push(await listen(`/hangs/${each}`, ['order.expired']));
    }
    const good = await listen('/fine', ['order.released']);
    const happen = (type: string) =>
      system.db.pool.query('insert into order_events (order_id, sequence, type) values ($1, 1, $2)', [uuidv7(), type]);
    for (let each = 0; each < 4; each++) await happen('order.expired');
    await waitFor(() => hanging.every((_, each) => receiver.of(`/hangs/${each}`).length > 0));
    const before = receiver.of('/fine').length;
    const began = performance.now();
    await happen('order.released');
    await waitFor(() => receiver.of('/fine').length > before, { everyMs: 10 });
    expect(performance.now() - began).toBeLessThan(1_000);
    for (const { id } of [...hanging, good]) await stop(id);
  }, 60_000);

  it('are sent again under their id, and never lost, when the worker is killed between POST and record', async () => {
    let killed = false;
    receiver.answers.set('/killed', (res) => {
      if (killed) return void res.writeHead(200).end();
      killed = true;
      system.processes.get(SEND)!.child.kill('SIGKILL');
    });
    const { id, secret } = await listen('/killed', ['webhook.test']);
    await call(system, 'POST', `/v1/webhook-endpoints/${id}/test`);
    await waitFor(() => killed);
    await system.processes.get(SEND)!.exited;
    await system.start(SEND);
    await waitFor(async () => (await deliveries(id))[0]?.status === 'delivered', { timeoutMs: 60_000 });
    const ids = receiver.of('/killed').map(({ headers }) => headers['webhook-id']);
    expect(ids.length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(1);
    verified(secret, receiver.of('/killed').at(-1)!);
    await stop(id);
  }, 120_000);

  it('wait while the endpoint is paused, and can be replayed by their time', async () => {
    const { id, secret } = await listen('/paused', ['order.*']);
    await call(system, 'POST', `/v1/webhook-endpoints/${id}/pause`);
    const since = new Date(Date.now() - 1_000).toISOString();
    const order = uuidv7();
    await system.db.pool.query(`insert into order_events (order_id, sequence, type) values ($1, 1, 'order.held')`, [
      order,
    ]);
    await waitFor(async () => (await deliveries(id)).some(({ event_id }) => event_id === `evt_${order}_1`));
    const mine = () => receiver.of('/paused').filter(({ headers }) => headers['webhook-id'] === `evt_${order}_1`);
    expect(mine()).toHaveLength(0);
    expect((await call<Endpoint>(system, 'POST', `/v1/webhook-endpoints/${id}/resume`)).body.status).toBe('active');
    await waitFor(() => mine().length === 1);
    await waitFor(async () => (await deliveries(id)).every(({ status }) => status === 'delivered'));
    const replay = { body: { since, event_types: ['order.held'] } };
    const { status, body } = await call<{ replayed: number }>(
      system,
      'POST',
      `/v1/webhook-endpoints/${id}/replay`,
      replay,
    );
    expect(status).toBe(202);
    expect(body.replayed).toBeGreaterThan(0);
    await waitFor(() => mine().length === 2);
    expect(verified(secret, mine()[1]!)).toEqual(verified(secret, mine()[0]!));
  }, 60_000);
});
