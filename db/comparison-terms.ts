/** What a comparison of prices needs beside the two: what a currency is worth, and the least that a variant may be advertised at. */
import { findRate } from '../domain/exchange-rates.ts';
import type { Money } from '../domain/money.ts';
import { type Executor, statement } from './database.ts';
import { listExchangeRates } from './exchange-rates.ts';

/** What one unit of `from` is in `to`; undefined: not known, or so old that it may mislead. */
export async function findExchange(
  db: Executor,
  from: string,
  to: string,
): Promise<{ rate: number; asOf: string } | undefined> {
  const rates = from === to ? [] : await listExchangeRates(db);
  const found = findRate(rates, from, to, new Date());
  return found && !found.isStale ? { rate: found.rate, asOf: found.asOf } : undefined;
}

const picture = statement(
  'picture_of_product',
  `select p.key from product_images i join picture_variants p on p.sha256 = i.sha256
   where i.product_id = $1 and i.status = 'ready' and p.format = 'jpeg'
   order by i.is_primary desc, i.position, abs(p.width - 400) limit 1`,
);

/** Where a picture of a product stands that every mailbox can show: undefined when there is none. */
export async function findProductPicture(db: Executor, productId: string): Promise<string | undefined> {
  return (await db.rows<{ key: string }>(picture, [productId]))[0]?.key;
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
