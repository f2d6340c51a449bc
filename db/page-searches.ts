/** Listings that have words instead of an address: what is looked for, and the pages that were found. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface PageSearch {
  listing_id: string;
  competitor_id: string;
  search: string;
  domain: string;
  locale: string;
}

const SEARCHED = `l.url is null and l.search is not null and l.status = 'active' and c.status = 'active'`;

const due = statement(
  'due_page_searches',
  `select l.id from listings l join competitors c on c.id = l.competitor_id
   where ${SEARCHED} and l.due_at <= now()
     and not exists (select from outbox j where j.queue = 'find-page' and j.job_id = 'listing-' || l.id and j.status = 'pending')
   order by l.due_at limit $1`,
);

export function findDueSearches(db: Executor, limit: number): Promise<{ id: string }[]> {
  return db.rows(due, [limit]);
}

// Moved on before anybody is asked: who dies meanwhile has not asked twice.
const take = statement(
  'take_page_search',
  `update listings l set due_at = now() + make_interval(mins => greatest(coalesce(l.interval_minutes, c.interval_minutes), 1440))
   from competitors c
   where l.id = $1 and c.id = l.competitor_id and ${SEARCHED} and l.due_at <= now()
   returning l.id as listing_id, l.competitor_id, l.search, c.domain, c.locale`,
);

/** Undefined: it is not due, or not to be looked for any more. */
export async function takeSearch(tx: Executor, listingId: string): Promise<PageSearch | undefined> {
  const [row] = await tx.rows<PageSearch>(take, [listingId]);
  return row;
}

const postpone = statement(
  'postpone_page_search',
  `update listings set due_at = now() + make_interval(secs => $2), status_reason = $3, updated_at = now()
   where id = $1 and url is null and status = 'active'`,
);

export async function postponeSearch(db: Executor, listingId: string, seconds: number, reason: string): Promise<void> {
  await db.rows(postpone, [listingId, seconds, reason]);
}

// Tied to nothing: what is on the page ties it, or suggests it. A page that is watched for anything is not a new one.
const insert = statement(
  'insert_found_page',
  `insert into listings (id, competitor_id, url, metadata)
   select $1, $2, $3, jsonb_build_object('found_for', $4::text)
   where not exists (select from listings l where l.competitor_id = $2 and l.url = $3)
   on conflict do nothing returning id`,
);

export async function insertFoundPage(tx: Executor, search: PageSearch, url: string): Promise<boolean> {
  return (await tx.rows(insert, [uuidv7(), search.competitor_id, url, search.listing_id])).length > 0;
}

const end = statement(
  'end_page_search',
  `update listings set status_reason = $2, version = version + 1, updated_at = now(),
     status = case when $2 = 'pages_listed' then 'paused' else status end,
     due_at = case when $2 = 'pages_suggested' then now() + interval '30 days' else due_at end
   where id = $1 and url is null and status = 'active'`,
);

/** Suggested: a person has to say which it is. Listed: they are watched by themselves, and the search rests until somebody resumes it. */
export async function endSearch(
  tx: Executor,
  listingId: string,
  outcome: 'pages_suggested' | 'pages_listed' | 'no_page_found',
): Promise<void> {
  await tx.rows(end, [listingId, outcome]);
}
