/**
 * What the cause of a message writes into its row, by template. A row outlives the code that wrote it, so templates take
 * every member as one that may be missing.
 */
import type { Money } from '../money.ts';
import type { NoticeKind } from './notices.ts';
import type { MessageTemplate } from './order-view.ts';

/** A message that says nothing but what its order says. */
type OrderAlone = Readonly<Record<never, never>>;

interface ReturnData {
  /** As the customer names it; absent: the order's number is enough. */
  returnNumber: string;
  items: readonly { name: string; sku: string; quantity: number }[];
}

interface SubscriptionData {
  customerName: string | null;
  /** What was subscribed to. */
  plan: string;
  price: Money;
  interval: 'day' | 'week' | 'month' | 'year';
  intervalCount: number;
  /** Where the customer changes or ends it. */
  manageUrl: string;
}

export interface ReconciliationSummary {
  /** A UTC date. */
  day: string;
  open: number;
  amounts: readonly { currency: string; amount: number }[];
  codes: readonly { code: string; findings: number }[];
  greatest: readonly { code: string; subject: string; amount: number; currency: string | null; explanation: string }[];
}

interface DailyClose {
  /** A UTC date. */
  day: string;
  /** Of each currency: sold and refunded without tax, and the tax on both. */
  currencies: readonly {
    currency: string;
    orders: number;
    sold: number;
    refunded: number;
    tax: number;
    /** What the payment provider took. */
    fees: number;
    disputed: number;
    /** What the bank gets for the day. */
    net: number;
  }[];
  journalUrl: string;
}

interface LowStock {
  items: readonly { sku: string; name: string; location: string | null; available: number; threshold: number }[];
}

export type PriceRule =
  | 'undercut'
  | 'price_drop'
  | 'price_rise'
  | 'lowest_in_30_days'
  | 'out_of_stock'
  | 'back_in_stock';

interface PriceAlert {
  product: string;
  sku: string;
  competitor: string;
  ours: Money;
  theirs: Money;
  /** What they asked before. */
  previous: Money | null;
  lowest30Days: Money | null;
  median30Days: Money | null;
  /** RFC 3339. */
  observedAt: string;
  /** Their page, and what was kept of it. */
  listingUrl: string;
  evidenceUrl: string;
  /** Which rule fired, and its limit in percent where it has one. */
  rule: PriceRule;
  limitPercent: number | null;
}

interface Digest {
  topic: string;
  /** All of them, of which `items` holds the first. */
  count: number;
  /** RFC 3339. */
  since: string;
  until: string;
  items: readonly {
    template: MessageTemplate;
    cause: string;
    at: string;
    /** Where it is about an order. */
    order_number: string | null;
    data: object;
  }[];
}

export interface MessageData extends Record<MessageTemplate, object> {
  'order-confirmation': {
    /** What was taken, when it is less than the total. */
    captured: number;
  };
  'payment-failed': OrderAlone;
  'payment-action-required': OrderAlone;
  shipped: OrderAlone;
  delivered: OrderAlone;
  canceled: { reason: string };
  refunded: OrderAlone;
  'out-of-stock': OrderAlone;
  'return-requested': ReturnData;
  'return-approved': ReturnData & {
    /** Where to send it, as an address has it. */
    returnAddress: Readonly<Record<string, unknown>>;
    labelUrl: string;
    /** RFC 3339: until when it should be on its way. */
    sendBy: string;
  };
  'return-refused': ReturnData & { reason: string };
  'return-received': ReturnData & { refund: Money };
  'subscription-started': SubscriptionData & { nextPaymentAt: string };
  'subscription-renewed': SubscriptionData & { nextPaymentAt: string };
  'subscription-payment-failed': SubscriptionData & { error: string; retryAt: string };
  'subscription-ending': SubscriptionData & { endsAt: string };
  'subscription-canceled': SubscriptionData & { endsAt: string };
  'operations-notice': { kind: NoticeKind };
  'low-stock': LowStock;
  'daily-close': DailyClose;
  'reconciliation-summary': ReconciliationSummary;
  'price-alert': PriceAlert;
  digest: Digest;
}
