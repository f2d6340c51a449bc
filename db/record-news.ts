/** The one place that records news of a parcel, whoever heard them and in whatever order, with all that follows from them. */
import { customerRoute } from '../domain/messages/routes.ts';
import { type NewsPlan, planNews, type TrackingUpdate } from '../domain/shipping.ts';
import { type Executor, FEW, setStatement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { UNHURRIED } from './shipments.ts';
import { CUSTOMER_MESSAGES, MESSAGE_JOBS } from './tell.ts';
import { findTrackedShipment, type TrackedShipment } from './tracking.ts';

/** What an event of the carrier's says beside the scan itself. */
export interface NewsEvent {
  id: string;
  type: string;
  /** The carrier's id of the parcel. */
  objectId: string;
  carrier: string;
  trackingNumber: string;
  trackingUrl: string;
  payload: object;
}

export interface News {
  updates: readonly TrackingUpdate[];
  /** The event that brought them; none when the carrier was asked. */
  event?: NewsEvent;
}

interface RecordItem {
  order_id: string;
  shipment_id: string;
  last_event: number;
  [column: string]: unknown;
}

// Every change of an order or of one of its parcels counts last_event up, so that one number guards what was read. Items
// come in the order of their orders' ids, in which the rows are locked. An event that no job waits for is kept as applied.
const record = setStatement<RecordItem>(
  'record_tracking',
  ({ order_id }) => order_id,
  `with item as materialized (
     select * from json_to_recordset($1) as item (n integer, order_id uuid, shipment_id uuid, last_event integer, status text,
       fulfillment_status text, shipment_status text, shipped_at timestamptz, delivered_at timestamptz, updates json, events json,
       messages json, email text, event_id text, event_type text, object_id text, carrier text, tracking_number text,
       tracking_url text, payload jsonb) where ${FEW}
   ), o as (
     update orders set status = item.status, fulfillment_status = item.fulfillment_status,
       last_event = item.last_event + json_array_length(item.events),
       version = version + (orders.status <> item.status or orders.fulfillment_status <> item.fulfillment_status)::integer,
       updated_at = now()
     from item where orders.id = item.order_id and orders.last_event = item.last_event
     returning item.*
   ), s as (
     update shipments set status = o.shipment_status, shipped_at = coalesce(shipments.shipped_at, o.shipped_at),
       delivered_at = coalesce(shipments.delivered_at, o.delivered_at), carrier = coalesce(shipments.carrier, o.carrier),
       tracking_number = coalesce(shipments.tracking_number, o.tracking_number),
       tracking_url = coalesce(shipments.tracking_url, o.tracking_url), updated_at = now()
     from o where shipments.id = o.shipment_id and shipments.order_id = o.order_id
   ), t as (
     insert into tracking_events (shipment_id, event_id, status, description, occurred_at)
     select o.shipment_id, news.* from o cross join json_to_recordset(o.updates)
       as news (id text, status text, description text, occurred_at timestamptz)
     on conflict (shipment_id, event_id) do nothing
   ), i as (
     insert into inbox_events (provider, event_id, type, object_id, payload, status, applied_at, outcome)
     select 'carrier', event_id, event_type, object_id, payload, 'applied', now(), shipment_status from o where event_id is not null
     on conflict (provider, event_id) do update set status = 'applied', applied_at = now(), outcome = excluded.outcome
     where inbox_events.status = 'received'
   ), e as (
     insert into order_events (order_id, sequence, type, data)
     select o.order_id, o.last_event + place, event ->> 'type', (event -> 'data')::jsonb
     from o cross join json_array_elements(o.events) with ordinality as told (event, place)
   ), news as (
     select told.*, o.order_id, o.email as address, '{}'::jsonb as data
     from o cross join json_to_recordset(o.messages) as told (id uuid, event text, cause text, template text, topic text, routes jsonb)
   ), ${CUSTOMER_MESSAGES}, j as (
     insert into outbox (queue, job_id, payload, order_id) ${MESSAGE_JOBS} on conflict (queue, job_id) do nothing
   )
   select n from o`,
  UNHURRIED,
);

/**
 * Records news that were planned on what was read: the parcel, its order, their events and the messages, in one statement.
 * Returns false, and changes nothing, when the order moved meanwhile.
 */
export async function recordNews(
  db: Executor,
  before: TrackedShipment,
  plan: NewsPlan,
  event: NewsEvent | undefined,
): Promise<boolean> {
  const { order_id, shipment_id, last_event } = before;
  const events = eventsOf(plan, { shipment_id, tracking_number: event?.trackingNumber });
  // Sorted: messages are listed by their ids, and ids of one millisecond are in no order.
  const ids = plan.tell.map(() => uuidv7()).sort();
  const messages = plan.tell.map((what, n) => ({ id: ids[n], ...newsOf[what](before) }));
  const rows = await db.each(record, {
    order_id,
    shipment_id,
    last_event,
    status: plan.status,
    fulfillment_status: plan.fulfillmentStatus,
    shipment_status: plan.parcel.status,
    shipped_at: plan.progress.shippedAt,
    delivered_at: plan.progress.deliveredAt,
    updates: plan.fresh,
    events,
    messages,
    email: before.customer_email,
    ...columnsOf(event),
  });
  if (rows.length === 0) return false;
  if (events.length > 0) db.signal('stockroom_orders', order_id);
  if (messages.length > 0) db.signal('stockroom_outbox', '');
  return true;
}

const newsOf = {
  shipped: ({ shipment_id }: TrackedShipment) => ({
    cause: `shipment.shipped/${shipment_id}`,
    ...customerRoute('shipment.shipped'),
  }),
  delivered: ({ order_id }: TrackedShipment) => ({
    cause: `order.delivered/${order_id}`,
    ...customerRoute('order.delivered'),
  }),
};

const columnsOf = (event: NewsEvent | undefined) =>
  event && {
    event_id: event.id,
    event_type: event.type,
    object_id: event.objectId,
    carrier: event.carrier,
    tracking_number: event.trackingNumber,
    tracking_url: event.trackingUrl,
    payload: event.payload,
  };

/** News that move nothing are told too: each change of what is known must count the order's events up. */
function eventsOf(plan: NewsPlan, facts: object) {
  if (plan.events.length > 0) {
    return plan.events.map((type) => ({ type, data: type.startsWith('shipment.') ? facts : {} }));
  }
  return plan.fresh.map(({ status, description }) => ({
    type: 'shipment.tracked',
    data: { ...facts, status, description },
  }));
}

/** How often news are weighed anew when others write the same order's history in between. */
const TRIES = 3;

/**
 * Records an event as it comes, without a job. Returns `left`, and keeps nothing, when that takes more: the parcel is not
 * ours, a person's list must follow, or others write the order's history faster than we read it.
 */
export async function recordEventAtOnce(
  db: Executor,
  shipmentId: string,
  orderId: string,
  update: TrackingUpdate,
  event: NewsEvent,
): Promise<'recorded' | 'duplicate' | 'left'> {
  for (let tries = 0; tries < TRIES; tries++) {
    const before = await findTrackedShipment(db, shipmentId, orderId, event.id);
    if (!before) return 'left';
    if (before.event) return 'duplicate';
    const plan = planNews(before, [update]);
    if (plan.concernsPerson) return 'left';
    if (await recordNews(db, before, plan, event)) return 'recorded';
  }
  return 'left';
}
