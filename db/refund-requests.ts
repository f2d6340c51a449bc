/** What a request for a refund must know and writes beside the refund's row: its lines, and the stock that came back. */
import type { RefundableLine, RefundReason, RefundStatus } from '../domain/refunds.ts';
import { type Executor, statement } from './database.ts';
import { creditRefundable } from './order-credits.ts';

export interface RefundBasis {
  currency: string;
  shipping_amount: number;
  tax_amount: number;
  shipping_refunded: boolean;
  payment_status: string;
  captured_amount: number;
  refunded_amount: number;
  refunding_amount: number;
  disputed_amount: number;
  credited_amount: number;
  /** Of what credits have paid, what can be given back. */
  credit_refundable: number;
  dispute_status: string | null;
  lines: RefundableLine[];
}

const basis = statement(
  'refund_basis',
  `select o.currency, o.shipping_amount, o.tax_amount, o.dispute_status, p.status as payment_status, p.captured_amount,
     p.refunded_amount, p.refunding_amount, p.disputed_amount, p.credited_amount,
     exists (
       select from refunds r where r.payment_id = p.id and not r.is_owed and r.shipping_amount > 0 and r.status not in ('failed', 'canceled')
     ) or exists (
       select from order_credits c join refunds r on r.credit_id = c.id
       where c.to_order_id = o.id and r.shipping_amount > 0 and r.status not in ('failed', 'canceled')
     ) as shipping_refunded,
     (select coalesce(json_agg(json_build_object('id', l.id, 'sku', l.sku, 'quantity', l.quantity, 'refunded_quantity', l.refunded_quantity,
        'total_amount', l.total_amount) order by l.position), '[]')
      from order_lines l where l.order_id = o.id) as lines
   from orders o join payments p on p.order_id = o.id where o.id = $1`,
);

/** What an order's refunds are judged by; read it under the order's lock. */
export async function readRefundBasis(tx: Executor, orderId: string): Promise<RefundBasis> {
  const [row] = await tx.rows<Omit<RefundBasis, 'credit_refundable'>>(basis, [orderId]);
  return { ...row!, credit_refundable: await creditRefundable(tx, orderId) };
}

const insertLines = statement(
  'insert_refund_lines',
  `with taken as (
     update order_lines l set refunded_quantity = l.refunded_quantity + i.quantity
     from jsonb_to_recordset($2::jsonb) as i ("lineId" uuid, quantity integer, amount bigint)
     where l.id = i."lineId"
     returning l.id, i.quantity, i.amount
   )
   insert into refund_lines (refund_id, line_id, quantity, amount) select $1, id, quantity, amount from taken`,
);

/** Counts lines as refunded. Throws (a CHECK of order_lines) for more units than were sold. */
export async function insertRefundLines(
  tx: Executor,
  refundId: string,
  lines: readonly { lineId: string; quantity: number; amount: number }[],
): Promise<void> {
  if (lines.length > 0) await tx.rows(insertLines, [refundId, JSON.stringify(lines)]);
}

// Levels are locked in (variant, location) order, as everywhere. What came back of an order is what its movements say, and
// goes back to the place that sent it.
const restock = statement(
  'restock_refund',
  `with wanted as materialized (
     select l.variant_id, sum(r.quantity - r.restocked) as units
     from refund_lines r join order_lines l on l.id = r.line_id where r.refund_id = $1 group by l.variant_id
   ), sold as materialized (
     select s.variant_id, s.location_id, r.order_id, r.quantity
     from (select distinct l.order_id from refund_lines x join order_lines l on l.id = x.line_id where x.refund_id = $1) f
     join reservations r on r.order_id = f.order_id and r.status = 'sold'
     join stock_levels s on s.variant_id = r.variant_id and s.location_id = r.location_id
     order by s.variant_id, s.location_id for no key update of s
   ), away as materialized (
     select s.variant_id, s.location_id, s.order_id, s.quantity - least(s.quantity, greatest(0, s.back - s.before)) as units
     from (
       select sold.*, sum(quantity) over (partition by variant_id order by location_id) - quantity as before, coalesce((
         select sum(m.on_hand_change) from stock_movements m where m.order_id = sold.order_id and m.kind = 'returned'
           and m.variant_id = sold.variant_id
       ), 0) as back from sold
     ) s
   ), shelves as materialized (
     select a.*, w.units as wanted, sum(a.units) over (partition by a.variant_id order by a.location_id) - a.units as before
     from away a join wanted w using (variant_id)
   ), back as materialized (
     select order_id, variant_id, location_id, least(units, wanted - before)::integer as units from shelves where before < wanted and units > 0
   ), raised as (
     update stock_levels s set on_hand = s.on_hand + b.units, updated_at = now() from back b
     where s.variant_id = b.variant_id and s.location_id = b.location_id
   ), moved as (
     insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, order_id, reason, actor)
     select variant_id, location_id, 'returned', units, 0, order_id, 'refund ' || $1, $2 from back
   ), noted as (
     update refund_lines set restocked = quantity where refund_id = $1
   )
   select coalesce((select sum(units) from wanted), 0)::integer as wanted, coalesce((select sum(units) from back), 0)::integer as restocked`,
);

/**
 * Puts the units of a refund's lines back on the shelves they were sent from. False when fewer than these were sent and not
 * returned yet: the caller then undoes its transaction.
 */
export async function restockRefund(tx: Executor, refundId: string, actor: string): Promise<boolean> {
  const [row] = await tx.rows<{ wanted: number; restocked: number }>(restock, [refundId, actor]);
  return row!.wanted > 0 && row!.restocked === row!.wanted;
}

const copyLines = statement(
  'copy_refund_lines',
  `with taken as (
     update order_lines l set refunded_quantity = l.refunded_quantity + r.quantity
     from refund_lines r where r.refund_id = $1 and l.id = r.line_id and l.refunded_quantity + r.quantity <= l.quantity
     returning l.id
   ), copied as (
     insert into refund_lines (refund_id, line_id, quantity, amount, restocked)
     select $2, r.line_id, r.quantity, r.amount, r.restocked from refund_lines r join taken on taken.id = r.line_id where r.refund_id = $1
   )
   select (select count(*) from refund_lines where refund_id = $1) = (select count(*) from taken) as all_taken`,
);

/** Gives a refund the lines of the failed one it replaces. False when some of them were refunded by another meanwhile. */
export async function copyRefundLines(tx: Executor, fromId: string, toId: string): Promise<boolean> {
  const [row] = await tx.rows<{ all_taken: boolean }>(copyLines, [fromId, toId]);
  return row!.all_taken;
}

export interface RefundView {
  id: string;
  order_id: string;
  provider_id: string | null;
  cause: string;
  status: RefundStatus;
  amount: number;
  shipping_amount: number;
  currency: string;
  reason: RefundReason | null;
  note: string | null;
  error: { code: string; message?: string } | null;
  is_owed: boolean;
  credit_id: string | null;
  /** The refund that was sent instead of this one. */
  retried_by: string | null;
  lines: { line_id: string; sku: string; quantity: number; amount: number; restocked: number }[];
  created_at: Date;
  updated_at: Date;
}

const view = `select r.id, r.order_id, r.provider_id, r.cause, r.status, r.amount, r.shipping_amount, r.currency, r.reason, r.note, r.error, r.is_owed, r.credit_id,
    (select x.id from refunds x where x.order_id = r.order_id and x.cause = 'retry/' || r.id) as retried_by,
    coalesce((select json_agg(json_build_object('line_id', f.line_id, 'sku', l.sku, 'quantity', f.quantity, 'amount', f.amount,
       'restocked', f.restocked) order by l.position)
     from refund_lines f join order_lines l on l.id = f.line_id where f.refund_id = r.id), '[]') as lines,
    r.created_at, r.updated_at
  from refunds r`;
// Its own, and those that give back what credits had paid for it.
const ofOrder = `r.order_id = $1 or r.credit_id in (select c.id from order_credits c where c.to_order_id = $1)`;
const list = statement('list_order_refunds', `${view} where ${ofOrder} order by r.id`);
const one = statement('find_order_refund', `${view} where r.id = $2 and (${ofOrder})`);

/** An order's refunds, oldest first. */
export function listRefunds(db: Executor, orderId: string): Promise<RefundView[]> {
  return db.rows<RefundView>(list, [orderId]);
}

export async function findOrderRefund(db: Executor, orderId: string, id: string): Promise<RefundView | undefined> {
  const [row] = await db.rows<RefundView>(one, [orderId, id]);
  return row;
}
