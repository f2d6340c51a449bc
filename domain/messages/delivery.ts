/**
 * What an e-mail provider's event says about a message. The rank makes the outcome independent of the events' order:
 * a message only moves to a later place in it.
 */
export const deliveryRank = [
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

export type DeliveryStatus = (typeof deliveryRank)[number];

/** SendGrid's event names (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event). */
const STATUS_OF_EVENT: Readonly<Record<string, DeliveryStatus>> = {
  processed: 'accepted',
  delivered: 'delivered',
  dropped: 'dropped',
  bounce: 'bounced',
};

/** The status that an event proves, or undefined when it proves none (deferred, open, click …). */
export function statusOfEvent(event: string): DeliveryStatus | undefined {
  return Object.hasOwn(STATUS_OF_EVENT, event) ? STATUS_OF_EVENT[event] : undefined;
}

/** Whether `next` says more than `present`. */
export function outranks(next: DeliveryStatus, present: DeliveryStatus): boolean {
  return deliveryRank.indexOf(next) > deliveryRank.indexOf(present);
}
