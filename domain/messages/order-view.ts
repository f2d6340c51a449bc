/** What the templates know of an order: amounts in minor units, texts as the customer gave them (never trusted). */
export const MESSAGE_TEMPLATES = [
  'order-confirmation',
  'payment-failed',
  'payment-action-required',
  'shipped',
  'delivered',
  'canceled',
  'refunded',
  'out-of-stock',
  'order-edited',
  'balance-due',
  'return-requested',
  'return-approved',
  'return-refused',
  'return-received',
  'return-reminder',
  'return-closed',
  'exchange-made',
  'claim-requested',
  'claim-decided',
  'subscription-started',
  'subscription-renewed',
  'subscription-payment-failed',
  'subscription-payment-action',
  'subscription-goods-missing',
  'subscription-ending',
  'subscription-canceled',
  'operations-notice',
  'low-stock',
  'daily-close',
  'reconciliation-summary',
  'price-alert',
  'vendor-order',
  'digest',
] as const;

export type MessageTemplate = (typeof MESSAGE_TEMPLATES)[number];

export interface OrderLineView {
  sku: string;
  name: string;
  quantity: number;
  unitAmount: number;
  totalAmount: number;
}

interface RefundView {
  amount: number;
  currency: string;
  /** Of the amount: for the delivery. */
  shippingAmount?: number;
  /** The goods that it is for; none when it is for none in particular. Amounts include tax. */
  lines?: readonly { sku: string; name: string; quantity: number; amount: number }[] | null;
}

/** @template Data what the cause of this message added */
export interface OrderView<Data extends object = Readonly<Record<string, unknown>>> {
  id: string;
  number: string;
  currency: string;
  customerName: string | null;
  subtotalAmount: number;
  shippingAmount: number;
  taxAmount: number;
  totalAmount: number;
  shippingAddress: Readonly<Record<string, unknown>>;
  billingAddress: Readonly<Record<string, unknown>> | null;
  /** Why the order ended as it did, in words for people. */
  statusReason: string | null;
  shortages: readonly { sku: string; requested: number; available: number }[];
  /** RFC 3339. */
  placedAt: string;
  lines: readonly OrderLineView[];
  shipment: { carrier: string | null; trackingNumber: string; trackingUrl: string | null } | null;
  refund: RefundView | null;
  payment: { error: string | null; actionUrl: string | null } | null;
  data: Data;
}
