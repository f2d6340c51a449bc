/** What the plan's timer looks for beside what is due: looks that a job should move and none does, and what is old. */
import { type Executor, statement } from './database.ts';

export interface IdleScrape {
  id: string;
  status: 'planned' | 'fetching' | 'fetched';
}

const openJob = (queue: string) =>
  `exists (select from outbox j where j.queue = '${queue}' and j.job_id = 'scrape-' || s.id and j.status = 'pending')`;

// A batch's looks are the batch's, and those that wait for one are taken by whoever opens the next.
const idle = statement(
  'idle_scrapes',
  `(select id, status from scrapes s
    where status in ('planned', 'fetching') and queued_at < now() - make_interval(secs => $1) and batch_id is null and cleared_at is null
      and (status = 'planned' or claimed_at < now() - make_interval(secs => $1)) and not ${openJob('scrape-price')}
    limit $2)
   union all
   (select id, status from scrapes s
    where status = 'fetched' and claimed_at < now() - make_interval(secs => $1) and not ${openJob('read-page')}
    limit $2)`,
);

/** Looks in hand without an open job. */
export function findIdleScrapes(db: Executor, olderThanSeconds: number, limit: number): Promise<IdleScrape[]> {
  return db.rows<IdleScrape>(idle, [olderThanSeconds, limit]);
}

export interface GivenUpScrape {
  id: string;
  attempts: number;
  status: 'planned' | 'fetching' | 'fetched';
  url: string | null;
  error: { code?: string; message: string };
}

const givenUp = statement(
  'given_up_scrapes',
  `select s.id, s.attempts, s.status, l.url, j.last_error as error
   from outbox j join scrapes s on s.id = (j.payload ->> 'scrape_id')::uuid join listings l on l.id = s.listing_id
   where j.status = 'failed' and (j.queue = 'read-page' and s.status = 'fetched'
     or j.queue = 'scrape-price' and s.status in ('planned', 'fetching') and s.batch_id is null and s.queued_at <= j.finished_at)
   limit $1`,
);

/** Looks whose job has used up its attempts. */
export function findGivenUpScrapes(db: Executor, limit: number): Promise<GivenUpScrape[]> {
  return db.rows<GivenUpScrape>(givenUp, [limit]);
}

const trim = statement(
  'trim_scrapes',
  `delete from scrapes where id in (
     select id from scrapes where finished_at < now() - make_interval(days => $1) limit 20000
   ) returning 1`,
);

/** Ended looks, whose observations stay. Returns how many are gone. */
export async function trimScrapes(db: Executor, keepDays: number): Promise<number> {
  return (await db.rows(trim, [keepDays])).length;
}
