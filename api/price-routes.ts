/** All routes of competitor prices. */
import type { Database } from '../db/database.ts';
import { competitorRoutes } from './competitors.ts';
import { exchangeRateRoutes } from './exchange-rates.ts';
import { extractionRoutes } from './extraction.ts';
import { listingRoutes } from './listings.ts';
import { matchRoutes } from './match-suggestions.ts';
import type { Route } from './route.ts';
import type { PrivateHosts } from './watch-list-fields.ts';

export interface PriceRouteOptions {
  db: Database;
  privateHosts: PrivateHosts;
}

export const priceRoutes = ({ db, privateHosts }: PriceRouteOptions): Route[] => [
  ...competitorRoutes({ db, privateHosts }),
  ...listingRoutes({ db, privateHosts }),
  ...matchRoutes({ db }),
  ...exchangeRateRoutes({ db }),
  ...extractionRoutes({ db }),
];
