/** What the carrier says of a parcel: kept in the inbox first, then read with its order and recorded in one statement each. */
import type { FulfillmentStatus, OrderStatus } from '../domain/order-status.ts';
import type { ShipmentStatus, TrackingUpdate } from '../domain/shipping.ts';
import { type Executor, statement } from './database.ts';
import type { OutboxJob } from './outbox.ts';

const insertEvent = statement(
  'insert_carrier_event',
  `with known as (
     select 1 from shipments where id = $4 and order_id = $5
   ), event as (
     insert into inbox_events (provider, event_id, type, object_id, payload, status)
     values ('carrier', $1, $2, $3, $6, case when exists (select from known) then 'received' else 'ignored' end)
     on conflict (provider, event_id) do nothing returning 1
   ), job as (
     insert into outbox (queue, job_id, payload, order_id) select $7, $8, $9, $5 from known cross join event
     on conflict (queue, job_id) do nothing
   )
   select exists (select from known) as known, exists (select from event) as new`,
);

export interface NewCarrierEvent {
  id: string;
  type: string;
  /** The carrier's id of the parcel. */
  objectId: string;
  shipmentId: string;
  orderId: string;
  payload: object;
  job: OutboxJob;
}

/** Keeps an event once, with the job that applies it; an event of a parcel that is not ours is kept as `ignored`. */
export async function insertCarrierEvent(
  db: Executor,
  event: NewCarrierEvent,
): Promise<{ known: boolean; new: boolean }> {
  const { id, type, objectId, shipmentId, orderId, payload, job } = event;
  const values = [id, type, objectId, shipmentId, orderId, JSON.stringify(payload)];
  const [kept] = await db.rows<{ known: boolean; new: boolean }>(insertEvent, [
    ...values,
    job.queue,
    job.jobId,
    JSON.stringify(job.payload),
  ]);
  if (kept?.known && kept.new) db.signal('stockroom_outbox', '');
  return kept ?? { known: false, new: false };
}

/** A parcel with all that is known of it and its order. */
export interface TrackedShipment {
  status: ShipmentStatus;
  shipped: boolean;
  carrier_shipment_id: string | null;
  known: TrackingUpdate[];
  others: { status: ShipmentStatus; shipped: boolean }[];
  order_status: OrderStatus;
  fulfillment_status: FulfillmentStatus;
  last_event: number;
  customer_email: string;
  /** Causes of the messages that were written about the order's parcels. */
  told: string[];
  /** The payload of the event that was asked for. */
  event: unknown;
}

const find = statement(
  'find_tracked_shipment',
  `select s.status, s.shipped_at is not null as shipped, s.carrier_shipment_id,
     o.status as order_status, o.fulfillment_status, o.last_event, o.customer_email,
     coalesce((
       select json_agg(json_build_object('id', t.event_id, 'status', t.status, 'description', t.description, 'occurred_at', t.occurred_at))
       from tracking_events t where t.shipment_id = s.id
     ), '[]') as known,
     coalesce((
       select json_agg(json_build_object('status', x.status, 'shipped', x.shipped_at is not null))
       from shipments x where x.order_id = s.order_id and x.id <> s.id
     ), '[]') as others,
     array(
       select n.cause from notifications n where n.order_id = o.id and n.template in ('shipped', 'delivered')
     ) as told,
     (select e.payload from inbox_events e where e.provider = 'carrier' and e.event_id = $3) as event
   from shipments s join orders o on o.id = s.order_id
   where s.id = $1 and s.order_id = $2`,
);

export async function findTrackedShipment(
  db: Executor,
  shipmentId: string,
  orderId: string,
  eventId?: string,
): Promise<TrackedShipment | undefined> {
  const [row] = await db.rows<TrackedShipment>(find, [shipmentId, orderId, eventId ?? null]);
  return row;
}

/** What follows from the news, decided on the state that `lastEvent` names. */
export interface TrackingRecord {
  orderId: string;
  shipmentId: string;
  eventId: string | undefined;
  lastEvent: number;
  status: OrderStatus;
  fulfillmentStatus: FulfillmentStatus;
  shipmentStatus: ShipmentStatus;
  shippedAt: string | undefined;
  deliveredAt: string | undefined;
  carrier: string | undefined;
  trackingNumber: string | undefined;
  trackingUrl: string | undefined;
  updates: readonly TrackingUpdate[];
  events: readonly { type: string; data: object }[];
}

// Every change of an order or of one of its parcels counts last_event up, so that one number guards what was read.
const record = statement(
  'record_tracking',
  `with o as (
     update orders set status = $4, fulfillment_status = $5, last_event = last_event + cardinality($15::text[]),
       version = version + (status <> $4 or fulfillment_status <> $5)::integer, updated_at = now()
     where id = $1 and last_event = $3
     returning id
   ), s as (
     update shipments set status = $6, shipped_at = coalesce(shipped_at, $7), delivered_at = coalesce(delivered_at, $8),
       carrier = coalesce(carrier, $9), tracking_number = coalesce(tracking_number, $10),
       tracking_url = coalesce(tracking_url, $11), updated_at = now()
     from o where shipments.id = $2 and shipments.order_id = o.id
   ), t as (
     insert into tracking_events (shipment_id, event_id, status, description, occurred_at)
     select $2, news.* from o cross join json_to_recordset($12)
       as news (id text, status text, description text, occurred_at timestamptz)
     on conflict (shipment_id, event_id) do nothing
   ), i as (
     update inbox_events set status = 'applied', applied_at = now(), outcome = $14
     from o where provider = 'carrier' and event_id = $13 and inbox_events.status = 'received'
   ), e as (
     insert into order_events (order_id, sequence, type, data)
     select o.id, $3 + n, type, data::jsonb
     from o cross join unnest($15::text[], $16::text[]) with ordinality as event (type, data, n)
   )
   select 1 from o`,
);

/** Records news with all that follows from them; returns false, and changes nothing, when the order moved meanwhile. */
export async function recordTracking(db: Executor, news: TrackingRecord): Promise<boolean> {
  const rows = await db.rows(record, [
    news.orderId,
    news.shipmentId,
    news.lastEvent,
    news.status,
    news.fulfillmentStatus,
    news.shipmentStatus,
    news.shippedAt ?? null,
    news.deliveredAt ?? null,
    news.carrier ?? null,
    news.trackingNumber ?? null,
    news.trackingUrl ?? null,
    JSON.stringify(news.updates),
    news.eventId ?? null,
    news.shipmentStatus,
    news.events.map((event) => event.type),
    news.events.map((event) => JSON.stringify(event.data)),
  ]);
  if (rows.length === 0) return false;
  if (news.events.length > 0) db.signal('stockroom_orders', news.orderId);
  return true;
}

const touch = statement('touch_shipment', 'update shipments set updated_at = now() where id = $1');

/** Notes that the carrier was asked and had nothing new, so that it is not asked again at once. */
export async function touchShipment(db: Executor, shipmentId: string): Promise<void> {
  await db.rows(touch, [shipmentId]);
}
