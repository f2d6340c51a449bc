/** Invariant 7 for looks at competitors' pages: what is due is planned, what is planned is moved, and what ended says how. */
import { rule } from './rule.ts';

const noJob = (queue: string) =>
  `not exists (select from outbox j where j.queue = '${queue}' and j.job_id = 'scrape-' || s.id and j.status = 'pending')`;

export const scrapes = [
  rule(
    7,
    'due_listing_that_nobody_plans',
    `select l.id as listing_id, l.due_at from listings l join competitors c on c.id = l.competitor_id
     where l.status = 'active' and c.status = 'active' and l.url is not null and l.due_at < now() - :wait`,
  ),
  rule(
    7,
    'look_in_hand_without_a_job',
    `select s.id as scrape_id, s.status, s.queued_at from scrapes s
     where s.status in ('planned', 'fetching') and s.queued_at < now() - :wait and s.batch_id is null and s.cleared_at is null
       and (s.status = 'planned' or s.claimed_at < now() - :wait) and ${noJob('scrape-price')}`,
  ),
  rule(
    7,
    'look_that_waits_for_a_batch',
    `select s.id as scrape_id, s.cleared_at from scrapes s join competitors c on c.id = s.competitor_id
     where s.status = 'planned' and s.cleared_at < now() - :wait and c.status = 'active'`,
  ),
  rule(
    7,
    'fetched_page_that_nobody_reads',
    `select s.id as scrape_id, s.page_key from scrapes s
     where s.status = 'fetched' and s.claimed_at < now() - :wait and ${noJob('read-page')}`,
  ),
  // A site that rests, or has others in hand, is what it waits for.
  rule(
    7,
    'late_look_that_nobody_hands_over',
    `select s.id as scrape_id, s.planned_for from scrapes s
     join competitors c on c.id = s.competitor_id left join page_turns t on t.budget = c.domain
     where s.status = 'planned' and s.queued_at is null and s.planned_for < now() - :wait and c.status = 'active'
       and c.source = 'built_in' and coalesce(greatest(t.rests_until, t.next_at), '-infinity') < now() - :wait and not exists (
         select from scrapes o where o.competitor_id = c.id and o.status in ('planned', 'fetching') and o.queued_at is not null
       )`,
  ),
  // A page of search results is no listing's: it leads to suggestions.
  rule(
    7,
    'ended_look_without_an_observation',
    `select s.id as scrape_id, s.outcome, s.finished_at from scrapes s where s.status = 'done' and s.outcome <> 'searched' and s.finished_at > now() - interval '1 day' and s.observation_id is null`,
  ),
  rule(
    7,
    'observed_look_without_its_observation',
    `select s.id as scrape_id, s.observation_id from scrapes s
     where s.status = 'done' and s.finished_at > now() - interval '1 day' and s.outcome = 'observed'
       and not exists (select from observations o where o.id = s.observation_id)`,
  ),
] as const;
