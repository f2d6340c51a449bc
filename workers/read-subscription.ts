/** Reads a subscription at Stripe and records what is new of it: for events, reconciliation and invoices that name what we do not know yet. */
import type { Database } from '../db/database.ts';
import { recordSubscription } from '../db/record-subscription.ts';
import { takeReading } from '../db/stripe-readings.ts';
import type { BillingProvider, ProviderSubscription } from '../providers/billing.ts';

export interface ReadSubscriptionDeps {
  db: Database;
  billing: BillingProvider;
}

export interface ReadSubscription {
  seen: ProviderSubscription;
  /** False: it is not ours, or something later is known. */
  isNew: boolean;
}

/** Undefined when Stripe knows no such subscription. */
export async function readSubscription(
  { db, billing }: ReadSubscriptionDeps,
  stripeId: string,
): Promise<ReadSubscription | undefined> {
  const reading = await takeReading(db);
  const seen = await billing.retrieveSubscription(stripeId);
  if (!seen) return undefined;
  const row = await db.transaction((tx) => recordSubscription(tx, seen, reading));
  return { seen, isNew: row !== undefined };
}
