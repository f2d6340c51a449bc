/** Sites of which nearly nothing could be seen for a day: one row each, until they can be seen again. */
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

// Most looks of a day, and all of the last: a site that has just come back is not told of.
const open = statement(
  'open_site_failures',
  `with failing as (
     select o.competitor_id, count(*)::integer as looks, count(*) filter (where o.outcome = 'none')::integer as failed,
       mode() within group (order by o.reason) as reason
     from observations o
     where o.observed_at > now() - interval '24 hours' and (o.reason is null or o.reason not in ${OURS})
     group by o.competitor_id
     having count(*) >= 5 and count(*) filter (where o.outcome = 'none') >= 0.8 * count(*)
   ), opened as (
     insert into site_failures (id, competitor_id, reason, looks, failed)
     select gen_random_uuid(), f.competitor_id, f.reason, f.looks, f.failed from failing f
     where not exists (
       select from (
         select outcome from observations o where o.competitor_id = f.competitor_id order by observed_at desc limit 5
       ) last where last.outcome = 'observed'
     )
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
