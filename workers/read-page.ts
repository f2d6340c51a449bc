/**
 * Triggered by a page that lies in storage. Reads what it says, judges whether it is still of our variant, keeps its evidence, and
 * records all of it in one transaction with the job that judges the price. A second run finds the look ended, and only makes sure that
 * the raw page is gone; one that died before its record leaves evidence that the next one writes again under the same key. A page that
 * is lost is asked for again.
 */
import type { Database, Executor } from '../db/database.ts';
import { noteShape } from '../db/extraction-shapes.ts';
import { findListingForReading, type ListingForReading } from '../db/listing-for-reading.ts';
import { noteMatch } from '../db/matches.ts';
import { recordObservation } from '../db/observations.ts';
import { reopenJobs } from '../db/outbox.ts';
import { findScrape, finishScrape, type ScrapeToDo } from '../db/scrapes.ts';
import { judgeMatch } from '../domain/matching/judge-match.ts';
import type { Match } from '../domain/matching/match.ts';
import type { DigestedPage } from '../domain/pages/digest-page.ts';
import type { FetchedPage } from '../domain/pages/fetched-page.ts';
import { pageKey } from '../domain/pages/page-keys.ts';
import type { PageReading, SiteHints } from '../domain/pages/page-reading.ts';
import { isOfDomain } from '../domain/watch-list/page-url.ts';
import { ObjectMissingError } from '../providers/object-storage.ts';
import { makeJob } from '../queues/define-queue.ts';
import { judgePrice } from '../queues/judge-price.ts';
import { tryAgain } from './end-scrape.ts';
import type { PageJudgement } from './judge-page.ts';
import { done, later, type Outcome } from './outcome.ts';
import { type EvidenceTools, type KeptEvidence, keepEvidence, loadPage, removePage } from './page-evidence.ts';
import type { PageReader } from './page-reader.ts';
import { readSearch } from './read-search.ts';
import type { Processor } from './run-worker.ts';

export interface ReadPageDeps extends EvidenceTools {
  db: Database;
  reader: Pick<PageReader, 'digest'>;
  /** Whether a page may be asked for: see workers/judge-page.ts. */
  judge: (url: string) => Promise<PageJudgement>;
}

interface Seen {
  scrape: ScrapeToDo;
  found: ListingForReading;
  page: FetchedPage;
  reading: PageReading;
  match: Match;
  evidence: KeptEvidence;
}

export function createReadPage(deps: ReadPageDeps): Processor<{ scrape_id: string }> {
  return async ({ scrape_id: id }) => {
    const { db, storage } = deps;
    const scrape = await findScrape(db, id);
    if (scrape?.status !== 'fetched' || !scrape.page_key) return forget(deps, id, scrape?.status);
    const page = await loadPage(storage, scrape.page_key).catch(unlessMissing);
    const found = page && (await findListingForReading(db, scrape.listing_id));
    if (!found) return page ? done('its listing was deleted') : askAgain(deps, scrape);
    const digested = await read(deps, page, found);
    if ('delayMs' in digested) return later(digested.delayMs);
    const { reading } = digested;
    if (found.listing.searching && isAsAsked(reading)) return readSearch(deps, { scrape, found, page, reading });
    const match = judgeMatch(found, reading);
    const evidence = await keepEvidence(deps, page, digested.trimmed);
    const recorded = await db.transaction((tx) => record(tx, { scrape, found, page, reading, match, evidence }));
    if (recorded) await removePage(storage, scrape.page_key);
    return done(reading.kind === 'offer' ? 'observed' : reading.reason);
  };
}

/** Not of another site, and not of a page that nobody may ask for. */
const isAsAsked = (reading: PageReading) =>
  reading.kind === 'offer' || (reading.reason !== 'redirected_away' && reading.reason !== 'robots_forbidden');

/** What a run that died after its record left behind. */
async function forget({ storage }: ReadPageDeps, id: string, status = 'gone'): Promise<Outcome> {
  if (status !== 'planned' && status !== 'fetching') await removePage(storage, pageKey(id));
  return done(`the look is ${status}`);
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof ObjectMissingError)) throw error;
}

async function askAgain({ db }: ReadPageDeps, { id, attempts, url }: ScrapeToDo): Promise<Outcome> {
  const detail = 'The page was lost before it was read.';
  const seen = { reason: 'source_failed', detail, url: url ?? '', notBefore: new Date() } as const;
  await db.transaction((tx) => tryAgain(tx, { scrapeId: id, attempt: attempts }, seen));
  return done(detail);
}

/** Where others followed redirects for us, what they led to is judged as if we had asked for it. */
async function read(
  { judge, reader }: ReadPageDeps,
  page: FetchedPage,
  { competitor }: ListingForReading,
): Promise<DigestedPage | { delayMs: number }> {
  const digested = () => reader.digest(page, hintsOf(competitor));
  const none = async (reason: 'redirected_away' | 'robots_forbidden', detail: string): Promise<DigestedPage> => {
    const reading = { kind: 'none', reason, detail, shape: `none:${reason}` } as const;
    return { ...(await digested()), reading };
  };
  const final = new URL(page.finalUrl);
  if (!isOfDomain(final, competitor.domain)) return none('redirected_away', `It redirects to ${final.host}.`);
  if (page.source !== 'built_in' && page.finalUrl !== page.url) {
    const judged = await judge(page.finalUrl);
    if (judged.kind === 'later') return judged;
    if (judged.kind !== 'allowed') return none('robots_forbidden', judged.rule);
  }
  return digested();
}

const hintsOf = ({ currency, locale, selectors, name }: ListingForReading['competitor']): SiteHints => ({
  ...{ currency, locale, selectors, siteName: name },
});

/** False, and nothing is written, when the look is not this run's any more. */
async function record(tx: Executor, seen: Seen): Promise<boolean> {
  const { scrape, found, page, reading, match, evidence } = seen;
  const outcome = reading.kind === 'offer' ? 'observed' : reading.reason;
  const owner = { scrapeId: scrape.id, attempt: scrape.attempts };
  if (!(await finishScrape(tx, owner, { from: ['fetched'], outcome }))) return false;
  const { listing, competitor } = found;
  const observedAt = page.fetchedAt;
  const observationId = await recordObservation(tx, {
    scrapeId: scrape.id,
    listingId: listing.id,
    competitorId: competitor.id,
    variantId: listing.variant_id,
    observedAt,
    url: page.finalUrl,
    source: page.source,
    rule: page.rule,
    ...{ reading, match, evidence },
  });
  if (!observationId) return true;
  const of = { competitorId: competitor.id, listingId: listing.id, observationId, observedAt, reading };
  await noteShape(tx, of);
  await noteMatch(tx, { found, match, reading });
  await reopenJobs(tx, [makeJob(judgePrice, { listing_id: listing.id, observation_id: observationId })]);
  return true;
}
