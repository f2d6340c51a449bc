/** What the carrier says of a parcel: kept in the inbox for a job, or read with its order to be recorded (record-news.ts). */
import type { KnownParcel } from '../domain/shipping.ts';
import { type Executor, FEW, setStatement, statement } from './database.ts';
import type { OutboxJob } from './outbox.ts';
import { UNHURRIED } from './shipments.ts';

interface EventItem {
  event_id: string;
  type: string;
  object_id: string;
  shipment_id: string;
  order_id: string;
  payload: object;
  queue: string;
  job_id: string;
  job: object;
}

const insertEvent = setStatement<EventItem, { known: boolean; new: boolean }>(
  'insert_carrier_event',
  ({ event_id }) => event_id,
  `with item as materialized (
     select item.*, exists (select from shipments s where s.id = item.shipment_id and s.order_id = item.order_id) as known
     from json_to_recordset($1) as item (n integer, event_id text, type text, object_id text, shipment_id uuid, order_id uuid,
       payload jsonb, queue text, job_id text, job jsonb) where ${FEW}
   ), event as (
     insert into inbox_events (provider, event_id, type, object_id, payload, status)
     select 'carrier', event_id, type, object_id, payload, case when known then 'received' else 'ignored' end from item
     on conflict (provider, event_id) do nothing returning event_id
   ), job as (
     insert into outbox (queue, job_id, payload, order_id)
     select item.queue, item.job_id, item.job, item.order_id from event join item using (event_id) where item.known
     on conflict (queue, job_id) do nothing
   )
   select n, known, exists (select from event where event.event_id = item.event_id) as new from item`,
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
  const keys = { event_id: id, object_id: objectId, shipment_id: shipmentId, order_id: orderId };
  const [kept] = await db.each(insertEvent, {
    ...keys,
    type,
    payload,
    queue: job.queue,
    job_id: job.jobId,
    job: job.payload,
  });
  if (kept?.known && kept.new) db.signal('stockroom_outbox', '');
  return { known: kept?.known ?? false, new: kept?.new ?? false };
}

/** A parcel with all that is known of it and its order. */
export interface TrackedShipment extends KnownParcel {
  shipment_id: string;
  order_id: string;
  carrier_shipment_id: string | null;
  /** Counts every change of the order and of its parcels. */
  last_event: number;
  customer_email: string;
  /** The payload of the event that was asked for, if it is kept. */
  event: unknown;
}

interface FindItem {
  shipment_id: string;
  order_id: string;
  event_id: string | undefined;
}

const find = setStatement<FindItem, TrackedShipment>(
  'find_tracked_shipment',
  ({ shipment_id, event_id }) => `${shipment_id}/${event_id}`,
  `select item.n, s.id as shipment_id, s.order_id, s.status, s.shipped_at is not null as shipped, s.carrier_shipment_id,
     o.status as order_status, o.fulfillment_status, o.last_event, o.customer_email,
     coalesce((
       select json_agg(json_build_object('id', t.event_id, 'status', t.status, 'description', t.description, 'occurred_at', t.occurred_at))
       from tracking_events t where t.shipment_id = s.id
     ), '[]') as known,
     coalesce((
       select json_agg(json_build_object('status', x.status, 'shipped', x.shipped_at is not null))
       from shipments x where x.order_id = s.order_id and x.id <> s.id
     ), '[]') as others,
     (select e.payload from inbox_events e where e.provider = 'carrier' and e.event_id = item.event_id) as event
   from json_to_recordset($1) as item (n integer, shipment_id uuid, order_id uuid, event_id text)
   join shipments s on s.id = item.shipment_id and s.order_id = item.order_id
   join orders o on o.id = s.order_id where ${FEW}`,
  UNHURRIED,
);

export async function findTrackedShipment(
  db: Executor,
  shipmentId: string,
  orderId: string,
  eventId?: string,
): Promise<TrackedShipment | undefined> {
  const [row] = await db.each(find, { shipment_id: shipmentId, order_id: orderId, event_id: eventId });
  return row;
}

const touch = statement('touch_shipment', 'update shipments set updated_at = now() where id = $1');

/** Notes that the carrier was asked and had nothing new, so that it is not asked again at once. */
export async function touchShipment(db: Executor, shipmentId: string): Promise<void> {
  await db.rows(touch, [shipmentId]);
}
