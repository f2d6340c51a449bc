/** What was judged of each listing; whoever judges holds its row. */
import type { Money } from '../domain/money.ts';
import { NEW_WATCH, type Watch } from '../domain/price-alerts/watch.ts';
import { type Executor, statement } from './database.ts';

const begin = statement(
  'begin_price_watch',
  `insert into price_watches (listing_id, competitor_id) select id, competitor_id from listings where id = $1
   on conflict (listing_id) do nothing`,
);
const lock = statement(
  'lock_price_watch',
  'select state, judged_at from price_watches where listing_id = $1 for no key update',
);

export interface LockedWatch {
  watch: Watch;
  judged_at: Date | null;
}

/** Makes the watch of a listing when it has none; undefined when there is no such listing. Held until the transaction ends. */
export async function lockWatch(tx: Executor, listingId: string): Promise<LockedWatch | undefined> {
  await tx.rows(begin, [listingId]);
  const [row] = await tx.rows<{ state: Partial<Watch>; judged_at: Date | null }>(lock, [listingId]);
  return row && { watch: { ...NEW_WATCH, ...row.state }, judged_at: row.judged_at };
}

export interface UnjudgedObservation {
  id: string;
  observed_at: Date;
  outcome: 'observed' | 'none';
  variant_id: string | null;
  amount: number | null;
  currency: string | null;
  price_kind: string | null;
  shipping_amount: number | null;
  availability: string | null;
  condition: string | null;
  layer: string | null;
  confidence: number | null;
  shape: string | null;
  match: { verdict?: string; by?: string | null; confidence?: number; reasons?: unknown } | null;
  url: string;
  title: string | null;
  /** How many are sold together, and the price as the page has it. */
  pack_count: number | null;
  price_text: string | null;
  evidence_key: string | null;
  screenshot_key: string | null;
}

const OBSERVATION = `o.id, o.observed_at, o.outcome, o.variant_id, o.amount, o.currency, o.price_kind, o.shipping_amount, o.availability,
  o.condition, o.layer, o.confidence, o.shape, o.match, o.url, o.title, case when o.reading #>> '{packCount,value}' ~ '^[1-9][0-9]{0,4}$' then (o.reading #>> '{packCount,value}')::integer end as pack_count,
  o.reading #>> '{price,text}' as price_text, o.evidence_key, o.screenshot_key`;

const unjudged = statement(
  'unjudged_observations',
  `select ${OBSERVATION} from observations o
   where o.listing_id = $1 and o.observed_at > coalesce($2::timestamptz, '-infinity') order by o.observed_at, o.id limit $3`,
);

/** What was seen since, oldest first. */
export function findUnjudged(
  tx: Executor,
  listingId: string,
  since: Date | null,
  limit: number,
): Promise<UnjudgedObservation[]> {
  return tx.rows<UnjudgedObservation>(unjudged, [listingId, since, limit]);
}

const one = statement(
  'observation_of_listing',
  `select ${OBSERVATION} from observations o where o.listing_id = $1 and o.id = $2`,
);

export async function findWatchedObservation(
  tx: Executor,
  listingId: string,
  id: string,
): Promise<UnjudgedObservation | undefined> {
  return (await tx.rows<UnjudgedObservation>(one, [listingId, id]))[0];
}

const save = statement(
  'save_price_watch',
  `update price_watches set state = $2, judged_id = $3, judged_at = $4, good_amount = $5, good_currency = $6, good_in_stock = $7,
     good_at = $8, comparable_amount = case when $14 then $9 else comparable_amount end,
     comparable_currency = case when $14 then $10 else comparable_currency end, moved = coalesce($11, moved), moved_at = coalesce($12, moved_at),
     held_since = $13, updated_at = now()
   where listing_id = $1`,
);

export type Move = 'down' | 'up' | 'out' | 'in';

/** @param comparable undefined: as it was. @param moved which way it went with the last look that went anywhere */
export async function saveWatch(
  tx: Executor,
  listingId: string,
  { judged, good, held, ...rest }: Watch,
  { comparable, moved }: { comparable: Money | null | undefined; moved: { way: Move; at: Date } | undefined },
): Promise<void> {
  const state = JSON.stringify({ judged, good, held, ...rest });
  const date = (at: number | null | undefined) => (at == null ? null : new Date(at));
  await tx.rows(save, [
    ...[listingId, state, judged?.id ?? null, date(judged?.at)],
    ...[good?.price?.amount ?? null, good?.price?.currency ?? null, good?.inStock ?? null, date(good?.pricedAt)],
    ...[
      comparable?.amount ?? null,
      comparable?.currency ?? null,
      moved?.way ?? null,
      moved?.at ?? null,
      date(held?.since),
    ],
    comparable !== undefined,
  ]);
}

const store = statement(
  'store_price_watch_state',
  'update price_watches set state = $2, updated_at = now() where listing_id = $1',
);

/** What a person decided of it; the row is locked by the caller. */
export async function storeState(tx: Executor, listingId: string, watch: Watch): Promise<void> {
  await tx.rows(store, [listingId, JSON.stringify(watch)]);
}

const moves = statement(
  'site_moves',
  `select count(*) filter (where w.moved = 'down')::integer as down, count(*) filter (where w.moved = 'up')::integer as up,
     count(*) filter (where w.moved = 'out')::integer as out, count(*) filter (where w.moved = 'in')::integer as in
   from price_watches w
   where w.competitor_id = $1 and w.moved is not null and w.moved_at >= date_trunc('day', $2::timestamptz at time zone 'UTC') at time zone 'UTC'
     and w.listing_id <> $3`,
);

export type SiteMoves = Record<Move, number>;

/** How many other pages of the site went which way on the (UTC) day. */
export async function countSiteMoves(
  tx: Executor,
  competitorId: string,
  day: Date,
  listingId: string,
): Promise<SiteMoves> {
  return (await tx.rows<SiteMoves>(moves, [competitorId, day, listingId]))[0]!;
}

const others = statement(
  'other_comparable_prices',
  `select l.competitor_id, min(w.comparable_amount) as amount from listings l join price_watches w on w.listing_id = l.id
   where l.variant_id = $1 and l.id <> $2 and l.status = 'active' and w.comparable_currency = $3 and w.comparable_amount is not null
     and w.good_in_stock is distinct from false and w.good_at > now() - interval '14 days'
   group by l.competitor_id`,
);

/** What our variant costs at others, in our terms: the least of each site, in stock as far as is known, not too old. */
export async function findOtherPrices(
  tx: Executor,
  variantId: string,
  listingId: string,
  currency: string,
): Promise<number[]> {
  return (await tx.rows<{ amount: number }>(others, [variantId, listingId, currency])).map(({ amount }) => amount);
}

// Of the last day alone: what is older is no news to anybody.
const forgotten = statement(
  'listings_not_judged',
  `select distinct o.listing_id as id from observations o join listings l on l.id = o.listing_id
   where o.outcome = 'observed' and o.observed_at > now() - interval '26 hours' and o.observed_at < now() - make_interval(secs => $1) and not exists (
     select from price_watches w where w.listing_id = o.listing_id and w.judged_at >= o.observed_at
   ) limit $2`,
);

/** Listings of which something was seen that nobody judged. */
export async function findUnjudgedListings(db: Executor, olderThanSeconds: number, limit: number): Promise<string[]> {
  return (await db.rows<{ id: string }>(forgotten, [olderThanSeconds, limit])).map(({ id }) => id);
}
