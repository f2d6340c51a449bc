import { createHmac } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { startFulfillment } from '../db/shipments.ts';
import { reserveStock } from '../db/stock.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { seedLocation, seedOrder, seedVariant } from '../test/support/seed-orders.ts';
import { createCarrierWebhook } from './carrier-webhook.ts';
import { answerProblems } from './middleware/problem.ts';

const SECRET = 'carrier-secret';
let home: TestDatabase;
let db: Database;
let server: Server;
let url: string;
let location: string;
let order: string;
let shipment: string;

beforeAll(async () => {
  home = await createTestDatabase();
  db = openDatabase({ url: home.url, applicationName: 'webhook-test' });
  location = await seedLocation(db, 'MAIN');
  ({ order, shipment } = await shippedOrder());
  const app = express();
  app.use(createCarrierWebhook({ db, secret: SECRET, log: pino({ level: 'silent' }) }), answerProblems);
  await new Promise<void>((resolve) => {
    server = app.listen(0, '127.0.0.1', () => resolve());
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await db.close();
  await home.drop();
});

const event = (id: string, reference = shipment, orderId = order, status = 'in_transit') => ({
  id,
  type: `tracking.${status}`,
  shipment: {
    id: 'shp_1',
    reference,
    metadata: { order_id: orderId },
    carrier: 'Fake',
    tracking_number: 'T1',
    tracking_url: 'http://carrier.test/t',
  },
  update: { id: `trk_${id}`, status, description: 'Scanned', occurred_at: new Date().toISOString() },
});

const sign = (body: string, secret = SECRET, at = Math.floor(Date.now() / 1_000)) =>
  `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;

async function post(body: string, signature: string | undefined, path = '/webhooks/carrier') {
  const headers = { 'Content-Type': 'application/json', ...(signature ? { 'Carrier-Signature': signature } : {}) };
  const answer = await fetch(url + path, { method: 'POST', headers, body });
  return { status: answer.status, type: answer.headers.get('content-type'), body: (await answer.json()) as object };
}

const send = (sent: object, path?: string) => post(JSON.stringify(sent), sign(JSON.stringify(sent)), path);

const rowsOf = async (id: string) => {
  const sql = statement(
    'event_rows',
    `select (select status from inbox_events where provider = 'carrier' and event_id = $1) as inbox,
       (select payload from outbox where queue = 'track-shipment' and job_id = 'event-' || $1) as job`,
  );
  return (await db.rows(sql, [id]))[0];
};

const orderRow = async (id: string) =>
  (
    await db.rows(
      statement(
        'order_row',
        `select o.status, array(select s.status from shipments s where s.order_id = o.id) as parcels,
           array(select n.template from notifications n where n.order_id = o.id order by n.id) as mails,
           array(select j.job_id from outbox j where j.order_id = o.id and j.queue = 'send-notification' order by 1) =
             array(select 'notification-' || n.id from notifications n where n.order_id = o.id order by 1) as jobs_of_mails
         from orders o where o.id = $1`,
      ),
      [id],
    )
  )[0];

async function shippedOrder(): Promise<{ order: string; shipment: string }> {
  const variant = await seedVariant(db, `SKU-${uuidv7()}`, { [location]: 1 });
  const id = await seedOrder(db, [{ variant, quantity: 1 }], 'paid');
  await reserveStock(db, id);
  return { order: id, shipment: (await startFulfillment(db, id))?.parcels[0]?.id ?? '' };
}

describe('the carrier webhook', () => {
  it('records an event with all that follows from it, without a job, and answers 200', async () => {
    expect(await send(event('evt_1'))).toMatchObject({ status: 200, body: { received: true, outcome: 'kept' } });
    expect(await rowsOf('evt_1')).toEqual({ inbox: 'applied', job: null });
    const after = { status: 'shipped', parcels: ['in_transit'], mails: ['shipped'], jobs_of_mails: true };
    expect(await orderRow(order)).toEqual(after);
    expect(await send(event('evt_1'))).toMatchObject({ body: { outcome: 'duplicate' } });
    expect(await orderRow(order)).toEqual(after);
  });

  it('keeps an event and its job together when a person must be told', async () => {
    const { order: id, shipment: parcel } = await shippedOrder();
    expect(await send(event('evt_stuck', parcel, id, 'lost'))).toMatchObject({ body: { outcome: 'kept' } });
    expect(await rowsOf('evt_stuck')).toEqual({
      inbox: 'received',
      job: { order_id: id, shipment_id: parcel, event_id: 'evt_stuck' },
    });
    expect(await orderRow(id)).toMatchObject({ status: 'paid', parcels: ['pending'] });
    expect(await send(event('evt_stuck', parcel, id, 'lost'))).toMatchObject({ body: { outcome: 'duplicate' } });
  });

  it('keeps an event and its job together when the order moves faster than it is read', async () => {
    const { order: id, shipment: parcel } = await shippedOrder();
    const { each } = db;
    db.each = (sql, item) => (sql.name === 'record_tracking' ? Promise.resolve([]) : each(sql, item));
    const answer = await send(event('evt_fast', parcel, id)).finally(() => {
      db.each = each;
    });
    expect(answer).toMatchObject({ status: 200, body: { outcome: 'kept' } });
    expect(await rowsOf('evt_fast')).toMatchObject({ inbox: 'received', job: { event_id: 'evt_fast' } });
  });

  it('records departure and arrival of several parcels that are told of in the same moment', async () => {
    const parcels = await Promise.all([1, 2, 3, 4].map(() => shippedOrder()));
    const sent = parcels.flatMap(({ order: id, shipment: parcel }, n) =>
      ['delivered', 'in_transit'].map((status) => send(event(`evt_set_${n}_${status}`, parcel, id, status))),
    );
    for (const answer of await Promise.all(sent)) expect(answer).toMatchObject({ body: { outcome: 'kept' } });
    for (const { order: id } of parcels) {
      expect(await orderRow(id)).toMatchObject({ status: 'delivered', parcels: ['delivered'], jobs_of_mails: true });
    }
  });

  it('keeps an event once, however often and by whichever path it comes', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => send(event('evt_2'), n % 2 ? '/webhooks/carrier' : '/v1/webhooks/carrier')),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(5).fill(200));
    const outcomes = answers.map((answer) => (answer.body as { outcome: string }).outcome);
    expect(outcomes.filter((outcome) => outcome === 'kept')).toHaveLength(1);
  });

  it('answers 200 for parcels that are not ours and does nothing about them', async () => {
    const stranger = '01890000-0000-7000-8000-000000000000';
    expect(await send(event('evt_3', stranger, stranger))).toMatchObject({ status: 200, body: { outcome: 'ignored' } });
    expect(await send(event('evt_4', 'their-own-reference'))).toMatchObject({
      status: 200,
      body: { outcome: 'ignored' },
    });
    expect(await send(event('evt_5', shipment, stranger))).toMatchObject({ status: 200, body: { outcome: 'ignored' } });
    expect(await rowsOf('evt_3')).toEqual({ inbox: 'ignored', job: null });
    expect(await rowsOf('evt_5')).toEqual({ inbox: 'ignored', job: null });
  });

  it('refuses what is not signed, signed with another secret, altered, or more than five minutes off', async () => {
    const body = JSON.stringify(event('evt_6'));
    const now = Math.floor(Date.now() / 1_000);
    const signatures = [
      undefined,
      '',
      't=1',
      sign(body, 'another'),
      sign(`${body} `),
      sign(body, SECRET, now - 301),
      sign(body, SECRET, now + 310),
    ];
    for (const signature of signatures) {
      expect(await post(body, signature)).toMatchObject({
        status: 400,
        type: expect.stringContaining('application/problem+json') as unknown,
        body: { code: 'signature_invalid' },
      });
    }
    expect(await rowsOf('evt_6')).toEqual({ inbox: null, job: null });
    expect((await post(body, `${sign(body, 'old')},${sign(body).split(',')[1]}`)).status).toBe(200);
  });

  it('says what is wrong with a signed body that is no event', async () => {
    for (const body of ['{}', 'null', '[', '{"id":"evt_7"}']) {
      expect(await post(body, sign(body))).toMatchObject({ status: 400, body: { code: 'event_malformed' } });
    }
  });

  it('cannot be made without a secret', () => {
    expect(() => createCarrierWebhook({ db, secret: ' ', log: pino({ level: 'silent' }) })).toThrow('empty');
  });
});
