/** Variants of which little is left: what the trigger on stock levels noted, to be told once (migrations/0023_watch_stock.sql). */
import { type Executor, statement } from './database.ts';

export interface LowStock {
  id: string;
  sku: string;
  name: string;
  available: number;
  threshold: number;
}

const take = statement(
  'take_low_stock_news',
  `with taken as (
     delete from low_stock_news where id = any(array(
       select id from low_stock_news order by created_at, id limit $1 for update skip locked
     ))
     returning id, variant_id, available, threshold
   )
   select t.id, v.sku, p.name || case when v.name = '' then '' else ' – ' || v.name end as name, t.available, t.threshold
   from taken t join variants v on v.id = t.variant_id join products p on p.id = v.product_id order by v.sku`,
);

/** Takes what nobody has told yet, so that it is told by the caller's transaction or not at all. */
export function takeLowStock(tx: Executor, limit: number): Promise<LowStock[]> {
  return tx.rows<LowStock>(take, [limit]);
}

const waiting = statement('low_stock_waits', 'select 1 from low_stock_news limit 1');

export async function hasLowStock(db: Executor): Promise<boolean> {
  return (await db.rows(waiting)).length > 0;
}
