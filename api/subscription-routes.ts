/** All routes of subscriptions. */
import { subscriptionChangeRoutes } from './change-subscription.ts';
import { type PreviewDeps, previewRoute } from './preview-subscription.ts';
import type { Route } from './route.ts';
import { subscriptionInvoicesRoute } from './subscription-invoices.ts';
import { subscriptionRoutes } from './subscriptions.ts';

export type SubscriptionRouteOptions = PreviewDeps;

export const allSubscriptionRoutes = (deps: SubscriptionRouteOptions): Route[] => [
  ...subscriptionRoutes(deps),
  ...subscriptionChangeRoutes(deps),
  previewRoute(deps),
  subscriptionInvoicesRoute(deps),
];
