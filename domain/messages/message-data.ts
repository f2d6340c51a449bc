/**
 * What the cause of a message writes into its row, by template. A row outlives the code that wrote it, so templates take
 * every member as one that may be missing.
 */
import type { ComparisonNote } from '../comparable-price.ts';
import type { Money } from '../money.ts';
import type { RuleKind } from '../price-alerts/rule.ts';
import type { NoticeKind } from './notices.ts';
import type { MessageTemplate } from './order-view.ts';

/** A message that says nothing but what its order says. */
type OrderAlone = Readonly<Record<never, never>>;

interface ReturnData {
  /** As the customer names it; absent: the order's number is enough. */
  returnNumber: string;
  items: readonly { name: string; sku: string; quantity: number }[];
}

interface ClaimData {
  claimNumber: string;
  items: readonly { name: string; sku: string; quantity: number }[];
}

interface SubscriptionData {
  customerName: string | null;
  /** What was subscribed to. */
  plan: string;
  price: Money;
  /** What was or is to be paid this time, where it is not the price. */
  paid?: Money;
  /** Where the customer pays an invoice that is open. */
  payUrl?: string | null;
  interval: 'day' | 'week' | 'month' | 'year';
  intervalCount: number;
  /** Where the customer changes or ends it; without it, the storefront's page of the subscription. */
  manageUrl?: string;
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

export type PriceRule = RuleKind;

/** Which rule fired, and its limits where it has them. */
export interface FiredRule {
  rule: PriceRule;
  ruleName: string;
  limitPercent: number | null;
  limitAmount: Money | null;
  limitRank: number | null;
}

interface PriceAlert extends FiredRule {
  alertId: string;
  listingId: string;
  observationId: string;
  product: string;
  sku: string;
  competitor: string;
  ours: Money | null;
  theirs: Money | null;
  /** What it is measured from, and when that was seen; RFC 3339. */
  previous: Money | null;
  previousAt: string | null;
  /** Theirs in the terms of ours where that is another amount, what was done for it, or why it cannot be. */
  comparable: Money | null;
  notes: readonly ComparisonNote[];
  incomparable: string | null;
  inStock: boolean | null;
  lowest30Days: Money | null;
  median30Days: Money | null;
  /** RFC 3339. */
  observedAt: string;
  /** Their page, what it is called, and the price as it has it. */
  listingUrl: string;
  pageTitle: string | null;
  snippet: string | null;
  /** Other rules that fired at the same look. */
  also?: readonly FiredRule[];
  /** What tied the page to our product, and how sure that and the price are (0 to 1). */
  matchedBy: string | null;
  matchConfidence: number | null;
  confidence: number | null;
  marginPercent: number | null;
  marginAfterPercent: number | null;
  rank: number | null;
  competitors: number;
  minimumAdvertised: Money | null;
  hasEvidence: boolean;
  /** Of our product. */
  pictureUrl?: string;
  /** Nobody did anything about it in time. */
  escalated?: boolean;
  /** Its rule wants it told with others, or has told enough by itself. */
  together?: 'hourly' | 'daily';
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

export type VendorNews = 'created' | 'changed' | 'held' | 'released' | 'canceled';

interface VendorOrder {
  news: VendorNews;
  vendorName: string;
  /** Of the vendor's part of the order. */
  number: string;
  revision: number;
  /** As an address has it. */
  shipTo: Readonly<Record<string, unknown>>;
  leadTimeDays?: number;
  items: readonly { name: string; sku: string; quantity: number }[];
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
  'order-edited': { refund?: Money; charged?: Money };
  /** Of the order whose edit it is for. */
  'balance-due': { parentNumber: string };
  'return-requested': ReturnData;
  'return-approved': ReturnData & {
    /** Where to send it, as an address has it. */
    returnAddress: Readonly<Record<string, unknown>>;
    labelUrl: string;
    /** RFC 3339: until when it should be on its way. */
    sendBy: string;
  };
  'return-refused': ReturnData & { reason: string };
  /** Without `refund`: nothing has been decided yet. */
  'return-received': ReturnData & { refund?: Money };
  'return-reminder': ReturnData & { labelUrl: string; sendBy: string };
  /** `reason`: lapsed, canceled, nothing_refunded, or the shop's own words. */
  'return-closed': ReturnData & { reason: string };
  /** Of the order that goes out for what came back. */
  'exchange-made': {
    returnNumber: string;
    items: readonly { name: string; sku: string; quantity: number }[];
    /** Left to pay beside what came back. */
    due?: Money;
    /** What goes back beside that. */
    refund?: Money;
  };
  'claim-requested': ClaimData;
  'claim-decided': ClaimData & {
    outcome: 'reshipped' | 'refunded' | 'refused';
    /** Of the order that brings the goods once more. */
    replacementNumber?: string;
    refund?: Money;
    reason?: string;
  };
  'subscription-started': SubscriptionData & { nextPaymentAt: string };
  'subscription-renewed': SubscriptionData & { nextPaymentAt: string };
  'subscription-payment-failed': SubscriptionData & { error: string; retryAt: string };
  'subscription-payment-action': SubscriptionData;
  'subscription-goods-missing': SubscriptionData & {
    items: readonly {
      name: string;
      sku: string;
      quantity: number;
      outcome: 'waits' | 'skipped' | 'substituted' | 'refunded';
      /** What it is replaced by. */
      substitute: string | null;
      /** What goes back, or is taken off the next payment. */
      amount: Money | null;
    }[];
  };
  'subscription-ending': SubscriptionData & { endsAt: string };
  'subscription-canceled': SubscriptionData & { endsAt: string };
  'operations-notice': { kind: NoticeKind };
  'low-stock': LowStock;
  'daily-close': DailyClose;
  'reconciliation-summary': ReconciliationSummary;
  'price-alert': PriceAlert;
  'vendor-order': VendorOrder;
  digest: Digest;
}
