import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { holdOrder } from '../db/order-holds.ts';
import { startFulfillment } from '../db/shipments.ts';
import { reserveStock } from '../db/stock.ts';
import { type CarrierProvider, CarrierRefusedError, type Label, type LabelRequest } from '../providers/carrier.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { createFakePayments } from '../test/support/fake-payments.ts';
import {
  findUnbalancedLevels,
  type SeededVariant,
  seedLocation,
  seedOrder,
  seedVariant,
} from '../test/support/seed-orders.ts';
import { createFulfillOrder } from './fulfill-order.ts';

let home: TestDatabase;
let db: Database;
let near: string;
let far: string;
let variant: SeededVariant;
const payments = createFakePayments();
const run = { log: pino({ level: 'silent' }) };

beforeAll(async () => {
  home = await createTestDatabase();
  db = openDatabase({ url: home.url, applicationName: 'fulfill-test' });
  near = await seedLocation(db, 'NEAR', 1);
  far = await seedLocation(db, 'FAR', 2);
  variant = await seedVariant(db, 'SHIPPED', { [near]: 100, [far]: 100 });
});

afterAll(async () => {
  expect(await findUnbalancedLevels(db)).toEqual([]);
  await db.close();
  await home.drop();
});

/** A carrier that sells one label per shipment, and can be told to fail. */
function fakeCarrier() {
  const labels = new Map<string, Label>();
  const requests: LabelRequest[] = [];
  let fail: (() => void) | undefined;
  const carrier: CarrierProvider = {
    rates: async () => [],
    track: async () => [],
    buyLabel: async (request) => {
      requests.push(request);
      const n = labels.size + 1;
      const id = `shp_${request.shipmentId}`;
      const label = labels.get(id) ?? {
        id,
        carrier: 'Fake',
        service: request.service,
        tracking_number: `T${n}-${request.shipmentId}`,
        tracking_url: 'http://carrier.test/t',
        label_url: 'http://carrier.test/l',
        cost: { amount: 490, currency: 'usd' },
      };
      labels.set(id, label);
      fail?.();
      return label;
    },
  };
  const failNext = (error: Error) => {
    fail = () => {
      fail = undefined;
      throw error;
    };
  };
  return { carrier, labels, requests, failNext };
}

async function paidOrder(quantity = 2, reserve = true): Promise<string> {
  const order = await seedOrder(db, [{ variant, quantity }], 'paid');
  if (reserve) expect(await reserveStock(db, order)).toEqual([]);
  return order;
}

interface Facts {
  status: string;
  fulfillment_status: string;
  events: string[];
  shipments: {
    id: string;
    status: string;
    tracking_number: string | null;
    cost_amount: number | null;
    units: number;
  }[];
  reservations: string[];
}

const facts = async (order: string) =>
  (
    await db.rows<Facts>(
      statement(
        'fulfillment_facts',
        `select o.status, o.fulfillment_status,
           (select array_agg(e.type order by e.sequence) from order_events e where e.order_id = o.id) as events,
           (select coalesce(json_agg(json_build_object('id', s.id, 'status', s.status, 'tracking_number', s.tracking_number, 'cost_amount', s.cost_amount,
              'units', (select sum(quantity) from shipment_lines l where l.shipment_id = s.id)) order by s.id), '[]')
            from shipments s where s.order_id = o.id) as shipments,
           (select coalesce(array_agg(r.status), '{}') from reservations r where r.order_id = o.id) as reservations
         from orders o where o.id = $1`,
      ),
      [order],
    )
  )[0]!;

const holdOf = statement(
  'test_hold',
  `select hold_reason, (select count(*)::integer from exceptions where code = 'order_held' and subject = o.id::text and resolved_at is null) as open
   from orders o where id = $1`,
);

/** A dispute comes between the carrier's sale and our record of it. */
const holding = (carrier: CarrierProvider, order: string): CarrierProvider => ({
  ...carrier,
  async buyLabel(request) {
    const label = await carrier.buyLabel(request);
    await db.transaction((tx) => holdOrder(tx, order, 'dispute'));
    return label;
  },
});

const dyingAtRelease = (): Database => ({
  ...db,
  rows: (asked, values) =>
    asked.name === 'release_sent_order' ? Promise.reject(new Error('killed')) : db.rows(asked, values),
});

const WHOLE = ['order.accepted', 'stock.allocated', 'shipment.created', 'shipment.label_purchased'];

describe('fulfilling an order', () => {
  it('sells its stock, makes a shipment and buys the label', async () => {
    const { carrier, requests } = fakeCarrier();
    const order = await paidOrder();
    expect(await createFulfillOrder({ db, carrier, payments })({ order_id: order }, run)).toEqual({ kind: 'done' });
    const after = await facts(order);
    expect(after).toMatchObject({
      status: 'paid',
      fulfillment_status: 'processing',
      events: WHOLE,
      reservations: ['sold'],
    });
    expect(after.shipments).toMatchObject([{ status: 'label_purchased', cost_amount: 490, units: 2 }]);
    expect(requests).toMatchObject([
      {
        shipmentId: after.shipments[0]?.id,
        orderId: order,
        from: { code: 'NEAR', country: 'US' },
        to: { line1: '1 Main Street', country: 'US' },
        parcel: { weight_grams: 500 },
        service: 'standard',
      },
    ]);
  });

  it('sends one parcel per location that holds a part', async () => {
    const { carrier, labels } = fakeCarrier();
    const split = await seedVariant(db, 'SPLIT', { [near]: 1, [far]: 2 });
    const order = await seedOrder(db, [{ variant: split, quantity: 3 }], 'paid');
    await reserveStock(db, order);
    await createFulfillOrder({ db, carrier, payments })({ order_id: order }, run);
    const after = await facts(order);
    expect(after.shipments.map((shipment) => shipment.units).toSorted()).toEqual([1, 2]);
    expect(after.shipments.map((shipment) => shipment.status)).toEqual(['label_purchased', 'label_purchased']);
    expect(labels.size).toBe(2);
  });

  it('lets an order go that is held while its last label is bought, also when that run dies before it can', async () => {
    for (const dies of [false, true]) {
      const { carrier } = fakeCarrier();
      const order = await paidOrder();
      const held = holding(carrier, order);
      const first = createFulfillOrder({ db: dies ? dyingAtRelease() : db, carrier: held, payments })(
        { order_id: order },
        run,
      );
      if (dies) await expect(first).rejects.toThrow('killed');
      else await first;
      await createFulfillOrder({ db, carrier, payments })({ order_id: order }, run);
      expect(await db.rows(holdOf, [order])).toEqual([{ hold_reason: null, open: 0 }]);
      expect((await facts(order)).events).toEqual([
        'order.accepted',
        'stock.allocated',
        'shipment.created',
        'order.held',
        'shipment.label_purchased',
        'order.released',
      ]);
    }
  });

  it('buys no second label, and stays held, when the hold comes with the first', async () => {
    const { carrier, labels } = fakeCarrier();
    const split = await seedVariant(db, 'HELD-SPLIT', { [near]: 1, [far]: 2 });
    const order = await seedOrder(db, [{ variant: split, quantity: 3 }], 'paid');
    await reserveStock(db, order);
    await createFulfillOrder({ db, carrier: holding(carrier, order), payments })({ order_id: order }, run);
    expect(labels.size).toBe(1);
    expect(await db.rows(holdOf, [order])).toEqual([{ hold_reason: 'dispute', open: 1 }]);
  });

  it('does nothing more when it runs twice, also at once', async () => {
    const { carrier, labels } = fakeCarrier();
    const order = await paidOrder();
    const fulfill = createFulfillOrder({ db, carrier, payments });
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => fulfill({ order_id: order }, run)));
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(Array(4).fill('done'));
    await fulfill({ order_id: order }, run);
    expect(await facts(order)).toMatchObject({ events: WHOLE, shipments: [{ status: 'label_purchased', units: 2 }] });
    expect(labels.size).toBe(1);
  });

  it('waits before it sends, where that is wanted, from the moment that the money was taken', async () => {
    const id = await paidOrder();
    const { carrier, requests } = fakeCarrier();
    const paidAgo = (seconds: number) =>
      db.pool.query(
        `insert into order_events (order_id, sequence, type, created_at) values ($1, 90, 'payment.succeeded', now() - make_interval(secs => $2))
         on conflict (order_id, sequence) do update set created_at = excluded.created_at`,
        [id, seconds],
      );
    const fulfill = createFulfillOrder({ db, carrier, payments, fulfillmentDelaySeconds: 60 });
    await paidAgo(20);
    const early = await fulfill({ order_id: id }, run);
    expect(early).toEqual({ kind: 'later', delayMs: expect.any(Number) });
    expect(early.kind === 'later' && early.delayMs).toBeGreaterThan(35_000);
    expect(requests).toEqual([]);
    await paidAgo(61);
    expect(await fulfill({ order_id: id }, run)).toEqual({ kind: 'done' });
    expect(requests).toHaveLength(1);
  });

  it('does nothing when it runs late: the order was canceled meanwhile', async () => {
    const { carrier, requests } = fakeCarrier();
    const order = await paidOrder();
    await db.rows(
      statement('cancel', `update orders set status = 'canceled', fulfillment_status = 'canceled' where id = $1`),
      [order],
    );
    expect(await createFulfillOrder({ db, carrier, payments })({ order_id: order }, run)).toMatchObject({
      kind: 'done',
    });
    expect(await facts(order)).toMatchObject({ shipments: [], reservations: ['reserved'], events: ['order.accepted'] });
    expect(requests).toEqual([]);
  });

  it('buys no second label after a crash between purchase and record', async () => {
    const { carrier, labels, failNext } = fakeCarrier();
    const order = await paidOrder();
    const fulfill = createFulfillOrder({ db, carrier, payments });
    failNext(new Error('the answer was lost'));
    await expect(fulfill({ order_id: order }, run)).rejects.toThrow('the answer was lost');
    expect(await facts(order)).toMatchObject({ fulfillment_status: 'processing', shipments: [{ status: 'pending' }] });
    expect(await fulfill({ order_id: order }, run)).toEqual({ kind: 'done' });
    expect(await facts(order)).toMatchObject({ events: WHOLE, shipments: [{ status: 'label_purchased' }] });
    expect(labels.size).toBe(1);
  });

  it('records the label without turning a parcel back that was already scanned', async () => {
    const { carrier, failNext } = fakeCarrier();
    const order = await paidOrder();
    const fulfill = createFulfillOrder({ db, carrier, payments });
    failNext(new Error('killed'));
    await expect(fulfill({ order_id: order }, run)).rejects.toThrow('killed');
    await db.rows(statement('scan', `update shipments set status = 'in_transit' where order_id = $1`), [order]);
    await fulfill({ order_id: order }, run);
    expect((await facts(order)).shipments).toMatchObject([{ status: 'in_transit', cost_amount: 490 }]);
  });

  it('gives up when the carrier refuses, and keeps what must be settled', async () => {
    const { carrier, failNext } = fakeCarrier();
    const order = await paidOrder();
    failNext(new CarrierRefusedError(422, 'address_not_served', 'Nothing is delivered there.'));
    expect(await createFulfillOrder({ db, carrier, payments })({ order_id: order }, run)).toMatchObject({
      kind: 'give_up',
      code: 'carrier_refused',
      message: expect.stringContaining('address_not_served') as unknown,
    });
    expect(await facts(order)).toMatchObject({ fulfillment_status: 'processing', shipments: [{ status: 'pending' }] });
  });

  it('gives up when a paid order holds no stock', async () => {
    const { carrier } = fakeCarrier();
    const outcome = await createFulfillOrder({ db, carrier, payments })({ order_id: await paidOrder(1, false) }, run);
    expect(outcome).toMatchObject({ kind: 'give_up', code: 'stock_not_reserved' });
  });

  it('takes two round trips for an order of one parcel', async () => {
    const { carrier } = fakeCarrier();
    const order = await paidOrder();
    let trips = 0;
    const counted: Database = {
      ...db,
      rows: (sql, values) => {
        trips += 1;
        return db.rows(sql, values);
      },
      each: (sql, item) => {
        trips += 1;
        return db.each(sql, item);
      },
    };
    await createFulfillOrder({ db: counted, carrier, payments })({ order_id: order }, run);
    expect(trips).toBe(2);
  });
});

describe('orders that begin at the same moment', () => {
  it('each get their own parcels and weights, whatever the others are', async () => {
    const split = await seedVariant(db, 'SET-SPLIT', { [near]: 1, [far]: 2 });
    const several = await seedOrder(db, [{ variant: split, quantity: 3 }], 'paid');
    expect(await reserveStock(db, several)).toEqual([]);
    const plain = await Promise.all([1, 2, 3].map((quantity) => paidOrder(quantity)));
    const unpaid = await seedOrder(db, [{ variant, quantity: 1 }]);
    await reserveStock(db, unpaid);
    const empty = await paidOrder(1, false);
    const half = await paidOrder(4);
    const before = await startFulfillment(db, half);
    const gone = '01890000-0000-7000-8000-000000000000';
    const orders = [several, ...plain, unpaid, empty, half, gone];
    const [first, one, two, three, ...others] = await Promise.all(orders.map((order) => startFulfillment(db, order)));

    expect(first).toMatchObject({ started: true, status: 'paid', fulfillment_status: 'unfulfilled' });
    expect(first?.parcels.map((parcel) => [parcel.location.code, parcel.weight_grams]).toSorted()).toEqual([
      ['FAR', 500],
      ['NEAR', 250],
    ]);
    for (const [n, start] of [one, two, three].entries()) {
      expect(start).toMatchObject({ started: true, parcels: [{ weight_grams: 250 * (n + 1) }] });
    }
    expect(others).toMatchObject([
      { started: false, status: 'pending', parcels: [] },
      { started: false, status: 'paid', parcels: [] },
      { started: false, fulfillment_status: 'processing', parcels: before?.parcels },
      undefined,
    ]);
    expect(await facts(several)).toMatchObject({
      events: ['order.accepted', 'stock.allocated', 'shipment.created', 'shipment.created'],
      reservations: ['sold', 'sold'],
    });
    expect(await facts(unpaid)).toMatchObject({ reservations: ['reserved'], events: ['order.accepted'] });
  });

  it('record their labels together, each once', async () => {
    const orders = await Promise.all([1, 2, 3].map(() => paidOrder(1)));
    const { carrier } = fakeCarrier();
    const fulfill = createFulfillOrder({ db, carrier, payments });
    await Promise.all([...orders, ...orders].map((order) => fulfill({ order_id: order }, run)));
    for (const order of orders) {
      const { events, shipments } = await facts(order);
      expect(events).toEqual(WHOLE);
      expect(shipments).toMatchObject([
        { status: 'label_purchased', tracking_number: expect.stringContaining(shipments[0]!.id) as unknown },
      ]);
    }
  });
});
