import type { Sandbox } from '../context.ts';
import type { PaymentIntent } from '../types.ts';
import { saveInvoice } from './build-invoice.ts';
import { applyPendingUpdate } from './pending-update.ts';
import { copyOf, findSubscription, saveSubscription } from './subscription-rows.ts';
import { onClock } from './time.ts';
import type { Invoice, InvoicePayment, Subscription } from './types.ts';

/** The payment that an invoice is to be paid by. */
export function defaultPaymentOf(sandbox: Sandbox, invoice: string): InvoicePayment | undefined {
  const [row] = sandbox.objects.page({ kind: 'invoice_payment', where: { invoice }, order: 'DESC', limit: 1 });
  return row && JSON.parse(row.body);
}

export const intentOf = (sandbox: Sandbox, payment: InvoicePayment | undefined): PaymentIntent | undefined =>
  payment && sandbox.objects.find<PaymentIntent>(payment.payment.payment_intent ?? '', 'payment_intent');

/** An intent moved on: when it is an invoice's, so does that, and its subscription. Others are left alone. */
export function followPayment(sandbox: Sandbox, intent: PaymentIntent): void {
  const where = { 'payment.payment_intent': intent.id };
  const [row] = sandbox.objects.page({ kind: 'invoice_payment', where, order: 'DESC', limit: 1 });
  if (!row) return;
  const payment: InvoicePayment = JSON.parse(row.body);
  const invoice = sandbox.objects.find<Invoice>(payment.invoice, 'invoice');
  if (!invoice || (invoice.status !== 'open' && invoice.status !== 'uncollectible')) return;
  const then = onClock(sandbox, invoice.test_clock);
  if (intent.status === 'succeeded') markPaid(then, invoice, { payment, intent });
  else if (intent.status === 'requires_action') tellFailure(then, invoice, true);
  else if (intent.status === 'requires_payment_method' && intent.last_payment_error) tellFailure(then, invoice, false);
}

/** Ends an invoice as paid: by a payment, by nothing that was due, or by what came another way. */
export function markPaid(
  sandbox: Sandbox,
  invoice: Invoice,
  by?: { payment: InvoicePayment; intent: PaymentIntent } | 'elsewhere',
): Invoice {
  const now = sandbox.now();
  invoice.status = 'paid';
  invoice.amount_paid = by === 'elsewhere' ? 0 : invoice.amount_due;
  if (by === 'elsewhere') invoice.amount_paid_off_stripe = invoice.amount_due;
  invoice.amount_remaining = 0;
  invoice.attempted = true;
  if (by) invoice.attempt_count ||= 1;
  invoice.auto_advance = false;
  invoice.next_payment_attempt = null;
  invoice.status_transitions.paid_at = now;
  saveInvoice(sandbox, invoice);
  if (by && by !== 'elsewhere') {
    const { payment } = by;
    payment.status = 'paid';
    payment.amount_paid = payment.amount_requested;
    payment.status_transitions.paid_at = now;
    sandbox.objects.update(payment);
    sandbox.emit('invoice_payment.paid', payment);
  }
  sandbox.emit('invoice.paid', invoice);
  sandbox.emit('invoice.payment_succeeded', invoice);
  bringToLife(sandbox, invoice, by && by !== 'elsewhere' ? by.intent : undefined);
  return invoice;
}

/** A subscription whose invoice was paid goes on. */
function bringToLife(sandbox: Sandbox, invoice: Invoice, intent: PaymentIntent | undefined): void {
  const subscription = findSubscription(sandbox, invoice.parent?.subscription_details?.subscription);
  if (!subscription) return;
  const before = copyOf(subscription);
  if (subscription.status === 'incomplete' && invoice.id === subscription.latest_invoice)
    subscription.status = 'active';
  if (['past_due', 'unpaid'].includes(subscription.status) && !owesLatest(sandbox, subscription))
    subscription.status = 'active';
  const saves = subscription.payment_settings.save_default_payment_method === 'on_subscription';
  if (saves && intent?.payment_method) subscription.default_payment_method = intent.payment_method;
  if (applyPendingUpdate(sandbox, subscription, invoice))
    sandbox.emit('customer.subscription.pending_update_applied', subscription);
  saveSubscription(sandbox, subscription, before);
}

function owesLatest(sandbox: Sandbox, { latest_invoice: latest }: Subscription): boolean {
  return sandbox.objects.find<Invoice>(latest ?? '', 'invoice')?.status === 'open';
}

/** An attempt to pay came to nothing: the customer must act, or another card is needed. */
export function tellFailure(sandbox: Sandbox, invoice: Invoice, mustAct: boolean): void {
  invoice.attempted = true;
  invoice.attempt_count ||= 1;
  saveInvoice(sandbox, invoice);
  if (mustAct) sandbox.emit('invoice.payment_action_required', invoice);
  sandbox.emit('invoice.payment_failed', invoice);
  const subscription = findSubscription(sandbox, invoice.parent?.subscription_details?.subscription);
  if (subscription?.status !== 'active' || subscription.pending_update || invoice.status !== 'open') return;
  if (invoice.billing_reason === 'subscription_create') return;
  const before = copyOf(subscription);
  subscription.status = 'past_due';
  saveSubscription(sandbox, subscription, before);
}
