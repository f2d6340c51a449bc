/** What currencies are worth in each other, as somebody said it. */
import type { ExchangeRate } from '../domain/exchange-rates.ts';
import { type Executor, statement } from './database.ts';

const all = statement(
  'list_exchange_rates',
  `select base, quote, trim_scale(rate)::text as rate, as_of as "asOf" from exchange_rates order by base, quote`,
);

export function listExchangeRates(db: Executor): Promise<ExchangeRate[]> {
  return db.rows<ExchangeRate>(all);
}

const save = statement(
  'save_exchange_rates',
  `insert into exchange_rates (base, quote, rate, as_of)
   select base, quote, rate, as_of from json_to_recordset($1) as given (base text, quote text, rate numeric, as_of timestamptz)
   order by base, quote
   on conflict (base, quote) do update set rate = excluded.rate, as_of = excluded.as_of, updated_at = now()
   where excluded.as_of >= exchange_rates.as_of`,
);

/** Each pair at most once. A rate that is older than the one that is there changes nothing. */
export async function saveExchangeRates(
  tx: Executor,
  rates: readonly { base: string; quote: string; rate: string; as_of: string }[],
): Promise<void> {
  await tx.rows(save, [JSON.stringify(rates)]);
}
