/** All routes of goods that come back, or never came as they should. */
import { claimRoutes } from './claims.ts';
import type { ReturnRouteDeps } from './read-returns.ts';
import { returnPolicyRoutes } from './return-policies.ts';
import { returnRoutes } from './returns.ts';
import type { Route } from './route.ts';

export const allReturnRoutes = (deps: ReturnRouteDeps): Route[] => [
  ...returnRoutes(deps),
  ...returnPolicyRoutes(deps),
  ...claimRoutes(deps),
];
