/** Watched pages as people look them over: what is believed of each, how old that is, where we stand, and what waits for somebody. */
import { type Executor, statement } from './database.ts';

export interface WatchedPrice {
  id: string;
  competitor_id: string;
  competitor_name: string;
  competitor_status: string;
  url: string | null;
  status: string;
  variant_id: string | null;
  sku: string | null;
  product_name: string | null;
  /** The last good price, as the page had it. */
  amount: number | null;
  currency: string | null;
  availability: string | null;
  priced_at: Date | null;
  observation_id: string | null;
  /** The last look, whatever came of it. */
  looked_at: Date | null;
  outcome: string | null;
  reason: string | null;
  /** Ours, in the currency that theirs is compared in, and theirs in the terms of ours. */
  our_amount: number | null;
  comparable_amount: number | null;
  comparable_currency: string | null;
  /** 1: nobody is cheaper than we are; null: nothing to compare. */
  position: number | null;
  rivals: number;
  open_alerts: number;
  is_held: boolean;
}

// The page of listings first; what is known of each is a look or two by key.
const list = statement(
  'watched_prices',
  `with page as (
     select l.id, l.competitor_id, l.url, l.status, l.variant_id, c.name as competitor_name, c.status as competitor_status,
       v.sku, p.name as product_name
     from listings l join competitors c on c.id = l.competitor_id
     left join variants v on v.id = l.variant_id left join products p on p.id = v.product_id
     where l.id > $1 and ($2::uuid is null or l.competitor_id = $2) and ($3::uuid is null or l.id = $3)
       and ($4::text is null or v.sku ilike $4 or p.name ilike $4 or l.url ilike $4)
       and ($5::text is distinct from 'alerts' or exists (
         select from price_alerts a where a.listing_id = l.id and a.status in ('open', 'escalated')))
       and ($5::text is distinct from 'held' or c.status = 'held' or exists (
         select from price_alerts a where a.listing_id = l.id and a.status = 'held'))
     order by l.id limit $6
   )
   select page.*, good.id as observation_id, good.amount, good.currency, good.availability, good.observed_at as priced_at,
     look.observed_at as looked_at, look.outcome, look.reason,
     ours.amount as our_amount, w.comparable_amount, w.comparable_currency,
     case when ours.amount is not null and rank.rivals > 0 then rank.cheaper + 1 end as position, coalesce(rank.rivals, 0) as rivals,
     alerts.open as open_alerts, alerts.held > 0 or page.competitor_status = 'held' as is_held
   from page
   left join lateral (
     select id, amount, currency, availability, observed_at from observations
     where listing_id = page.id and amount is not null order by observed_at desc limit 1
   ) good on true
   left join lateral (
     select observed_at, outcome, reason from observations where listing_id = page.id order by observed_at desc limit 1
   ) look on true
   left join price_watches w on w.listing_id = page.id
   left join prices ours on ours.variant_id = page.variant_id and ours.currency = w.comparable_currency
   left join lateral (
     select count(*)::integer as rivals, (count(*) filter (where x.comparable_amount < ours.amount))::integer as cheaper
     from listings o join price_watches x on x.listing_id = o.id
     where o.variant_id = page.variant_id and o.status = 'active' and x.comparable_currency = w.comparable_currency
       and x.good_in_stock is distinct from false
   ) rank on true
   left join lateral (
     select (count(*) filter (where status in ('open', 'escalated')))::integer as open, (count(*) filter (where status = 'held'))::integer as held
     from price_alerts a where a.listing_id = page.id and a.status in ('held', 'open', 'escalated')
   ) alerts on true
   order by page.id`,
);

export interface WatchedFilter {
  competitorId?: string | undefined;
  listingId?: string | undefined;
  /** Part of a SKU, a product's name or an address. */
  text?: string | undefined;
  waiting?: 'alerts' | 'held' | undefined;
}

/** In the order of their ids, after `after`. */
export function listWatchedPrices(
  db: Executor,
  { competitorId, listingId, text, waiting }: WatchedFilter,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<WatchedPrice[]> {
  const like = text === undefined ? null : `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const from = after ?? '00000000-0000-0000-0000-000000000000';
  return db.rows<WatchedPrice>(list, [from, competitorId ?? null, listingId ?? null, like, waiting ?? null, limit]);
}

const alerts = statement(
  'alerts_of_listing',
  `select id, kind, status, held_reasons, observation_id, created_at, resolution from price_alerts
   where listing_id = $1 order by id desc limit 20`,
);

export interface ListingAlert {
  id: string;
  kind: string;
  status: string;
  held_reasons: string[];
  observation_id: string;
  created_at: Date;
  resolution: string | null;
}

/** The newest twenty. */
export const listListingAlerts = (db: Executor, listingId: string): Promise<ListingAlert[]> =>
  db.rows(alerts, [listingId]);
