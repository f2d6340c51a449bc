/** What follows an order into its vendors' parts: the order's side, what was told of it, and what is told now. */
import type { KeptPart, PartChange, PartFacts, PartLine, PartNews, ShipTo } from '../domain/vendors/order.ts';
import { DEFAULT_COMMISSION_BPS } from '../domain/vendors/vendor.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { appendShopEvent } from './shop-events.ts';

export interface VendorPart extends PartFacts {
  vendor_id: string;
  order_id: string;
  order_number: string;
  /** Undefined: the part is not made yet. */
  kept: (KeptPart & { id: string }) | undefined;
}

const lockOrder = statement(
  'lock_order_for_vendors',
  `select number, status, hold_reason is not null as is_held, coalesce(shipping_address ->> 'name', customer_name) as name,
     shipping_address - array['name', 'phone', 'email'] as shipping_address
   from orders where id = $1 for no key update`,
);

interface LockedOrder {
  number: string;
  status: string;
  is_held: boolean;
  name: string | null;
  shipping_address: ShipTo['address'];
}

// A vendor's own commission goes first, then that of the nearest category that has one (of several the lowest), then the shop's.
const readLines = statement(
  'read_vendor_lines',
  `select p.vendor_id, l.id as order_line_id, l.variant_id, l.sku, l.name, l.quantity, l.refunded_quantity, l.unit_amount,
     coalesce(w.commission_bps, (
       with recursive up as (
         select c.id, c.parent_id, c.commission_bps, 1 as depth from product_categories pc join categories c on c.id = pc.category_id
         where pc.product_id = p.id
         union all
         select c.id, c.parent_id, c.commission_bps, up.depth + 1 from up join categories c on c.id = up.parent_id
         where up.commission_bps is null and up.depth < 50
       )
       select commission_bps from up where commission_bps is not null order by depth, commission_bps limit 1
     ), (select basis_points from commission_rates where vendor_id is null and category_id is null order by id desc limit 1),
       $2) as commission_bps
   from order_lines l join variants v on v.id = l.variant_id join products p on p.id = v.product_id join vendors w on w.id = p.vendor_id
   where l.order_id = $1 order by l.position`,
);

const readParcels = statement(
  'read_vendor_parcels',
  `select l.vendor_id, s.status from shipments s join locations l on l.id = s.location_id
   where s.order_id = $1 and l.vendor_id is not null`,
);

const readKept = statement(
  'read_vendor_parts',
  `select o.id, o.vendor_id, o.status, o.is_held, o.packed_at is not null as is_packed, o.ship_to, coalesce((
     select json_agg(json_build_object('order_line_id', l.order_line_id, 'variant_id', l.variant_id, 'sku', l.sku, 'name', l.name,
       'quantity', l.quantity, 'refunded_quantity', l.refunded_quantity, 'unit_amount', l.unit_amount, 'commission_bps', l.commission_bps)
       order by l.sku)
     from vendor_order_lines l where l.vendor_order_id = o.id
   ), '[]') as lines
   from vendor_orders o where o.order_id = $1 order by o.id for no key update of o`,
);

type KeptRow = KeptPart & { id: string; vendor_id: string };

/** States in which an order has been paid, or was and has ended. */
const PAID = ['paid', 'shipped', 'delivered'];

/** The order's parts as they are and as they were told; the order stays locked until the transaction ends. */
export async function readVendorParts(tx: Executor, orderId: string): Promise<VendorPart[]> {
  const [order] = await tx.rows<LockedOrder>(lockOrder, [orderId]);
  if (!order) return [];
  const kept = await tx.rows<KeptRow>(readKept, [orderId]);
  if (kept.length === 0 && !PAID.includes(order.status)) return [];
  const lines = await tx.rows<PartLine & { vendor_id: string }>(readLines, [orderId, DEFAULT_COMMISSION_BPS]);
  const parcels = await tx.rows<{ vendor_id: string; status: string }>(readParcels, [orderId]);
  const vendors = new Set([...kept, ...lines].map(({ vendor_id }) => vendor_id));
  return [...vendors].map((vendor_id) => ({
    vendor_id,
    order_id: orderId,
    order_number: order.number,
    order_status: order.status,
    is_held: order.is_held,
    ship_to: { name: order.name, address: order.shipping_address },
    lines: lines.filter((line) => line.vendor_id === vendor_id).map(({ vendor_id: _, ...line }) => line),
    parcels: parcels.filter((parcel) => parcel.vendor_id === vendor_id).map(({ status }) => status),
    kept: kept.find((part) => part.vendor_id === vendor_id),
  }));
}

const insert = statement(
  'insert_vendor_order',
  `insert into vendor_orders (id, order_id, vendor_id, number, status, is_held, ship_to)
   select $1, $2, $3, $4 || '-V' || 1 + count(*), $5, $6, $7 from vendor_orders where order_id = $2
   on conflict on constraint vendor_orders_part_key do nothing`,
);

const update = statement(
  'update_vendor_order',
  `update vendor_orders set status = $2, is_held = $3, ship_to = $4, revision = revision + $5, version = version + 1, updated_at = now()
   where id = $1`,
);

const writeLines = statement(
  'write_vendor_order_lines',
  `insert into vendor_order_lines (vendor_order_id, order_line_id, variant_id, sku, name, quantity, refunded_quantity, unit_amount,
     commission_bps)
   select $1, l.order_line_id, l.variant_id, l.sku, l.name, l.quantity, l.refunded_quantity, l.unit_amount, l.commission_bps
   from json_to_recordset($2) as l (order_line_id uuid, variant_id uuid, sku text, name text, quantity integer, refunded_quantity integer,
     unit_amount bigint, commission_bps integer)
   on conflict (vendor_order_id, order_line_id) do update
   set sku = excluded.sku, name = excluded.name, quantity = excluded.quantity, refunded_quantity = excluded.refunded_quantity,
     unit_amount = excluded.unit_amount`,
);

/** Writes what has changed of a part, with its history. Returns its id. */
export async function writeVendorPart(tx: Executor, part: VendorPart, change: PartChange): Promise<string> {
  const { kept, vendor_id, order_id, order_number, is_held, ship_to } = part;
  const id = kept?.id ?? uuidv7();
  const raised = change.news.includes('changed') ? 1 : 0;
  if (kept) await tx.rows(update, [id, change.status, is_held, ship_to, raised]);
  else await tx.rows(insert, [id, order_id, vendor_id, order_number, change.status, is_held, ship_to]);
  await tx.rows(writeLines, [id, JSON.stringify(change.lines)]);
  for (const news of change.news) {
    const data = news === 'changed' ? { lines: change.changed } : {};
    await appendVendorOrderEvent(tx, { id, vendorId: vendor_id }, { type: typeOf(news), data, actor: 'order' });
  }
  return id;
}

const typeOf = (news: PartNews) => `vendor_order.${news}`;

const append = statement(
  'append_vendor_order_event',
  `with o as (update vendor_orders set last_event = last_event + 1 where id = $1 returning last_event)
   insert into vendor_order_events (vendor_order_id, sequence, type, data, actor) select $1, last_event, $2, $3, $4 from o
   returning sequence`,
);

/** Adds to a part's history, which its vendor's webhooks tell too. Returns the event's number. */
export async function appendVendorOrderEvent(
  tx: Executor,
  { id, vendorId }: { id: string; vendorId: string },
  { type, data = {}, actor }: { type: string; data?: object; actor: string },
): Promise<number> {
  const [row] = await tx.rows<{ sequence: number }>(append, [id, type, data, actor]);
  await appendShopEvent(tx, { type, object: 'vendor_order', objectId: id, vendorId });
  return row!.sequence;
}
