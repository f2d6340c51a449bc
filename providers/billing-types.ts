/** What is asked of Stripe Billing, and what it answers. */
import type { BilledItem, ItemWish } from '../domain/subscriptions/items.ts';
import type { Proration } from '../domain/subscriptions/plan.ts';
import type { SubscriptionStatus } from '../domain/subscriptions/status.ts';

/** A subscription as Stripe has it at one moment. */
export interface ProviderSubscription {
  id: string;
  /** Ours, from its metadata; null for one that somebody made elsewhere. */
  subscriptionId: string | null;
  /** Stripe's id of the customer. */
  customerId: string;
  status: Exclude<SubscriptionStatus, 'pending' | 'rejected'>;
  items: readonly BilledItem[];
  currentPeriodStart: Date | null;
  currentPeriodEnd: Date | null;
  trialEnd: Date | null;
  cancelAtPeriodEnd: boolean;
  canceledAt: Date | null;
  endedAt: Date | null;
  /** `resumesAt` null: without an end. */
  collectionPaused: { resumesAt: Date | null } | null;
  paymentMethod: string | null;
  latestInvoice: string | null;
  createdAt: Date;
  /** What the storefront confirms a first payment or a card with, while there is something to confirm; undefined: lists do not say. */
  clientSecret: { secret: string; kind: 'payment' | 'setup' } | null | undefined;
}

export interface NewSubscription {
  subscriptionId: string;
  number: string;
  customerId: string;
  currency: string;
  items: readonly ItemWish[];
  /** A saved method, charged at once without the customer; without it the first invoice waits to be confirmed. */
  paymentMethod: string | null;
  coupon: string | null;
  trialEnd: Date | null;
}

export interface SubscriptionUpdate {
  items?: readonly ItemWish[];
  /** Items that go. */
  removedItems?: readonly string[];
  proration: Proration;
  /** Empty: it has no coupon any more; undefined: as it is. */
  coupon?: string | undefined;
}

export interface PreviewedLine {
  /** Our line, of an item that we made. */
  lineId: string | null;
  description: string | null;
  quantity: number | null;
  amount: number;
  isProration: boolean;
  periodStart: Date;
  periodEnd: Date;
}

/** The next invoice as it would be. */
export interface InvoicePreview {
  currency: string;
  subtotal: number;
  /** What coupons take off. */
  discount: number;
  total: number;
  amountDue: number;
  /** When it would be made. */
  at: Date;
  lines: readonly PreviewedLine[];
}

export interface BillingProvider {
  /** Makes sure that Stripe has a product of this id; one that is there stays as it is. */
  ensureProduct(id: string, name: string): Promise<void>;
  createSubscription(wish: NewSubscription, key: string): Promise<ProviderSubscription>;
  /** Undefined when Stripe knows no such subscription. */
  retrieveSubscription(id: string): Promise<ProviderSubscription | undefined>;
  /** The one that was made for our row, should an answer have been lost. */
  findSubscription(customerId: string, subscriptionId: string): Promise<ProviderSubscription | undefined>;
  /** Pages, newest first, of all states. */
  listSubscriptions(range: { since: Date; after?: string | undefined }): AsyncIterable<ProviderSubscription[]>;
  updateSubscription(id: string, update: SubscriptionUpdate, key: string): Promise<ProviderSubscription>;
  /** From now on nothing is invoiced; what was delivered is not paid back. */
  pauseSubscription(id: string, key: string): Promise<ProviderSubscription>;
  /** @param anchor `unchanged`: it goes on in its old rhythm, `now`: a new period begins and is invoiced at once */
  resumeSubscription(id: string, anchor: 'now' | 'unchanged', key: string): Promise<ProviderSubscription>;
  /** Invoices made until then are voided; null takes it back. */
  voidInvoicesUntil(id: string, until: Date | null, key: string): Promise<ProviderSubscription>;
  /** Already ended: returned as it stands. */
  cancelSubscription(id: string, comment: string | null, key: string): Promise<ProviderSubscription>;
  setCancelAtPeriodEnd(id: string, cancel: boolean, comment: string | null, key: string): Promise<ProviderSubscription>;
  setPaymentMethod(id: string, paymentMethod: string, key: string): Promise<ProviderSubscription>;
  /** Tries an open invoice again, with the method that is set now. A decline is no error: the invoice stays open. */
  payInvoice(invoiceId: string, key: string): Promise<void>;
  /** What the next invoice would be with the change made; moves nothing. */
  previewUpdate(id: string, update: SubscriptionUpdate): Promise<InvoicePreview>;
}
