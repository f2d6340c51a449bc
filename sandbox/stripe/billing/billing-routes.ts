import { refuse } from '../errors.ts';
import type { Route } from '../routes.ts';
import { customerBalanceRoutes } from './customer-balance.ts';
import { invoiceItemRoutes } from './invoice-items.ts';
import { invoiceLineRoutes } from './invoice-lines.ts';
import { invoicePaymentRoutes } from './invoice-payments.ts';
import { invoiceRoutes } from './invoices.ts';
import { planRoutes } from './plans.ts';
import { previewRoutes } from './preview-invoice.ts';
import { priceRoutes } from './prices.ts';
import { productRoutes } from './products.ts';
import { subscriptionItemRoutes } from './subscription-items.ts';
import { subscriptionRoutes } from './subscriptions.ts';
import { testClockRoutes } from './test-clocks.ts';

const routes: Route[] = [
  ...productRoutes,
  ...priceRoutes,
  ...planRoutes,
  ...subscriptionRoutes,
  ...subscriptionItemRoutes,
  ...previewRoutes,
  ...invoiceLineRoutes,
  ...invoiceRoutes,
  ...invoiceItemRoutes,
  ...invoicePaymentRoutes,
  ...customerBalanceRoutes,
  ...testClockRoutes,
];

/** What Stripe Billing consists of. It is the platform's alone. */
export const billingRoutes: Route[] = routes.map((each) => ({
  ...each,
  run: (call, form) => {
    if (!call.sandbox.account) return each.run(call, form);
    throw refuse('This sandbox plays Billing for the platform alone, not for connected accounts.');
  },
}));
