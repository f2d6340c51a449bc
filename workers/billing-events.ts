/** Stripe's events of subscriptions and their invoices: the object is read anew, whatever the event says and whenever it comes. */
import type { InboxEvent } from '../db/inbox.ts';
import { appendSubscriptionEvent } from '../db/subscription-events.ts';
import { findSubscriptionId } from '../db/subscription-invoices.ts';
import { readSubscription } from './read-subscription.ts';
import { type RecordInvoiceDeps, recordInvoice } from './record-invoice.ts';

export type BillingEventDeps = RecordInvoiceDeps;

/** Undefined for a type that speaks of something else. */
export function billingEventApplier(
  type: string,
): ((deps: RecordInvoiceDeps, event: InboxEvent) => Promise<string>) | undefined {
  if (type === 'invoice.upcoming') return applyUpcoming;
  if (type.startsWith('invoice.')) return applyInvoice;
  return type.startsWith('customer.subscription.') ? applySubscription : undefined;
}

async function applyInvoice(deps: RecordInvoiceDeps, { object_id: id }: InboxEvent): Promise<string> {
  return id?.startsWith('in_') ? recordInvoice(deps, id) : 'foreign: speaks of no invoice';
}

async function applySubscription(deps: RecordInvoiceDeps, { object_id: id }: InboxEvent): Promise<string> {
  if (!id?.startsWith('sub_')) return 'foreign: speaks of no subscription';
  const read = await readSubscription(deps, id);
  if (read?.isNew) return read.seen.status;
  return (await findSubscriptionId(deps.db, id)) ? 'nothing new: something later is known' : 'foreign: it is not ours';
}

/** An invoice to come has no id: the event is kept under its subscription's. */
async function applyUpcoming(deps: RecordInvoiceDeps, event: InboxEvent): Promise<string> {
  const outcome = await applySubscription(deps, event);
  const subscriptionId = event.object_id && (await findSubscriptionId(deps.db, event.object_id));
  if (!subscriptionId) return outcome;
  await deps.db.transaction((tx) =>
    appendSubscriptionEvent(tx, subscriptionId, 'subscription.renewal_upcoming', 'stripe'),
  );
  return `renews soon: ${outcome}`;
}
