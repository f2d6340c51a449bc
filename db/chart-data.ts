/** What a chart of prices is drawn from: theirs by stretches in which nothing changed, in the terms of ours, and ours by its changes. */
import type { PriceChart } from '../domain/charts/chart-model.ts';
import { MAX_SERIES } from '../domain/charts/chart-style.ts';
import { isDrawable } from '../domain/charts/outline-text.ts';
import type { PricePoint, PriceSeries } from '../domain/charts/price-series.ts';
import { comparePrice } from '../domain/comparable-price.ts';
import { findExchange } from './comparison-terms.ts';
import { type Executor, statement } from './database.ts';

export interface ChartTarget {
  kind: 'listing' | 'variant';
  id: string;
}

export interface ChartWish {
  days: number;
  /** Default: now. */
  until?: Date | undefined;
  /** Of ours; default: theirs, where we have a price in it. */
  currency?: string | undefined;
  taxPercent: number;
  /** What our line is called. */
  shopName: string;
}

interface ListingRow {
  id: string;
  competitor: string;
  domain: string;
  currency: string;
  tax_included: boolean;
  tax_percent: number | null;
  pack_count: number | null;
  interval_minutes: number;
}

interface VariantRow {
  id: string;
  sku: string;
  name: string;
  currencies: string[];
}

const listings = statement(
  'chart_listings',
  `select l.id, c.name as competitor, c.domain, c.currency, c.tax_included, c.tax_percent::float8, l.pack_count,
     coalesce(l.interval_minutes, c.interval_minutes) as interval_minutes
   from listings l join competitors c on c.id = l.competitor_id left join price_watches w on w.listing_id = l.id
   where case when $1 = 'listing' then l.id = $2::uuid else l.variant_id = $2::uuid and l.status <> 'gone' end
   order by w.judged_at is null, l.status <> 'active', l.priority desc, l.id limit 50`,
);

const variant = statement(
  'chart_variant',
  `select v.id, v.sku, case when v.name = '' then p.name else p.name || ', ' || v.name end as name,
     array(select currency from prices r where r.variant_id = v.id order by currency) as currencies
   from variants v join products p on p.id = v.product_id
   where v.id = case when $1 = 'listing' then (select variant_id from listings where id = $2::uuid) else $2::uuid end`,
);

interface StretchRow {
  listing_id: string;
  currency: string | null;
  amount: number | null;
  in_stock: boolean | null;
  since: Date;
  until: Date;
}

// Looks that say the same after one another are one stretch; a hole longer than a look holds ends it.
const stretches = statement(
  'chart_stretches',
  `with seen as (
     select listing_id, observed_at, id, amount, currency,
       case when availability is null then null else availability not in ('out_of_stock', 'discontinued') end as in_stock
     from observations where listing_id = any($1::uuid[]) and observed_at >= $2 and observed_at <= $3
   ), marked as (
     select *, (amount, currency, in_stock) is distinct from (lag(amount) over w, lag(currency) over w, lag(in_stock) over w)
       or observed_at - lag(observed_at) over w > make_interval(secs => $4) or lag(id) over w is null as begins
     from seen window w as (partition by listing_id order by observed_at, id)
   ), numbered as (
     select *, count(*) filter (where begins) over (partition by listing_id order by observed_at, id) as stretch from marked
   )
   select listing_id, amount, currency, in_stock, min(observed_at) as since, max(observed_at) as until
   from numbered group by listing_id, stretch, amount, currency, in_stock order by listing_id, since limit 20000`,
);

// The price that held when the time begins comes first.
const changes = statement(
  'chart_price_changes',
  `(select to_amount as amount, changed_at as at from price_changes
    where variant_id = $1 and currency = $2 and changed_at < $3 order by changed_at desc, id desc limit 1)
   union all
   (select to_amount, changed_at from price_changes
    where variant_id = $1 and currency = $2 and changed_at between $3 and $4 order by changed_at, id limit 2000)
   order by at`,
);

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A look holds for three of its intervals, and two days at least: one that is late is no gap. */
const holdsMs = ({ interval_minutes: minutes }: ListingRow) => Math.max(2 * DAY_MS, 3 * minutes * 60_000);

/** Undefined when there is no such listing or variant. */
export async function readPriceChart(
  db: Executor,
  target: ChartTarget,
  wish: ChartWish,
): Promise<PriceChart | undefined> {
  const [own] = await db.rows<VariantRow>(variant, [target.kind, target.id]);
  const theirs = await db.rows<ListingRow>(listings, [target.kind, target.id]);
  if (target.kind === 'variant' ? !own : theirs.length === 0) return undefined;
  const until = wish.until ?? new Date();
  const since = new Date(until.getTime() - wish.days * DAY_MS);
  const currency = chooseCurrency(own, theirs, wish.currency);
  const hold = Math.max(2 * DAY_MS, ...theirs.map(holdsMs));
  const ids = theirs.map(({ id }) => id);
  const rows = await db.rows<StretchRow>(stretches, [ids, new Date(since.getTime() - hold), until, hold / 1_000]);
  const ours = own?.currencies.includes(currency)
    ? await readOurs(db, own, currency, { since, until, wish })
    : undefined;
  const drawn: PriceSeries[] = [];
  for (const listing of theirs) {
    const series = await toSeries(db, listing, rows, { ours: ours && currency, currency, wish });
    if (series) drawn.push(series);
  }
  const room = MAX_SERIES - (ours ? 1 : 0);
  // A page that was never seen is not left out.
  const seen = new Set(rows.flatMap((row) => (row.amount === null ? [] : row.listing_id)));
  const left = seen.size - Math.min(drawn.length, room);
  return {
    title: titleOf(own, theirs[0]),
    currency,
    ...{ since, until },
    series: [...(ours ? [ours] : []), ...drawn.slice(0, room)],
    note: left > 0 ? `${left} more are left out` : undefined,
  };
}

function titleOf(own: VariantRow | undefined, listing: ListingRow | undefined): string {
  if (!own) return listing?.domain ?? '';
  return isDrawable(own.name) ? own.name : own.sku;
}

function chooseCurrency(
  own: VariantRow | undefined,
  theirs: readonly ListingRow[],
  wanted: string | undefined,
): string {
  if (wanted) return wanted;
  const known = theirs.map(({ currency }) => currency);
  return known.find((currency) => own?.currencies.includes(currency)) ?? own?.currencies[0] ?? known[0] ?? 'usd';
}

interface Time {
  since: Date;
  until: Date;
  wish: ChartWish;
}

async function readOurs(
  db: Executor,
  own: VariantRow,
  currency: string,
  { since, until, wish }: Time,
): Promise<PriceSeries> {
  const rows = await db.rows<{ amount: number | null; at: Date }>(changes, [own.id, currency, since, until]);
  return { name: wish.shopName, isOurs: true, points: rows.map((row) => ({ ...row, inStock: null })) };
}

interface Terms {
  /** Undefined: there is no price of ours to compare with, and theirs are shown as they are. */
  ours: string | undefined;
  currency: string;
  wish: ChartWish;
}

async function toSeries(
  db: Executor,
  listing: ListingRow,
  rows: readonly StretchRow[],
  { ours, currency, wish }: Terms,
): Promise<PriceSeries | undefined> {
  const own = rows.filter((row) => row.listing_id === listing.id);
  const exchanges = new Map<string, Awaited<ReturnType<typeof findExchange>>>();
  for (const from of new Set(own.flatMap((row) => row.currency ?? [])))
    if (ours && from !== ours) exchanges.set(from, await findExchange(db, from, ours));
  const amountOf = (row: StretchRow): number | null => {
    if (row.amount === null || row.currency === null) return null;
    if (!ours) return row.currency === currency ? row.amount : null;
    const compared = comparePrice(
      { amount: row.amount, currency: row.currency, shipping: null, packCount: listing.pack_count ?? 1 },
      {
        ...{ currency: ours, ourTaxPercent: wish.taxPercent, withShipping: false },
        ...{
          taxIncluded: listing.tax_included,
          taxPercent: listing.tax_percent,
          exchange: exchanges.get(row.currency),
        },
      },
    );
    return compared.kind === 'comparable' ? compared.price.amount : null;
  };
  const points: PricePoint[] = own.map((row) => ({
    ...{ at: row.since, seenUntil: row.until },
    ...{ amount: amountOf(row), inStock: row.in_stock },
  }));
  if (!points.some(({ amount }) => amount !== null)) return undefined;
  const name = isDrawable(listing.competitor) ? listing.competitor : listing.domain;
  return { name, isOurs: false, points, holdsMs: holdsMs(listing) };
}
