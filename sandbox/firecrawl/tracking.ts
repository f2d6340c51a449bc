/** Change tracking: how a page reads beside the last time that it was tracked. */
import { createHash } from 'node:crypto';
import type { Store } from '../store.ts';

export interface Tracking {
  compare(url: string, tag: unknown, markdown: string): Record<string, unknown>;
}

const SCHEMA =
  'CREATE TABLE IF NOT EXISTS firecrawl_tracked (url TEXT, tag TEXT, hash TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (url, tag))';

export function createTracking(store: Store, nowMs: () => number): Tracking {
  store.exec(SCHEMA);
  return {
    compare(url, tag, markdown) {
      const name = typeof tag === 'string' ? tag : '';
      const hash = createHash('sha256').update(markdown).digest('hex');
      const last = store
        .statement('SELECT hash, at_ms FROM firecrawl_tracked WHERE url = ? AND tag = ?')
        .get(url, name);
      const sql = 'INSERT OR REPLACE INTO firecrawl_tracked VALUES (?, ?, ?, ?)';
      store.statement(sql).run(url, name, hash, nowMs());
      const changed = last?.hash === hash ? 'same' : 'changed';
      return {
        previousScrapeAt: last ? new Date(Number(last.at_ms)).toISOString() : null,
        changeStatus: last ? changed : 'new',
        visibility: 'visible',
      };
    },
  };
}
