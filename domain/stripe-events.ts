/** Which of Stripe's events something is done about, and what each one speaks of: alike for the webhook and the events list. */

/** The types that some job acts on; all others are kept, answered with 2xx and left. */
export const HANDLED_EVENTS = [
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.requires_action',
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.processing',
  'charge.succeeded',
  'charge.updated',
  'charge.failed',
  'charge.refunded',
  'charge.refund.updated',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'radar.early_fraud_warning.created',
  'radar.early_fraud_warning.updated',
  'payout.created',
  'payout.updated',
  'payout.paid',
  'payout.failed',
  'payout.canceled',
  'payout.reconciliation_completed',
  'transfer.created',
  'transfer.updated',
  'transfer.reversed',
  'account.updated',
  'account.application.deauthorized',
  'account.external_account.updated',
  'capability.updated',
  'invoice.created',
  'invoice.finalized',
  'invoice.paid',
  'invoice.payment_succeeded',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'invoice.upcoming',
  'invoice.updated',
  'invoice.voided',
  'invoice.marked_uncollectible',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'customer.subscription.trial_will_end',
] as const;

const handled: ReadonlySet<string> = new Set(HANDLED_EVENTS);
export const isHandled = (type: string): boolean => handled.has(type);

/** What an event's `data.object` must show of itself. */
export interface EventObject {
  id?: string | undefined;
  object?: string | undefined;
  payment_intent?: string | null | undefined;
  /** Of an invoice. */
  parent?: { subscription_details?: { subscription?: string | { id: string } | null } | null } | null | undefined;
  metadata?: Readonly<Record<string, string>> | null | undefined;
}

/** These have rows of their own; what is not known of them here is read by their own id. */
const OWN_ROWS: ReadonlySet<string | undefined> = new Set([
  ...['refund', 'dispute', 'radar.early_fraud_warning', 'invoice', 'subscription'],
]);

/** The intent is what an order is found by, whatever the event's own object is, unless that has a row of its own. */
export const subjectOf = (
  { object, id, payment_intent: intent, parent }: EventObject,
  account?: string,
): string | null => account ?? (OWN_ROWS.has(object) ? (id ?? upcomingOf(parent)) : (intent ?? id)) ?? null;

/** Whether it speaks of a vendor's connected account: then of the account, whatever happened in it. */
export const isOfAccount = (subject: string | null): subject is string => subject?.startsWith('acct_') ?? false;

/** An invoice to come has no id yet: it is its subscription that is spoken of. */
function upcomingOf(parent: EventObject['parent']): string | undefined {
  const subscription = parent?.subscription_details?.subscription;
  return typeof subscription === 'string' ? subscription : subscription?.id;
}

/** Our order's id from the object's metadata, when it looks like one. */
export function orderIdOf({ metadata }: EventObject): string | undefined {
  const id = metadata?.order_id;
  return id && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id : undefined;
}
