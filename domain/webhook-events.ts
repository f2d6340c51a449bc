/** What webhooks tell of: the types, the filters over them, and the thin payload that an event becomes. */

/**
 * By type, with a sentence for people. What is told of an order is its history, which `GET /v1/orders/{id}/events` has as well; a type
 * that is not listed here is told all the same to who takes its topic.
 */
export const WEBHOOK_EVENT_TYPES: Readonly<Record<string, string>> = {
  'order.accepted': 'The order is kept and its checkout begins.',
  'order.rejected': 'Stock is short, or Stripe refused the payment as such.',
  'order.canceled': 'The order was canceled.',
  'order.expired': 'Nobody paid the order in time.',
  'order.held': 'Nothing of the order is sent for now.',
  'order.released': 'The order may be sent again.',
  'order.shipped': 'Every parcel is under way.',
  'order.delivered': 'Every parcel has arrived.',
  'order.edited': 'The order was changed before it was sent: it has a new revision.',
  'order.edit_requested': 'A change of the order waits for Stripe, or for its payment.',
  'order.edit_refused': 'Stripe refused a change of the order, which stays as it was.',
  'order.edit_canceled': 'A change of the order is not made: it was not paid, or came too late.',
  'order.settled': 'The order has no goods: nothing of it is sent.',
  'payment.created': 'The PaymentIntent is there.',
  'payment.requires_action': 'The customer has to confirm, as for 3-D Secure.',
  'payment.processing': 'The bank works on it.',
  'payment.authorized': 'The money is held, not taken.',
  'payment.succeeded': 'The money was taken.',
  'payment.succeeded_late': 'Money came in for an order that had ended; it goes back.',
  'payment.partially_captured': 'Part of what was held was taken.',
  'payment.failed': 'The payment was declined.',
  'payment.refused': 'Stripe could not do what the payment asked for, as with an unknown payment method.',
  'payment.canceled': 'The payment was closed.',
  'payment.mismatch': 'Another amount or currency was taken than the order costs.',
  'payment.open_late': 'An ended order has a payment that is still open.',
  'payment.capture_requested': 'Somebody asked to take what is held.',
  'payment.capture_failed': 'What was held could not be taken.',
  'payment.authorization_expiring': 'What is held is soon released.',
  'payment.authorization_expired': 'What was held was released.',
  'refund.created': 'Money is to go back.',
  'refund.requested': 'Stripe works on the refund.',
  'refund.requires_action': 'The customer has to do something for the refund.',
  'refund.succeeded': 'The money went back.',
  'refund.failed': 'The money did not go back.',
  'refund.canceled': 'The refund was called off.',
  'claim.requested': 'Goods never came, came damaged or were missing, says the customer or the shop.',
  'claim.reshipped': 'Claimed goods are sent once more, by an order of their own.',
  'claim.refunded': 'The money of claimed goods goes back.',
  'claim.refused': 'A claim was refused.',
  'claim.canceled': 'A claim was called off.',
  'claim.carrier_noted': 'What the carrier was asked for, or paid, for a claim.',
  'return.requested': 'Somebody wants to send goods back.',
  'return.approved': 'Goods may come back.',
  'return.refused': 'Goods may not come back.',
  'return.canceled': 'A return was called off.',
  'return.label_requested': 'A further label is to be bought for a return.',
  'return.label_sent': 'A return has its label.',
  'return.label_refused': 'The carrier sells no label for a return.',
  'return.in_transit': 'Goods are on their way back.',
  'return.arrived': 'Every parcel of a return has arrived.',
  'return.counted': 'A part of what comes back was counted.',
  'return.received': 'All that was to come back is accounted for.',
  'return.corrected': 'What was counted of a return was corrected.',
  'return.refunded': 'The money for what came back is on its way.',
  'return.exchanged': 'Other goods go out for what came back.',
  'return.closed': 'A return ended without money.',
  'return.lapsed': 'Nobody sent the goods in time.',
  'credit.granted': 'Money of the order pays for another one.',
  'credit.received': 'Money of another order pays for this one.',
  'credit.returned': 'What money of another order had paid goes back there.',
  'shipment.created': 'A parcel is planned.',
  'shipment.label_purchased': 'A parcel has its label and tracking number.',
  'shipment.in_transit': 'A parcel is under way.',
  'shipment.tracked': 'The carrier tells of a parcel, and nothing else has changed.',
  'shipment.exception': 'A parcel is stuck.',
  'shipment.delivered': 'A parcel has arrived.',
  'dispute.created': 'A payment is disputed, or the bank inquires.',
  'dispute.needs_response': 'The bank wants an answer.',
  'dispute.under_review': 'The bank has the evidence.',
  'dispute.won': 'The dispute is won.',
  'dispute.lost': 'The dispute is lost.',
  'dispute.prevented': 'The dispute was settled before it began.',
  'dispute.warning_under_review': 'The bank has what it inquired for.',
  'dispute.warning_closed': 'An inquiry was closed.',
  'dispute.appeal_needs_response': 'A decided dispute was appealed, and the bank wants an answer.',
  'dispute.appeal_under_review': 'The bank has the evidence for an appeal.',
  'dispute.funds_withdrawn': 'Stripe took the disputed money.',
  'dispute.funds_reinstated': 'Stripe gave the disputed money back.',
  'dispute.evidence_due': 'Evidence is due soon.',
  'dispute.evidence_queued': 'Evidence is on its way.',
  'dispute.evidence_submitted': 'Evidence was handed in.',
  'dispute.evidence_refused': 'Stripe refused the evidence.',
  'fraud.warned': "The card's issuer warns of fraud.",
  'notification.accepted': 'A message of which nobody knew whether it left was taken by the provider.',
  'notification.delivered': 'A message arrived.',
  'notification.bounced': 'A message bounced.',
  'notification.dropped': 'A message was not sent on by the provider.',
  'notification.failed': 'A message was refused.',
  'notification.uncertain': 'Nobody knows whether a message left.',
  'stock.reserved': 'The units of an order are reserved.',
  'stock.allocated': 'The units of an order are allocated to places.',
  'line.skipped':
    "A subscription's order goes without goods that are out of stock; the next invoice is less by their price.",
  'line.substituted': "Goods of a subscription's order that are out of stock are replaced.",
  'line.refunded': "A subscription's order goes without goods that are out of stock; their price goes back.",
  'stock.changed': 'Stock was received, counted or corrected.',
  'stock.low': 'What is available of a variant has come down to where more should be ordered.',
  'image.ready': 'A picture and its variants can be shown.',
  'image.rejected': 'A picture was not taken.',
  'image.failed': 'The bytes of a picture could not be had.',
  'price_alert.opened': "A competitor's price is told to merchandisers.",
  'price_alert.escalated': 'Nobody did anything about a price alert in the time that its rule gives.',
  'price_alert.resolved': 'A price alert is over, or somebody has decided it.',
  'vendor.registered': 'A vendor has registered.',
  'vendor.changed': "A vendor's profile, settings or terms were changed.",
  'vendor.submitted': 'A vendor has handed in what it is verified by.',
  'vendor.refused': 'What a vendor has handed in was refused, with reasons.',
  'vendor.verified': 'A vendor is verified, and its account at Stripe is being opened.',
  'vendor.account_opened': 'A vendor has an account at Stripe, of which it completes the rest there.',
  'vendor.activated': "A vendor's products are sold, and it is paid.",
  'vendor.restricted': 'Stripe pays nothing out to a vendor for now.',
  'vendor.suspended': "A vendor's products cannot be ordered for now.",
  'vendor.resumed': 'The suspension of a vendor has ended.',
  'vendor.closed': 'A vendor is closed for good.',
  'vendor.transfer.paid': 'Stripe has transferred what a vendor has of an order.',
  'vendor.transfer.reversed': 'What a refund or a dispute took of a transfer to a vendor was taken back.',
  'vendor.transfer.failed': 'Stripe refused a transfer to a vendor, or to take it back; it is asked again.',
  'vendor_order.created': "A paid order has goods of a vendor's for it to send.",
  'vendor_order.changed': 'What a vendor has to send of an order, or where to, has changed.',
  'vendor_order.held': 'Nothing of it may be sent for now.',
  'vendor_order.released': 'It may be sent again.',
  'vendor_order.packed': 'The vendor says that it is packed.',
  'vendor_order.problem': 'The vendor says what stands in its way.',
  'vendor_order.problem_settled': 'The shop has settled what the vendor reported.',
  'vendor_order.partially_shipped': 'Some of its parcels are under way.',
  'vendor_order.shipped': 'All of its parcels are under way.',
  'vendor_order.delivered': 'All of its parcels have arrived.',
  'vendor_order.canceled': 'Nothing of it is to be sent any more.',
  'subscription.created': 'A subscription is kept, and is being made at Stripe.',
  'subscription.started': 'Its first payment was made, or its trial has begun.',
  'subscription.rejected': 'Stripe refused the subscription as such.',
  'subscription.changed': 'What it delivers, its rhythm, its address or its coupon has changed.',
  'subscription.change_refused': 'A change that was asked for could not be made.',
  'subscription.payment_method_changed': 'Another payment method is charged from now on.',
  'subscription.status_changed': 'Stripe sees it in another state, as active again.',
  'subscription.past_due': 'A payment of it is overdue.',
  'subscription.unpaid': 'It was not paid, and is billed no more until it is.',
  'subscription.paused': 'Nothing of it is billed or sent for now.',
  'subscription.resumed': 'It goes on.',
  'subscription.delivery_skipped': 'Its next delivery is skipped.',
  'subscription.delivery_unskipped': 'Its next delivery is made after all.',
  'subscription.ending': 'It ends with the period that is paid.',
  'subscription.reactivated': 'It does not end after all.',
  'subscription.canceled': 'It has ended.',
  'subscription.renewal_upcoming': 'Its next period is billed soon.',
  'subscription.renewed': 'A new period was paid, and its order is made.',
  'subscription.order_made': 'Its first or another invoice was paid, and its order is made.',
  'subscription.payment_failed': 'An invoice of it was not paid; Stripe may try again.',
  'subscription.action_required': "An invoice of it waits until the customer's bank has been answered.",
  'subscription.invoice_voided': 'An invoice of it is not to be paid any more.',
  'subscription.invoice_uncollectible': 'An invoice of it is given up.',
  'subscription.line_skipped': 'Goods that were out of stock are left out; the next invoice is less by their price.',
  'subscription.line_substituted': 'Goods that were out of stock are replaced, at no higher price.',
  'subscription.line_refunded': 'Goods that were out of stock are left out; their price goes back.',
  'webhook.test': 'A test that somebody asked for; sent whatever the filter says.',
};

/** What an endpoint gets when somebody asks for a test. */
export const TEST_EVENT = 'webhook.test';

const TOPICS: ReadonlySet<string> = new Set(Object.keys(WEBHOOK_EVENT_TYPES).map(topicOf));

function topicOf(type: string): string {
  return type.slice(0, Math.max(0, type.indexOf('.')));
}

/** `*`, a topic as `order.*`, or a type by its name. */
export function isEventFilter(filter: string): boolean {
  if (filter === '*') return true;
  return filter.endsWith('.*') ? TOPICS.has(filter.slice(0, -2)) : Object.hasOwn(WEBHOOK_EVENT_TYPES, filter);
}

export function matchesFilters(filters: readonly string[], type: string): boolean {
  return filters.some((filter) => filter === '*' || filter === type || filter === `${topicOf(type)}.*`);
}

/** An event as a webhook tells it: enough to know what to read, nothing that could be stale or anybody's secret. */
export interface WebhookEvent {
  /** The webhook-id. */
  id: string;
  type: string;
  occurredAt: Date;
  orderId: string | null;
  data: WebhookData;
}

export interface WebhookData {
  object: string;
  id: string;
  order_id: string | null;
  /** Of all events of the order, or of the object when it belongs to no order: 1, 2, 3 … */
  sequence: number;
}

export interface HappenedToOrder {
  order_id: string;
  sequence: number;
  type: string;
  data: Readonly<Record<string, unknown>>;
  created_at: Date;
}

/** What it happened to is the event's own object when its data names one (`refund_id` for `refund.…`), else the order. */
export function ofOrder({ order_id, sequence, type, data, created_at }: HappenedToOrder): WebhookEvent {
  const topic = topicOf(type);
  const own = data[`${topic}_id`];
  const about = typeof own === 'string' ? { object: topic, id: own } : { object: 'order', id: order_id };
  const id = `evt_${order_id}_${sequence}`;
  return { id, type, occurredAt: created_at, orderId: order_id, data: { ...about, order_id, sequence } };
}

export interface HappenedInShop {
  id: string;
  object: string;
  object_id: string;
  sequence: number;
  type: string;
  created_at: Date;
}

export function ofShop({ id, object, object_id, sequence, type, created_at }: HappenedInShop): WebhookEvent {
  const data = { object, id: object_id, order_id: null, sequence };
  return { id: `evt_${id}`, type, occurredAt: created_at, orderId: null, data };
}
