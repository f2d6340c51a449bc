/** How a look at a listing ends or goes on, whoever asked for its page; each in the transaction of whoever calls. */
import type { Executor } from '../db/database.ts';
import { recordObservation } from '../db/observations.ts';
import { reopenJobs } from '../db/outbox.ts';
import { finishScrape, markFetched, planScrapeAgain, type ScrapeOwner } from '../db/scrapes.ts';
import type { NoObservationReason } from '../domain/pages/page-reading.ts';
import { makeJob } from '../queues/define-queue.ts';
import { readPage } from '../queues/read-page.ts';

/** After so many times in trouble a look ends with its reason. */
const MAX_TROUBLES = 4;

export type { ScrapeOwner } from '../db/scrapes.ts';

/** The page lies in storage: it is to be read. False when the look is not the owner's any more. */
export async function noteFetched(
  tx: Executor,
  page: ScrapeOwner & { pageKey: string; rule: string | null },
): Promise<boolean> {
  if (!(await markFetched(tx, page, page))) return false;
  await reopenJobs(tx, [makeJob(readPage, { scrape_id: page.scrapeId })]);
  return true;
}

export interface NothingSeen {
  reason: NoObservationReason;
  detail: string;
  /** Where it was asked for. */
  url: string;
}

/** Nothing is known of the listing, for this reason. False when the look is not the owner's any more. */
export async function endWithout(
  tx: Executor,
  owner: ScrapeOwner,
  { reason, detail, url }: NothingSeen,
): Promise<boolean> {
  const ended = await finishScrape(tx, owner, { from: ['planned', 'fetching', 'fetched'], outcome: reason });
  if (!ended) return false;
  await recordObservation(tx, {
    scrapeId: owner.scrapeId,
    listingId: ended.listing_id,
    competitorId: ended.competitor_id,
    variantId: ended.variant_id,
    observedAt: new Date().toISOString(),
    url,
    source: ended.source,
    rule: ended.rule,
    reading: { kind: 'none', reason, detail },
  });
  return true;
}

/** Came to something that may pass: planned anew, or, when it does not pass, ended with the reason. */
export async function tryAgain(
  tx: Executor,
  owner: ScrapeOwner,
  { notBefore, ...seen }: NothingSeen & { notBefore: Date },
): Promise<boolean> {
  const planned = await planScrapeAgain(tx, owner, notBefore);
  if (!planned) return false;
  if (planned.troubles < MAX_TROUBLES) return true;
  return endWithout(tx, { scrapeId: owner.scrapeId, attempt: planned.attempts }, seen);
}

/** A page of a batch came to nothing: for good, or to be asked for again after a while. */
export function failBatchPage(
  tx: Executor,
  { scrapeId, batchId, outcome, detail, url, again }: FailedBatchPage,
): Promise<boolean> {
  const [owner, seen] = [
    { scrapeId, batchId },
    { reason: outcome, detail, url },
  ];
  return again ? tryAgain(tx, owner, { ...seen, notBefore: again }) : endWithout(tx, owner, seen);
}

export interface FailedBatchPage extends Omit<NothingSeen, 'reason'> {
  scrapeId: string;
  batchId: string;
  outcome: NoObservationReason;
  /** Not before; null: for good. */
  again: Date | null;
}
