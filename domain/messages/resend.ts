/**
 * Of which messages a second one does less harm than none: sent again, once, when after a wait nobody knows whether the first
 * one left. What tells a customer of their money and their parcel must arrive. A price alert or a digest said twice is a false
 * alarm, and what the shop is told stands in its lists too.
 */
import type { MessageTemplate } from './order-view.ts';

export const RESENT_TEMPLATES: readonly MessageTemplate[] = [
  'order-confirmation',
  'payment-failed',
  'payment-action-required',
  'shipped',
  'canceled',
  'refunded',
  'out-of-stock',
  'order-edited',
  'balance-due',
  'return-approved',
  'return-refused',
  'return-received',
  'return-closed',
  'exchange-made',
  'claim-decided',
  'subscription-renewed',
  'subscription-payment-failed',
  'subscription-payment-action',
  'subscription-goods-missing',
  'subscription-canceled',
];
