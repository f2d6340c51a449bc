/** Parcels of an order: how they begin, and the label of each. What the carrier says of them later is in tracking.ts. */
import { fulfillmentTransitions, statesBefore } from '../domain/order-status.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

/** A parcel that has no label yet. */
export interface UnlabeledParcel {
  id: string;
  location: { code: string; name: string; country: string };
  weight_grams: number;
}

export interface FulfillmentStart {
  status: string;
  fulfillment_status: string;
  shipping_address: Readonly<Record<string, unknown>>;
  shipping_method: string;
  customer_name: string | null;
  /** Whether this call allocated the stock. */
  started: boolean;
  parcels: UnlabeledParcel[];
}

// One statement, one transaction: lock the order where it may begin, sell what it reserved, one shipment per location,
// the events. The tail reads the order as it was before, and the parcels both of this call and of an earlier one.
// $3 is the time part of a UUIDv7: how many ids are needed is known only here.
const start = statement(
  'start_fulfillment',
  `with o as materialized (
     select id, last_event from orders where id = $1 and status = 'paid' and fulfillment_status = any($2)
     for no key update
   ), sold as materialized (
     select a.variant_id, a.location_id, a.quantity from o cross join lateral allocate_stock(o.id) a
   ), ship as (
     insert into shipments (id, order_id, location_id)
     select overlay(gen_random_uuid()::text placing $3 from 1 for 15)::uuid, $1, location_id
     from (select distinct location_id from sold) place
     returning id, location_id
   ), packed as (
     insert into shipment_lines (shipment_id, variant_id, quantity)
     select ship.id, sold.variant_id, sold.quantity from ship join sold using (location_id)
     returning shipment_id, variant_id, quantity
   ), moved as (
     update orders set fulfillment_status = 'processing', last_event = o.last_event + 1 + (select count(*) from ship)::integer,
       version = version + 1, updated_at = now()
     from o where orders.id = o.id and exists (select from ship)
     returning orders.id, o.last_event as before
   ), told as (
     insert into order_events (order_id, sequence, type, data)
     select id, before + 1, 'stock.allocated', jsonb_build_object('units', (select sum(quantity) from sold)) from moved
     union all
     select moved.id, before + 1 + row_number() over (order by ship.id), 'shipment.created', jsonb_build_object('shipment_id', ship.id)
     from moved cross join ship
   ), contents as (
     select ship.id, ship.location_id, packed.variant_id, packed.quantity from ship join packed on packed.shipment_id = ship.id
     union all
     select s.id, s.location_id, l.variant_id, l.quantity
     from shipments s join shipment_lines l on l.shipment_id = s.id
     where s.order_id = $1 and s.carrier_shipment_id is null
   ), parcels as (
     select c.id, json_build_object('code', p.code, 'name', p.name, 'country', p.country) as location,
       sum(c.quantity * coalesce(w.grams, 0))::integer as weight_grams
     from contents c join locations p on p.id = c.location_id
     left join (
       select variant_id, max(weight_grams) as grams from order_lines where order_id = $1 group by variant_id
     ) w on w.variant_id = c.variant_id
     group by c.id, p.id
   )
   select o.status, o.fulfillment_status, o.shipping_address, o.shipping_method, o.customer_name,
     exists (select from moved) as started,
     coalesce((select json_agg(p order by p.id) from parcels p), '[]') as parcels
   from orders o where o.id = $1`,
);

/**
 * Begins to fulfil a paid order (reserved → sold, one shipment per location), or finds what an earlier run left without a
 * label. Returns the order as it stood before; undefined when there is no such order.
 */
export async function startFulfillment(db: Executor, orderId: string): Promise<FulfillmentStart | undefined> {
  const from = statesBefore(fulfillmentTransitions, 'processing');
  const [found] = await db.rows<FulfillmentStart>(start, [orderId, from, uuidv7().slice(0, 15)]);
  if (found?.started) db.signal('stockroom_orders', orderId);
  return found;
}

export interface ShipmentLabel {
  id: string;
  carrier: string;
  service: string;
  tracking_number: string;
  tracking_url: string;
  label_url: string;
  cost: { amount: number; currency: string };
}

// The order's row is locked first, as everywhere, so that two writers of one order never deadlock. A parcel whose first
// scan was faster than this record keeps its state.
const recordPurchase = statement(
  'record_label',
  `with o as materialized (
     select id from orders where id = $1 for no key update
   ), s as (
     update shipments set status = case when status = 'pending' then 'label_purchased' else status end,
       carrier_shipment_id = $3, carrier = $4, service = $5, tracking_number = $6, tracking_url = $7, label_url = $8,
       cost_amount = $9, updated_at = now()
     from o where shipments.id = $2 and shipments.order_id = o.id and carrier_shipment_id is null
     returning shipments.id
   ), moved as (
     update orders set last_event = last_event + 1, updated_at = now() from s where orders.id = $1 returning last_event
   )
   insert into order_events (order_id, sequence, type, data)
   select $1, last_event, 'shipment.label_purchased',
     jsonb_build_object('shipment_id', $2::uuid, 'carrier', $4::text, 'tracking_number', $6::text)
   from moved returning sequence`,
);

/** Records the label of a parcel; returns false when it has one already. */
export async function recordLabel(
  db: Executor,
  orderId: string,
  shipmentId: string,
  label: ShipmentLabel,
): Promise<boolean> {
  const { id, carrier, service, tracking_number, tracking_url, label_url, cost } = label;
  const values = [orderId, shipmentId, id, carrier, service, tracking_number, tracking_url, label_url, cost.amount];
  const rows = await db.rows(recordPurchase, values);
  if (rows.length === 0) return false;
  db.signal('stockroom_orders', orderId);
  return true;
}
