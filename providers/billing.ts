/**
 * Stripe Billing, as far as subscriptions need it. Prices are ours: every item has price data of its own, and names our line in its
 * metadata. Errors are those of providers/payments.ts.
 */
import Stripe from 'stripe';
import { createStripeSubscriptions } from './billing-subscriptions.ts';
import type { BillingProvider } from './billing-types.ts';
import { hostOf, type StripeOptions } from './payments.ts';

export type {
  BillingProvider,
  InvoicePreview,
  NewSubscription,
  ProviderSubscription,
  SubscriptionUpdate,
} from './billing-types.ts';

export function createStripeBilling(options: StripeOptions): BillingProvider {
  const stripe = new Stripe(options.secretKey, {
    timeout: options.timeoutMs,
    maxNetworkRetries: 1,
    telemetry: false,
    ...hostOf(options.apiBase),
  });
  return createStripeSubscriptions(stripe);
}
