/**
 * Looks at listings, from the plan to their end. Each change names the status and the attempt it expects: a worker that wakes
 * up late finds neither, and changes nothing.
 */
import type { PageSourceName } from '../domain/pages/fetched-page.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export type ScrapeStatus = 'planned' | 'fetching' | 'fetched' | 'done' | 'canceled';

export interface ScrapeRow {
  id: string;
  listing_id: string;
  competitor_id: string;
  reason: 'scheduled' | 'recheck' | 'requested';
  source: PageSourceName;
  status: ScrapeStatus;
  attempts: number;
  troubles: number;
  hops: number;
  claimed_at: Date | null;
  cleared_at: Date | null;
  batch_id: string | null;
  page_key: string | null;
  rule: string | null;
  /** Where it is to be asked for next; null: the listing has no address. */
  url: string | null;
  /** The listing's. */
  page_url: string | null;
  /** Seconds since the claim. */
  claim_age: number | null;
}

export interface ScrapeToDo extends ScrapeRow {
  variant_id: string | null;
  listing_status: string;
  competitor_status: string;
  domain: string;
  locale: string;
}

const find = statement(
  'find_scrape',
  `select s.id, s.listing_id, s.competitor_id, s.reason, c.source, s.status, s.attempts, s.troubles, s.hops, s.claimed_at, s.cleared_at, s.batch_id,
     s.page_key, s.rule, coalesce(s.next_url, l.url) as url, l.url as page_url, extract(epoch from now() - s.claimed_at)::float8 as claim_age,
     l.variant_id, l.status as listing_status, c.status as competitor_status, c.domain, c.locale
   from scrapes s join listings l on l.id = s.listing_id join competitors c on c.id = s.competitor_id where s.id = $1`,
);

/** With what is known of its site; undefined when its listing is gone. */
export async function findScrape(db: Executor, id: string): Promise<ScrapeToDo | undefined> {
  const [row] = await db.rows<ScrapeToDo>(find, [id]);
  return row;
}

// A copy of robots.txt that was replaced or ran out since it was read lets nothing through.
const claim = statement(
  'claim_scrape',
  `update scrapes set status = 'fetching', attempts = attempts + 1, claimed_at = now(), rule = $3, source = 'built_in'
   where id = $1 and attempts = $2 and (status = 'planned' or status = 'fetching' and claimed_at < now() - make_interval(secs => $6))
     and exists (select from robots_files r where r.origin = $4 and r.version = $5 and r.expires_at > clock_timestamp())
   returning attempts`,
);

export interface Claim {
  scrapeId: string;
  /** As it was read. */
  attempts: number;
  rule: string;
  /** What let it through. */
  robots: { origin: string; version: number };
  /** A claim that is older belongs to nobody. */
  leaseSeconds: number;
}

/** Returns the attempt that all that follows names; undefined when somebody else has it, or robots.txt is another by now. */
export async function claimScrape(db: Executor, given: Claim): Promise<number | undefined> {
  const { scrapeId, attempts, rule, robots, leaseSeconds } = given;
  const values = [scrapeId, attempts, rule, robots.origin, robots.version, leaseSeconds];
  const [row] = await db.rows<{ attempts: number }>(claim, values);
  return row?.attempts;
}

/** Who ends it: the worker of an attempt, or the batch that asked for it. */
export type ScrapeOwner = { scrapeId: string } & ({ attempt: number } | { batchId: string });

const ownerOf = (owner: ScrapeOwner) => [
  owner.scrapeId,
  'attempt' in owner ? owner.attempt : null,
  'batchId' in owner ? owner.batchId : null,
];
const OWNED = `id = $1 and ($2::integer is null or attempts = $2) and ($3::uuid is null or batch_id = $3)`;

const fetched = statement(
  'note_scrape_fetched',
  `update scrapes set status = 'fetched', page_key = $4, rule = coalesce($5, rule), claimed_at = now(), troubles = 0
   where ${OWNED} and status = 'fetching' returning id`,
);

/** False when it is not the owner's any more. */
export async function markFetched(
  tx: Executor,
  owner: ScrapeOwner,
  page: { pageKey: string; rule: string | null },
): Promise<boolean> {
  return (await tx.rows(fetched, [...ownerOf(owner), page.pageKey, page.rule])).length > 0;
}

const finish = statement(
  'finish_scrape',
  `update scrapes set status = 'done', outcome = $5, finished_at = now(), page_key = null, next_url = null
   where ${OWNED} and status = any($4)
   returning listing_id, competitor_id, (select l.variant_id from listings l where l.id = listing_id) as variant_id, source, rule`,
);

export interface EndedScrape {
  listing_id: string;
  competitor_id: string;
  variant_id: string | null;
  source: PageSourceName;
  rule: string | null;
}

/**
 * Ends it with the reason why nothing is known, or `observed`. Undefined when it is not the owner's any more. To be called in
 * the transaction that records its observation.
 */
export async function finishScrape(
  tx: Executor,
  owner: ScrapeOwner,
  { from, outcome }: { from: readonly ScrapeStatus[]; outcome: string },
): Promise<EndedScrape | undefined> {
  const [row] = await tx.rows<EndedScrape>(finish, [...ownerOf(owner), from, outcome]);
  return row;
}

const again = statement(
  'plan_scrape_again',
  `update scrapes set status = 'planned', queued_at = null, cleared_at = null, batch_id = null, page_key = null, next_url = null, hops = 0,
     troubles = troubles + 1, planned_for = greatest($4::timestamptz, now()), claimed_at = null
   where ${OWNED} and status in ('planned', 'fetching', 'fetched') returning troubles, attempts`,
);

/** Planned anew; undefined when it is not the owner's any more. */
export async function planScrapeAgain(
  tx: Executor,
  owner: ScrapeOwner,
  notBefore: Date,
): Promise<{ troubles: number; attempts: number } | undefined> {
  const [row] = await tx.rows<{ troubles: number; attempts: number }>(again, [...ownerOf(owner), notBefore]);
  return row;
}

const moveOn = statement(
  'follow_scrape_redirect',
  `update scrapes set status = 'planned', next_url = $3, hops = hops + 1, claimed_at = null
   where id = $1 and attempts = $2 and status = 'fetching' returning hops`,
);

/** The next request goes there, in a turn of its own. */
export async function followRedirectOf(db: Executor, scrapeId: string, attempt: number, to: string): Promise<boolean> {
  return (await db.rows(moveOn, [scrapeId, attempt, to])).length > 0;
}

const unqueue = statement(
  'unqueue_scrape',
  `update scrapes set queued_at = null, cleared_at = null, claimed_at = null where id = $1 and attempts = $2 and status = 'planned'`,
);

/** Its time has not come, whatever the plan thought: it waits as a row again. */
export async function unqueueScrape(db: Executor, { id, attempts }: Pick<ScrapeRow, 'id' | 'attempts'>): Promise<void> {
  await db.rows(unqueue, [id, attempts]);
}

const cancel = statement(
  'cancel_scrape',
  `update scrapes set status = 'canceled', outcome = $2, finished_at = now() where id = $1 and status in ('planned', 'fetching')`,
);

/** Nobody wants it any more. */
export async function cancelScrape(db: Executor, id: string, outcome: string): Promise<void> {
  await db.rows(cancel, [id, outcome]);
}

const URGENT = { recheck: 150, requested: 200 } as const;

const insert = statement(
  'ask_for_scrape',
  `insert into scrapes (id, listing_id, competitor_id, reason, source, priority, planned_for)
   select $1, l.id, l.competitor_id, $3, c.source, $4, greatest($5::timestamptz, now())
   from listings l join competitors c on c.id = l.competitor_id where l.id = $2 and l.url is not null and l.status <> 'gone' for key share of l
   on conflict (listing_id, (reason = 'scheduled')) where status in ('planned', 'fetching', 'fetched') do nothing
   returning id, planned_for`,
);
// What is under way began before whoever asks saw what it doubts; only what still waits may come sooner.
const hasten = statement(
  'hasten_scrape',
  `update scrapes set planned_for = case when status = 'planned' and queued_at is null then least(planned_for, greatest($2::timestamptz, now())) else planned_for end,
     priority = greatest(priority, $3)
   where listing_id = $1 and reason <> 'scheduled' and status in ('planned', 'fetching', 'fetched') returning id, planned_for`,
);

export interface AskedScrape {
  id: string;
  planned_for: Date;
}

/** A look beside the schedule's; the one that is open already when there is one. Undefined when there is no page to look at. */
async function askFor(tx: Executor, listingId: string, reason: keyof typeof URGENT, notBefore: Date) {
  const priority = URGENT[reason];
  const [made] = await tx.rows<AskedScrape>(insert, [uuidv7(), listingId, reason, priority, notBefore]);
  return made ?? (await tx.rows<AskedScrape>(hasten, [listingId, notBefore, priority]))[0];
}

/** What was seen is to be seen again, afresh, before anybody hears of it. Returns the look's id. */
export async function planRecheck(tx: Executor, listingId: string, notBefore: Date): Promise<string | undefined> {
  return (await askFor(tx, listingId, 'recheck', notBefore))?.id;
}

/** Somebody wants to know now. */
export const requestScrape = (tx: Executor, listingId: string): Promise<AskedScrape | undefined> =>
  askFor(tx, listingId, 'requested', new Date(0));
