/** What a proposal for one of our prices is reckoned from: ours with its cost and floor, and theirs as the judge believes it. */
import { type Executor, statement } from './database.ts';

export interface OurPrice {
  variant_id: string;
  sku: string;
  currency: string;
  amount: number;
  cost_amount: number | null;
  map_amount: number | null;
}

const ours = statement(
  'our_prices_to_reprice',
  `select p.variant_id, v.sku, p.currency, p.amount, p.cost_amount, m.amount as map_amount
   from prices p join variants v on v.id = p.variant_id
   left join minimum_advertised_prices m on m.variant_id = p.variant_id and m.currency = p.currency
   where p.variant_id = $1 order by p.currency`,
);

export const findOurPrices = (db: Executor, variantId: string): Promise<OurPrice[]> => db.rows(ours, [variantId]);

export interface TheirGoodPrice {
  listing_id: string;
  variant_id: string;
  competitor_name: string;
  url: string | null;
  /** As their page has it. */
  amount: number;
  currency: string;
  at: Date;
  in_stock: boolean | null;
  /** In the terms of ours. */
  comparable_amount: number;
  comparable_currency: string;
  observation_id: string | null;
}

// By listing, or the cheapest that can be bought of all that are tied to the variant and were seen lately.
const theirs = statement(
  'their_good_prices',
  `select w.listing_id, l.variant_id, c.name as competitor_name, l.url, w.good_amount as amount, w.good_currency as currency,
     w.good_at as at, w.good_in_stock as in_stock, w.comparable_amount, w.comparable_currency, o.id as observation_id
   from listings l
   join price_watches w on w.listing_id = l.id
   join competitors c on c.id = l.competitor_id
   left join lateral (
     select id from observations where listing_id = l.id and amount = w.good_amount and currency = w.good_currency
     order by observed_at desc limit 1
   ) o on true
   where l.variant_id = $1 and l.status = 'active' and ($2::uuid is null or l.id = $2) and w.comparable_amount is not null
     and ($2::uuid is not null or (w.good_in_stock is distinct from false and w.good_at > now() - interval '7 days'))
     and ($3::text is null or w.comparable_currency = $3)
   order by w.comparable_amount limit 1`,
);

export async function findTheirPrice(
  db: Executor,
  variantId: string,
  { listingId, currency }: { listingId?: string | undefined; currency?: string | undefined },
): Promise<TheirGoodPrice | undefined> {
  return (await db.rows<TheirGoodPrice>(theirs, [variantId, listingId ?? null, currency ?? null]))[0];
}
