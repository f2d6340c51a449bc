import { accountLinkRoutes } from './account-links.ts';
import { accountRoutes } from './accounts.ts';
import { applicationFeeRoutes } from './application-fees.ts';
import { capabilityRoutes } from './capabilities.ts';
import { externalAccountRoutes } from './external-accounts.ts';
import { personRoutes } from './persons.ts';
import { transferReversalRoutes } from './transfer-reversals.ts';
import { transferRoutes } from './transfers.ts';

/** Everything of Connect that can be called. */
export const connectRoutes = [
  ...accountRoutes,
  ...capabilityRoutes,
  ...personRoutes,
  ...externalAccountRoutes,
  ...accountLinkRoutes,
  ...transferRoutes,
  ...transferReversalRoutes,
  ...applicationFeeRoutes,
];
