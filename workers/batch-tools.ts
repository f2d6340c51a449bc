/** What the two jobs of a batch share: their tools, and how a page of it ends without having been seen. */
import type { Database, Executor } from '../db/database.ts';
import { endItem, type ItemEnd, listItems } from '../db/page-batch-items.ts';
import { finishBatch } from '../db/page-batches.ts';
import type { NoObservationReason } from '../domain/pages/page-reading.ts';
import type { Firecrawl } from '../providers/firecrawl.ts';
import { failBatchPage } from './end-scrape.ts';
import type { PageJudgement } from './judge-page.ts';

/** Whether a page may be asked for at this moment. */
export type JudgeUrl = (url: string) => Promise<PageJudgement>;

export interface BatchTools {
  db: Database;
  firecrawl: Firecrawl;
  judge: JudgeUrl;
}

export interface PageWithout {
  batchId: string;
  scrapeId: string;
  url: string;
  reason: NoObservationReason;
  detail: string;
  /** When it is asked for again at the earliest; null: it is not. */
  again: Date | null;
  /** What was charged; null: nothing, as far as is known. */
  credits: number | null;
}

/** Ends a page of which nothing is known. Harmless when it has ended. */
export async function endWithoutPage(tx: Executor, page: PageWithout): Promise<void> {
  const { batchId, scrapeId, url, reason, detail, again, credits } = page;
  const state: ItemEnd['state'] = again ? 'asked_again' : 'failed';
  if (await endItem(tx, { batchId, scrapeId, state, credits, detail: `${reason}: ${detail}` }))
    await failBatchPage(tx, { scrapeId, batchId, outcome: reason, detail, url, again });
}

/** Ends a batch whose pages nobody waits for any more: those that are missing are asked for again, each by itself. */
export function giveUpBatch(
  db: Database,
  batchId: string,
  how: { status: 'done' | 'refused' | 'lost'; reason: NoObservationReason; detail: string; again: Date },
  also: (tx: Executor) => Promise<void> = async () => {},
): Promise<void> {
  return db.transaction(async (tx) => {
    for (const { scrape_id: scrapeId, url, state } of await listItems(tx, batchId))
      if (state === 'waiting') await endWithoutPage(tx, { batchId, scrapeId, url, ...how, credits: null });
    await also(tx);
    await finishBatch(tx, batchId, how.status, how.detail.slice(0, 500));
  });
}

export const secondsFromNow = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);
