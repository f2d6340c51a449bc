/** Makes batches for Firecrawl of looks that may be asked for; what its credits do not reach for ends with that. */
import type { Database, Executor } from '../db/database.ts';
import { insertJobs } from '../db/outbox.ts';
import { openBatch } from '../db/page-batches.ts';
import { lockClearedScrapes } from '../db/plan-scrapes.ts';
import { findScrape } from '../db/scrapes.ts';
import { type BatchPace, batchPace } from '../domain/pages/batch-pace.ts';
import { makeJob } from '../queues/define-queue.ts';
import { submitPages } from '../queues/submit-pages.ts';
import { endWithout } from './end-scrape.ts';

export interface BatchTerms {
  pace: BatchPace;
  /** Credits a month; 0: as many as there are. */
  creditBudget: number;
}

export const batchTermsOf = (settings: {
  requestsPerMinute: number;
  batchSize: number;
  creditsPerMonth: number;
}): BatchTerms => ({
  pace: batchPace(settings.requestsPerMinute, settings.batchSize),
  creditBudget: settings.creditsPerMonth,
});

/** A batch that is not full waits no longer than this for more pages. */
const GATHER_SECONDS = 5;

/** Returns how many looks it moved: 0 when there is nothing to do yet. */
export function openNextBatch(db: Database, { pace, creditBudget }: BatchTerms): Promise<number> {
  return db.transaction(async (tx) => {
    const cleared = await lockClearedScrapes(tx, pace.size);
    const isWorthIt = cleared.length >= pace.size || cleared.some(({ age }) => age >= GATHER_SECONDS);
    if (!isWorthIt) return 0;
    const ids = cleared.map(({ id }) => id);
    const opened = await openBatch(tx, ids, { budget: creditBudget });
    if (opened.kind === 'no_credits') return endUnpaid(tx, ids);
    if (opened.kind === 'nothing') return 0;
    await insertJobs(tx, [makeJob(submitPages, { batch_id: opened.batchId })]);
    return opened.scrapeIds.length;
  });
}

async function endUnpaid(tx: Executor, ids: readonly string[]): Promise<number> {
  const detail = 'The credits of this month are used up.';
  for (const id of ids) {
    const scrape = await findScrape(tx, id);
    if (scrape?.status !== 'planned') continue;
    const owner = { scrapeId: id, attempt: scrape.attempts };
    await endWithout(tx, owner, { reason: 'no_credits', detail, url: scrape.url ?? '' });
  }
  return ids.length;
}
