/**
 * Triggered by a listing that has words and no address, of a site without a search of its own that is known. Has Firecrawl's search
 * look for its page there. Pages that may show its variant become questions to a person; of a listing without a variant they become
 * listings of their own, tied to nothing: what stands on a page ties it or suggests it, never that a search found it.
 * Its turn is taken, and the search booked, before anybody is asked: a second run finds it moved on, and so does one after a crash.
 */
import type { Database } from '../db/database.ts';
import { bookSearch, lockCredits, noteNoCredits } from '../db/firecrawl-credits.ts';
import { findListingForReading } from '../db/listing-for-reading.ts';
import { endSearch, insertFoundPage, type PageSearch, postponeSearch, takeSearch } from '../db/page-searches.ts';
import { endPageTurn, takePageTurn } from '../db/page-turns.ts';
import { noteSearchResults } from '../db/search-results.ts';
import type { FoundLink } from '../domain/matching/search-results.ts';
import { isOfDomain, normalizePageUrl } from '../domain/watch-list/page-url.ts';
import type { Firecrawl, FirecrawlProblem, FoundPage } from '../providers/firecrawl.ts';
import { done, later, type Outcome } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export interface FindPageDeps {
  db: Database;
  /** Undefined: there is no key. */
  firecrawl: Pick<Firecrawl, 'search'> | undefined;
  gapSeconds: number;
  /** Credits of a month. */
  creditBudget: number;
}

/** For up to ten results. */
const SEARCH_CREDITS = 2;
const RESULTS = 5;
const LEASE_SECONDS = 60;
const HOUR_SECONDS = 3_600;
/** Nothing was done, and nothing charged. */
const NOT_DONE: ReadonlySet<FirecrawlProblem> = new Set(['no_credits', 'not_allowed', 'refused', 'busy']);

export function createFindPage(deps: FindPageDeps): Processor<{ listing_id: string }> {
  return async ({ listing_id: listingId }) => {
    if (!deps.firecrawl) {
      await postponeSearch(deps.db, listingId, 24 * HOUR_SECONDS, 'search_needs_firecrawl');
      return done('there is nobody to ask');
    }
    const turn = {
      budget: 'firecrawl',
      visit: `search-${listingId}`,
      gapSeconds: deps.gapSeconds,
      leaseSeconds: LEASE_SECONDS,
    };
    const wait = await takePageTurn(deps.db, turn);
    if (wait > 0) return later(wait);
    try {
      return await searchInTurn(deps, deps.firecrawl, listingId);
    } finally {
      await endPageTurn(deps.db, turn);
    }
  };
}

async function searchInTurn(
  deps: FindPageDeps,
  firecrawl: Pick<Firecrawl, 'search'>,
  listingId: string,
): Promise<Outcome> {
  const taken = await take(deps, listingId);
  if (typeof taken === 'string') return done(taken);
  const { search, domain, locale } = taken;
  const answer = await firecrawl.search(search, { limit: RESULTS, locale, domain: domain.replace(/:\d+$/, '') });
  if (answer.kind === 'results') return keep(deps, taken, answer.results);
  const { problem, retryAfterSeconds = HOUR_SECONDS } = answer;
  await deps.db.transaction(async (tx) => {
    if (NOT_DONE.has(problem)) await bookSearch(tx, -SEARCH_CREDITS);
    if (problem === 'no_credits') await noteNoCredits(tx, HOUR_SECONDS);
    await postponeSearch(tx, listingId, Math.max(retryAfterSeconds, 60), `search_failed: ${problem}`);
  });
  return done(`it could not be looked for: ${problem}`);
}

const take = ({ db, creditBudget }: FindPageDeps, listingId: string): Promise<PageSearch | string> =>
  db.transaction(async (tx) => {
    const { left } = await lockCredits(tx, creditBudget);
    if (left < SEARCH_CREDITS) {
      await postponeSearch(tx, listingId, HOUR_SECONDS, 'no_credits');
      return 'there are no credits left';
    }
    const taken = await takeSearch(tx, listingId);
    if (taken) await bookSearch(tx, SEARCH_CREDITS);
    return taken ?? 'it is not to be looked for';
  });

/** Only pages of the site itself, each once, as the watch list writes them; its front page is nobody's product. */
function pagesOf(search: PageSearch, results: readonly FoundPage[]): FoundLink[] {
  const pages = new Map<string, string>();
  for (const { url: found, title } of results) {
    const url = normalizePageUrl(found);
    if (url && url.pathname !== '/' && isOfDomain(url, search.domain) && !pages.has(url.href))
      pages.set(url.href, title);
  }
  return [...pages].map(([url, text]) => ({ url, text }));
}

const keep = ({ db }: FindPageDeps, search: PageSearch, results: readonly FoundPage[]): Promise<Outcome> =>
  db.transaction(async (tx) => {
    const pages = pagesOf(search, results);
    const listing = await findListingForReading(tx, search.listing_id);
    if (listing?.variant) {
      const suggested = await noteSearchResults(tx, listing, pages);
      await endSearch(tx, search.listing_id, suggested > 0 ? 'pages_suggested' : 'no_page_found');
      return done(`${suggested} pages suggested`);
    }
    for (const { url } of pages) await insertFoundPage(tx, search, url);
    await endSearch(tx, search.listing_id, pages.length > 0 ? 'pages_listed' : 'no_page_found');
    return done(`${pages.length} pages`);
  });
