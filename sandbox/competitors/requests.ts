/** Every request that a shop received, so that anybody can see how politely it was visited. */
import type { Store } from '../store.ts';

export interface ShopRequest {
  atMs: number;
  host: string;
  method: string;
  path: string;
  userAgent: string;
  status: number;
}

export interface RequestFilter {
  host?: string | undefined;
  path?: string | undefined;
  /** Only those with a larger id. */
  after?: number | undefined;
  limit: number;
}

export interface RequestLog {
  add(request: ShopRequest): void;
  /** Oldest first. */
  list(filter: RequestFilter): (ShopRequest & { id: number })[];
  /** Newest first. */
  newest(limit: number): (ShopRequest & { id: number })[];
  counts(): Map<string, number>;
  clear(): void;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS competitor_requests (
  id INTEGER PRIMARY KEY, atMs INTEGER NOT NULL, host TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
  userAgent TEXT NOT NULL, status INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS competitor_requests_host ON competitor_requests (host, id);`;

const KEPT = 200_000;

export function createRequestLog(store: Store): RequestLog {
  store.exec(SCHEMA);
  const rows = (sql: string, ...values: (string | number | null)[]) =>
    store.statement(sql).all(...values) as unknown as (ShopRequest & { id: number })[];
  return {
    add({ atMs, host, method, path, userAgent, status }) {
      const sql =
        'INSERT INTO competitor_requests (atMs, host, method, path, userAgent, status) VALUES (?, ?, ?, ?, ?, ?)';
      const { lastInsertRowid: id } = store.statement(sql).run(atMs, host, method, path, userAgent, status);
      if (Number(id) % 1_000 === 0)
        store.statement('DELETE FROM competitor_requests WHERE id <= ?').run(Number(id) - KEPT);
    },
    list: ({ host, path, after = 0, limit }) =>
      rows(
        `SELECT * FROM competitor_requests WHERE id > ?1 AND (?2 IS NULL OR host = ?2) AND (?3 IS NULL OR path = ?3)
         ORDER BY id LIMIT ?4`,
        ...[after, host ?? null, path ?? null, limit],
      ),
    newest: (limit) => rows('SELECT * FROM competitor_requests ORDER BY id DESC LIMIT ?', limit),
    counts: () => {
      const found = store.statement('SELECT host, count(*) AS n FROM competitor_requests GROUP BY host').all();
      return new Map(found.map(({ host, n }) => [String(host), Number(n)]));
    },
    clear: () => store.exec('DELETE FROM competitor_requests'),
  };
}
