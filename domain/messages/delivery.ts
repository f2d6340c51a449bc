/**
 * What a provider's event says about a message. The rank makes the outcome independent of the events' order: a message only
 * moves to a later place in it.
 */
export const deliveryRank = [
  'held',
  'suppressed',
  'queued',
  'sending',
  'uncertain',
  'failed',
  'accepted',
  'delivered',
  'dropped',
  // Last: a mailbox may take a message and bounce it afterwards (an asynchronous bounce), which is then the truth.
  'bounced',
] as const;

/** `digested`: told by another message, whose own events say how that went. */
export type DeliveryStatus = (typeof deliveryRank)[number] | 'digested';

/** Providers that tell what became of a message. */
export const EVENT_PROVIDERS = ['sendgrid', 'twilio'] as const;
export type EventProvider = (typeof EVENT_PROVIDERS)[number];

/**
 * The status that an event proves. One that is not named proves that the provider has the message, since it names it.
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
 * https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
 */
const STATUS_OF_EVENT: Readonly<Record<EventProvider, Readonly<Record<string, DeliveryStatus>>>> = {
  sendgrid: {
    processed: 'accepted',
    deferred: 'accepted',
    delivered: 'delivered',
    // Who opens, follows, complains or unsubscribes has got it.
    open: 'delivered',
    click: 'delivered',
    spamreport: 'delivered',
    unsubscribe: 'delivered',
    group_unsubscribe: 'delivered',
    dropped: 'dropped',
    bounce: 'bounced',
  },
  twilio: {
    delivered: 'delivered',
    read: 'delivered',
    undelivered: 'bounced',
    failed: 'dropped',
    canceled: 'dropped',
  },
};

/**
 * Events that say nothing more than their status, which the try's own record has already said: they are not kept, so that what
 * goes well costs one event.
 */
export const MERE_STATUSES: Readonly<Record<EventProvider, readonly string[]>> = {
  sendgrid: ['processed', 'delivered'],
  twilio: ['accepted', 'scheduled', 'queued', 'sending', 'sent', 'delivered'],
};

export type SuppressionReason = 'bounce' | 'gone' | 'complaint' | 'unsubscribe';

/**
 * Why an address is not written to after an event: by its name, or by name and code. A `blocked` bounce of SendGrid's is the
 * sender's trouble and may pass; a number that Twilio found switched off (30003) may be on again.
 * https://www.twilio.com/docs/api/errors
 */
const SUPPRESSION_OF_EVENT: Readonly<Record<EventProvider, Readonly<Record<string, SuppressionReason>>>> = {
  sendgrid: {
    'bounce/bounce': 'bounce',
    spamreport: 'complaint',
    unsubscribe: 'unsubscribe',
    group_unsubscribe: 'unsubscribe',
  },
  twilio: {
    'undelivered/30004': 'complaint',
    'undelivered/30005': 'bounce',
    'undelivered/30006': 'bounce',
    'failed/30004': 'complaint',
    'failed/30005': 'bounce',
    'failed/30006': 'bounce',
    'failed/21610': 'unsubscribe',
    'undelivered/21610': 'unsubscribe',
    'failed/21211': 'bounce',
    'failed/21614': 'bounce',
  },
};

export interface Proof {
  status: DeliveryStatus;
  suppress: SuppressionReason | null;
}

/** What an event proves of the message that it names. */
export function proofOf(provider: EventProvider, { type, code }: { type: string; code: string | null }): Proof {
  const reasons = SUPPRESSION_OF_EVENT[provider];
  return {
    status: pick(STATUS_OF_EVENT[provider], type) ?? 'accepted',
    suppress: pick(reasons, `${type}/${code}`) ?? pick(reasons, type) ?? null,
  };
}

/** Foreign words: `constructor` is none of ours. */
const pick = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** Ends that the order's history tells of, with the provider's reason. */
export const BAD_ENDS: readonly DeliveryStatus[] = ['dropped', 'bounced'];
