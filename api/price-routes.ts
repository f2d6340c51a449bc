/** All routes of competitor prices. */
import type { Database } from '../db/database.ts';
import { competitorRoutes } from './competitors.ts';
import { exchangeRateRoutes } from './exchange-rates.ts';
import { exportRoutes } from './export-watch-list.ts';
import { extractionRoutes } from './extraction.ts';
import { competitorImport } from './import-competitors.ts';
import { listingImport } from './import-listings.ts';
import { type KeptPriceOptions, keptPriceRoutes } from './kept-prices.ts';
import { listingRoutes } from './listings.ts';
import { matchRoutes } from './match-suggestions.ts';
import type { Route } from './route.ts';
import { scrapePlanRoutes } from './scrape-plan.ts';
import type { PrivateHosts } from './watch-list-fields.ts';

export interface PriceRouteOptions {
  db: Database;
  privateHosts: PrivateHosts;
  kept: KeptPriceOptions;
}

export const priceRoutes = ({ db, privateHosts, kept }: PriceRouteOptions): Route[] => [
  // Before the paths of single ones, which would take these words for an id.
  competitorImport({ db, privateHosts }),
  listingImport({ db, privateHosts }),
  ...exportRoutes({ db }),
  ...competitorRoutes({ db, privateHosts }),
  ...listingRoutes({ db, privateHosts }),
  ...keptPriceRoutes(db, kept),
  ...matchRoutes({ db }),
  ...exchangeRateRoutes({ db }),
  ...extractionRoutes({ db }),
  ...scrapePlanRoutes({ db }),
];
