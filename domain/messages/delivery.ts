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

/**
 * The status that an event of SendGrid's proves; those not named (deferred, open, click …) prove none.
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
 */
export const STATUS_OF_EVENT: Readonly<Record<string, DeliveryStatus>> = {
  processed: 'accepted',
  delivered: 'delivered',
  dropped: 'dropped',
  bounce: 'bounced',
};

/** Ends that the order's history tells of, with the provider's reason. */
export const BAD_ENDS: readonly DeliveryStatus[] = ['dropped', 'bounced'];
