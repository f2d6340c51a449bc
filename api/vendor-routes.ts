/** Every route of vendors and of what is theirs. */
import type { Database } from '../db/database.ts';
import type { ConnectProvider } from '../providers/connect.ts';
import type { Route } from './route.ts';
import { vendorKeyRoutes } from './vendor-keys.ts';
import { vendorOrderRoutes } from './vendor-orders.ts';
import { vendorStateRoutes } from './vendor-states.ts';
import { vendorRoutes } from './vendors.ts';

interface Context {
  db: Database;
  connect: ConnectProvider;
}

export function vendorPartRoutes(context: Context): Route[] {
  return [
    ...vendorRoutes(context),
    ...vendorStateRoutes(context),
    ...vendorKeyRoutes(context),
    ...vendorOrderRoutes(context),
  ];
}
