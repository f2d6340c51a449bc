/** The routes of price alerts through all that can be asked of them. */
import { insertRule } from '../../db/alert-rules.ts';
import type { Database } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { createJudgePrice } from '../../workers/judge-price.ts';
import { observe, watchListing } from './observed.ts';

type Use = (method: string, path: string, values: Record<string, string>, body?: unknown) => Promise<{ id: string }>;

/** Returns the ids that paths of these take. */
export async function useAlerts(use: Use, db: Database): Promise<Record<string, string>> {
  const rule = { name: 'Cheaper by 5 %', kind: 'undercut', percent: 5, scope: { type: 'tag', value: 'shirts' } };
  const { id: ruleId } = await use('POST', '/v1/alert-rules', {}, rule);
  await use('PATCH', '/v1/alert-rules/{id}', { id: ruleId }, { percent: 4, escalate_after_hours: 24 });
  const mute = { scope: { type: 'tag', value: 'hats' }, hours: 2, reason: 'A sale of theirs' };
  const { id: muted } = await use('POST', '/v1/price-mutes', {}, mute);
  const minimum = { sku: 'SHIRT-M', currency: 'usd', amount: 900 };
  await use('PUT', '/v1/minimum-advertised-prices', {}, minimum);
  await use('GET', '/v1/minimum-advertised-prices', { query: '?sku=SHIRT-M' });
  const decided: Record<string, string> = {};
  for (const verb of ['dismiss', 'accept', 'unhold', 'wrong-match']) {
    decided[verb] = await alertOf(db, verb === 'unhold' ? 500 : 1_000);
    await use('POST', `/v1/price-alerts/{id}/${verb}`, { id: decided[verb] }, { note: 'It is so.' });
  }
  return { 'alert-rules': ruleId, 'price-mutes': muted, 'price-alerts': decided.dismiss! };
}

/** An alert on a page of its own, of a variant that costs 20.00: open, or held when the price is as low as half. */
export async function alertOf(db: Database, amount: number): Promise<string> {
  const { rows } = await db.pool.query<{ id: string }>(
    `with p as (insert into products (id, slug, name, status) values ($1, $2, 'Kettle', 'active') returning id),
       v as (insert into variants (id, product_id, sku) select $1, p.id, $2 from p returning id)
     insert into prices (variant_id, currency, amount, cost_amount) select id, 'eur', 1150, 500 from v returning variant_id as id`,
    [uuidv7(), `K-${uuidv7()}`],
  );
  const listing = await watchListing(db, rows[0]!.id);
  await insertRule(db, {
    ...{
      name: 'Cheaper',
      kind: 'undercut',
      scope: 'listing',
      scope_value: listing.listingId,
      percent: null,
      amount: null,
    },
    ...{
      rank: null,
      delivery: 'immediate',
      hysteresis_percent: 1,
      cool_down_hours: 24,
      cap: 10,
      escalate_after_hours: null,
    },
    ...{ only_in_stock: true, enabled: true },
  });
  for (const [n, each] of [1_200, 1_200, amount].entries())
    await observe(db, listing, new Date(Date.now() - 60_000 + n), each);
  const deps = { db, merchandiserEmail: 'merch@shop.example', recheckSeconds: 600, taxPercent: 0, withShipping: false };
  await createJudgePrice(deps)({ listing_id: listing.listingId }, { log: undefined as never });
  const found = await db.pool.query<{ id: string }>('select id from price_alerts where listing_id = $1', [
    listing.listingId,
  ]);
  return found.rows[0]!.id;
}
