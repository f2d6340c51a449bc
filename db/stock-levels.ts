/** Stock per variant and location as people set it: counts, deliveries, returns. What orders hold is moved in stock.ts. */
import { type Executor, statement } from './database.ts';

export type AdjustmentKind = 'received' | 'adjusted' | 'returned';

export interface StockAdjustment {
  variant_id: string;
  location_id: string;
  /** Units to add (negative: to take away), or the count found; one of the two. */
  change?: number | undefined;
  set_to?: number | undefined;
  kind: AdjustmentKind;
  reason: string | null;
  /** Id of the API key, or what else did it. */
  actor: string;
}

export interface AdjustedLevel {
  variant_id: string;
  location_id: string;
  /** What is on hand now; unchanged when `applied` is false. */
  on_hand: number;
  reserved: number;
  before: number;
  applied: boolean;
}

const open = statement(
  'open_stock_levels',
  `insert into stock_levels (variant_id, location_id)
   select (i->>'variant_id')::uuid, (i->>'location_id')::uuid from jsonb_array_elements($1::jsonb) i
   order by 1, 2 on conflict do nothing`,
);

// A level moves only when it covers what orders hold, and with its movement. Its locks are had before: an UPDATE that learns only
// by its lock what others have changed has asked the CHECK of its first idea of the row.
const adjust = statement(
  'adjust_stock',
  `with input as materialized (
     select * from jsonb_to_recordset($1::jsonb) as i
       (variant_id uuid, location_id uuid, change bigint, set_to bigint, kind text, reason text, actor text)
   ), wanted as materialized (
     select s.variant_id, s.location_id, s.on_hand as before, s.reserved, coalesce(i.set_to, s.on_hand + i.change) as after,
       i.kind, i.reason, i.actor
     from stock_levels s join input i using (variant_id, location_id)
     order by s.variant_id, s.location_id for no key update of s
   ), moved as (
     update stock_levels s set on_hand = w.after, updated_at = now() from wanted w
     where s.variant_id = w.variant_id and s.location_id = w.location_id and w.after between w.reserved and 2147483647
     returning w.*
   ), written as (
     insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, reason, actor)
     select variant_id, location_id, kind, after - before, 0, reason, actor from moved
   )
   select variant_id, location_id, after as on_hand, reserved, before, true as applied from moved
   union all
   select variant_id, location_id, before, reserved, before, false from wanted where after not between reserved and 2147483647`,
);

/** Adjusts levels, each at most once per call, making those that are missing. Never leaves less on hand than is reserved. */
export async function adjustStock(tx: Executor, adjustments: readonly StockAdjustment[]): Promise<AdjustedLevel[]> {
  if (adjustments.length === 0) return [];
  const input = JSON.stringify(adjustments);
  await tx.rows(open, [input]);
  await lockStockLevels(
    tx,
    adjustments.map((each) => each.variant_id),
  );
  return tx.rows<AdjustedLevel>(adjust, [input]);
}

const lock = statement(
  'lock_stock_levels',
  `select s.variant_id, s.location_id, s.on_hand, s.reserved from stock_levels s
   join (select distinct id from unnest($1::uuid[]) wanted (id)) wanted on wanted.id = s.variant_id
   order by s.variant_id, s.location_id for no key update of s`,
);

export interface StockLevel {
  variant_id: string;
  location_id: string;
  on_hand: number;
  reserved: number;
}

/** All levels of variants, locked in the order in which orders lock them. */
export function lockStockLevels(tx: Executor, variantIds: readonly string[]): Promise<StockLevel[]> {
  return tx.rows<StockLevel>(lock, [variantIds]);
}

export interface LevelView {
  sku: string;
  location: string;
  on_hand: number;
  reserved: number;
  available: number;
  updated_at: Date;
}

const VIEW = `select v.sku, l.code as location, s.on_hand, s.reserved, s.on_hand - s.reserved as available, s.updated_at
  from stock_levels s join variants v on v.id = s.variant_id join locations l on l.id = s.location_id`;

const ofSku = statement('find_stock_of_sku', `${VIEW} where v.sku = $1 order by l.position, l.code`);

export function findStockOfSku(db: Executor, sku: string): Promise<LevelView[]> {
  return db.rows<LevelView>(ofSku, [sku]);
}

const list = statement(
  'list_stock_levels',
  `${VIEW} where ($1::text is null or v.sku = $1) and ($2::text is null or l.code = $2)
     and ($3::integer is null or s.on_hand - s.reserved < $3) and ($7::uuid is null or l.vendor_id = $7)
     and (v.sku, l.code) > ($4, $5)
   order by v.sku, l.code limit $6`,
);

export interface LevelFilter {
  sku?: string | undefined;
  location?: string | undefined;
  /** Only levels with less than this to sell. */
  below?: number | undefined;
  /** Only levels at this vendor's places. */
  vendorId?: string | undefined;
}

/** A page of levels, by SKU and location, after the given pair. */
export function listStockLevels(
  db: Executor,
  { sku, location, below, vendorId }: LevelFilter,
  [afterSku, afterLocation]: readonly [string, string],
  limit: number,
): Promise<LevelView[]> {
  return db.rows<LevelView>(list, [sku, location, below, afterSku, afterLocation, limit, vendorId]);
}
