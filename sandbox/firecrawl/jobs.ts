/** Batches and crawls as rows: their pages, and what became of each. */
import type { Store } from '../store.ts';
import type { ScrapeOptions, Webhook } from './read-request.ts';

export type JobKind = 'batch_scrape' | 'crawl';

export interface Job {
  id: string;
  kind: JobKind;
  status: 'scraping' | 'completed' | 'cancelled';
  createdMs: number;
  completedMs: number | null;
  options: ScrapeOptions;
  webhook: Webhook | null;
  maxConcurrency: number | null;
  /** Where it began. */
  target: string;
  /** Of a crawl: what robots.txt kept it from. */
  robotsBlocked: readonly string[];
}

export interface JobPage {
  seq: number;
  job: string;
  scrapeId: string;
  url: string;
}

export interface Jobs {
  insert(job: Job, urls: readonly { url: string; scrapeId: string }[]): void;
  append(job: string, urls: readonly { url: string; scrapeId: string }[]): void;
  find(id: string): Job | undefined;
  list(kind: JobKind, status: Job['status']): Job[];
  setStatus(id: string, status: Job['status'], atMs: number): void;
  /** Those that nobody works on, of jobs that go on; oldest first. */
  waiting(limit: number): JobPage[];
  finish(page: JobPage, end: { document?: object; error?: string; credits: number }, atMs: number): void;
  counts(id: string): { total: number; completed: number; waiting: number; credits: number };
  /** Documents in the order in which they were finished, those that failed left out but counted. */
  documents(id: string, skip: number, limit: number): { documents: Record<string, unknown>[]; passed: number };
  errors(id: string): { id: string; timestamp: string; url: string; error: string }[];
  /** Returns false for a key that was used before. */
  useKey(key: string): boolean;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS firecrawl_jobs (id TEXT PRIMARY KEY, kind TEXT NOT NULL, status TEXT NOT NULL, job TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS firecrawl_pages (
  seq INTEGER PRIMARY KEY, job TEXT NOT NULL, scrapeId TEXT NOT NULL, url TEXT NOT NULL, finished_ms INTEGER, place INTEGER,
  document TEXT, error TEXT, credits INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS firecrawl_pages_job ON firecrawl_pages (job, place);
CREATE INDEX IF NOT EXISTS firecrawl_pages_waiting ON firecrawl_pages (seq) WHERE finished_ms IS NULL;
CREATE TABLE IF NOT EXISTS firecrawl_keys (key TEXT PRIMARY KEY);`;
const ANSWER_BYTES = 10 * 1024 * 1024;

export function createJobs(store: Store): Jobs {
  store.exec(SCHEMA);
  const run = (sql: string, ...values: (string | number | null)[]) => store.statement(sql).run(...values);
  const read = (row: Record<string, unknown> | undefined): Job | undefined =>
    row && { ...(JSON.parse(String(row.job)) as Job), status: row.status as Job['status'] };
  const append: Jobs['append'] = (job, urls) => {
    const sql = 'INSERT INTO firecrawl_pages (job, scrapeId, url) VALUES (?, ?, ?)';
    for (const { url, scrapeId } of urls) run(sql, job, scrapeId, url);
  };
  const find = (id: string) => read(store.statement('SELECT * FROM firecrawl_jobs WHERE id = ?').get(id));
  return {
    append,
    find,
    insert(job, urls) {
      run('INSERT INTO firecrawl_jobs VALUES (?, ?, ?, ?)', job.id, job.kind, job.status, JSON.stringify(job));
      append(job.id, urls);
    },
    list: (kind, status) =>
      store
        .statement('SELECT * FROM firecrawl_jobs WHERE kind = ? AND status = ?')
        .all(kind, status)
        .map((row) => read(row)!),
    setStatus(id, status, atMs) {
      const job = JSON.stringify({ ...find(id), completedMs: atMs });
      run('UPDATE firecrawl_jobs SET status = ?, job = ? WHERE id = ?', status, job, id);
    },
    waiting: (limit) =>
      store
        .statement(
          `SELECT seq, job, scrapeId, url FROM firecrawl_pages p WHERE finished_ms IS NULL
           AND EXISTS (SELECT 1 FROM firecrawl_jobs j WHERE j.id = p.job AND j.status = 'scraping') ORDER BY seq LIMIT ?`,
        )
        .all(limit) as unknown as JobPage[],
    finish({ seq, job }, { document, error, credits }, atMs) {
      const sql = `UPDATE firecrawl_pages SET finished_ms = ?, document = ?, error = ?, credits = ?,
        place = (SELECT count(*) FROM firecrawl_pages WHERE job = ? AND finished_ms IS NOT NULL) WHERE seq = ?`;
      run(sql, atMs, document ? JSON.stringify(document) : null, error ?? null, credits, job, seq);
    },
    ...readers(store),
    useKey: (key) => Number(run('INSERT OR IGNORE INTO firecrawl_keys VALUES (?)', key).changes) === 1,
  };
}

function readers(store: Store): Pick<Jobs, 'counts' | 'documents' | 'errors'> {
  return {
    counts(id) {
      const sql = `SELECT count(*) AS total, count(finished_ms) AS completed, sum(credits) AS credits FROM firecrawl_pages WHERE job = ?`;
      const row = store.statement(sql).get(id);
      const [total, completed] = [Number(row?.total), Number(row?.completed)];
      return { total, completed, waiting: total - completed, credits: Number(row?.credits ?? 0) };
    },
    documents(id, skip, limit) {
      const sql = 'SELECT document FROM firecrawl_pages WHERE job = ? AND place >= ? ORDER BY place LIMIT ?';
      const rows = store.statement(sql).all(id, skip, limit);
      const documents: Record<string, unknown>[] = [];
      let [bytes, passed] = [0, 0];
      for (const { document } of rows) {
        bytes += String(document).length;
        if (bytes > ANSWER_BYTES && documents.length > 0) break;
        if (document !== null) documents.push(JSON.parse(String(document)) as Record<string, unknown>);
        passed += 1;
      }
      return { documents, passed };
    },
    errors: (id) =>
      store
        .statement('SELECT * FROM firecrawl_pages WHERE job = ? AND error IS NOT NULL ORDER BY place')
        .all(id)
        .map(({ scrapeId, finished_ms, url, error }) => ({
          ...{ id: String(scrapeId), url: String(url), error: String(error) },
          timestamp: new Date(Number(finished_ms)).toISOString(),
        })),
  };
}
