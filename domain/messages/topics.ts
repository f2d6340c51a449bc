/** What messages are about, in the words of preferences. */
import type { Audience } from './channels.ts';
import type { MessageTemplate } from './order-view.ts';

/**
 * By topic, who hears of it and whether they may do without. A transactional message belongs to what the customer bought: it is
 * sent at once, whatever was unsubscribed.
 */
const KINDS = {
  order: 'transactional',
  payment: 'transactional',
  shipment: 'transactional',
  refund: 'transactional',
  return: 'transactional',
  subscription: 'transactional',
  account: 'optional',
  dispute: 'shop',
  stock: 'shop',
  finance: 'shop',
  price_alert: 'shop',
  image: 'shop',
  operations: 'shop',
  vendor: 'shop',
} as const;

export type Topic = keyof typeof KINDS;

export const TOPICS = Object.keys(KINDS) as Topic[];

export const TRANSACTIONAL_TOPICS = TOPICS.filter((topic) => KINDS[topic] === 'transactional');

export const isTransactional = (topic: Topic): boolean => KINDS[topic] === 'transactional';

/** The topics of which somebody in an audience may say what they want. */
export const topicsFor = (audience: Audience): readonly Topic[] =>
  TOPICS.filter((topic) => (KINDS[topic] === 'shop') !== (audience === 'customer'));

const OF_TEMPLATE: Readonly<Record<MessageTemplate, Topic>> = {
  'order-confirmation': 'order',
  'payment-failed': 'payment',
  'payment-action-required': 'payment',
  shipped: 'shipment',
  delivered: 'shipment',
  canceled: 'order',
  refunded: 'refund',
  'out-of-stock': 'order',
  'order-edited': 'order',
  'balance-due': 'payment',
  'return-requested': 'return',
  'return-approved': 'return',
  'return-refused': 'return',
  'return-received': 'return',
  'return-reminder': 'return',
  'return-closed': 'return',
  'exchange-made': 'return',
  'claim-requested': 'return',
  'claim-decided': 'return',
  'subscription-started': 'subscription',
  'subscription-renewed': 'subscription',
  'subscription-payment-failed': 'subscription',
  'subscription-payment-action': 'subscription',
  'subscription-goods-missing': 'subscription',
  'subscription-ending': 'subscription',
  'subscription-canceled': 'subscription',
  'operations-notice': 'operations',
  'low-stock': 'stock',
  'daily-close': 'finance',
  'reconciliation-summary': 'finance',
  'price-alert': 'price_alert',
  'vendor-order': 'vendor',
  digest: 'operations',
};

/** What a template is about, where its route does not say something nearer. */
export const topicOf = (template: MessageTemplate): Topic => OF_TEMPLATE[template];
