/** Listings whose pages Firecrawl fetches, each of a site of its own, with a look planned. */
import type { Database } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';

export interface PlannedListing {
  scrapeId: string;
  listingId: string;
  url: string;
  domain: string;
}

let sites = 0;

export const planFirecrawlScrapes = (db: Database, count: number, locale = 'de'): Promise<PlannedListing[]> =>
  planPages(
    db,
    Array.from({ length: count }, () => `https://shop-${++sites}.test/lamp?size=1`),
    locale,
  );

/** The same for pages that somebody serves; each of another site. */
export async function planPages(db: Database, urls: readonly string[], locale = 'de'): Promise<PlannedListing[]> {
  const planned: PlannedListing[] = [];
  for (const url of urls) {
    const domain = new URL(url).host;
    const [competitorId, listingId, scrapeId] = [uuidv7(), uuidv7(), uuidv7()];
    await db.pool.query(
      `insert into competitors (id, name, domain, currency, locale, source) values ($1, $2, $2, 'eur', $3, 'firecrawl')`,
      [competitorId, domain, locale],
    );
    await db.pool.query('insert into listings (id, competitor_id, url) values ($1, $2, $3)', [
      listingId,
      competitorId,
      url,
    ]);
    await db.pool.query(
      `insert into scrapes (id, listing_id, competitor_id, source, planned_for) values ($1, $2, $3, 'firecrawl', now())`,
      [scrapeId, listingId, competitorId],
    );
    planned.push({ scrapeId, listingId, url, domain });
  }
  return planned;
}
