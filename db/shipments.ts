/**
 * Parcels of an order: how they begin, and the label of each. What the carrier says of them later is in tracking.ts.
 * Both statements run over sets of orders. Orders are locked in the order of their ids, then stock levels in
 * (variant, location) order, as everywhere, so that two sets never deadlock.
 */
import { fulfillmentTransitions, statesBefore } from '../domain/order-status.ts';
import { type Executor, FEW, setStatement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { releaseSentOrder } from './order-holds.ts';

/** Nobody waits for these statements, so a set may wait longer for company: at 100 orders a second that halves their cost. */
export const UNHURRIED = { gatherMs: 25 };

/** A parcel that has no label yet. */
export interface UnlabeledParcel {
  id: string;
  location: { code: string; name: string; country: string };
  weight_grams: number;
}

interface OrderToFulfill {
  status: string;
  fulfillment_status: string;
  shipping_address: Readonly<Record<string, unknown>>;
  shipping_method: string;
  customer_name: string | null;
  hold_reason: string | null;
}

export interface FulfillmentStart extends OrderToFulfill {
  /** Whether this call allocated the stock. */
  started: boolean;
  parcels: UnlabeledParcel[];
}

interface StartItem {
  order_id: string;
  /** The time part of a UUIDv7: how many ids are needed is known only in the statement. */
  id_time: string;
}

const before = statesBefore(fulfillmentTransitions, 'processing')
  .map((state) => `'${state}'`)
  .join();

type StartRow = { order: OrderToFulfill; parcel: null } | { order: null; parcel: UnlabeledParcel };

// An order's reservations are changed only by who holds its row, and who changes what of it is to be sent raises its version: what is
// read here holds once the row is had with the version that was read. Otherwise nothing is written, and the caller looks again.
// A state that has an index of its own (`reserved`, `paid`) is told in words that the planner cannot match with it: it would
// walk that index where an order's own key is meant. Levels of several orders are lowered once each. The tail reads the
// orders as they were before, and the parcels both of this call and of an earlier one.
const start = setStatement<StartItem, StartRow>(
  'start_fulfillment',
  ({ order_id }) => order_id,
  `with item as materialized (
     select *, 'paid' as status from json_to_recordset($1) as item (n integer, order_id uuid, id_time text) where ${FEW}
   ), o as (
     update orders set fulfillment_status = 'processing', last_event = last_event + 1 + held.parcels,
       version = orders.version + 1, updated_at = now()
     from (
       select item.n, item.order_id, item.id_time, item.status, x.version, count(distinct r.location_id)::integer as parcels,
         sum(r.quantity) as units
       from item join reservations r on r.order_id = item.order_id and r.status not in ('released', 'sold')
       join orders x on x.id = item.order_id
       where not exists (select from order_edits e where e.order_id = item.order_id and e.status in ('pending', 'awaiting_payment'))
       group by item.n, item.order_id, item.id_time, item.status, x.version order by item.order_id
     ) held
     where orders.id = held.order_id and orders.version = held.version and orders.status = held.status and hold_reason is null and fulfillment_status in (${before})
     returning held.n, orders.id, held.id_time, held.units, last_event - held.parcels as first_event
   ), sold as (
     update reservations r set status = 'sold' from o where r.order_id = o.id and r.status not in ('released', 'sold')
     returning o.n, r.order_id, r.variant_id, r.location_id, r.quantity, o.first_event,
       overlay(gen_random_uuid()::text placing o.id_time from 1 for 15)::uuid as own_id
   ), total as materialized (
     select variant_id, location_id, sum(quantity)::integer as quantity from sold group by variant_id, location_id
   ), level as materialized (
     select s.variant_id, s.location_id, total.quantity from total join stock_levels s using (variant_id, location_id)
     order by s.variant_id, s.location_id for no key update of s
   ), lowered as (
     update stock_levels s set on_hand = s.on_hand - level.quantity, reserved = s.reserved - level.quantity, updated_at = now()
     from level where s.variant_id = level.variant_id and s.location_id = level.location_id
   ), moved as (
     insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, order_id)
     select variant_id, location_id, 'sold', -quantity, -quantity, order_id from sold
   ), packed as materialized (
     select sold.*, row_number() over place as line,
       first_value(own_id) over place as shipment_id
     from sold window place as (partition by order_id, location_id order by variant_id)
   ), ship as (
     insert into shipments (id, order_id, location_id) select shipment_id, order_id, location_id from packed where line = 1
   ), line as (
     insert into shipment_lines (shipment_id, variant_id, quantity) select shipment_id, variant_id, quantity from packed
   ), told as (
     insert into order_events (order_id, sequence, type, data)
     select id, first_event, 'stock.allocated', jsonb_build_object('units', units) from o
     union all
     select order_id, first_event + row_number() over (partition by order_id order by shipment_id), 'shipment.created',
       jsonb_build_object('shipment_id', shipment_id)
     from packed where line = 1
   ), content as (
     select n, order_id, shipment_id, location_id, variant_id, quantity from packed
     union all
     select item.n, s.order_id, s.id, s.location_id, l.variant_id, l.quantity
     from item join shipments s on s.order_id = item.order_id and s.carrier_shipment_id is null
     join shipment_lines l on l.shipment_id = s.id
   ), parcel as (
     select n, shipment_id, location_id, sum(quantity * coalesce(
       (select max(w.weight_grams) from order_lines w where w.order_id = content.order_id and w.variant_id = content.variant_id), 0
     ))::integer as weight_grams
     from content group by n, shipment_id, location_id
   )
   select item.n, json_build_object('status', o.status, 'fulfillment_status', o.fulfillment_status, 'shipping_address', o.shipping_address,
     'shipping_method', o.shipping_method, 'customer_name', o.customer_name,
     'hold_reason', o.hold_reason) as "order", null::json as parcel
   from item join orders o on o.id = item.order_id
   union all
   select n, null, json_build_object('id', shipment_id, 'weight_grams', weight_grams,
     'location', json_build_object('code', p.code, 'name', p.name, 'country', p.country))
   from parcel join locations p on p.id = parcel.location_id`,
  UNHURRIED,
);

/**
 * Begins to fulfil a paid order (reserved → sold, one shipment per location), or finds what an earlier run left without a
 * label. Returns the order as it stood before; undefined when there is no such order.
 */
export async function startFulfillment(db: Executor, orderId: string): Promise<FulfillmentStart | undefined> {
  const rows = await db.each(start, { order_id: orderId, id_time: uuidv7().slice(0, 15) });
  const order = rows.find((row) => row.order)?.order;
  if (!order) return undefined;
  const parcels = rows.flatMap(({ parcel }) => parcel ?? []).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  // Parcels of an order that was still to be fulfilled can only be of this call.
  const started = order.fulfillment_status === 'unfulfilled' && parcels.length > 0;
  if (started) db.signal('stockroom_orders', orderId);
  return { ...order, started, parcels };
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

type LabelItem = Omit<ShipmentLabel, 'id' | 'cost'> & {
  order_id: string;
  shipment_id: string;
  label_id: string;
  cost_amount: number;
};

// A parcel whose first scan was faster than this record keeps its state.
const recordPurchase = setStatement<LabelItem, { held: boolean }>(
  'record_label',
  ({ order_id }) => order_id,
  `with item as materialized (
     select * from json_to_recordset($1) as item (n integer, order_id uuid, shipment_id uuid, label_id text, carrier text, service text,
       tracking_number text, tracking_url text, label_url text, cost_amount bigint) where ${FEW}
   ), o as materialized (
     select item.* from item join orders on orders.id = item.order_id order by orders.id for no key update of orders
   ), s as (
     update shipments set status = case when status = 'pending' then 'label_purchased' else status end,
       carrier_shipment_id = o.label_id, carrier = o.carrier, service = o.service, tracking_number = o.tracking_number,
       tracking_url = o.tracking_url, label_url = o.label_url, cost_amount = o.cost_amount, updated_at = now()
     from o where shipments.id = o.shipment_id and shipments.order_id = o.order_id and carrier_shipment_id is null
     returning o.n, o.order_id, shipments.id, shipments.carrier, shipments.tracking_number
   ), moved as (
     update orders set last_event = last_event + 1, updated_at = now() from s where orders.id = s.order_id
     returning s.*, last_event, hold_reason is not null as held
   ), told as (
     insert into order_events (order_id, sequence, type, data)
     select order_id, last_event, 'shipment.label_purchased',
       jsonb_build_object('shipment_id', id, 'carrier', carrier, 'tracking_number', tracking_number)
     from moved
   )
   select n, held from moved`,
  UNHURRIED,
);

/** Records the label of a parcel, and ends a hold that came too late for it; returns false when it has one already. */
export async function recordLabel(
  db: Executor,
  orderId: string,
  shipmentId: string,
  label: ShipmentLabel,
): Promise<boolean> {
  const { id, cost, carrier, service, tracking_number, tracking_url, label_url } = label;
  const keys = { order_id: orderId, shipment_id: shipmentId, label_id: id, cost_amount: cost.amount };
  const rows = await db.each(recordPurchase, { ...keys, carrier, service, tracking_number, tracking_url, label_url });
  if (rows.length === 0) return false;
  db.signal('stockroom_orders', orderId);
  if (rows[0]?.held) await releaseSentOrder(db, orderId);
  return true;
}
