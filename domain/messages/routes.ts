/** Which news goes to whom, on which channel: the rules that hold unless the shop has its own (the table message_routes). */
import type { Audience, Channel, ShopAudience, Urgency } from './channels.ts';
import type { MessageTemplate } from './order-view.ts';
import { isTransactional, type Topic, topicOf } from './topics.ts';

export interface Route {
  readonly audience: Audience;
  readonly channel: Channel;
  readonly template: MessageTemplate;
  readonly topic: Topic;
  readonly urgency: Urgency;
}

type Details = Partial<Pick<Route, 'channel' | 'topic' | 'urgency'>>;

const route = (audience: Audience, template: MessageTemplate, details: Details = {}): Route => ({
  audience,
  template,
  channel: 'email',
  topic: topicOf(template),
  urgency: 'normal',
  ...details,
});
const customer = (template: MessageTemplate, details?: Details) => [route('customer', template, details)];
const notice = (topic: Topic, urgency: Urgency = 'normal') => [
  route('operations', 'operations-notice', { topic, urgency }),
];

export const CUSTOMER_EVENTS = [
  'order.paid',
  'order.rejected',
  'order.canceled',
  'order.delivered',
  'order.edited',
  'order.balance_due',
  'shipment.shipped',
  'payment.failed',
  'payment.action_required',
  'refund.succeeded',
  'return.requested',
  'return.approved',
  'return.refused',
  'return.received',
  'return.reminder',
  'return.closed',
  'exchange.made',
  'claim.requested',
  'claim.reshipped',
  'claim.refunded',
  'claim.refused',
  'subscription.started',
  'subscription.renewed',
  'subscription.payment_failed',
  'subscription.action_required',
  'subscription.goods_missing',
  'subscription.ending',
  'subscription.canceled',
] as const;
export type CustomerEvent = (typeof CUSTOMER_EVENTS)[number];
export type SubscriptionNews = Extract<CustomerEvent, `subscription.${string}`>;

export const SHOP_EVENTS = [
  'dispute.opened',
  'dispute.evidence_due',
  'dispute.closed',
  'fraud.warned',
  'refund.failed',
  'authorization_expiring',
  'authorization_expired',
  'capture_failed',
  'payment_mismatch',
  'payment_orphan',
  'webhook_endpoint.paused',
  'webhook_endpoint.gone',
  'stock.low',
  'reconciliation.open',
  'day.closed',
  'price_alert.opened',
  'price_alert.escalated',
  'site_failing',
  'extraction_changed',
  'firecrawl_credits_low',
  'return.waiting',
  'return.arrived',
  'return.not_settled',
  'claim.waiting',
  'claim.not_settled',
] as const;
export type ShopEvent = (typeof SHOP_EVENTS)[number];

export type MessageEvent = CustomerEvent | ShopEvent;

/** A customer is told by e-mail; who wants another channel as well says so. */
export const DEFAULT_ROUTES: Readonly<Record<MessageEvent, readonly Route[]>> = {
  'order.paid': customer('order-confirmation'),
  'order.rejected': customer('out-of-stock'),
  'order.canceled': customer('canceled'),
  'order.delivered': customer('delivered'),
  'order.edited': customer('order-edited'),
  'order.balance_due': customer('balance-due', { urgency: 'now' }),
  'shipment.shipped': customer('shipped'),
  'payment.failed': customer('payment-failed', { urgency: 'now' }),
  'payment.action_required': customer('payment-action-required', { urgency: 'now' }),
  'refund.succeeded': customer('refunded'),
  'return.requested': customer('return-requested'),
  'return.approved': customer('return-approved'),
  'return.refused': customer('return-refused'),
  'return.received': customer('return-received'),
  'return.reminder': customer('return-reminder'),
  'return.closed': customer('return-closed'),
  'exchange.made': customer('exchange-made'),
  'claim.requested': customer('claim-requested'),
  'claim.reshipped': customer('claim-decided'),
  'claim.refunded': customer('claim-decided'),
  'claim.refused': customer('claim-decided'),
  'subscription.started': customer('subscription-started'),
  'subscription.renewed': customer('subscription-renewed'),
  'subscription.payment_failed': customer('subscription-payment-failed', { urgency: 'now' }),
  'subscription.action_required': customer('subscription-payment-action', { urgency: 'now' }),
  'subscription.goods_missing': customer('subscription-goods-missing'),
  'subscription.ending': customer('subscription-ending'),
  'subscription.canceled': customer('subscription-canceled'),
  'dispute.opened': notice('dispute'),
  'dispute.evidence_due': notice('dispute', 'now'),
  'dispute.closed': notice('dispute'),
  'fraud.warned': notice('dispute', 'now'),
  'refund.failed': notice('operations'),
  authorization_expiring: notice('operations', 'now'),
  authorization_expired: notice('operations'),
  capture_failed: notice('operations', 'now'),
  payment_mismatch: notice('operations', 'now'),
  payment_orphan: notice('operations'),
  'webhook_endpoint.paused': notice('operations'),
  'webhook_endpoint.gone': notice('operations'),
  'stock.low': [route('operations', 'low-stock')],
  'reconciliation.open': [route('finance', 'reconciliation-summary', { urgency: 'low' })],
  'day.closed': [route('finance', 'daily-close', { urgency: 'low' })],
  'price_alert.opened': [route('merchandisers', 'price-alert')],
  'price_alert.escalated': [route('merchandisers', 'price-alert', { urgency: 'now' })],
  site_failing: notice('operations'),
  extraction_changed: notice('operations'),
  firecrawl_credits_low: notice('operations'),
  'return.waiting': notice('operations'),
  'return.arrived': notice('operations'),
  'return.not_settled': notice('operations'),
  'claim.waiting': notice('operations'),
  'claim.not_settled': notice('operations'),
};

type Channels = Readonly<Partial<Record<Channel, Urgency>>>;

/** What the statements that write messages take of an event: its channels, each with its urgency, for each audience. */
export interface RoutedEvent {
  readonly template: MessageTemplate;
  readonly topic: Topic;
  readonly channels: Readonly<Partial<Record<Audience, Channels>>>;
}

const ROUTED = Object.fromEntries(
  Object.entries(DEFAULT_ROUTES).map(([event, routes]) => [event, routed(routes)]),
) as Readonly<Record<MessageEvent, RoutedEvent>>;

function routed(routes: readonly Route[]): RoutedEvent {
  const [{ template, topic }] = routes as [Route];
  const channels: Partial<Record<Audience, Partial<Record<Channel, Urgency>>>> = {};
  for (const { audience, channel, urgency } of routes)
    channels[audience] = { ...channels[audience], [channel]: urgency };
  return { template, topic, channels };
}

export const routedEvent = (event: MessageEvent): RoutedEvent => ROUTED[event];

/** The same for what a customer hears, as the columns of a statement's item. */
export function customerRoute(event: CustomerEvent): {
  event: CustomerEvent;
  template: MessageTemplate;
  topic: Topic;
  routes: Channels;
} {
  const { template, topic, channels } = ROUTED[event];
  return { event, template, topic, routes: channels.customer ?? {} };
}

const isCustomerEvent = (event: MessageEvent): event is CustomerEvent =>
  (CUSTOMER_EVENTS as readonly MessageEvent[]).includes(event);

/** Whom the shop may route an event to: what a customer hears is written for them, what the shop hears for any of its people. */
export const audiencesOf = (event: MessageEvent): readonly Audience[] =>
  isCustomerEvent(event) ? ['customer'] : (['operations', 'finance', 'merchandisers'] satisfies ShopAudience[]);

export const MESSAGE_EVENTS = Object.keys(DEFAULT_ROUTES) as MessageEvent[];

export const isMessageEvent = (event: string): event is MessageEvent => Object.hasOwn(DEFAULT_ROUTES, event);

/** What a customer must be told of what they bought cannot be switched off. */
export const isRouteNeeded = (event: MessageEvent, audience: Audience, channel: Channel): boolean =>
  audience === 'customer' && channel === 'email' && isTransactional(ROUTED[event].topic);

/** Whether a route holds where the shop says nothing else, and how urgent it is then. */
export function defaultRoute(event: MessageEvent, audience: Audience, channel: Channel): Urgency | undefined {
  return ROUTED[event].channels[audience]?.[channel];
}
