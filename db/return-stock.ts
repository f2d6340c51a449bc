/** The stock of a return: good units go back on the shelf, damaged ones come in and are written off. */
import { type CameBack, planRestock, type Sent, type ShelfMove } from '../domain/returns/plan-restock.ts';
import { type Executor, statement } from './database.ts';

const came = statement(
  'return_units_that_came',
  `select l.line_id as "lineId", x.variant_id as "variantId", l.good, l.damaged from return_lines l join order_lines x on x.id = l.line_id
   where l.return_id = $1 and l.good + l.damaged > 0 order by x.position`,
);
// A place that had none of the goods gets a level of them.
const openLevels = statement(
  'open_levels_of_return',
  `insert into stock_levels (variant_id, location_id)
   select distinct x.variant_id, $2::uuid from return_lines l join order_lines x on x.id = l.line_id
   where l.return_id = $1 and l.good + l.damaged > 0
   on conflict do nothing`,
);
// Levels are locked in (variant, location) order, as everywhere.
const lockLevels = statement(
  'lock_levels_of_return',
  `select 1 from stock_levels s
   where s.variant_id in (select x.variant_id from return_lines l join order_lines x on x.id = l.line_id where l.return_id = $1)
     and (s.location_id = $3 or s.location_id in (select r.location_id from reservations r where r.order_id = $2 and r.variant_id = s.variant_id))
   order by s.variant_id, s.location_id for no key update of s`,
);
// What came back of a variant is counted over all places: it need not have gone to the one that sent it.
const sent = statement(
  'sent_less_returned',
  `with away as (
     select r.variant_id, r.location_id, r.quantity, sum(r.quantity) over (partition by r.variant_id order by r.location_id) - r.quantity as before,
       coalesce((
         select sum(m.on_hand_change) from stock_movements m
         where m.order_id = r.order_id and m.kind = 'returned' and m.variant_id = r.variant_id
       ), 0) as back
     from reservations r where r.order_id = $1 and r.status = 'sold'
   )
   select variant_id as "variantId", location_id as "locationId",
     (quantity - least(quantity, greatest(0, back - before)))::integer as away
   from away order by variant_id, location_id`,
);
const move = statement(
  'move_returned_stock',
  `with item as materialized (
     select * from jsonb_to_recordset($3::jsonb) as i ("variantId" uuid, "locationId" uuid, returned integer, "writtenOff" integer)
   ), raised as (
     update stock_levels s set on_hand = s.on_hand + i.returned - i."writtenOff", updated_at = now() from item i
     where s.variant_id = i."variantId" and s.location_id = i."locationId"
   )
   insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, order_id, reason, actor)
   select "variantId", "locationId", kind, units, 0, $1, $2, $4 from (
     select i.*, 1 as rank, 'returned' as kind, returned as units from item i
     union all
     select i.*, 2, 'written_off', -"writtenOff" from item i where "writtenOff" > 0
   ) m order by "variantId", "locationId", rank`,
);
const note = statement(
  'note_returned_stock',
  `update return_lines l set restocked = i.restocked, written_off = i."writtenOff"
   from jsonb_to_recordset($2::jsonb) as i ("lineId" uuid, restocked integer, "writtenOff" integer)
   where l.return_id = $1 and l.line_id = i."lineId"`,
);

export interface ReturnedStock {
  id: string;
  orderId: string;
  number: string;
  /** Where all of it goes; null: each unit to the place that sent it. */
  locationId: string | null;
  actor: string;
}

/** Moves the stock of a return that was counted. The caller's transaction settles the return, so it is done once. */
export async function restockReturn(
  tx: Executor,
  { id, orderId, number, locationId, actor }: ReturnedStock,
): Promise<void> {
  const units = await tx.rows<CameBack>(came, [id]);
  if (units.length === 0) return;
  if (locationId) await tx.rows(openLevels, [id, locationId]);
  await tx.rows(lockLevels, [id, orderId, locationId]);
  const { moves, lines } = planRestock(units, await tx.rows<Sent>(sent, [orderId]), locationId);
  if (moves.length > 0)
    await tx.rows(move, [orderId, `return ${number}`, JSON.stringify(moves satisfies ShelfMove[]), actor]);
  await tx.rows(note, [id, JSON.stringify(lines)]);
}

const place = statement(
  'find_return_location',
  `select c.id, not exists (
     select from return_lines l join order_lines x on x.id = l.line_id join variants v on v.id = x.variant_id
     join products p on p.id = v.product_id where l.return_id = $1 and p.vendor_id is distinct from c.vendor_id
   ) as fits from locations c where c.code = $2`,
);

/** A location by its code, and whether all goods of a return may lie there: a vendor's lie in its own places only. */
export async function findReturnLocation(
  tx: Executor,
  returnId: string,
  code: string,
): Promise<{ id: string; fits: boolean } | undefined> {
  const [row] = await tx.rows<{ id: string; fits: boolean }>(place, [returnId, code]);
  return row;
}
