/** The processors of competitors' prices: each page asked for in its site's turn, read, judged. */
import type { Database } from '../db/database.ts';
import type { Firecrawl } from '../providers/firecrawl.ts';
import type { ObjectStorage } from '../providers/object-storage.ts';
import type { PageFetcher } from '../providers/page-fetcher.ts';
import type { PublicFetch } from '../providers/public-fetch.ts';
import { cleanEvidence } from '../queues/clean-evidence.ts';
import { collectPages } from '../queues/collect-pages.ts';
import type { Worker } from '../queues/connection.ts';
import type { QueueDefinition } from '../queues/define-queue.ts';
import { findPage } from '../queues/find-page.ts';
import { judgePrice } from '../queues/judge-price.ts';
import { proposeRepair } from '../queues/propose-repair.ts';
import { readPage } from '../queues/read-page.ts';
import { scrapePrice } from '../queues/scrape-price.ts';
import { submitPages } from '../queues/submit-pages.ts';
import { createCleanEvidence } from './clean-evidence.ts';
import { type CollectPagesDeps, createCollectPages } from './collect-pages.ts';
import { createFindPage, type FindPageDeps } from './find-page.ts';
import { judgePage } from './judge-page.ts';
import { createJudgePrice } from './judge-price.ts';
import { batchTermsOf } from './open-batches.ts';
import type { PageReader } from './page-reader.ts';
import { createProposeRepair } from './propose-repair.ts';
import { createReadPage } from './read-page.ts';
import { createRobotsReader, type RobotsReader } from './robots.ts';
import type { Processor } from './run-worker.ts';
import { createScrapePrice } from './scrape-price.ts';
import { createSubmitPages, type SubmitPagesDeps } from './submit-pages.ts';

/** What the pool is given beside the database. */
export interface PriceTools {
  storage: Pick<ObjectStorage, 'put' | 'read' | 'stat' | 'remove' | 'list' | 'url'>;
  /** The guarded way to competitors' pages, with the crawler's own name. */
  publicFetch: PublicFetch;
  pages: PageFetcher;
  /** Reads them. */
  reader: PageReader;
  /** Undefined: there is no key. */
  firecrawlClient: Firecrawl | undefined;
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
  /** Pages asked of Firecrawl a minute, and in one batch; how its batches are looked at. */
  firecrawl: {
    requestsPerMinute: number;
    batchSize: number;
    creditsPerMonth: number;
    pollSeconds: number;
    patienceSeconds: number;
  };
}

export function startPricesPool(
  { settings, ...tools }: PriceTools & { db: Database },
  start: <P extends object>(queue: QueueDefinition<P>, processor: Processor<P>, concurrency?: number) => Worker,
): Worker[] {
  const deps = { ...tools, ...settings };
  const asking = { ...deps, robots: createRobotsReader(deps) };
  const batches = batchDepsOf(asking);
  const terms = tools.firecrawlClient && batchTermsOf(settings.firecrawl);
  return [
    start(scrapePrice, createScrapePrice({ ...asking, batches: terms })),
    start(readPage, createReadPage({ ...deps, judge: (url) => judgePage(asking, url) })),
    start(judgePrice, createJudgePrice(deps)),
    start(cleanEvidence, createCleanEvidence(deps), 1),
    start(proposeRepair, createProposeRepair(deps), 1),
    start(findPage, createFindPage(searchDepsOf(asking)), 1),
    ...(batches
      ? [
          start(submitPages, createSubmitPages(batches), 1),
          start(collectPages, createCollectPages(batches), COLLECTING),
        ]
      : []),
  ];
}

/** Each has up to a part of a batch in memory. */
const COLLECTING = 2;

type Asking = Omit<PriceTools, 'settings'> & PriceSettings & { db: Database; robots: RobotsReader };

function batchDepsOf(asking: Asking): (SubmitPagesDeps & CollectPagesDeps) | undefined {
  const { db, storage, userAgent, firecrawlClient, firecrawl: how } = asking;
  if (!firecrawlClient) return undefined;
  return {
    ...{ db, storage, userAgent, firecrawl: firecrawlClient },
    judge: (url) => judgePage(asking, url),
    gapSeconds: batchTermsOf(how).pace.gapSeconds,
    pollSeconds: how.pollSeconds,
    patienceSeconds: how.patienceSeconds,
  };
}

const searchDepsOf = ({ db, firecrawlClient, firecrawl: how }: Asking): FindPageDeps => ({
  db,
  firecrawl: firecrawlClient,
  gapSeconds: batchTermsOf(how).pace.gapSeconds,
  creditBudget: how.creditsPerMonth,
});
