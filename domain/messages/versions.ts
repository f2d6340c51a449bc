import type { MessageTemplate } from './order-view.ts';

/** What a template renders changes with its version alone. */
export const VERSIONS: Readonly<Record<MessageTemplate, { version: number }>> = {
  'order-confirmation': { version: 1 },
  'payment-failed': { version: 1 },
  'payment-action-required': { version: 1 },
  shipped: { version: 1 },
  delivered: { version: 1 },
  canceled: { version: 1 },
  refunded: { version: 1 },
  'out-of-stock': { version: 1 },
  'return-requested': { version: 1 },
  'return-approved': { version: 1 },
  'return-refused': { version: 1 },
  'return-received': { version: 1 },
  'subscription-started': { version: 1 },
  'subscription-renewed': { version: 1 },
  'subscription-payment-failed': { version: 1 },
  'subscription-ending': { version: 1 },
  'subscription-canceled': { version: 1 },
  'operations-notice': { version: 1 },
  'low-stock': { version: 1 },
  'daily-close': { version: 1 },
  'reconciliation-summary': { version: 1 },
  'price-alert': { version: 1 },
  digest: { version: 1 },
};
