/**
 * Reads an invoice at Stripe and records what is new of it: the one way for events, reconciliation and repairs, in whatever order
 * they come. The order of a paid invoice is made in the same transaction, so no paid invoice is known without it.
 */
import type { Database, Executor } from '../db/database.ts';
import { openException } from '../db/exceptions.ts';
import { makeRecurringOrder } from '../db/recurring-orders.ts';
import { takeReading } from '../db/stripe-readings.ts';
import { appendSubscriptionEvent } from '../db/subscription-events.ts';
import {
  findBilledLines,
  findSubscriptionId,
  type InvoiceRow,
  type KeptInvoice,
  keepInvoice,
} from '../db/subscription-invoices.ts';
import { lockSubscription } from '../db/subscriptions.ts';
import { tellSubscriber } from '../db/tell-subscriber.ts';
import type { BilledLine, ProviderInvoice } from '../domain/subscriptions/invoice.ts';
import { hasUnknownItems, newsOf, orderlessOf } from '../domain/subscriptions/invoice-news.ts';
import type { BillingProvider, ProviderSubscription } from '../providers/billing.ts';
import type { InvoiceProvider } from '../providers/billing-invoices.ts';
import { type PaymentProvider, PaymentRefusedError } from '../providers/payments.ts';
import { checkOutOrder } from '../queues/check-out-order.ts';
import { makeJob } from '../queues/define-queue.ts';
import { readSubscription } from './read-subscription.ts';

export interface RecordInvoiceDeps {
  db: Database;
  billing: BillingProvider;
  invoices: InvoiceProvider;
  payments: PaymentProvider;
}

export const orderJobs = { checkOut: (orderId: string) => makeJob(checkOutOrder, { order_id: orderId }) };

/** @returns what came of it; beginning with `foreign` when it is no invoice of a subscription of ours */
export async function recordInvoice(deps: RecordInvoiceDeps, invoiceId: string): Promise<string> {
  const reading = await takeReading(deps.db);
  const invoice = await deps.invoices.retrieveInvoice(invoiceId).catch(unknown);
  if (!invoice) return 'foreign: Stripe does not know the invoice';
  if (!invoice.subscriptionId) return 'foreign: it is of no subscription';
  const subscriptionId = await findOurs(deps, invoice, invoice.subscriptionId);
  if (!subscriptionId) return 'foreign: its subscription is not ours';
  const failure = invoice.status === 'open' ? await whyOpen(deps, invoice) : undefined;
  return deps.db.transaction((tx) => record(tx, subscriptionId, { invoice, reading, failure }));
}

function unknown(error: unknown): undefined {
  if (error instanceof PaymentRefusedError) return undefined;
  throw error;
}

/** A subscription whose making was answered late, or items that are not tied yet, are read first: they tell whose the lines are. */
async function findOurs(deps: RecordInvoiceDeps, invoice: ProviderInvoice, stripeId: string) {
  const known = await findSubscriptionId(deps.db, stripeId);
  if (known && !hasUnknownItems(invoice, await findBilledLines(deps.db, known))) return known;
  const read = await readSubscription(deps, stripeId);
  const id = await findSubscriptionId(deps.db, stripeId);
  if (id && read) assertOwnItems(invoice, read.seen, await findBilledLines(deps.db, id));
  return id;
}

/** An item that names a line of ours which is not written yet (its change is being recorded) is waited for: its goods belong to the order. */
function assertOwnItems({ id, lines }: ProviderInvoice, { items }: ProviderSubscription, known: readonly BilledLine[]) {
  const billed = new Set(lines.map(({ item }) => item));
  const untied = items.find(
    (item) => item.lineId && billed.has(item.id) && !known.some(({ item: own }) => own === item.id),
  );
  if (untied) throw new Error(`invoice ${id} bills ${untied.id}, whose line is not recorded yet`);
}

interface Failure {
  needsCustomer: boolean;
  message: string;
}

/** Why an open invoice is not paid, by the intent that would pay it. */
async function whyOpen({ payments }: RecordInvoiceDeps, { paymentIntent, attemptCount }: ProviderInvoice) {
  if (!paymentIntent || attemptCount === 0) return undefined;
  const { status, lastError } = await payments.retrieveIntent(paymentIntent);
  const needsCustomer = status === 'requires_action' || lastError?.code === 'authentication_required';
  return { needsCustomer, message: lastError?.message ?? '' };
}

interface Reading {
  invoice: ProviderInvoice;
  reading: number;
  failure: Failure | undefined;
}

async function record(tx: Executor, subscriptionId: string, { invoice, reading, failure }: Reading): Promise<string> {
  await lockSubscription(tx, subscriptionId);
  const orderless = orderlessOf(invoice, await findBilledLines(tx, subscriptionId));
  const kept = await keepInvoice(tx, subscriptionId, { invoice, reading, orderless });
  if (!kept) return 'nothing new: its order is made, or something later is known';
  if (orderless === 'several_payments') await listSeveral(tx, kept.now);
  const orderId = await makeRecurringOrder(tx, kept.now.id, orderJobs);
  await tell(tx, kept, failure);
  return orderId ? `paid: order ${orderId}` : `${kept.now.status}${orderless ? `: ${orderless}` : ''}`;
}

async function listSeveral(tx: Executor, { provider_id: invoice, captured_amount: amount, currency }: InvoiceRow) {
  const detail = { invoice, amount, currency, why: 'Several payments have paid it; an order holds one.' };
  await openException(tx, { code: 'invoice_without_order', subject: invoice, orderId: null, detail });
}

async function tell(tx: Executor, { before, now }: KeptInvoice, failure: Failure | undefined): Promise<void> {
  const news = newsOf(before, now);
  if (!news || news === 'paid') return;
  const { id, subscription_id, attempt_count: attempt, due_amount: amount, currency } = now;
  const facts = { invoice: now.provider_id, amount, currency };
  if (news !== 'payment_failed')
    return appendSubscriptionEvent(tx, subscription_id, `subscription.${news}`, 'stripe', facts);
  const kind = failure?.needsCustomer ? 'action_required' : 'payment_failed';
  const retryAt = now.next_attempt_at?.toISOString() ?? null;
  const data = { ...facts, attempt, next_attempt_at: retryAt, error: failure?.message ?? '' };
  await appendSubscriptionEvent(tx, subscription_id, `subscription.${kind}`, 'stripe', data);
  await tellSubscriber(tx, subscription_id, {
    event: `subscription.${kind}`,
    cause: `subscription.${kind}/${id}/${attempt}`,
    data: { paid: { amount, currency }, error: failure?.message ?? '', retryAt, payUrl: now.hosted_invoice_url },
  });
}
