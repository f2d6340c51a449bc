/** Vendors' parts of orders as they are shown, and what vendors say of them. */
import type { ShipTo, VendorOrderStatus } from '../domain/vendors/order.ts';
import { type Executor, statement } from './database.ts';
import type { HistoryEvent } from './vendors.ts';

export interface VendorOrderProblem {
  reason: string;
  note: string | null;
  reported_at: string;
}

export interface VendorOrderRow {
  id: string;
  order_id: string;
  vendor_id: string;
  number: string;
  order_number: string;
  status: VendorOrderStatus;
  is_held: boolean;
  revision: number;
  currency: string;
  ship_to: ShipTo;
  /** The customer's; shown to vendors who may see it. */
  contact: { email: string; phone: string | null };
  sees_contacts: boolean;
  packed_at: Date | null;
  problem: VendorOrderProblem | null;
  lines: VendorOrderLine[];
  parcels: VendorParcel[];
  placed_at: Date;
  version: number;
  created_at: Date;
  updated_at: Date;
}

export interface VendorOrderLine {
  sku: string;
  name: string;
  quantity: number;
  refunded_quantity: number;
  unit_amount: number;
  commission_bps: number;
}

export interface VendorParcel {
  id: string;
  location: string;
  status: string;
  carrier: string | null;
  service: string | null;
  tracking_number: string | null;
  tracking_url: string | null;
  label_url: string | null;
  shipped_at: string | null;
  delivered_at: string | null;
  contents: { sku: string; quantity: number }[];
}

const iso = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

// Of the order only what the part needs; of its parcels those that leave from the vendor's own places.
const VIEW = `select vo.id, vo.order_id, vo.vendor_id, vo.number, o.number as order_number, vo.status, vo.is_held, vo.revision, o.currency,
  vo.ship_to, json_build_object('email', o.customer_email, 'phone', o.customer_phone) as contact, w.sees_contacts, vo.packed_at, vo.problem,
  (select coalesce(json_agg(json_build_object('sku', l.sku, 'name', l.name, 'quantity', l.quantity, 'refunded_quantity', l.refunded_quantity,
     'unit_amount', l.unit_amount, 'commission_bps', l.commission_bps) order by l.sku), '[]')
   from vendor_order_lines l where l.vendor_order_id = vo.id) as lines,
  (select coalesce(json_agg(json_build_object('id', s.id, 'location', p.code, 'status', s.status, 'carrier', s.carrier, 'service', s.service,
     'tracking_number', s.tracking_number, 'tracking_url', s.tracking_url, 'label_url', s.label_url,
     'shipped_at', ${iso('s.shipped_at')}, 'delivered_at', ${iso('s.delivered_at')}, 'contents', (
       select coalesce(json_agg(json_build_object('sku', v.sku, 'quantity', c.quantity) order by v.sku), '[]')
       from shipment_lines c join variants v on v.id = c.variant_id where c.shipment_id = s.id
     )) order by s.id), '[]')
   from shipments s join locations p on p.id = s.location_id where s.order_id = vo.order_id and p.vendor_id = vo.vendor_id) as parcels,
  o.created_at as placed_at, vo.version, vo.created_at, vo.updated_at
  from vendor_orders vo join orders o on o.id = vo.order_id join vendors w on w.id = vo.vendor_id`;

const find = statement('find_vendor_order', `${VIEW} where vo.id = $1 and ($2::uuid is null or vo.vendor_id = $2)`);

/** @param vendorId whose it must be; null: anybody's */
export async function findVendorOrder(
  db: Executor,
  id: string,
  vendorId: string | null,
): Promise<VendorOrderRow | undefined> {
  return (await db.rows<VendorOrderRow>(find, [id, vendorId]))[0];
}

export interface VendorOrderFilter {
  vendorId?: string | undefined;
  orderId?: string | undefined;
  status?: VendorOrderStatus | undefined;
  hasProblem?: boolean | undefined;
}

const list = statement(
  'list_vendor_orders',
  `${VIEW} where ($1::uuid is null or vo.vendor_id = $1) and ($2::uuid is null or vo.order_id = $2) and ($3::text is null or vo.status = $3)
     and ($4::boolean is null or (vo.problem is not null) = $4) and ($5::uuid is null or vo.id < $5)
   order by vo.id desc limit $6`,
);

/** Newest first. */
export function listVendorOrders(
  db: Executor,
  { vendorId, orderId, status, hasProblem }: VendorOrderFilter,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<VendorOrderRow[]> {
  const values = [vendorId ?? null, orderId ?? null, status ?? null, hasProblem ?? null, before ?? null, limit];
  return db.rows<VendorOrderRow>(list, values);
}

const lock = statement(
  'lock_vendor_order',
  `select id, order_id, vendor_id, number, status, version, problem from vendor_orders
   where id = $1 and ($2::uuid is null or vendor_id = $2) for no key update`,
);

export type LockedVendorOrder = Pick<
  VendorOrderRow,
  'id' | 'order_id' | 'vendor_id' | 'number' | 'status' | 'version' | 'problem'
>;

export async function lockVendorOrder(
  tx: Executor,
  id: string,
  vendorId: string | null,
): Promise<LockedVendorOrder | undefined> {
  return (await tx.rows<LockedVendorOrder>(lock, [id, vendorId]))[0];
}

const pack = statement(
  'pack_vendor_order',
  `update vendor_orders set status = 'packed', packed_at = now(), version = version + 1, updated_at = now()
   where id = $1 and status = 'open' returning id`,
);

/** False when it is not open. */
export async function packVendorOrder(tx: Executor, id: string): Promise<boolean> {
  return (await tx.rows(pack, [id])).length > 0;
}

const setProblem = statement(
  'set_vendor_order_problem',
  'update vendor_orders set problem = $2, version = version + 1, updated_at = now() where id = $1',
);

/** Undefined: it is settled. */
export async function setVendorOrderProblem(
  tx: Executor,
  id: string,
  problem: VendorOrderProblem | undefined,
): Promise<void> {
  await tx.rows(setProblem, [id, problem ?? null]);
}

const events = statement(
  'list_vendor_order_events',
  'select sequence, type, data, actor, created_at from vendor_order_events where vendor_order_id = $1 order by sequence',
);

export function listVendorOrderEvents(db: Executor, id: string): Promise<HistoryEvent[]> {
  return db.rows<HistoryEvent>(events, [id]);
}
