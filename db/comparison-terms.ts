/** What a comparison of prices needs beside the two: what a currency is worth, and the least that a variant may be advertised at. */
import type { Money } from '../domain/money.ts';
import { type Executor, statement } from './database.ts';

const rate = statement(
  'rate_between',
  `select case base when $1 then rate::float8 else (1 / rate)::float8 end as rate, as_of from exchange_rates
   where (base, quote) in (($1, $2), ($2, $1)) and as_of > now() - interval '7 days'
   order by as_of desc limit 1`,
);

/** What one unit of `from` is in `to`; undefined: not known, or from more than a week ago. */
export async function findExchange(
  db: Executor,
  from: string,
  to: string,
): Promise<{ rate: number; asOf: string } | undefined> {
  if (from === to) return { rate: 1, asOf: new Date().toISOString() };
  const [row] = await db.rows<{ rate: number; as_of: Date }>(rate, [from, to]);
  return row && { rate: row.rate, asOf: row.as_of.toISOString() };
}

const minimum = statement(
  'minimum_advertised_price',
  'select amount, currency from minimum_advertised_prices where variant_id = $1 and currency = $2',
);

export async function findMinimumAdvertised(db: Executor, variantId: string, currency: string): Promise<Money | null> {
  return (await db.rows<Money>(minimum, [variantId, currency]))[0] ?? null;
}

const set = statement(
  'set_minimum_advertised_price',
  `insert into minimum_advertised_prices (variant_id, currency, amount) values ($1, $2, $3)
   on conflict (variant_id, currency) do update set amount = excluded.amount, updated_at = now()`,
);
const clear = statement(
  'clear_minimum_advertised_price',
  'delete from minimum_advertised_prices where variant_id = $1 and currency = $2 returning amount',
);
const all = statement(
  'minimum_advertised_prices_of_variant',
  'select currency, amount from minimum_advertised_prices where variant_id = $1 order by currency',
);

export async function setMinimumAdvertised(
  tx: Executor,
  variantId: string,
  { currency, amount }: Money,
): Promise<void> {
  await tx.rows(set, [variantId, currency, amount]);
}

/** False when there was none. */
export async function clearMinimumAdvertised(tx: Executor, variantId: string, currency: string): Promise<boolean> {
  return (await tx.rows(clear, [variantId, currency])).length > 0;
}

export function listMinimumAdvertised(db: Executor, variantId: string): Promise<Money[]> {
  return db.rows<Money>(all, [variantId]);
}
