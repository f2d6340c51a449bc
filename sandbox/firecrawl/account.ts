/** The team's account: what it may spend, what it has spent and on what, and what it has asked for. */
import type { Store } from '../store.ts';
import type { ScrapeOptions } from './read-request.ts';
import type { FirecrawlSettings } from './settings.ts';

export interface Activity {
  id: string;
  endpoint: 'scrape' | 'batch_scrape' | 'crawl' | 'search' | 'map';
  target: string;
}

export interface Account {
  remaining(): number;
  charge(credits: number, endpoint: Activity['endpoint']): void;
  period(): { start: string; end: string };
  /** Credits per month, newest first. */
  history(): { startDate: string; endDate: string; apiKey: null; totalCredits: number }[];
  note(activity: Activity): void;
  /** Of the last 24 hours, newest first, before the cursor. */
  activity(filter: { endpoint?: string | undefined; limit: number; cursor?: number | undefined }): {
    data: object[];
    cursor: string | null;
  };
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS firecrawl_charges (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, endpoint TEXT NOT NULL, credits INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS firecrawl_activity (
  seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, id TEXT NOT NULL, endpoint TEXT NOT NULL, target TEXT NOT NULL);`;

const DAY_MS = 24 * 3_600_000;

/** A page is one credit, one that a model reads four more. */
export function creditsOf({ formats, zeroDataRetention }: ScrapeOptions): number {
  const read = formats.some(({ type, modes }) => type === 'json' || (Array.isArray(modes) && modes.includes('json')));
  return 1 + (read ? 4 : 0) + (zeroDataRetention ? 1 : 0);
}

export function createAccount(store: Store, settings: FirecrawlSettings, nowMs: () => number): Account {
  store.exec(SCHEMA);
  const month = (offset = 0) => {
    const now = new Date(nowMs());
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1));
  };
  const usedSince = (ms: number) => {
    const row = store.statement('SELECT sum(credits) AS n FROM firecrawl_charges WHERE at_ms >= ?').get(ms);
    return Number(row?.n ?? 0);
  };
  return {
    remaining: () => Math.max(0, settings.planCredits - usedSince(month().getTime())),
    charge(credits, endpoint) {
      const sql = 'INSERT INTO firecrawl_charges (at_ms, endpoint, credits) VALUES (?, ?, ?)';
      store.statement(sql).run(nowMs(), endpoint, credits);
    },
    period: () => ({ start: month().toISOString(), end: month(1).toISOString() }),
    history() {
      const sql = `SELECT strftime('%Y-%m', at_ms / 1000, 'unixepoch') AS month, sum(credits) AS n FROM firecrawl_charges
        GROUP BY month ORDER BY month DESC`;
      return store
        .statement(sql)
        .all()
        .map(({ month: name, n }) => {
          const start = new Date(`${name}-01T00:00:00Z`);
          const end = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1));
          return { startDate: start.toISOString(), endDate: end.toISOString(), apiKey: null, totalCredits: Number(n) };
        });
    },
    note({ id, endpoint, target }) {
      const sql = 'INSERT INTO firecrawl_activity (at_ms, id, endpoint, target) VALUES (?, ?, ?, ?)';
      store.statement(sql).run(nowMs(), id, endpoint, target);
    },
    activity({ endpoint, limit, cursor }) {
      const sql = `SELECT * FROM firecrawl_activity WHERE at_ms > ?1 AND (?2 IS NULL OR endpoint = ?2) AND (?3 IS NULL OR seq < ?3)
        ORDER BY seq DESC LIMIT ?4`;
      const rows = store.statement(sql).all(nowMs() - DAY_MS, endpoint ?? null, cursor ?? null, limit + 1);
      const shown = rows.slice(0, limit);
      const data = shown.map(({ id, endpoint: of, at_ms, target }) => ({
        ...{ id, endpoint: of, api_version: 'v2', target },
        created_at: new Date(Number(at_ms)).toISOString(),
      }));
      return { data, cursor: rows.length > limit ? String(shown.at(-1)?.seq) : null };
    },
  };
}
