/** The processors of competitors' prices: each page asked for in its site's turn, read, judged. */
import type { Database } from '../db/database.ts';
import type { ObjectStorage } from '../providers/object-storage.ts';
import type { PageFetcher } from '../providers/page-fetcher.ts';
import type { PublicFetch } from '../providers/public-fetch.ts';
import { cleanEvidence } from '../queues/clean-evidence.ts';
import type { Worker } from '../queues/connection.ts';
import type { QueueDefinition } from '../queues/define-queue.ts';
import { judgePrice } from '../queues/judge-price.ts';
import { proposeRepair } from '../queues/propose-repair.ts';
import { scrapePrice } from '../queues/scrape-price.ts';
import { createCleanEvidence } from './clean-evidence.ts';
import { createJudgePrice } from './judge-price.ts';
import { createRobotsReader } from './robots.ts';
import { createProposeRepair } from './propose-repair.ts';
import type { Processor } from './run-worker.ts';
import { createScrapePrice } from './scrape-price.ts';

/** What the pool is given beside the database. */
export interface PriceTools {
  storage: Pick<ObjectStorage, 'put' | 'read' | 'stat' | 'remove' | 'list'>;
  /** The guarded way to competitors' pages, with the crawler's own name. */
  publicFetch: PublicFetch;
  pages: PageFetcher;
  settings: PriceSettings;
}

export interface PriceSettings {
  /** Who asks, and where to say that it should stop. */
  userAgent: string;
  /** What a robots.txt calls us by. */
  productToken: string;
  /** Only pages of these hosts, and of hosts below them; undefined: of all. */
  allowlist: readonly string[] | undefined;
  timeoutMs: number;
  maxBytes: number;
  /** How long what was kept of a page is kept. */
  evidenceDays: number;
  /** Who is told of alerts where no recipient is known. */
  merchandiserEmail: string | undefined;
  /** So long after a doubted look the page is seen again. */
  recheckSeconds: number;
  /** What is put on our prices at the checkout, and whether shipping is compared. */
  taxPercent: number;
  withShipping: boolean;
  /** Pages asked of Firecrawl a minute, and in one batch. */
  firecrawl: { requestsPerMinute: number; batchSize: number; creditsPerMonth: number };
}

export function startPricesPool(
  { settings, ...tools }: PriceTools & { db: Database },
  start: <P extends object>(queue: QueueDefinition<P>, processor: Processor<P>, concurrency?: number) => Worker,
): Worker[] {
  const deps = { ...tools, ...settings };
  const asking = { ...deps, robots: createRobotsReader(deps) };
  return [
    start(scrapePrice, createScrapePrice(asking)),
    start(judgePrice, createJudgePrice(deps)),
    start(cleanEvidence, createCleanEvidence(deps), 1),
    start(proposeRepair, createProposeRepair(deps), 1),
  ];
}
