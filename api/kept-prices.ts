/** What is kept of competitors' prices, drawn, and proposed for ours: the routes of it, and what they need. */
import { createChartTokens } from '../chart-token.ts';
import type { Database } from '../db/database.ts';
import type { EvidenceContext } from './evidence.ts';
import { observationRoutes } from './observations.ts';
import { type ChartContext, chartRoutes } from './price-charts.ts';
import { priceHistoryRoutes } from './price-history.ts';
import { repriceRoutes } from './reprices.ts';
import type { Route } from './route.ts';

export interface KeptPriceOptions
  extends Pick<EvidenceContext, 'storage'>,
    Pick<ChartContext, 'taxPercent' | 'shopName' | 'locale'> {
  /** Signs the links of mails. */
  linkSecret: string;
}

export function keptPriceRoutes(db: Database, options: KeptPriceOptions): Route[] {
  const tokens = createChartTokens(options.linkSecret);
  return [
    ...observationRoutes({ db, tokens, storage: options.storage }),
    ...priceHistoryRoutes({ db }),
    ...chartRoutes({ db, tokens, ...options }),
    ...repriceRoutes({ db }),
  ];
}
