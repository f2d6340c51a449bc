import type { Route } from '../routes.ts';
import { customerBalanceRoutes } from './customer-balance.ts';
import { invoiceItemRoutes } from './invoice-items.ts';
import { invoicePaymentRoutes } from './invoice-payments.ts';
import { invoiceRoutes } from './invoices.ts';
import { priceRoutes } from './prices.ts';
import { productRoutes } from './products.ts';
import { subscriptionItemRoutes } from './subscription-items.ts';
import { subscriptionRoutes } from './subscriptions.ts';
import { testClockRoutes } from './test-clocks.ts';

/** What Stripe Billing consists of. */
export const billingRoutes: Route[] = [
  ...productRoutes,
  ...priceRoutes,
  ...subscriptionRoutes,
  ...subscriptionItemRoutes,
  ...invoiceRoutes,
  ...invoiceItemRoutes,
  ...invoicePaymentRoutes,
  ...customerBalanceRoutes,
  ...testClockRoutes,
];
