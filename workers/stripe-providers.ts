/** Stripe, in the parts that the pools ask for. */
import { createStripeBilling } from '../providers/billing.ts';
import { createStripeInvoices } from '../providers/billing-invoices.ts';
import { createStripeConnect } from '../providers/connect-stripe.ts';
import { createStripePayments, type StripeOptions } from '../providers/payments.ts';
import { createStripeLists } from '../providers/payments-lists.ts';
import type { PoolDeps } from './pools.ts';

type StripeProviders = Pick<PoolDeps, 'payments' | 'billing' | 'invoices' | 'lists' | 'connect'>;

export const stripeProviders = (options: StripeOptions): StripeProviders => ({
  payments: createStripePayments(options),
  billing: createStripeBilling(options),
  invoices: createStripeInvoices(options),
  lists: createStripeLists(options),
  connect: createStripeConnect(options),
});
