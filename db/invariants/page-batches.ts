/** Invariants 2 and 7 for Firecrawl: what a page costs is booked once, what is reserved is waited for, and every batch has an owner. */
import { rule } from './rule.ts';

export const pageBatches = [
  rule(
    2,
    'firecrawl_credits_unlike_their_pages',
    `select m.month, m.used, m.reserved, p.used as booked, p.reserved as waited_for from firecrawl_months m
     left join lateral (
       select coalesce(sum(i.credits), 0) as used, coalesce(sum(b.credits_per_page) filter (where i.state = 'waiting'), 0) as reserved
       from page_batches b join page_batch_items i on i.batch_id = b.id where b.month = m.month
     ) p on true
     -- Batches are trimmed in time, months stay.
     where m.month > (now() - interval '45 days')::date and (m.used <> p.used + m.searches or m.reserved <> p.reserved)`,
  ),
  rule(
    7,
    'batch_has_no_owner',
    `select id as batch_id, status, created_at, due_at from page_batches b
     where finished_at is null and coalesce(due_at, created_at) < now() - :wait and not exists (
       select from outbox j where j.queue in ('submit-pages', 'collect-pages') and j.job_id = 'batch-' || b.id
     )`,
  ),
  rule(
    7,
    'scrape_waits_for_a_batch_that_ended',
    `select s.id as scrape_id, s.batch_id, b.status from scrapes s join page_batches b on b.id = s.batch_id
     where s.status = 'fetching' and b.finished_at < now() - :grace`,
  ),
];
