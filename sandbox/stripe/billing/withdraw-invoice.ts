import { cancelPaymentIntent } from '../capture-payment-intent.ts';
import type { Sandbox } from '../context.ts';
import { refuse } from '../errors.ts';
import { saveInvoice } from './build-invoice.ts';
import { moveBalance } from './customer-balance.ts';
import { finalizeInvoice } from './finalize-invoice.ts';
import { defaultPaymentOf, intentOf } from './settle-invoice.ts';
import { copyOf, findSubscription, saveSubscription, takeCustomer } from './subscription-rows.ts';
import type { Invoice } from './types.ts';

/** Takes an invoice back: nobody owes it any more, its intent is canceled, and what was set against it is given back. */
export function voidInvoice(sandbox: Sandbox, invoice: Invoice): Invoice {
  if (invoice.status === 'draft') finalizeInvoice(sandbox, invoice);
  if (invoice.status === 'paid') return invoice;
  if (invoice.status === 'void') throw refuse('This invoice has already been voided.');
  endPayment(sandbox, invoice);
  const applied = (invoice.ending_balance ?? 0) - invoice.starting_balance;
  if (applied !== 0) {
    const { currency, id } = invoice;
    const customer = takeCustomer(sandbox, invoice.customer);
    moveBalance(sandbox, customer, { amount: -applied, currency, type: 'unapplied_from_invoice', invoice: id });
  }
  invoice.status = 'void';
  invoice.auto_advance = false;
  invoice.next_payment_attempt = null;
  invoice.status_transitions.voided_at = sandbox.now();
  saveInvoice(sandbox, invoice);
  sandbox.emit('invoice.voided', invoice);
  expireFirst(sandbox, invoice);
  return invoice;
}

/** Cancels the intent of an invoice that is not to be paid by it. */
export function endPayment(sandbox: Sandbox, invoice: Invoice): void {
  const payment = defaultPaymentOf(sandbox, invoice.id);
  const intent = intentOf(sandbox, payment);
  if (!payment || !intent || payment.status !== 'open') return;
  if (intent.status === 'processing') throw refuse('This invoice cannot be changed while its payment is processing.');
  payment.status = 'canceled';
  payment.status_transitions.canceled_at = sandbox.now();
  sandbox.objects.update(payment);
  cancelPaymentIntent(sandbox, intent, 'void_invoice');
}

/** A subscription that waits for its first invoice ends with it. */
function expireFirst(sandbox: Sandbox, invoice: Invoice): void {
  const subscription = findSubscription(sandbox, invoice.parent?.subscription_details?.subscription);
  if (subscription?.status !== 'incomplete' || subscription.latest_invoice !== invoice.id) return;
  const before = copyOf(subscription);
  subscription.status = 'incomplete_expired';
  subscription.ended_at = sandbox.now();
  saveSubscription(sandbox, subscription, before);
}

/** Gives an invoice up; it can still be paid. */
export function markUncollectible(sandbox: Sandbox, invoice: Invoice): Invoice {
  if (invoice.status === 'draft') finalizeInvoice(sandbox, invoice);
  if (invoice.status !== 'open') return invoice;
  invoice.status = 'uncollectible';
  invoice.auto_advance = false;
  invoice.next_payment_attempt = null;
  invoice.status_transitions.marked_uncollectible_at = sandbox.now();
  saveInvoice(sandbox, invoice);
  sandbox.emit('invoice.marked_uncollectible', invoice);
  return invoice;
}
