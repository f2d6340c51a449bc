/** What has become of today's plan: by site, how much is done, waits, is late or came to nothing, and when the rest will be done. */
import { type Executor, statement } from './database.ts';

export interface SitePlan {
  competitor_id: string;
  name: string;
  domain: string;
  source: 'built_in' | 'firecrawl';
  status: string;
  /** Between two requests, at least: by its settings, its robots.txt, and its part of Firecrawl's budget. */
  gap_seconds: number;
  /** Open looks that are planned until the day's end, and listings that will be due until then. */
  planned: number;
  to_come: number;
  in_hand: number;
  /** Of the planned ones, those whose time has passed. */
  late: number;
  late_seconds: number;
  /** Ended today: with a reading, or without. */
  observed: number;
  failed: number;
  resting_until: Date | null;
  rest_reason: string | null;
  next_at: Date | null;
  /** Null: nothing is left, or the site is paused or held. */
  done_at: Date | null;
}

// A day is one of UTC. A look that comes later than a minute after its time is late.
const sites = statement(
  'scrape_plan',
  `with day as (select date_trunc('day', now(), 'UTC') as begins, date_trunc('day', now(), 'UTC') + interval '1 day' as ends),
   open as materialized (
     select s.competitor_id, count(*)::integer as planned,
       count(*) filter (where s.queued_at is not null)::integer as in_hand,
       count(*) filter (where s.planned_for < now() - interval '1 minute')::integer as late,
       coalesce(extract(epoch from now() - min(s.planned_for) filter (where s.planned_for < now() - interval '1 minute')), 0)::float8 as late_seconds,
       min(s.planned_for) as next_at, max(s.planned_for) as last_at
     from scrapes s, day where s.status in ('planned', 'fetching', 'fetched') and s.planned_for < day.ends group by 1
   ), ended as materialized (
     select s.competitor_id, count(*) filter (where s.outcome in ('observed', 'searched'))::integer as observed,
       count(*) filter (where s.outcome not in ('observed', 'searched'))::integer as failed
     from scrapes s, day where s.finished_at >= day.begins and s.status = 'done' group by 1
   ), come as materialized (
     select l.competitor_id, count(*)::integer as to_come, max(l.due_at) as last_at
     from listings l, day where l.status = 'active' and l.url is not null and l.due_at < day.ends group by 1
   ), figures as (
     select c.id as competitor_id, c.name, c.domain, c.source, c.status,
       greatest(60 / c.requests_per_minute, t.crawl_delay_seconds, case when c.source = 'firecrawl' then f.crawl_delay_seconds end)::float8 as own_gap,
       coalesce(open.planned, 0) as planned, coalesce(come.to_come, 0) as to_come, coalesce(open.in_hand, 0) as in_hand,
       coalesce(open.late, 0) as late, coalesce(open.late_seconds, 0) as late_seconds,
       coalesce(ended.observed, 0) as observed, coalesce(ended.failed, 0) as failed,
       case when t.rests_until > now() then t.rests_until end as resting_until,
       case when t.rests_until > now() then t.rest_reason end as rest_reason,
       open.next_at, greatest(open.last_at, come.last_at) as last_at,
       coalesce(f.crawl_delay_seconds, 0) * sum(coalesce(open.planned, 0) + coalesce(come.to_come, 0))
         filter (where c.source = 'firecrawl' and c.status = 'active') over () as all_of_firecrawl
     from competitors c left join page_turns t on t.budget = c.domain left join page_turns f on f.budget = 'firecrawl'
     left join open on open.competitor_id = c.id left join ended on ended.competitor_id = c.id left join come on come.competitor_id = c.id
   )
   select competitor_id, name, domain, source, status, own_gap as gap_seconds, planned, to_come, in_hand, late, late_seconds, observed,
     failed, resting_until, rest_reason, next_at, case when status = 'active' and planned + to_come > 0 then
       greatest(last_at, greatest(now(), resting_until) + make_interval(secs => greatest(own_gap * (planned + to_come),
         case when source = 'firecrawl' then all_of_firecrawl end))) end as done_at
   from figures
   where ($1::uuid is null or competitor_id = $1) and ($2::uuid is null or competitor_id > $2)
   order by competitor_id limit $3 + 1`,
);

/** By the competitors' ids; one more than the page holds. */
export function readScrapePlan(
  db: Executor,
  { competitorId, after, limit }: { competitorId?: string | undefined; after?: string | undefined; limit: number },
): Promise<SitePlan[]> {
  return db.rows<SitePlan>(sites, [competitorId ?? null, after ?? null, limit]);
}

export type PlanTotals = Pick<
  SitePlan,
  'planned' | 'to_come' | 'in_hand' | 'late' | 'late_seconds' | 'observed' | 'failed'
> & {
  resting: number;
  done_at: Date | null;
};

/** The whole list. */
export async function readPlanTotals(db: Executor): Promise<PlanTotals> {
  const all = await readScrapePlan(db, { limit: 1_000_000 });
  const sum = (name: 'planned' | 'to_come' | 'in_hand' | 'late' | 'observed' | 'failed') =>
    all.reduce((total, site) => total + site[name], 0);
  const ends = all.flatMap(({ done_at }) => (done_at ? [done_at.getTime()] : []));
  return {
    ...{ planned: sum('planned'), to_come: sum('to_come'), in_hand: sum('in_hand'), late: sum('late') },
    ...{ observed: sum('observed'), failed: sum('failed') },
    late_seconds: Math.max(0, ...all.map(({ late_seconds }) => late_seconds)),
    resting: all.filter(({ resting_until }) => resting_until !== null).length,
    done_at: ends.length > 0 ? new Date(ends.reduce((latest, each) => Math.max(latest, each))) : null,
  };
}
