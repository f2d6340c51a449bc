/** All routes of what vendors earn. */
import type { Database } from '../db/database.ts';
import type { Route } from './route.ts';
import { vendorBalanceRoutes } from './vendor-balance.ts';
import { commissionRoutes } from './vendor-commission.ts';
import { vendorPayoutRoutes } from './vendor-payouts.ts';
import { vendorStatementRoutes } from './vendor-statements.ts';

export const vendorMoneyRoutes = (context: { db: Database; shopName: string }): Route[] => [
  ...vendorBalanceRoutes(context),
  ...vendorStatementRoutes(context),
  ...vendorPayoutRoutes(context),
  ...commissionRoutes(context),
];
