/** All routes of price alerts: rules, alerts, mutes, and the links in their mails. */
import type { Database } from '../db/database.ts';
import { createAlertTokens } from '../price-alert-token.ts';
import { alertRuleRoutes } from './alert-rules.ts';
import { alertLinkRoutes } from './price-alert-links.ts';
import { priceAlertRoutes } from './price-alerts.ts';
import { priceMuteRoutes } from './price-mutes.ts';
import type { Route } from './route.ts';

export interface AlertRouteOptions {
  db: Database;
  linkSecret: string;
  /** Of the shop. */
  locale: string;
}

export const alertRoutes = ({ db, linkSecret, locale }: AlertRouteOptions): Route[] => [
  ...alertRuleRoutes({ db }),
  ...priceAlertRoutes({ db }),
  ...priceMuteRoutes({ db }),
  ...alertLinkRoutes({ db, tokens: createAlertTokens(linkSecret), locale }),
];
