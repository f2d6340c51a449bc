/** The log of what was asked of other people's sites: when, by which name, and under which line of their robots.txt. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface NewPageRequest {
  kind: 'robots' | 'page';
  source: 'built_in' | 'firecrawl';
  url: string;
  competitorId: string | null;
  scrapeId: string | null;
  rule: string | null;
  userAgent: string;
}

const insert = statement(
  'insert_page_request',
  `insert into page_requests (id, kind, source, host, url, competitor_id, scrape_id, rule, user_agent)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);

/** Written before the request, so that one whose process dies is there, too. Returns its id. */
export async function logPageRequest(db: Executor, request: NewPageRequest): Promise<string> {
  const id = uuidv7();
  const { kind, source, url, competitorId, scrapeId, rule, userAgent } = request;
  const host = URL.canParse(url) ? new URL(url).host : '';
  await db.rows(insert, [id, kind, source, host, url, competitorId, scrapeId, rule?.slice(0, 500), userAgent]);
  return id;
}

export interface PageRequestEnd {
  outcome: string;
  status?: number | undefined;
  bytes?: number | undefined;
  milliseconds: number;
  detail?: string | undefined;
}

const end = statement(
  'end_page_request',
  `update page_requests set outcome = $2, status = $3, bytes = $4, milliseconds = $5, detail = $6 where id = $1`,
);

export async function endPageRequest(db: Executor, id: string, ended: PageRequestEnd): Promise<void> {
  const { outcome, status, bytes, milliseconds, detail } = ended;
  await db.rows(end, [id, outcome, status ?? null, bytes ?? null, milliseconds, detail?.slice(0, 500) ?? null]);
}

export interface PageRequestRow {
  id: string;
  at: Date;
  kind: 'robots' | 'page';
  source: 'built_in' | 'firecrawl';
  host: string;
  url: string;
  competitor_id: string | null;
  scrape_id: string | null;
  rule: string | null;
  user_agent: string;
  outcome: string | null;
  status: number | null;
  bytes: number | null;
  milliseconds: number | null;
  detail: string | null;
}

export interface PageRequestFilter {
  host?: string | undefined;
  competitor_id?: string | undefined;
  scrape_id?: string | undefined;
  kind?: 'robots' | 'page' | undefined;
  outcome?: string | undefined;
  since?: Date | undefined;
  before?: Date | undefined;
}

// Ids are made in the order of time, so the page's place and the time are one condition of the index.
const list = statement(
  'list_page_requests',
  `select id, at, kind, source, host, url, competitor_id, scrape_id, rule, user_agent, outcome, status, bytes, milliseconds, detail
   from page_requests
   where ($1::text is null or host = $1) and ($2::uuid is null or competitor_id = $2) and ($3::uuid is null or scrape_id = $3)
     and ($4::text is null or kind = $4) and ($5::text is null or outcome = $5) and ($6::timestamptz is null or at >= $6)
     and ($7::timestamptz is null or at < $7) and ($8::uuid is null or id < $8)
   order by id desc limit $9 + 1`,
);

/** Newest first; one row more than the page holds. */
export function listPageRequests(
  db: Executor,
  filter: PageRequestFilter,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<PageRequestRow[]> {
  const { host, competitor_id, scrape_id, kind, outcome, since, before } = filter;
  const filters = [host, competitor_id, scrape_id, kind, outcome, since, before, after].map((value) => value ?? null);
  return db.rows<PageRequestRow>(list, [...filters, limit]);
}

const trim = statement(
  'trim_page_requests',
  `delete from page_requests where id in (select id from page_requests where at < now() - make_interval(days => $1) limit 20000) returning 1`,
);

/** Returns how many are gone. */
export async function trimPageRequests(db: Executor, keepDays: number): Promise<number> {
  return (await db.rows(trim, [keepDays])).length;
}

const count = statement(
  'count_page_requests',
  `select kind, source, coalesce(case when outcome = 'refused' then outcome || '_' || status else outcome end, 'unknown') as outcome, count(*)::integer as count
   from page_requests where at >= now() - interval '1 hour' group by 1, 2, 3`,
);

export interface PageRequestCount {
  kind: string;
  source: string;
  outcome: string;
  count: number;
}

/** Of the last hour. */
export function countPageRequests(db: Executor): Promise<PageRequestCount[]> {
  return db.rows<PageRequestCount>(count);
}
