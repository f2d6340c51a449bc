/**
 * The plan: listings that are due become looks with a time each, and looks whose time is near become jobs. Statements over sets: the
 * program holds none of them.
 */
import { type Executor, statement } from './database.ts';

// One plans at a time; whoever comes meanwhile goes away, since the work is being done. Tables that are young have no statistics,
// by which they would be read whole for each site: all is found by index, and the settings end with the transaction.
const lock = statement(
  'lock_plan',
  `select pg_try_advisory_xact_lock(hashtextextended('stockroom.plan_scrapes', 0)) as mine, set_config('enable_seqscan', 'off', true),
     set_config('enable_bitmapscan', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)`,
);

export async function lockPlan(tx: Executor): Promise<boolean> {
  const [row] = await tx.rows<{ mine: boolean }>(lock);
  return row!.mine;
}

// Each site has its own pace, so its looks are spaced by that alone; sites that Firecrawl asks for share one budget, of which each
// has an equal part. A site's new looks come behind those that wait already, and behind the time that late ones will take.
// A listing's time of the day stays what it was: its next one is the first of its intervals that lies ahead, however many were
// missed. What is still open from the last time is not planned twice. Ids are UUIDv7: the millisecond, and the rest of a UUIDv4.
const plan = statement(
  'plan_scrapes',
  `with site as materialized (
     select c.id, c.source, c.interval_minutes, greatest(60 / c.requests_per_minute, t.crawl_delay_seconds)::float8 as own_gap
     from competitors c left join page_turns t on t.budget = c.domain
     where c.status = 'active'
       and exists (select from listings l where l.competitor_id = c.id and l.status = 'active' and l.url is not null and l.due_at <= now())
   ), paced as materialized (
     select site.*, case when source = 'firecrawl'
       then greatest(own_gap, $2::float8 * greatest(count(*) filter (where source = 'firecrawl') over (), busy.sites)) else own_gap end as gap,
       greatest($1::integer / count(*) over (), 1) as share
     from site cross join (
       select count(*) as sites from competitors c where c.source = 'firecrawl'
         and exists (select from scrapes s where s.competitor_id = c.id and s.status = 'planned' and s.queued_at is null)
     ) as busy
   ), behind as materialized (
     select paced.id, greatest(now(), last.at + make_interval(secs => paced.gap), now() + make_interval(secs => paced.gap * late.looks)) as start
     from paced
     left join lateral (
       select s.planned_for as at from scrapes s
       where s.competitor_id = paced.id and s.status = 'planned' and s.queued_at is null and (s.priority > 100) = false and s.troubles = 0
       order by s.planned_for desc limit 1
     ) as last on true
     cross join lateral (
       select count(*) as looks from scrapes s
       where s.competitor_id = paced.id and s.status = 'planned' and s.queued_at is null and s.planned_for < now()
     ) as late
   ), due as materialized (
     select l.id, paced.id as competitor_id, paced.source, l.priority, l.due_at,
       coalesce(l.interval_minutes, paced.interval_minutes) * 60 as seconds,
       behind.start + make_interval(secs => paced.gap * (row_number() over (
         partition by paced.id order by l.priority desc, l.due_at, l.id) - 1)) as slot
     from paced join behind on behind.id = paced.id
     cross join lateral (
       select l.id, l.priority, l.due_at, l.interval_minutes from listings l
       where l.competitor_id = paced.id and l.status = 'active' and l.url is not null and l.due_at <= now()
       order by l.priority desc, l.due_at, l.id limit paced.share
     ) as l
   ), prefix as materialized (
     select regexp_replace(lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0'), '(.{8})', '\\1-') || '-7' as time
   ), planned as (
     insert into scrapes (id, listing_id, competitor_id, source, priority, planned_for)
     select (prefix.time || substr(gen_random_uuid()::text, 16))::uuid, id, competitor_id, source, priority, slot from due cross join prefix
     on conflict (listing_id, (reason = 'scheduled')) where status in ('planned', 'fetching', 'fetched') do nothing
     returning 1
   ), moved as (
     update listings l set due_at = due.due_at + make_interval(secs =>
       due.seconds * (floor(extract(epoch from now() - due.due_at) / due.seconds)::float8 + 1))
     from due where l.id = due.id and l.due_at = due.due_at returning 1
   )
   select (select count(*)::integer from planned) as planned, (select count(*)::integer from moved) as moved`,
);

/** Plans up to `limit` listings that are due, of each site its share. Returns how many, and how many of them are new looks. */
export async function planScrapes(
  tx: Executor,
  { limit, firecrawlGapSeconds }: { limit: number; firecrawlGapSeconds: number },
): Promise<{ planned: number; moved: number }> {
  const [row] = await tx.rows<{ planned: number; moved: number }>(plan, [limit, firecrawlGapSeconds]);
  return row!;
}

// Of each site no more than it can serve in a minute is in hand; Firecrawl's share of a minute goes round its sites in turn.
// What somebody asked for goes first, then what has waited longest. A job that is about to end keeps its look for the next time.
const dispatch = statement(
  'dispatch_scrapes',
  `with site as materialized (
     select c.id, c.source, ceil(60 / greatest(60 / c.requests_per_minute, t.crawl_delay_seconds))::integer + 1 - (
       select count(*)::integer from scrapes s
       where s.competitor_id = c.id and s.queued_at is not null and s.status in ('planned', 'fetching') and s.batch_id is null
     ) as room
     from competitors c left join page_turns t on t.budget = c.domain
     where c.status = 'active' and coalesce(greatest(t.rests_until, t.next_at), '-infinity') <= now() + make_interval(secs => $1)
       and (c.source <> 'firecrawl' or $3)
       and exists (
         select from scrapes s where s.competitor_id = c.id and s.status = 'planned' and s.queued_at is null
           and s.planned_for <= now() + make_interval(secs => $1)
       )
   ), firecrawl as materialized (
     select $2::integer - count(*)::integer as room from scrapes s
     where s.source = 'firecrawl' and s.queued_at is not null and s.status in ('planned', 'fetching')
   ), turn as materialized (
     select s.id, site.source, s.urgent, s.planned_for,
       row_number() over (partition by site.id order by s.urgent desc, s.planned_for) as place
     from site cross join lateral (
       select s.id, s.priority > 100 as urgent, s.planned_for from scrapes s
       where s.competitor_id = site.id and s.status = 'planned' and s.queued_at is null
         and s.planned_for <= now() + make_interval(secs => $1)
         and (select j.status from outbox j where j.queue = 'scrape-price' and j.job_id = 'scrape-' || s.id) is distinct from 'pending'
       order by (s.priority > 100) desc, s.planned_for limit greatest(site.room, 0)
     ) as s
   ), chosen as (
     select id from turn where source = 'built_in'
     union all
     (select id from turn where source = 'firecrawl' order by urgent desc, place, planned_for
      limit greatest((select room from firecrawl), 0))
   )
   update scrapes s set queued_at = now()
   where s.id = any (array(select id from chosen)) and s.status = 'planned' and s.queued_at is null returning s.id, s.planned_for`,
);

export interface DispatchOptions {
  /** Looks whose time comes within so many seconds. */
  horizonSeconds: number;
  /** Pages of Firecrawl's that are in hand at once; undefined: it is not configured, and its looks wait. */
  firecrawlRoom: number | undefined;
}

/** Marks the looks whose time is near, for the jobs that the caller writes in the same transaction. */
export function takeDueScrapes(
  tx: Executor,
  { horizonSeconds, firecrawlRoom }: DispatchOptions,
): Promise<{ id: string; planned_for: Date }[]> {
  return tx.rows(dispatch, [horizonSeconds, firecrawlRoom ?? 0, firecrawlRoom !== undefined]);
}

const clear = statement(
  'clear_scrape',
  `update scrapes set cleared_at = now(), rule = $3, source = 'firecrawl'
   where id = $1 and attempts = $2 and status = 'planned' returning id`,
);

/** robots.txt and the allowlist let it through: it waits for its batch. */
export async function clearScrape(
  db: Executor,
  { id, attempts, rule }: { id: string; attempts: number; rule: string },
): Promise<void> {
  await db.rows(clear, [id, attempts, rule]);
}

// Those of one site follow each other: two of them in one batch would come to it at the same moment.
const gather = statement(
  'gather_cleared_scrapes',
  `with waiting as (
     select distinct on (s.competitor_id) s.id, s.priority, s.cleared_at
     from scrapes s join competitors c on c.id = s.competitor_id and c.status = 'active'
     where s.status = 'planned' and s.cleared_at is not null
     order by s.competitor_id, (s.priority > 100) desc, s.cleared_at
   )
   select s.id, extract(epoch from now() - s.cleared_at)::float8 as age from scrapes s
   where s.id in (select id from waiting order by (priority > 100) desc, cleared_at limit $1) and s.status = 'planned'
   order by (s.priority > 100) desc, s.cleared_at for no key update of s skip locked`,
);

/** Cleared looks of different sites, the most urgent first, locked for the caller. */
export function lockClearedScrapes(tx: Executor, limit: number): Promise<{ id: string; age: number }[]> {
  return tx.rows(gather, [limit]);
}
