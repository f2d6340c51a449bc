/** Stripe's invoices of subscriptions, as far as orders are made of them. Each is read whole: all of its lines and payments. */
import Stripe from 'stripe';
import type { InvoiceLine, InvoiceStatus, ProviderInvoice } from '../domain/subscriptions/invoice.ts';
import { hostOf, type StripeOptions } from './payments.ts';
import { call } from './stripe-call.ts';
import { walk } from './stripe-pages.ts';

/** What is taken off the next invoice of a subscription. */
export interface NewInvoiceCredit {
  /** Ours: in the item's metadata, and what its key is made of. */
  creditId: string;
  customerId: string;
  subscriptionId: string;
  /** Positive. */
  amount: number;
  currency: string;
  description: string;
}

export interface InvoiceCredit {
  id: string;
  /** The invoice that it is on, once it is on one. */
  invoiceId: string | null;
}

/** As the list shows it; what is recorded is read by itself. */
export interface ListedInvoice {
  id: string;
  subscriptionId: string;
  status: InvoiceStatus;
  createdAt: Date;
}

export interface InvoiceProvider {
  retrieveInvoice(id: string): Promise<ProviderInvoice>;
  /** Pages, newest first, of all that are of subscriptions. */
  listInvoices(since: Date): AsyncIterable<ListedInvoice[]>;
  /** The invoice that an intent pays; undefined when it pays none. */
  invoiceOfIntent(intentId: string): Promise<string | undefined>;
  createInvoiceCredit(credit: NewInvoiceCredit, key: string): Promise<InvoiceCredit>;
  /** One that exists although its answer was lost. */
  findInvoiceCredit(customerId: string, creditId: string): Promise<InvoiceCredit | undefined>;
  retrieveInvoiceCredit(id: string): Promise<InvoiceCredit>;
  /** Takes it back, as long as it is on no invoice; gone already is as good. */
  deleteInvoiceCredit(id: string): Promise<void>;
}

export function createStripeInvoices(options: StripeOptions): InvoiceProvider {
  const stripe = new Stripe(options.secretKey, {
    timeout: options.timeoutMs,
    maxNetworkRetries: 1,
    telemetry: false,
    ...hostOf(options.apiBase),
  });

  async function allLines(invoice: Stripe.Invoice): Promise<Stripe.InvoiceLineItem[]> {
    if (!invoice.lines.has_more) return invoice.lines.data;
    const lines: Stripe.InvoiceLineItem[] = [];
    for await (const page of walk((cut) => stripe.invoices.listLineItems(invoice.id!, cut))) lines.push(...page);
    return lines;
  }

  async function allPayments(invoice: Stripe.Invoice): Promise<Stripe.InvoicePayment[]> {
    if (invoice.payments && !invoice.payments.has_more) return invoice.payments.data;
    const payments: Stripe.InvoicePayment[] = [];
    for await (const page of walk((cut) => stripe.invoicePayments.list({ invoice: invoice.id!, ...cut })))
      payments.push(...page);
    return payments;
  }

  return {
    async retrieveInvoice(id) {
      const invoice = await call(() => stripe.invoices.retrieve(id, { expand: ['payments'] }));
      return toInvoice(invoice, await allLines(invoice), await allPayments(invoice));
    },
    async *listInvoices(since) {
      const created = { gte: Math.floor(since.getTime() / 1_000) };
      const pages = walk((cut) => stripe.invoices.list({ created, ...cut }) as Promise<Stripe.ApiList<Listed>>);
      for await (const page of pages) yield page.flatMap(toListed);
    },
    async invoiceOfIntent(intentId) {
      const payment = { type: 'payment_intent', payment_intent: intentId } as const;
      const { data } = await call(() => stripe.invoicePayments.list({ payment, limit: 1 }));
      return data[0] && idOf(data[0].invoice);
    },
    async createInvoiceCredit({ creditId, customerId, subscriptionId, amount, ...about }, idempotencyKey) {
      const metadata = { credit_id: creditId };
      const params = { customer: customerId, subscription: subscriptionId, amount: -amount, ...about, metadata };
      // A discount is for what is bought: it must not make a credit smaller.
      return toCredit(
        await call(() => stripe.invoiceItems.create({ ...params, discountable: false }, { idempotencyKey })),
      );
    },
    async findInvoiceCredit(customer, creditId) {
      for await (const page of walk((cut) => stripe.invoiceItems.list({ customer, ...cut }))) {
        const found = page.find(({ metadata }) => metadata?.credit_id === creditId);
        if (found) return toCredit(found);
      }
      return undefined;
    },
    retrieveInvoiceCredit: async (id) => toCredit(await call(() => stripe.invoiceItems.retrieve(id))),
    async deleteInvoiceCredit(id) {
      await call(() => stripe.invoiceItems.del(id));
    },
  };
}

type Listed = Stripe.Invoice & { id: string };

function toListed({ id, parent, status, created }: Listed): ListedInvoice[] {
  const subscription = parent?.subscription_details?.subscription;
  const subscriptionId = subscription && idOf(subscription);
  if (!subscriptionId) return [];
  return [{ id, subscriptionId, status: (status ?? 'draft') as InvoiceStatus, createdAt: dateOf(created) }];
}

const idOf = (object: string | { id?: string }): string | undefined =>
  typeof object === 'string' ? object : object.id;

const toCredit = ({ id, invoice }: Stripe.InvoiceItem): InvoiceCredit => ({
  id,
  invoiceId: (invoice && idOf(invoice)) ?? null,
});

export function toInvoice(
  invoice: Stripe.Invoice,
  lines: readonly Stripe.InvoiceLineItem[],
  payments: readonly Stripe.InvoicePayment[],
): ProviderInvoice {
  const subscription = invoice.parent?.subscription_details?.subscription;
  const paidAt = invoice.status_transitions.paid_at;
  const balance = (invoice.ending_balance ?? invoice.starting_balance) - invoice.starting_balance;
  return {
    id: invoice.id!,
    number: invoice.number,
    subscriptionId: (subscription && idOf(subscription)) ?? null,
    status: (invoice.status ?? 'draft') as InvoiceStatus,
    billingReason: invoice.billing_reason,
    currency: invoice.currency,
    subtotalAmount: invoice.subtotal,
    discountAmount: sum((invoice.total_discount_amounts ?? []).map(({ amount }) => amount)),
    totalAmount: invoice.total,
    dueAmount: invoice.amount_due,
    paidAmount: invoice.amount_paid,
    balanceAmount: balance,
    ...takenBy(payments),
    periodStart: dateOf(invoice.period_start),
    periodEnd: dateOf(invoice.period_end),
    attemptCount: invoice.attempt_count,
    nextAttemptAt: invoice.next_payment_attempt === null ? null : dateOf(invoice.next_payment_attempt),
    hostedUrl: invoice.hosted_invoice_url ?? null,
    lines: lines.map(toLine),
    createdAt: dateOf(invoice.created),
    paidAt: paidAt === null ? null : dateOf(paidAt),
  };
}

/** What intents took. One that waits is named too: it is what the customer pays by. */
function takenBy(payments: readonly Stripe.InvoicePayment[]) {
  const ofIntents = payments.filter(({ payment, status }) => payment.payment_intent && status !== 'canceled');
  const paid = ofIntents.filter(({ status }) => status === 'paid');
  const intent = (paid[0] ?? ofIntents[0])?.payment.payment_intent;
  return {
    paymentIntent: (intent && idOf(intent)) ?? null,
    capturedAmount: sum(paid.map(({ amount_paid: amount }) => amount ?? 0)),
    payments: paid.length,
  };
}

function toLine(line: Stripe.InvoiceLineItem): InvoiceLine {
  const { subscription_item_details: ofItem, invoice_item_details: ofInvoice } = line.parent ?? {};
  return {
    id: line.id,
    description: line.description,
    item: ofItem?.subscription_item ?? null,
    quantity: line.quantity ?? 0,
    amount: line.amount,
    discount: sum((line.discount_amounts ?? []).map(({ amount }) => amount)),
    proration: ofItem?.proration ?? ofInvoice?.proration ?? false,
    creditId: line.metadata?.credit_id ?? null,
  };
}

const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0);
const dateOf = (seconds: number) => new Date(seconds * 1_000);
