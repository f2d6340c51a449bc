/** Sites of which nearly nothing can be seen: one row each, until they can be seen again. */
import { type Executor, statement } from './database.ts';

export interface SiteFailure {
  id: string;
  competitor_id: string;
  name: string;
  domain: string;
  reason: string;
  looks: number;
  failed: number;
}

/** What we ourselves forbade or did not pay for says nothing of the site. */
const OURS = `('robots_forbidden', 'not_on_allowlist', 'no_credits')`;

// The last looks say it, however many a day has: of ten nearly all failed, the last five all, and not of one page alone. Sites are
// gone through, not looks, so that a large day costs no more than a small one.
const open = statement(
  'open_site_failures',
  `with failing as (
     select c.id as competitor_id, last.looks, last.failed, last.reason
     from competitors c cross join lateral (
       select count(*)::integer as looks, count(*) filter (where outcome = 'none')::integer as failed,
         count(*) filter (where outcome = 'none' and newest <= 5) as newest_failed, count(distinct listing_id) as pages,
         mode() within group (order by reason) as reason
       from (
         select o.outcome, o.reason, o.listing_id, row_number() over (order by o.observed_at desc) as newest
         from observations o
         where o.competitor_id = c.id and o.observed_at > now() - interval '7 days' and (o.reason is null or o.reason not in ${OURS})
         order by o.observed_at desc limit 10
       ) look
     ) last
     where c.status = 'active' and last.newest_failed = 5 and last.failed >= 0.8 * last.looks
       and last.pages >= least(3, (select count(*) from listings l where l.competitor_id = c.id and l.status = 'active'))
   ), opened as (
     insert into site_failures (id, competitor_id, reason, looks, failed)
     select gen_random_uuid(), f.competitor_id, f.reason, f.looks, f.failed from failing f
     on conflict (competitor_id) where resolved_at is null do nothing
     returning *
   )
   select opened.id, opened.competitor_id, opened.reason, opened.looks, opened.failed, c.name, c.domain
   from opened join competitors c on c.id = opened.competitor_id order by c.name`,
);

/** Those that begin to fail now. */
export function openSiteFailures(tx: Executor): Promise<SiteFailure[]> {
  return tx.rows<SiteFailure>(open);
}

const resolve = statement(
  'resolve_site_failures',
  `update site_failures f set resolved_at = now()
   where f.resolved_at is null and (
     select count(*) filter (where last.outcome = 'observed') from (
       select outcome from observations o where o.competitor_id = f.competitor_id order by observed_at desc limit 5
     ) last
   ) >= 3
   returning f.id, f.competitor_id`,
);

/** Those that can be seen again: most of the last looks went well. */
export function resolveSiteFailures(tx: Executor): Promise<{ id: string; competitor_id: string }[]> {
  return tx.rows(resolve);
}
