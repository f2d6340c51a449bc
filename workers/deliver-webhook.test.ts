import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { type Database, openDatabase } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { replayDelivery, replayFailedDeliveries } from '../db/webhook-deliveries.ts';
import { insertWebhookEndpoint, resumeWebhookEndpoint, rotateWebhookSecret } from '../db/webhook-endpoints.ts';
import { insertTestDelivery } from '../db/webhook-replay.ts';
import { createWebhookClient, newWebhookSecret, type WebhookClient } from '../providers/webhook-client.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { startReceiver, type WebhookReceiver } from '../test/support/webhook-receiver.ts';
import { createDeliverWebhook } from './deliver-webhook.ts';

const log = pino({ level: 'silent' });
const HOURS = 3_600;
const TIMEOUT_MS = 400;

let database: TestDatabase;
let db: Database;
let receiver: WebhookReceiver;
let client: WebhookClient;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
  receiver = await startReceiver();
  client = createWebhookClient({
    timeoutMs: TIMEOUT_MS,
    userAgent: 'test',
    allowedPrivateHosts: [receiver.host],
  });
});
afterEach(async () => {
  receiver.received.length = 0;
  receiver.answers.clear();
  await db.pool.query(
    `delete from exceptions; delete from notifications; update webhook_endpoints set status = 'deleted'`,
  );
});
afterAll(async () => {
  await client.close();
  await receiver.close();
  await db.close();
  await database.drop();
});

const deliverWith = (use: WebhookClient, runMs = 5_000, lingerMs = 0) =>
  createDeliverWebhook({
    db,
    client: use,
    timeoutMs: TIMEOUT_MS,
    pauseAfterSeconds: 72 * HOURS,
    operationsEmail: 'ops@example.com',
    runMs,
    lingerMs,
  });
const deliver = (endpointId: string, use = client) => deliverWith(use)({ endpoint_id: endpointId }, { log });

async function listen(path: string, url = receiver.url + path) {
  const secret = newWebhookSecret();
  const wanted = { url, description: '', eventTypes: ['*'], secret };
  return { ...(await db.transaction((tx) => insertWebhookEndpoint(tx, wanted))), secret };
}

async function wait(endpointId: string, count = 1): Promise<string[]> {
  const ids: string[] = [];
  for (let each = 0; each < count; each++) {
    const id = uuidv7();
    ids.push(id);
    await db.pool.query(
      `insert into webhook_deliveries (id, endpoint_id, event_id, type, data, occurred_at) values ($1, $2, $3, 'order.shipped', '{"sequence": 1}', now())`,
      [id, endpointId, `evt_${id}`],
    );
  }
  return ids;
}

const rowOf = async (id: string) =>
  (await db.pool.query('select * from webhook_deliveries where id = $1', [id])).rows[0];
const endpointOf = async (id: string) =>
  (
    await db.pool.query(
      `select *, extract(epoch from rests_until - now())::float8 as rests from webhook_endpoints where id = $1`,
      [id],
    )
  ).rows[0];
const statuses = async (endpointId: string) =>
  Object.fromEntries(
    (
      await db.pool.query(
        'select status, count(*)::integer as n from webhook_deliveries where endpoint_id = $1 group by status',
        [endpointId],
      )
    ).rows.map((row) => [row.status, row.n]),
  );
/** Lets so many seconds pass for what waits. */
const pass = (endpointId: string, seconds: number) =>
  db.pool.query(
    `with d as (
       update webhook_deliveries set next_attempt_at = next_attempt_at - make_interval(secs => $2) where endpoint_id = $1 and status = 'waiting'
     )
     update webhook_endpoints set rests_until = rests_until - make_interval(secs => $2), failing_since = failing_since - make_interval(secs => $2),
       last_success_at = last_success_at - make_interval(secs => $2) where id = $1`,
    [endpointId, seconds],
  );

describe('a delivery', () => {
  it('is signed as Standard Webhooks says, and verified by its own library', async () => {
    const { id, secret } = await listen('/signed');
    const [delivery] = await wait(id);
    expect(await deliver(id)).toEqual({ kind: 'done' });
    const [got] = receiver.of('/signed');
    expect(new Webhook(secret).verify(got!.body, got!.headers)).toEqual({
      type: 'order.shipped',
      timestamp: expect.any(String),
      data: { sequence: 1 },
    });
    expect(got!.headers['webhook-id']).toBe(`evt_${delivery}`);
    expect(() => new Webhook(newWebhookSecret()).verify(got!.body, got!.headers)).toThrow();
    expect(() => new Webhook(secret).verify(`${got!.body} `, got!.headers)).toThrow();
    expect(await rowOf(delivery!)).toMatchObject({ status: 'delivered', attempts: 1, response_status: 204 });
  });

  it('is signed by the old secret and the new one while they overlap', async () => {
    const { id, secret: old } = await listen('/rotated');
    const fresh = newWebhookSecret();
    await db.transaction((tx) => rotateWebhookSecret(tx, id, fresh, 60));
    await wait(id);
    await deliver(id);
    const [got] = receiver.of('/rotated');
    expect(got!.headers['webhook-signature']!.split(' ')).toHaveLength(2);
    for (const secret of [old, fresh]) new Webhook(secret).verify(got!.body, got!.headers);
    await db.pool.query(`update webhook_secrets set expires_at = now() where expires_at is not null`);
    await wait(id);
    await deliver(id);
    expect(() =>
      new Webhook(old).verify(receiver.of('/rotated')[1]!.body, receiver.of('/rotated')[1]!.headers),
    ).toThrow();
  });

  it('that nobody takes is tried ten times over three days and then listed, and can be replayed', async () => {
    receiver.answers.set('/poor', 500);
    const { id } = await listen('/poor');
    const [delivery] = await wait(id);
    for (let tries = 1; tries <= 10; tries++) {
      await deliver(id);
      expect(await rowOf(delivery!)).toMatchObject({ attempts: tries, status: tries === 10 ? 'failed' : 'waiting' });
      await pass(id, 27 * HOURS);
      await db.pool.query('update webhook_endpoints set failing_since = now() where id = $1', [id]);
    }
    const { rows } = await db.pool.query('select code, subject, detail from exceptions');
    expect(rows).toEqual([
      {
        code: 'webhook_delivery_failed',
        subject: id,
        detail: expect.objectContaining({ delivery_id: delivery, code: 'http_500' }),
      },
    ]);
    const attempts = await db.pool.query(
      'select number, response_status, response_body from webhook_attempts where delivery_id = $1 order by number',
      [delivery],
    );
    expect(attempts.rows).toHaveLength(10);
    expect(attempts.rows[9]).toEqual({ number: 10, response_status: 500, response_body: 'as the test wants' });
    receiver.answers.delete('/poor');
    expect(await replayFailedDeliveries(db, id, 10)).toBe(1);
    await deliver(id);
    expect(await rowOf(delivery!)).toMatchObject({ status: 'delivered', attempts: 11 });
    await replayDelivery(db, delivery!);
    await deliver(id);
    expect(new Set(receiver.of('/poor').map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([`evt_${delivery}`]),
    );
  });

  it('that was sent by a run that died before its record is sent again under the same webhook-id, never lost', async () => {
    const { id } = await listen('/killed');
    const [delivery] = await wait(id);
    const dying: WebhookClient = {
      ...client,
      send: async (webhook) => {
        await client.send(webhook);
        return new Promise(() => {});
      },
    };
    void deliver(id, dying);
    while (receiver.of('/killed').length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await deliver(id)).toMatchObject({ kind: 'done', note: expect.stringContaining('somebody') });
    await db.pool.query(`update webhook_endpoints set held_until = now() - interval '1 second' where id = $1`, [id]);
    await deliver(id);
    expect(receiver.of('/killed').map(({ headers }) => headers['webhook-id'])).toEqual([
      `evt_${delivery}`,
      `evt_${delivery}`,
    ]);
    expect(await rowOf(delivery!)).toMatchObject({ status: 'delivered' });
    await deliver(id);
    expect(receiver.of('/killed')).toHaveLength(2);
  });

  it('is sent by one run at a time', async () => {
    const { id } = await listen('/twice');
    await wait(id, 30);
    await Promise.all([deliver(id), deliver(id), deliver(id)]);
    expect(receiver.of('/twice')).toHaveLength(30);
  });
});

describe('an endpoint', () => {
  it('that redirects has failed, wherever it leads', async () => {
    const inside = `${receiver.url}/inside`;
    receiver.answers.set('/redirects', (res) => void res.writeHead(302, { location: inside }).end());
    const { id } = await listen('/redirects');
    const [delivery] = await wait(id);
    await deliver(id);
    expect(receiver.of('/inside')).toHaveLength(0);
    expect(await rowOf(delivery!)).toMatchObject({ status: 'waiting', error: { code: 'redirected' } });
  });

  it.each([
    ['an address inside', 'http://127.0.0.1:PORT/x', undefined],
    ['another spelling of it', 'http://2130706433:PORT/x', undefined],
    ['metadata of a cloud', 'http://169.254.169.254/x', undefined],
    ['a name that resolves inside', 'http://inside.test:PORT/x', '127.0.0.1'],
  ])('at %s is sent nothing', async (_what, address, resolved) => {
    const port = receiver.host.split(':')[1]!;
    const strict = createWebhookClient({
      timeoutMs: TIMEOUT_MS,
      userAgent: 'test',
      lookup: async () => [{ address: resolved!, family: 4 }],
    });
    const { id } = await listen('', address.replace('PORT', port));
    const [delivery] = await wait(id);
    await deliver(id, strict);
    await strict.close();
    expect(receiver.received).toHaveLength(0);
    expect(await rowOf(delivery!)).toMatchObject({ status: 'waiting', error: { code: 'address_not_public' } });
  });

  it('whose name rebinds from outside to inside is sent nothing, by the very lookup that connects', async () => {
    const answers = ['192.88.99.1', '127.0.0.1'];
    const port = receiver.host.split(':')[1]!;
    const strict = createWebhookClient({
      timeoutMs: TIMEOUT_MS,
      userAgent: 'test',
      lookup: async () => [{ address: answers.length > 1 ? answers.shift()! : answers[0]!, family: 4 }],
    });
    const { id } = await listen('', `http://rebinds.test:${port}/x`);
    const [delivery] = await wait(id);
    await deliver(id, strict);
    await pass(id, HOURS);
    await deliver(id, strict);
    await strict.close();
    expect(receiver.received).toHaveLength(0);
    expect(await rowOf(delivery!)).toMatchObject({ attempts: 2, error: { code: 'address_not_public' } });
  });

  it('that answers 500 for a day is asked rarely, keeps all that waits, and takes it when it is back', async () => {
    receiver.answers.set('/down', 500);
    const { id } = await listen('/down');
    await wait(id, 40);
    for (let hour = 0; hour < 24; hour++) {
      await deliver(id);
      await pass(id, HOURS);
    }
    const asked = receiver.of('/down').length;
    expect(asked).toBeLessThan(60);
    expect(await endpointOf(id)).toMatchObject({ status: 'active' });
    expect(await statuses(id)).toEqual({ waiting: 40 });
    receiver.answers.delete('/down');
    await pass(id, 24 * HOURS);
    await deliver(id);
    expect(await statuses(id)).toEqual({ delivered: 40 });
    expect(await endpointOf(id)).toMatchObject({ failures: 0, failing_since: null });
  });

  it('that failed for three days is paused, with an exception and one notice, and told all when it resumes', async () => {
    receiver.answers.set('/dead', 503);
    const { id } = await listen('/dead');
    await wait(id, 5);
    await deliver(id);
    await pass(id, 73 * HOURS);
    await deliver(id);
    expect(await endpointOf(id)).toMatchObject({ status: 'paused', status_reason: 'failing' });
    const { rows: opened } = await db.pool.query('select code, subject from exceptions');
    expect(opened).toEqual([{ code: 'webhook_endpoint_paused', subject: id }]);
    const { rows: notices } = await db.pool.query('select recipient, data from notifications');
    expect(notices).toEqual([{ recipient: 'ops@example.com', data: expect.objectContaining({ endpoint: id }) }]);
    const asked = receiver.of('/dead').length;
    await deliver(id);
    expect(receiver.of('/dead')).toHaveLength(asked);
    receiver.answers.delete('/dead');
    await db.transaction((tx) => resumeWebhookEndpoint(tx, id));
    await deliver(id);
    expect(await statuses(id)).toEqual({ delivered: 5 });
  });

  it('that answers 410 is disabled at once', async () => {
    receiver.answers.set('/gone', 410);
    const { id } = await listen('/gone');
    await wait(id, 30);
    await deliver(id);
    expect(await endpointOf(id)).toMatchObject({ status: 'disabled', status_reason: 'gone' });
    expect(receiver.of('/gone').length).toBeLessThanOrEqual(8);
    const { rows } = await db.pool.query('select code from exceptions');
    expect(rows).toEqual([{ code: 'webhook_endpoint_gone' }]);
    expect(await endpointOf(id)).toMatchObject({ last_error: { code: 'http_410' }, last_failure_at: expect.any(Date) });
  });

  it('is sent no more in a second than it asks for', async () => {
    const { id } = await listen('/paced');
    await db.pool.query('update webhook_endpoints set max_per_second = 20 where id = $1', [id]);
    await wait(id, 12);
    await deliver(id);
    const times = receiver.of('/paced').map(({ at }) => at);
    expect(times).toHaveLength(12);
    // From the first to the last are eleven pauses of 50 ms, with some grain of the clock.
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(500);
    await wait(id, 40);
    expect(await deliverWith(client, 300)({ endpoint_id: id }, { log })).toMatchObject({ kind: 'later' });
    expect(receiver.of('/paced').length).toBeLessThanOrEqual(12 + 7);
  });

  it('that is back after an outage gets one webhook at first, then two at once, and never more than 32', async () => {
    let [now, most] = [0, 0];
    const mosts: number[] = [];
    receiver.answers.set('/back', (res) => {
      most = Math.max(most, ++now);
      mosts.push(most);
      setTimeout(() => {
        now--;
        res.writeHead(200).end();
      }, 5);
    });
    const { id } = await listen('/back');
    await db.pool.query(`update webhook_endpoints set failures = 5, failing_since = now() where id = $1`, [id]);
    await wait(id, 1_600);
    await deliverWith(client, 30_000)({ endpoint_id: id }, { log });
    expect(await statuses(id)).toEqual({ delivered: 1_600 });
    expect([0, 200, 400, 700, 1_000, 1_599].map((at) => mosts[at])).toEqual([1, 2, 4, 8, 16, 32]);
  }, 40_000);

  it('that asks for a rest by Retry-After gets it', async () => {
    receiver.answers.set('/busy', (res) => void res.writeHead(429, { 'retry-after': '120' }).end());
    const { id } = await listen('/busy');
    const [delivery] = await wait(id);
    await deliver(id);
    expect((await endpointOf(id)).rests).toBeGreaterThan(110);
    expect((await rowOf(delivery!)).next_attempt_at.getTime()).toBeGreaterThan(Date.now() + 110_000);
  });

  it('that refuses one event goes on getting the others', async () => {
    const { id } = await listen('/picky');
    const [poison] = await wait(id);
    receiver.answers.set('/picky', (res) => {
      const last = receiver.received.at(-1)!;
      res.writeHead(last.headers['webhook-id'] === `evt_${poison}` ? 500 : 200).end();
    });
    await wait(id, 20);
    await deliver(id);
    expect(await statuses(id)).toEqual({ waiting: 1, delivered: 20 });
    expect((await endpointOf(id)).rests).toBeLessThanOrEqual(0);
  });

  it('that never ends its answer has taken the webhook by its status', async () => {
    receiver.answers.set('/endless', (res) => {
      res.writeHead(200);
      const flood = () => {
        while (!res.destroyed && res.write('x'.repeat(16_384)));
        if (!res.destroyed) res.once('drain', flood);
      };
      flood();
    });
    const { id } = await listen('/endless');
    const [delivery] = await wait(id);
    await deliver(id);
    expect(await rowOf(delivery!)).toMatchObject({ status: 'delivered', response_status: 200 });
  });

  it('with more than a run can send gives its place to others, and goes on afterwards', async () => {
    receiver.answers.set('/long', (res) => void setTimeout(() => res.writeHead(200).end(), 20));
    const { id } = await listen('/long');
    await wait(id, 60);
    const run = deliverWith(client, 60);
    expect(await run({ endpoint_id: id }, { log })).toMatchObject({ kind: 'later' });
    expect((await statuses(id)).waiting).toBeGreaterThan(0);
    await deliver(id);
    expect(await statuses(id)).toEqual({ delivered: 60 });
    expect(receiver.of('/long')).toHaveLength(60);
  });

  it('is told what comes soon after by the same run, which then ends', async () => {
    const { id } = await listen('/soon');
    await wait(id);
    const began = performance.now();
    const running = deliverWith(client, 5_000, 600)({ endpoint_id: id }, { log });
    while (receiver.of('/soon').length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await wait(id);
    while (receiver.of('/soon').length === 1) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await running).toEqual({ kind: 'done' });
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  it('that hangs ends its run soon, with what waits untouched', async () => {
    receiver.answers.set('/hangs', 'hang');
    const { id } = await listen('/hangs');
    await wait(id, 200);
    const began = performance.now();
    await deliver(id);
    expect(performance.now() - began).toBeLessThan(TIMEOUT_MS + 1_500);
    expect(receiver.of('/hangs').length).toBeLessThanOrEqual(8);
    expect(await statuses(id)).toEqual({ waiting: 200 });
    expect((await endpointOf(id)).rests).toBeGreaterThan(3);
  });
});

it('a test goes to the endpoint whatever its filter says', async () => {
  const { id, secret } = await listen('/test');
  await db.transaction((tx) => insertTestDelivery(tx, id));
  await deliver(id);
  const [got] = receiver.of('/test');
  expect(new Webhook(secret).verify(got!.body, got!.headers)).toMatchObject({ type: 'webhook.test', data: { id } });
});
