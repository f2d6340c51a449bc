/**
 * A page that holds the results of a site's search: nobody's price, so nothing is observed. Pages that may show the variant become
 * questions to a person, in one transaction with the end of the look; a second run finds it ended.
 */
import type { Database } from '../db/database.ts';
import type { ListingForReading } from '../db/listing-for-reading.ts';
import { finishScrape, type ScrapeToDo } from '../db/scrapes.ts';
import { noteSearchResults } from '../db/search-results.ts';
import { type FoundLink, linksOf } from '../domain/matching/search-results.ts';
import type { FetchedPage } from '../domain/pages/fetched-page.ts';
import type { PageReading } from '../domain/pages/page-reading.ts';
import { done, type Outcome } from './outcome.ts';
import { type EvidenceTools, removePage } from './page-evidence.ts';

interface Searched {
  scrape: ScrapeToDo;
  found: ListingForReading;
  page: FetchedPage;
  reading: PageReading;
}

export async function readSearch(
  { db, storage }: { db: Database } & Pick<EvidenceTools, 'storage'>,
  { scrape, found, page, reading }: Searched,
): Promise<Outcome> {
  const links = [...leadsTo(page, reading), ...linksOf(page.html, page.finalUrl, found.competitor.domain)];
  const owner = { scrapeId: scrape.id, attempt: scrape.attempts };
  const recorded = await db.transaction(async (tx) => {
    if (!(await finishScrape(tx, owner, { from: ['fetched'], outcome: 'searched' }))) return false;
    await noteSearchResults(tx, found, links);
    return true;
  });
  if (recorded && scrape.page_key) await removePage(storage, scrape.page_key);
  return done('searched');
}

/** Some shops lead from a search with one result to its page. */
function leadsTo(page: FetchedPage, reading: PageReading): FoundLink[] {
  const title = reading.kind === 'offer' ? reading.fields.title?.value : undefined;
  return title !== undefined && page.finalUrl !== page.url ? [{ url: page.finalUrl, text: title }] : [];
}
