import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { recordLabel, startFulfillment } from '../db/shipments.ts';
import { reserveStock } from '../db/stock.ts';
import { insertCarrierEvent } from '../db/tracking.ts';
import { type CarrierProvider, CarrierRefusedError, type CarrierUpdate } from '../providers/carrier.ts';
import { makeJob } from '../queues/define-queue.ts';
import { trackShipment } from '../queues/track-shipment.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { seedLocation, seedOrder, seedVariant } from '../test/support/seed-orders.ts';
import { createTrackShipment } from './track-shipment.ts';

let home: TestDatabase;
let db: Database;
let near: string;
let far: string;
const run = { log: pino({ level: 'silent' }) };

beforeAll(async () => {
  home = await createTestDatabase();
  db = openDatabase({ url: home.url, applicationName: 'track-test' });
  near = await seedLocation(db, 'NEAR', 1);
  far = await seedLocation(db, 'FAR', 2);
});

afterAll(async () => {
  await db.close();
  await home.drop();
});

const carrierThatSays = (updates: CarrierUpdate[]): CarrierProvider => ({
  rates: async () => [],
  buyLabel: () => Promise.reject(new Error('no label is bought here')),
  track: async () => updates,
});
const silent = carrierThatSays([]);

/** A paid order whose parcels (one or two) have labels. */
async function labeledOrder(parcels = 1): Promise<{ order: string; shipments: string[] }> {
  const variant = await seedVariant(db, `SKU-${uuidv7()}`, { [near]: 1, ...(parcels > 1 ? { [far]: 1 } : {}) });
  const order = await seedOrder(db, [{ variant, quantity: parcels }], 'paid');
  await reserveStock(db, order);
  const shipments = (await startFulfillment(db, order))?.parcels.map((parcel) => parcel.id) ?? [];
  expect(shipments).toHaveLength(parcels);
  for (const id of shipments) {
    await recordLabel(db, order, id, {
      id: `shp_${id}`,
      carrier: 'Fake',
      service: 'standard',
      tracking_number: `T-${id}`,
      tracking_url: 'http://carrier.test/t',
      label_url: 'http://carrier.test/l',
      cost: { amount: 490, currency: 'usd' },
    });
  }
  return { order, shipments };
}

let scans = 0;
const scan = (status: string, minute: number): CarrierUpdate => ({
  id: `trk_${++scans}`,
  status,
  description: status,
  occurred_at: `2026-01-01T10:${String(minute).padStart(2, '0')}:00.000Z`,
});

/** Keeps an event as the webhook does; returns the payload of its job. */
async function keep(order: string, shipment: string, update: CarrierUpdate) {
  const event_id = `evt_${update.id}`;
  const payload = { order_id: order, shipment_id: shipment, event_id };
  await insertCarrierEvent(db, {
    id: event_id,
    type: `tracking.${update.status}`,
    objectId: `shp_${shipment}`,
    shipmentId: shipment,
    orderId: order,
    payload: {
      id: event_id,
      type: `tracking.${update.status}`,
      shipment: {
        id: `shp_${shipment}`,
        reference: shipment,
        metadata: { order_id: order },
        carrier: 'Fake',
        tracking_number: `T-${shipment}`,
        tracking_url: 'http://carrier.test/t',
      },
      update,
    },
    job: makeJob(trackShipment, payload),
  });
  return payload;
}

interface Facts {
  status: string;
  fulfillment_status: string;
  events: string[];
  shipments: string[];
  mails: string[];
  exceptions: string[];
  open_events: number;
}

const facts = async (order: string) =>
  (
    await db.rows<Facts>(
      statement(
        'tracking_facts',
        `select o.status, o.fulfillment_status,
           (select array_agg(e.type order by e.sequence) from order_events e where e.order_id = o.id and e.sequence > 4) as events,
           (select array_agg(s.status order by s.id) from shipments s where s.order_id = o.id) as shipments,
           array(select n.cause || ' ' || n.template || ' ' || n.recipient from notifications n where n.order_id = o.id order by n.id) as mails,
           array(select x.code from exceptions x where x.order_id = o.id and x.resolved_at is null) as exceptions,
           (select count(*) from inbox_events i where i.payload -> 'shipment' -> 'metadata' ->> 'order_id' = o.id::text and i.status = 'received') as open_events
         from orders o where o.id = $1`,
      ),
      [order],
    )
  )[0]!;

const mailsOf = (order: string, shipment: string) => [
  `shipment.shipped/${shipment} shipped ann@example.com`,
  `order.delivered/${order} delivered ann@example.com`,
];
const WHOLE = ['shipment.in_transit', 'order.shipped', 'shipment.delivered', 'order.delivered'];

describe('a parcel on its way', () => {
  const track = (carrier = silent) => createTrackShipment({ db, carrier });

  it('brings its order from paid to shipped to delivered, and tells the customer of each once', async () => {
    const { order, shipments } = await labeledOrder();
    const [shipment = ''] = shipments;
    expect(await track()(await keep(order, shipment, scan('in_transit', 1)), run)).toEqual({ kind: 'done' });
    expect(await facts(order)).toMatchObject({
      status: 'shipped',
      fulfillment_status: 'shipped',
      shipments: ['in_transit'],
    });
    await track()(await keep(order, shipment, scan('delivered', 2)), run);
    expect(await facts(order)).toEqual({
      status: 'delivered',
      fulfillment_status: 'delivered',
      events: WHOLE,
      shipments: ['delivered'],
      mails: mailsOf(order, shipment),
      exceptions: [],
      open_events: 0,
    });
  });

  it('comes to the same end when its news are reordered, repeated and all at once', async () => {
    const { order, shipments } = await labeledOrder();
    const [shipment = ''] = shipments;
    const left = await keep(order, shipment, scan('in_transit', 1));
    const van = await keep(order, shipment, scan('out_for_delivery', 2));
    const arrived = await keep(order, shipment, scan('delivered', 3));
    const outcomes = await Promise.all([arrived, left, van, arrived, left, arrived].map((job) => track()(job, run)));
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.kind === 'later') await track()([arrived, left, van, arrived, left, arrived][index]!, run);
    }
    const after = await facts(order);
    expect(after).toMatchObject({
      status: 'delivered',
      fulfillment_status: 'delivered',
      shipments: ['delivered'],
      open_events: 0,
    });
    expect(after.mails.toSorted()).toEqual(mailsOf(order, shipment).toSorted());
    expect(after.events.filter((type) => type !== 'shipment.tracked').toSorted()).toEqual(WHOLE.toSorted());
  });

  it('has a whole history when only its arrival was told', async () => {
    const { order, shipments } = await labeledOrder();
    const [shipment = ''] = shipments;
    await track()(await keep(order, shipment, scan('delivered', 9)), run);
    const after = await facts(order);
    expect(after.events).toEqual(['shipment.in_transit', 'shipment.delivered', 'order.shipped', 'order.delivered']);
    expect(after.mails).toEqual(mailsOf(order, shipment));
  });

  it('writes the news with their messages or neither, whenever it dies', async () => {
    const { order, shipments } = await labeledOrder();
    const [shipment = ''] = shipments;
    const job = await keep(order, shipment, scan('in_transit', 1));
    const dying = (afterwards: boolean): Database => ({
      ...db,
      each: async (sql, item) => {
        if (sql.name !== 'record_tracking') return db.each(sql, item);
        if (afterwards) await db.each(sql, item);
        throw new Error('killed');
      },
    });
    await expect(createTrackShipment({ db: dying(false), carrier: silent })(job, run)).rejects.toThrow('killed');
    expect(await facts(order)).toMatchObject({ status: 'paid', mails: [], open_events: 1 });
    await expect(createTrackShipment({ db: dying(true), carrier: silent })(job, run)).rejects.toThrow('killed');
    const whole = {
      status: 'shipped',
      mails: mailsOf(order, shipment).slice(0, 1),
      events: WHOLE.slice(0, 2),
      open_events: 0,
    };
    expect(await facts(order)).toMatchObject(whole);
    await track()(job, run);
    expect(await facts(order)).toMatchObject(whole);
  });

  it('takes its own turn and its own news among parcels that are told of in the same moment', async () => {
    const orders = await Promise.all([1, 2, 1].map((parcels) => labeledOrder(parcels)));
    const jobs = await Promise.all(
      orders.flatMap(({ order, shipments }) =>
        shipments.flatMap((shipment, n) => [
          keep(order, shipment, scan('in_transit', 1)),
          ...(n === 0 ? [keep(order, shipment, scan('delivered', 2))] : []),
        ]),
      ),
    );
    const gone = { order_id: orders[0]!.order, shipment_id: orders[1]!.shipments[0]! };
    const outcomes = await Promise.all([...jobs, gone].map((job) => track()(job, run)));
    expect(outcomes.map((outcome) => outcome.kind)).toEqual([...jobs.map(() => 'done'), 'give_up']);
    const [one, two, three] = await Promise.all(orders.map(({ order }) => facts(order)));
    expect(one).toMatchObject({ status: 'delivered', shipments: ['delivered'] });
    expect(one?.mails.toSorted()).toEqual(mailsOf(orders[0]!.order, orders[0]!.shipments[0]!).toSorted());
    expect(two).toMatchObject({ status: 'shipped', shipments: ['delivered', 'in_transit'] });
    expect(two?.mails).toHaveLength(2);
    expect(three).toMatchObject({ status: 'delivered', open_events: 0 });
  });

  it('keeps words nobody knows in its history and moves nothing by them', async () => {
    const { order, shipments } = await labeledOrder();
    await track()(await keep(order, shipments[0] ?? '', scan('customs_hold', 1)), run);
    expect(await facts(order)).toMatchObject({
      status: 'paid',
      shipments: ['label_purchased'],
      events: ['shipment.tracked'],
      mails: [],
    });
  });

  it('stands in the exceptions list while it is stuck, and leaves it when it moves again', async () => {
    const { order, shipments } = await labeledOrder();
    const [shipment = ''] = shipments;
    await track()(await keep(order, shipment, scan('in_transit', 1)), run);
    await track()(await keep(order, shipment, scan('undeliverable', 2)), run);
    expect(await facts(order)).toMatchObject({
      status: 'shipped',
      shipments: ['exception'],
      exceptions: ['shipment_stuck'],
    });
    await track()(await keep(order, shipment, scan('delivered', 3)), run);
    expect(await facts(order)).toMatchObject({ status: 'delivered', shipments: ['delivered'], exceptions: [] });
  });
});

describe('a parcel that moves again', () => {
  it('leaves the exceptions list also when the run that recorded it died', async () => {
    const { order, shipments } = await labeledOrder();
    const [shipment = ''] = shipments;
    const track = createTrackShipment({ db, carrier: silent });
    await track(await keep(order, shipment, scan('lost', 1)), run);
    const found = await keep(order, shipment, scan('in_transit', 2));
    const dying: Database = {
      ...db,
      each: async (sql, item) => {
        const rows = await db.each(sql, item);
        if (sql.name === 'record_tracking') throw new Error('killed');
        return rows;
      },
    };
    await expect(createTrackShipment({ db: dying, carrier: silent })(found, run)).rejects.toThrow('killed');
    expect(await facts(order)).toMatchObject({ shipments: ['in_transit'], exceptions: ['shipment_stuck'] });
    await track(found, run);
    expect(await facts(order)).toMatchObject({ shipments: ['in_transit'], exceptions: [] });
  });
});

describe('an order of two parcels', () => {
  it('is partially shipped, then shipped, then delivered with the last', async () => {
    const { order, shipments } = await labeledOrder(2);
    const [one = '', two = ''] = shipments;
    const track = createTrackShipment({ db, carrier: silent });
    await track(await keep(order, one, scan('delivered', 1)), run);
    expect(await facts(order)).toMatchObject({ status: 'paid', fulfillment_status: 'partially_shipped' });
    await track(await keep(order, two, scan('in_transit', 2)), run);
    expect(await facts(order)).toMatchObject({ status: 'shipped', fulfillment_status: 'shipped' });
    await track(await keep(order, two, scan('delivered', 3)), run);
    const after = await facts(order);
    expect(after).toMatchObject({ status: 'delivered', fulfillment_status: 'delivered' });
    expect(after.mails).toEqual([mailsOf(order, one)[0], ...mailsOf(order, two)]);
  });

  it('is delivered when both arrive in the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const { order, shipments } = await labeledOrder(2);
      const track = createTrackShipment({ db, carrier: silent });
      const jobs = await Promise.all(shipments.map((shipment) => keep(order, shipment, scan('delivered', 1))));
      await Promise.all(jobs.map((job) => track(job, run)));
      expect(await facts(order)).toMatchObject({ status: 'delivered', fulfillment_status: 'delivered' });
    }
  });
});

describe('a silent carrier', () => {
  it('is asked, and all it has seen is applied', async () => {
    const { order, shipments } = await labeledOrder();
    const [shipment = ''] = shipments;
    const track = createTrackShipment({ db, carrier: carrierThatSays([scan('in_transit', 1), scan('delivered', 2)]) });
    await track({ order_id: order, shipment_id: shipment }, run);
    await track({ order_id: order, shipment_id: shipment }, run);
    const after = await facts(order);
    expect(after).toMatchObject({ status: 'delivered', mails: mailsOf(order, shipment) });
    expect(after.events).toHaveLength(4);
  });

  it('that does not know the parcel makes the job give up; one that is away makes it try again', async () => {
    const { order, shipments } = await labeledOrder();
    const payload = { order_id: order, shipment_id: shipments[0] ?? '' };
    const failing = (error: Error): CarrierProvider => ({ ...silent, track: () => Promise.reject(error) });
    const refused = createTrackShipment({ db, carrier: failing(new CarrierRefusedError(404, 'not_found', 'none')) });
    expect(await refused(payload, run)).toMatchObject({ kind: 'give_up', code: 'carrier_refused' });
    const away = createTrackShipment({ db, carrier: failing(new Error('ECONNREFUSED')) });
    await expect(away(payload, run)).rejects.toThrow('ECONNREFUSED');
  });
});
