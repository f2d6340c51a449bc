/** Batches of pages that Firecrawl fetches: opened with their credits reserved, started once, looked at until every page has ended. */
import { type Executor, statement } from './database.ts';
import { lockCredits, reserveCredits } from './firecrawl-credits.ts';
import { uuidv7 } from './ids.ts';

export type BatchStatus = 'open' | 'submitting' | 'submitted' | 'done' | 'refused' | 'lost';

export interface PageBatch {
  id: string;
  provider_id: string | null;
  status: BatchStatus;
  locale: string;
  completed: number;
  total: number;
  reports: number;
  created_at: Date;
  submitted_at: Date | null;
  progressed_at: Date | null;
}

/** A page costs one credit, and what a model reads off it four more. */
export const CREDITS_PER_PAGE = 5;

export interface BatchTerms {
  /** Credits of a month. */
  budget: number;
  creditsPerPage?: number;
}

export type OpenedBatch =
  | { kind: 'opened'; batchId: string; scrapeIds: string[] }
  | { kind: 'no_credits'; left: number }
  /** None of them is planned for Firecrawl any more. */
  | { kind: 'nothing' };

const take = statement(
  'take_scrapes_for_batch',
  `select s.id, l.url, c.locale from scrapes s
   join listings l on l.id = s.listing_id join competitors c on c.id = s.competitor_id
   where s.id = any ($1::uuid[]) and s.status = 'planned' and s.source = 'firecrawl' and l.url is not null
   order by s.id for no key update of s`,
);
const insert = statement(
  'insert_page_batch',
  'insert into page_batches (id, locale, month, credits_per_page) values ($1, $2, $3, $4)',
);
const insertItems = statement(
  'insert_page_batch_items',
  `with item as (
     insert into page_batch_items (batch_id, scrape_id, url)
     select $1, scrape_id, url from unnest($2::uuid[], $3::text[]) as item (scrape_id, url) returning scrape_id
   )
   update scrapes set status = 'fetching', batch_id = $1, claimed_at = now(), attempts = attempts + 1
   where id in (select scrape_id from item)`,
);

interface Taken {
  id: string;
  url: string;
  locale: string;
}

/**
 * Claims planned scrapes for a batch and reserves their credits; the caller writes the job that starts it. Those of another locale
 * than the first's (a batch has one), of an address that is in it already, and what the credits do not reach for stay planned.
 */
export async function openBatch(
  tx: Executor,
  scrapeIds: readonly string[],
  { budget, creditsPerPage = CREDITS_PER_PAGE }: BatchTerms,
): Promise<OpenedBatch> {
  const { month, left } = await lockCredits(tx, budget);
  const affordable = Math.floor(left / creditsPerPage);
  if (affordable === 0) return { kind: 'no_credits', left };
  const chosen = choose(scrapeIds, await tx.rows<Taken>(take, [scrapeIds])).slice(0, affordable);
  if (chosen.length === 0) return { kind: 'nothing' };
  const batchId = uuidv7();
  const taken = chosen.map(({ id }) => id);
  await tx.rows(insert, [batchId, chosen[0]!.locale, month, creditsPerPage]);
  await tx.rows(insertItems, [batchId, taken, chosen.map(({ url }) => url)]);
  await reserveCredits(tx, month, chosen.length * creditsPerPage);
  return { kind: 'opened', batchId, scrapeIds: taken };
}

/** In the caller's order, which is by urgency. */
function choose(wanted: readonly string[], found: readonly Taken[]): Taken[] {
  const byId = new Map(found.map((row) => [row.id, row]));
  const rows = wanted.flatMap((id) => byId.get(id) ?? []);
  const byUrl = new Map<string, Taken>();
  for (const row of rows) if (row.locale === rows[0]!.locale && !byUrl.has(row.url)) byUrl.set(row.url, row);
  return [...byUrl.values()];
}

const COLUMNS = 'id, provider_id, status, locale, completed, total, reports, created_at, submitted_at, progressed_at';

const find = statement('find_page_batch', `select ${COLUMNS} from page_batches where id = $1`);

export async function findBatch(db: Executor, id: string): Promise<PageBatch | undefined> {
  const [row] = await db.rows<PageBatch>(find, [id]);
  return row;
}

const submit = statement(
  'submit_page_batch',
  `update page_batches set status = 'submitting', submitted_at = coalesce(submitted_at, now())
   where id = $1 and status in ('open', 'submitting') returning ${COLUMNS}`,
);

/** Says beforehand that a start may be under way. Undefined: it is not to be started any more. */
export async function markSubmitting(db: Executor, id: string): Promise<PageBatch | undefined> {
  const [row] = await db.rows<PageBatch>(submit, [id]);
  return row;
}

const started = statement(
  'start_page_batch',
  `update page_batches set status = 'submitted', provider_id = $2, progressed_at = now(),
     due_at = now() + make_interval(secs => $3)
   where id = $1 and status in ('open', 'submitting') and not exists (select from page_batches where provider_id = $2)
   returning id`,
);

/** False: it was given up, or is known already. */
export async function recordStarted(
  db: Executor,
  id: string,
  providerId: string,
  lookAfterSeconds: number,
): Promise<boolean> {
  return (await db.rows(started, [id, providerId, lookAfterSeconds])).length > 0;
}

const known = statement(
  'known_provider_batches',
  'select provider_id from page_batches where provider_id = any ($1::text[])',
);

/** Those of Firecrawl's batches that none of ours is known to be. */
export async function withoutKnown(db: Executor, providerIds: readonly string[]): Promise<string[]> {
  const rows = await db.rows<{ provider_id: string }>(known, [providerIds]);
  const taken = new Set(rows.map((row) => row.provider_id));
  return providerIds.filter((id) => !taken.has(id));
}

const noteLook = statement(
  'note_batch_look',
  `update page_batches set polled_at = now(), completed = $3, total = $4,
     progressed_at = case when $6 or completed < $3 then now() else progressed_at end,
     -- A report that came during the look asks for another one at once.
     due_at = case when reports = $2 then now() + make_interval(secs => $5) else now() end
   where id = $1 and status = 'submitted'`,
);

export interface Look {
  /** Of the batch when the look began. */
  reports: number;
  completed: number;
  total: number;
  /** Pages came. */
  progressed: boolean;
  nextSeconds: number;
}

export async function recordLook(db: Executor, id: string, look: Look): Promise<void> {
  await db.rows(noteLook, [id, look.reports, look.completed, look.total, look.nextSeconds, look.progressed]);
}

const finish = statement(
  'finish_page_batch',
  `update page_batches set status = $2, error = coalesce($3, error), finished_at = now(), due_at = null
   where id = $1 and finished_at is null
     and not exists (select from page_batch_items i where i.batch_id = $1 and i.state = 'waiting')
   returning id`,
);

/** False while one of its pages is still waited for. */
export async function finishBatch(
  tx: Executor,
  id: string,
  status: 'done' | 'refused' | 'lost',
  error: string | null = null,
): Promise<boolean> {
  return (await tx.rows(finish, [id, status, error])).length > 0;
}

const report = statement(
  'report_page_batch',
  `update page_batches set reports = reports + 1, due_at = now(),
     provider_id = coalesce(provider_id, $2),
     status = case when status in ('open', 'submitting') then 'submitted' else status end,
     progressed_at = coalesce(progressed_at, now())
   where provider_id = $2
     or (id = $1 and provider_id is null and not exists (select from page_batches other where other.provider_id = $2))
   returning id`,
);

/** Firecrawl spoke of a batch; one whose start was not answered is known by its name from now on. Returns ours. */
export async function noteReport(
  tx: Executor,
  { batchId, providerId }: { batchId: string | null; providerId: string },
): Promise<string | undefined> {
  const [row] = await tx.rows<{ id: string }>(report, [batchId, providerId]);
  return row?.id;
}

const unstarted = statement(
  'unstarted_page_batches',
  `select id from page_batches b
   where finished_at is null and status in ('open', 'submitting') and coalesce(due_at, created_at) < now() - make_interval(secs => $1)
     and not exists (select from outbox j where j.queue = 'submit-pages' and j.job_id = 'batch-' || b.id and j.status = 'pending')
   order by coalesce(due_at, created_at) limit $2`,
);

/** Batches that no open job starts. */
export function findUnstartedBatches(db: Executor, olderThanSeconds: number, limit: number): Promise<{ id: string }[]> {
  return db.rows(unstarted, [olderThanSeconds, limit]);
}

const due = statement(
  'due_page_batches',
  `select id from page_batches b
   where finished_at is null and status = 'submitted' and coalesce(due_at, created_at) < now()
     and not exists (select from outbox j where j.queue = 'collect-pages' and j.job_id = 'batch-' || b.id and j.status = 'pending')
   order by coalesce(due_at, created_at) limit $1`,
);

/** Batches that it is time to look at, whether or not their reports came. */
export function findDueBatches(db: Executor, limit: number): Promise<{ id: string }[]> {
  return db.rows(due, [limit]);
}

const figures = statement(
  'page_batch_figures',
  `select status, count(*)::integer as batches, extract(epoch from now() - min(created_at))::float8 as oldest_seconds
   from page_batches where finished_at is null group by status`,
);

/** Batches that have not ended, by status. */
export function readBatchFigures(
  db: Executor,
): Promise<{ status: BatchStatus; batches: number; oldest_seconds: number }[]> {
  return db.rows(figures);
}
