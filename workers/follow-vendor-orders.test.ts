import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { holdOrder, releaseOrder } from '../db/order-holds.ts';
import { recordLabel, startFulfillment } from '../db/shipments.ts';
import { findVendorOrder, listVendorOrders, type VendorOrderRow } from '../db/vendor-orders.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { payOrder, seedVendor, seedVendorOrder, type TestVendor, turnsOf } from '../test/support/vendor-shop.ts';
import { createFollowVendorOrders } from './follow-vendor-orders.ts';

let home: TestDatabase;
let db: Database;
let kiln: TestVendor;
let loom: TestVendor;
let shop: { variantId: string; sku: string };
let follow: (orderId: string) => Promise<unknown>;

beforeAll(async () => {
  home = await createTestDatabase();
  db = openDatabase({ url: home.url, applicationName: 'vendor-test' });
  kiln = await seedVendor(db, 'kiln');
  loom = await seedVendor(db, 'loom');
  const ids = await seedVariants(db, [{ sku: 'SHOP-1', units: 1_000 }]);
  shop = { sku: 'SHOP-1', variantId: ids.get('SHOP-1')! };
  const processor = createFollowVendorOrders({ db });
  follow = (order_id) => processor({ order_id });
});
afterAll(async () => {
  await db.close();
  await home.drop();
});

const parts = (orderId: string): Promise<VendorOrderRow[]> => listVendorOrders(db, { orderId }, { limit: 10 });
const partOf = async (orderId: string, { id }: TestVendor) =>
  (await parts(orderId)).find((part) => part.vendor_id === id)!;
const eventsOf = async (id: string) => {
  const { rows } = await db.pool.query(
    'select type from vendor_order_events where vendor_order_id = $1 order by sequence',
    [id],
  );
  return rows.map(({ type }) => type.replace('vendor_order.', ''));
};
const mailsOf = async (id: string) => {
  const { rows } = await db.pool.query(
    `select * from notifications where cause like 'vendor_order/' || $1 || '/%' order by id`,
    [id],
  );
  return rows;
};

/** An order of both vendors and the shop, paid and followed. */
async function paidOrder(): Promise<string> {
  const id = await seedVendorOrder(db, [
    { ...kiln, quantity: 2 },
    { ...shop, quantity: 1 },
    { ...loom, quantity: 3 },
  ]);
  await payOrder(db, id);
  await follow(id);
  return id;
}

it('makes one part for each vendor, once, and tells it', async () => {
  const id = await paidOrder();
  expect(await turnsOf(db, id)).toHaveLength(1);
  await follow(id);
  const [first, second] = (await parts(id)).toReversed();
  expect([first!.number, second!.number].map((number) => number.slice(-3))).toEqual(['-V1', '-V2']);
  const own = await partOf(id, kiln);
  expect(own).toMatchObject({
    status: 'open',
    revision: 1,
    lines: [{ sku: 'KILN-1', quantity: 2, commission_bps: 250 }],
  });
  expect(await eventsOf(own.id)).toEqual(['created']);
  const [mail, ...more] = await mailsOf(own.id);
  expect(more).toEqual([]);
  expect(mail).toMatchObject({
    recipient: 'kiln@vendor.example',
    template: 'vendor-order',
    topic: 'vendor',
    order_id: null,
  });
  // Nothing that would tell the vendor who the customer is to the shop, or what others sell.
  expect(JSON.stringify(mail)).not.toMatch(/customer\.example|\+1555|203\.0\.113|SHOP-1|LOOM-1|Secret Billing/);
  const { rows } = await db.pool.query(`select vendor_id from shop_events where object_id = $1`, [own.id]);
  expect(rows).toEqual([{ vendor_id: kiln.id }]);
});

it('makes none before the order is paid, and writes no job for an order without goods of vendors', async () => {
  const unpaid = await seedVendorOrder(db, [{ ...kiln, quantity: 1 }]);
  await follow(unpaid);
  expect(await parts(unpaid)).toEqual([]);
  const plain = await seedVendorOrder(db, [{ ...shop, quantity: 1 }]);
  await payOrder(db, plain);
  expect(await turnsOf(db, plain)).toEqual([]);
});

it('follows its own parcels, whatever becomes of the others', async () => {
  const id = await paidOrder();
  const { parcels } = (await startFulfillment(db, id))!;
  expect(parcels).toHaveLength(3);
  const { rows } = await db.pool.query('select id, location_id from shipments where order_id = $1', [id]);
  const parcelOf = (place: string) => rows.find(({ location_id }) => location_id === place).id as string;
  const label = (n: string) => ({
    ...{
      id: `shp_${n}`,
      carrier: 'Fake',
      service: 'standard',
      tracking_number: `T-${n}`,
      tracking_url: 'http://c.test/t',
    },
    ...{ label_url: `http://c.test/label/${n}`, cost: { amount: 490, currency: 'usd' } },
  });
  const move = async (parcel: string, status: string) => {
    await db.pool.query('update shipments set status = $2 where id = $1', [parcel, status]);
    await follow(id);
  };
  for (const place of [kiln, loom])
    await recordLabel(db, id, parcelOf(place.locationId), label(parcelOf(place.locationId)));
  await move(parcelOf(kiln.locationId), 'in_transit');
  expect(await partOf(id, kiln)).toMatchObject({
    status: 'shipped',
    parcels: [{ tracking_number: expect.stringContaining(parcelOf(kiln.locationId)) }],
  });
  expect(await partOf(id, loom)).toMatchObject({ status: 'open' });
  expect((await partOf(id, loom)).parcels).toHaveLength(1);
  await move(parcelOf(kiln.locationId), 'delivered');
  // A late scan moves nothing back.
  await move(parcelOf(kiln.locationId), 'in_transit');
  const part = await partOf(id, kiln);
  expect(part.status).toBe('delivered');
  expect(await eventsOf(part.id)).toEqual(['created', 'shipped', 'delivered']);
});

it('follows refunds, edits and holds, and ends with nothing left to send', async () => {
  const id = await paidOrder();
  const [own, other] = [await partOf(id, kiln), await partOf(id, loom)];
  const set = (text: string, values: unknown[]) => db.pool.query(text, values);
  await set('update order_lines set refunded_quantity = 1 where order_id = $1 and sku = $2', [id, kiln.sku]);
  expect((await turnsOf(db, id)).length).toBeGreaterThan(1);
  await follow(id);
  expect(await findVendorOrder(db, own.id, kiln.id)).toMatchObject({
    revision: 2,
    lines: [{ quantity: 2, refunded_quantity: 1 }],
  });
  await db.transaction((tx) => holdOrder(tx, id, 'dispute'));
  await follow(id);
  expect(await findVendorOrder(db, own.id, kiln.id)).toMatchObject({ is_held: true });
  await db.transaction((tx) => releaseOrder(tx, id, 'It is settled.'));
  await follow(id);
  // An edit takes the line away and sends the rest somewhere else.
  await set('delete from order_lines where order_id = $1 and sku = $2', [id, kiln.sku]);
  const address = `jsonb_set(shipping_address, '{line1}', '"2 Other Street"')`;
  await set(`update orders set revision = revision + 1, shipping_address = ${address} where id = $1`, [id]);
  await follow(id);
  expect(await findVendorOrder(db, own.id, kiln.id)).toMatchObject({ status: 'canceled', lines: [{ quantity: 0 }] });
  expect(await findVendorOrder(db, other.id, loom.id)).toMatchObject({
    revision: 2,
    ship_to: { address: { line1: '2 Other Street' } },
  });
  expect(await eventsOf(own.id)).toEqual(['created', 'changed', 'held', 'released', 'canceled']);
  expect(await eventsOf(other.id)).toEqual(['created', 'held', 'released', 'changed']);
  expect((await mailsOf(own.id)).map(({ data }) => data.news)).toEqual([
    'created',
    'changed',
    'held',
    'released',
    'canceled',
  ]);
});

it('says each thing once when many runs meet', async () => {
  const id = await seedVendorOrder(db, [{ ...kiln, quantity: 1 }]);
  await payOrder(db, id);
  await Promise.all(Array.from({ length: 6 }, () => follow(id)));
  const part = await partOf(id, kiln);
  expect(await eventsOf(part.id)).toEqual(['created']);
  expect(await mailsOf(part.id)).toHaveLength(1);
  await db.pool.query(`update orders set status = 'canceled' where id = $1`, [id]);
  await Promise.all(Array.from({ length: 6 }, () => follow(id)));
  expect(await eventsOf(part.id)).toEqual(['created', 'canceled']);
});

it('takes the commission of the vendor, else of the nearest category, and keeps it when that changes', async () => {
  const set = (text: string, values: unknown[]) => db.pool.query(text, values);
  const rate = async () => {
    const id = await seedVendorOrder(db, [{ ...loom, quantity: 1 }]);
    await payOrder(db, id);
    await follow(id);
    return { id, bps: (await partOf(id, loom)).lines[0]!.commission_bps };
  };
  await set(
    `with a as (insert into categories (id, slug, name, commission_bps) values (gen_random_uuid(), 'all', 'All', 900) returning id),
     b as (insert into categories (id, parent_id, slug, name) select gen_random_uuid(), id, 'cloth', 'Cloth' from a returning id)
     insert into product_categories (product_id, category_id) select $1, id from b`,
    [loom.productId],
  );
  const byCategory = await rate();
  expect(byCategory.bps).toBe(900);
  await set('update vendors set commission_bps = 100 where id = $1', [loom.id]);
  expect((await rate()).bps).toBe(100);
  await set('update order_lines set refunded_quantity = 0, quantity = 2, total_amount = 4000 where order_id = $1', [
    byCategory.id,
  ]);
  await follow(byCategory.id);
  expect((await partOf(byCategory.id, loom)).lines[0]).toMatchObject({ quantity: 2, commission_bps: 900 });
});
