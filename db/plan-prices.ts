/** What the SKUs of a plan are and cost. */
import { type Executor, statement } from './database.ts';
import type { SellableVariant } from './place-order.ts';

const price = statement(
  'price_plan',
  `select v.id, v.sku, p.name || case when v.name = '' then '' else ' – ' || v.name end as name,
     coalesce(v.weight_grams, 0) as weight_grams, r.amount
   from variants v join products p on p.id = v.product_id and p.status = 'active' and not p.withheld
   left join prices r on r.variant_id = v.id and r.currency = $2
   where v.sku = any($1)`,
);

/** By SKU; unknown and inactive ones are missing. */
export async function findSellable(
  db: Executor,
  skus: readonly string[],
  currency: string,
): Promise<Map<string, SellableVariant>> {
  const rows = await db.rows<SellableVariant>(price, [[...new Set(skus)], currency]);
  return new Map(rows.map((row) => [row.sku, row]));
}
