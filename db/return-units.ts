/** Of an order's lines: what was sent, given back and asked for, which is what any further demand is judged by. */
import type { ReturnableLine } from '../domain/returns/judge-request.ts';
import { type Executor, statement } from './database.ts';
import { readTerms } from './return-policies.ts';

const claimed = statement('claimed_units', 'select line_id, units from claimed_units($1)');

/** Units of returns and claims that are not settled, by line; read it under the order's lock. */
export async function openReturnUnits(tx: Executor, orderId: string): Promise<Map<string, number>> {
  const rows = await tx.rows<{ line_id: string; units: number }>(claimed, [orderId]);
  return new Map(rows.map((row) => [row.line_id, row.units]));
}

// Parcels know variants, not lines: of two lines of one variant the first in position was sent first. What a person has marked
// as delivered has been.
const lines = statement(
  'returnable_lines',
  `with o as (
     select o.id, o.status, (
       select max(e.created_at) from order_events e where e.order_id = o.id and e.type = 'order.delivered'
     ) as delivered_at
     from orders o where o.id = $1
   ), sent as (
     select l.variant_id, sum(l.quantity)::integer as units, max(s.shipped_at) as shipped_at, max(s.delivered_at) as delivered_at,
       bool_and(s.delivered_at is not null) as all_delivered
     from shipments s join shipment_lines l on l.shipment_id = s.id
     where s.order_id = $1 and s.shipped_at is not null group by l.variant_id
   )
   select l.id, l.sku, l.name, l.quantity, l.refunded_quantity as refunded,
     case when o.status = 'delivered' then l.quantity
       else greatest(0, least(l.quantity, coalesce(s.units, 0) - coalesce(sum(l.quantity) over earlier, 0)))::integer end as sent,
     case when o.status = 'delivered' then coalesce(s.delivered_at, o.delivered_at)
       when s.all_delivered then s.delivered_at else s.shipped_at end as since,
     o.status = 'delivered' or coalesce(s.all_delivered, false) as delivered
   from o join order_lines l on l.order_id = o.id left join sent s on s.variant_id = l.variant_id
   window earlier as (partition by l.variant_id order by l.position rows between unbounded preceding and 1 preceding)
   order by l.position`,
);

type LineRow = Omit<ReturnableLine, 'claimed' | 'terms' | 'isDelivered'> & { delivered: boolean };

/** All lines of an order with what may still come back of them and the terms that hold now. */
export async function readReturnable(tx: Executor, orderId: string): Promise<ReturnableLine[]> {
  const rows = await tx.rows<LineRow>(lines, [orderId]);
  const units = await openReturnUnits(tx, orderId);
  const termsOf = await readTerms(tx, orderId);
  return rows.map(({ delivered, ...row }) => ({
    ...row,
    isDelivered: delivered,
    claimed: units.get(row.id) ?? 0,
    terms: termsOf(row.id),
  }));
}
