/** The processors of competitors' prices: each page asked for in its site's turn, read, judged. */
import type { Database } from '../db/database.ts';
import type { ObjectStorage } from '../providers/object-storage.ts';
import type { PublicFetch } from '../providers/public-fetch.ts';
import { cleanEvidence } from '../queues/clean-evidence.ts';
import type { Worker } from '../queues/connection.ts';
import type { QueueDefinition } from '../queues/define-queue.ts';
import { createCleanEvidence } from './clean-evidence.ts';
import type { Processor } from './run-worker.ts';

/** What the pool is given beside the database. */
export interface PriceTools {
  storage: Pick<ObjectStorage, 'put' | 'read' | 'stat' | 'remove' | 'list'>;
  /** The guarded way to competitors' pages, with the crawler's own name. */
  publicFetch: PublicFetch;
  settings: PriceSettings;
}

export interface PriceSettings {
  /** What a robots.txt calls us by. */
  productToken: string;
  /** Only pages of these hosts, and of hosts below them; undefined: of all. */
  allowlist: readonly string[] | undefined;
  timeoutMs: number;
  maxBytes: number;
  /** How long what was kept of a page is kept. */
  evidenceDays: number;
  /** Pages asked of Firecrawl a minute, and in one batch. */
  firecrawl: { requestsPerMinute: number; batchSize: number; creditsPerMonth: number };
}

export function startPricesPool(
  { db, storage, settings }: PriceTools & { db: Database },
  start: <P extends object>(queue: QueueDefinition<P>, processor: Processor<P>, concurrency?: number) => Worker,
): Worker[] {
  return [start(cleanEvidence, createCleanEvidence({ db, storage, evidenceDays: settings.evidenceDays }), 1)];
}
