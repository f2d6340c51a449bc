/** The parcels that a return comes in, and what their carrier says of them. */
import type { TrackingUpdate } from '../domain/shipping.ts';
import { type Executor, statement } from './database.ts';

const insert = statement(
  'insert_return_parcel',
  `insert into return_parcels (id, return_id, order_id, kind, status, carrier, tracking_number)
   values ($1, $2, $3, $4, case $4 when 'own' then 'in_transit' else 'pending' end, $5, $6)`,
);

export interface NewParcel {
  id: string;
  returnId: string;
  orderId: string;
  kind: 'label' | 'own';
  carrier?: string;
  trackingNumber?: string;
}

/** A parcel that waits for its label, or one that the customer has sent by themselves. */
export async function insertParcel(tx: Executor, parcel: NewParcel): Promise<void> {
  const { id, returnId, orderId, kind, carrier = null, trackingNumber = null } = parcel;
  await tx.rows(insert, [id, returnId, orderId, kind, carrier, trackingNumber]);
}

export interface UnlabeledReturn {
  id: string;
  number: string;
  order_id: string;
  parcel_id: string;
  address: Record<string, unknown> | null;
  location: { code: string; name: string; country: string };
  from: Record<string, unknown>;
  customer_name: string | null;
  weight_grams: number;
}

const unlabeled = statement(
  'unlabeled_return_parcels',
  `select r.id, r.number, r.order_id, p.id as parcel_id, r.address, json_build_object('code', c.code, 'name', c.name, 'country', c.country) as location,
     o.shipping_address as "from", o.customer_name,
     (select coalesce(sum(coalesce(l.approved_quantity, l.quantity) * x.weight_grams), 0)::integer
      from return_lines l join order_lines x on x.id = l.line_id where l.return_id = r.id) as weight_grams
   from returns r join return_parcels p on p.return_id = r.id join orders o on o.id = r.order_id join locations c on c.id = r.location_id
   where r.id = $1 and r.status in ('approved', 'label_sent', 'in_transit', 'arrived') and p.kind = 'label' and p.status = 'pending' order by p.id`,
);

/** Parcels of a return that is expected which have no label yet. */
export function findUnlabeledParcels(db: Executor, returnId: string): Promise<UnlabeledReturn[]> {
  return db.rows<UnlabeledReturn>(unlabeled, [returnId]);
}

const label = statement(
  'record_return_label',
  `update return_parcels set status = case when status = 'pending' then 'label_purchased' else status end, carrier_shipment_id = $2,
     carrier = $3, service = $4, tracking_number = $5, tracking_url = $6, label_url = $7, cost_amount = $8, cost_currency = $9,
     error = null, updated_at = now()
   where id = $1 and carrier_shipment_id is null returning status`,
);

export interface ReturnLabel {
  id: string;
  carrier: string;
  service: string;
  tracking_number: string;
  tracking_url: string;
  label_url: string;
  cost: { amount: number; currency: string };
}

/** False when the parcel has its label. */
export async function recordReturnLabel(tx: Executor, parcelId: string, bought: ReturnLabel): Promise<boolean> {
  const { id, carrier, service, tracking_number, tracking_url, label_url, cost } = bought;
  const values = [id, carrier, service, tracking_number, tracking_url, label_url, cost.amount, cost.currency];
  return (await tx.rows(label, [parcelId, ...values])).length > 0;
}

const refuse = statement(
  'refuse_return_label',
  `update return_parcels set status = 'failed', error = $2, updated_at = now() where id = $1 and status = 'pending' returning id`,
);

/** Notes that the carrier sells no label for it. */
export async function refuseReturnLabel(tx: Executor, parcelId: string, error: object): Promise<boolean> {
  return (await tx.rows(refuse, [parcelId, JSON.stringify(error)])).length > 0;
}

const cancel = statement(
  'cancel_return_parcels',
  `update return_parcels set status = 'canceled', updated_at = now()
   where return_id = $1 and status in ('pending', 'label_purchased', 'failed')`,
);

/** Nothing is expected any more in what has not left. */
export async function cancelParcels(tx: Executor, returnId: string): Promise<void> {
  await tx.rows(cancel, [returnId]);
}

const arrived = statement(
  'arrive_return_parcels',
  `update return_parcels set status = 'delivered', arrived_at = coalesce(arrived_at, now()), updated_at = now()
   where return_id = $1 and status in ('label_purchased', 'in_transit', 'exception')`,
);

/** All that was counted has arrived, whatever the carrier says. */
export async function arriveParcels(tx: Executor, returnId: string): Promise<void> {
  await tx.rows(arrived, [returnId]);
}

export interface TrackedParcel {
  id: string;
  return_id: string;
  order_id: string;
  status: string;
  carrier_shipment_id: string | null;
}

const find = statement(
  'find_return_parcel',
  `select id, return_id, order_id, status, carrier_shipment_id from return_parcels where id = $1`,
);

export async function findParcel(db: Executor, id: string): Promise<TrackedParcel | undefined> {
  const [row] = await db.rows<TrackedParcel>(find, [id]);
  return row;
}

const scan = statement(
  'insert_return_scans',
  `insert into return_tracking_events (parcel_id, event_id, status, description, occurred_at)
   select $1, u.id, u.status, u.description, u.occurred_at
   from jsonb_to_recordset($2::jsonb) as u (id text, status text, description text, occurred_at timestamptz)
   on conflict do nothing returning event_id`,
);

/** Keeps scans of a parcel once each; returns how many were new. */
export async function insertScans(tx: Executor, parcelId: string, updates: readonly TrackingUpdate[]): Promise<number> {
  return (await tx.rows(scan, [parcelId, JSON.stringify(updates)])).length;
}

const scans = statement(
  'list_return_scans',
  `select event_id as id, status, description, to_json(occurred_at) #>> '{}' as occurred_at from return_tracking_events where parcel_id = $1`,
);

export function listScans(db: Executor, parcelId: string): Promise<TrackingUpdate[]> {
  return db.rows<TrackingUpdate>(scans, [parcelId]);
}

const follow = statement(
  'follow_return_parcel',
  `update return_parcels set status = $2, shipped_at = coalesce(shipped_at, $3), arrived_at = coalesce(arrived_at, $4), updated_at = now()
   where id = $1`,
);

export interface ParcelState {
  status: string;
  shippedAt: string | undefined;
  deliveredAt: string | undefined;
}

export async function followParcel(tx: Executor, id: string, to: ParcelState): Promise<void> {
  await tx.rows(follow, [id, to.status, to.shippedAt ?? null, to.deliveredAt ?? null]);
}

const others = statement(
  'return_parcels_on_the_way',
  `select count(*)::integer as parcels from return_parcels
   where return_id = $1 and status in ('pending', 'label_purchased', 'in_transit', 'exception')`,
);

/** How many parcels of a return have not arrived. */
export async function countParcelsOnTheWay(tx: Executor, returnId: string): Promise<number> {
  const [row] = await tx.rows<{ parcels: number }>(others, [returnId]);
  return row!.parcels;
}

const keepEvent = statement(
  'keep_return_event',
  `insert into inbox_events (provider, event_id, type, object_id, payload, status, applied_at)
   values ('carrier', $1, $2, $3, $4, 'applied', now()) on conflict (provider, event_id) do nothing returning event_id`,
);

/** Keeps a carrier's event that is recorded in the same transaction. False when it was kept before. */
export async function keepReturnEvent(
  tx: Executor,
  event: { id: string; type: string; objectId: string; payload: object },
): Promise<boolean> {
  return (await tx.rows(keepEvent, [event.id, event.type, event.objectId, JSON.stringify(event.payload)])).length > 0;
}
