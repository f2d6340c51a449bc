/** Prices of variants, one per currency, in minor units. */
import { type Executor, statement } from './database.ts';

export interface PricePatch {
  variant_id: string;
  currency: string;
  amount: number;
  compare_at_amount?: number | null | undefined;
  cost_amount?: number | null | undefined;
}

const write = statement(
  'write_prices',
  `with input as materialized (
     select (i->>'variant_id')::uuid as variant_id, i->>'currency' as currency, (i->>'amount')::bigint as amount, i
     from jsonb_array_elements($1::jsonb) i
   ), gone as (
     delete from prices r where r.variant_id = any($2)
       and not exists (select from input n where n.variant_id = r.variant_id and n.currency = r.currency)
     returning r.variant_id
   ), written as (
     insert into prices (variant_id, currency, amount, compare_at_amount, cost_amount)
     select n.variant_id, n.currency, n.amount,
       case when i ? 'compare_at_amount' then (i->>'compare_at_amount')::bigint else r.compare_at_amount end,
       case when i ? 'cost_amount' then (i->>'cost_amount')::bigint else r.cost_amount end
     from input n left join prices r on r.variant_id = n.variant_id and r.currency = n.currency
     order by n.variant_id, n.currency
     on conflict (variant_id, currency) do update
     set amount = excluded.amount, compare_at_amount = excluded.compare_at_amount, cost_amount = excluded.cost_amount
     where (prices.amount, prices.compare_at_amount, prices.cost_amount)
       is distinct from (excluded.amount, excluded.compare_at_amount, excluded.cost_amount)
     returning variant_id
   )
   select variant_id from gone union select variant_id from written`,
);

/**
 * Writes prices; an absent compare-at or cost stays as it is. The variants in `replaced` lose their other currencies.
 * Returns the ids of the variants for which that was a change.
 */
export async function writePrices(
  tx: Executor,
  prices: readonly PricePatch[],
  replaced: readonly string[] = [],
): Promise<string[]> {
  if (prices.length === 0 && replaced.length === 0) return [];
  const rows = await tx.rows<{ variant_id: string }>(write, [JSON.stringify(prices), replaced]);
  return rows.map((row) => row.variant_id);
}
