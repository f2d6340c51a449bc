/** What a page or a variant's competitors asked over time: least, most, mean and median, by day or month. */
import { type Executor, type Statement, statement } from './database.ts';

export interface PriceSummary {
  currency: string;
  looks: number;
  min_amount: number;
  max_amount: number;
  /** Rounded to the minor unit. */
  avg_amount: number;
  median_amount: number;
}

export interface PricePeriod {
  /** Its first moment, UTC. */
  starts_at: Date;
  looks: number;
  /** Looks that found nothing. */
  unknown: number;
  /** By currency; none where nobody knows a price. */
  prices: PriceSummary[];
}

type By = 'listing_id' | 'variant_id';

const SUMMARY = `count(*)::integer as looks, min(amount) as min_amount, max(amount) as max_amount, round(avg(amount))::bigint as avg_amount,
  percentile_disc(0.5) within group (order by amount) as median_amount`;

// What ends in a gap has a row all the same, without prices: unknown is not left out.
const periods = (by: By): Statement =>
  statement(
    `price_periods_${by}`,
    `with seen as (
       select date_trunc($4, observed_at at time zone 'UTC') as period, amount, currency from observations
       where ${by} = $1 and observed_at >= $2 and observed_at < $3
     ), priced as (
       select period, currency, ${SUMMARY} from seen where amount is not null group by period, currency
     ), counted as (
       select period, count(*)::integer as looks, (count(*) filter (where amount is null))::integer as unknown from seen group by period
     ), calendar as (
       select generate_series(date_trunc($4, $2::timestamptz at time zone 'UTC'), ($3::timestamptz at time zone 'UTC') - interval '1 ms',
         ('1 ' || $4)::interval) as period
     )
     select k.period at time zone 'UTC' as starts_at, coalesce(c.looks, 0) as looks, coalesce(c.unknown, 0) as unknown,
       coalesce((select jsonb_agg(jsonb_build_object('currency', p.currency, 'looks', p.looks, 'min_amount', p.min_amount,
         'max_amount', p.max_amount, 'avg_amount', p.avg_amount, 'median_amount', p.median_amount) order by p.currency)
         from priced p where p.period = k.period), '[]') as prices
     from calendar k left join counted c on c.period = k.period order by k.period`,
  );

const summaries = (by: By): Statement =>
  statement(
    `price_summary_${by}`,
    `select currency, ${SUMMARY} from observations
     where ${by} = $1 and observed_at >= $2 and observed_at < $3 and amount is not null group by currency order by currency`,
  );

const STATEMENTS = {
  listing_id: { periods: periods('listing_id'), summary: summaries('listing_id') },
  variant_id: { periods: periods('variant_id'), summary: summaries('variant_id') },
} as const;

export interface Span {
  since: Date;
  until: Date;
}

/** One row for each day or month of the span, also for those of which nothing is known. */
export function readPricePeriods(
  db: Executor,
  by: By,
  id: string,
  span: Span,
  period: 'day' | 'month',
): Promise<PricePeriod[]> {
  return db.rows<PricePeriod>(STATEMENTS[by].periods, [id, span.since, span.until, period]);
}

export function summarizePrices(db: Executor, by: By, id: string, { since, until }: Span): Promise<PriceSummary[]> {
  return db.rows<PriceSummary>(STATEMENTS[by].summary, [id, since, until]);
}

export interface ListingPrice {
  listing_id: string;
  competitor_name: string;
  url: string | null;
  status: string;
  amount: number | null;
  currency: string | null;
  observed_at: Date | null;
  availability: string | null;
  observation_id: string | null;
}

// The last good price of each page, however old; one look into the index for each.
const current = statement(
  'prices_of_listings',
  `select l.id as listing_id, c.name as competitor_name, l.url, l.status, o.amount, o.currency, o.observed_at, o.availability,
     o.id as observation_id
   from listings l join competitors c on c.id = l.competitor_id
   left join lateral (
     select id, amount, currency, observed_at, availability from observations
     where listing_id = l.id and amount is not null order by observed_at desc limit 1
   ) o on true
   where l.variant_id = $1 and l.status <> 'gone' order by c.name, l.id limit 200`,
);

export const listListingPrices = (db: Executor, variantId: string): Promise<ListingPrice[]> =>
  db.rows(current, [variantId]);

const ours = statement(
  'our_price_changes',
  `select currency, from_amount, to_amount, reprice_id, changed_at from price_changes
   where variant_id = $1 and changed_at >= $2 and changed_at < $3 order by changed_at desc, id desc limit 500`,
);

export interface PriceChange {
  currency: string;
  from_amount: number | null;
  to_amount: number | null;
  reprice_id: string | null;
  changed_at: Date;
}

/** The newest 500 of the span. */
export const listPriceChanges = (db: Executor, variantId: string, { since, until }: Span): Promise<PriceChange[]> =>
  db.rows(ours, [variantId, since, until]);

const known = statement('listing_is_known', 'select 1 from listings where id = $1');

export const isListing = async (db: Executor, id: string): Promise<boolean> => (await db.rows(known, [id])).length > 0;
