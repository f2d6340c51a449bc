import { buildPaymentIntent } from '../build-payment-intent.ts';
import type { Sandbox } from '../context.ts';
import { minimumOf } from '../currencies.ts';
import { refuse } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Customer, PaymentIntent } from '../types.ts';
import { saveInvoice } from './build-invoice.ts';
import { DAY } from './calendar.ts';
import { moveBalance } from './customer-balance.ts';
import { markPaid } from './settle-invoice.ts';
import { takeCustomer } from './subscription-rows.ts';
import { plan } from './time.ts';
import type { Invoice, InvoicePayment } from './types.ts';

/**
 * Makes a draft final: it gets its number, the customer's balance is set against it, and what is left is asked for
 * by a PaymentIntent. Nothing left is paid at once.
 */
export function finalizeInvoice(sandbox: Sandbox, invoice: Invoice): Invoice {
  if (invoice.status !== 'draft')
    throw refuse(`This invoice is already finalized, you can't re-finalize a non-draft invoice.`);
  const customer = takeCustomer(sandbox, invoice.customer);
  const now = sandbox.now();
  invoice.status = 'open';
  invoice.number ??= `${customer.invoice_prefix}-${String(customer.next_invoice_sequence).padStart(4, '0')}`;
  customer.next_invoice_sequence += 1;
  customer.currency ??= invoice.currency;
  applyBalance(sandbox, invoice, customer);
  sandbox.objects.update(customer);
  invoice.automatically_finalizes_at = null;
  invoice.effective_at ??= now;
  invoice.status_transitions.finalized_at = now;
  invoice.hosted_invoice_url = `${sandbox.baseUrl}/sandbox/stripe/invoices/${invoice.id}`;
  saveInvoice(sandbox, invoice);
  if (invoice.amount_due === 0) {
    sandbox.emit('invoice.finalized', invoice);
    return markPaid(sandbox, invoice);
  }
  askForPayment(sandbox, invoice);
  sandbox.emit('invoice.finalized', invoice);
  if (invoice.due_date !== null) planDue(sandbox, invoice, invoice.due_date);
  return invoice;
}

const WARN_DAYS = 3;

function planDue(sandbox: Sandbox, invoice: Invoice, due: number): void {
  if (due - WARN_DAYS * DAY > sandbox.now()) plan(sandbox, 'tell_due', invoice.id, due - WARN_DAYS * DAY);
  plan(sandbox, 'tell_overdue', invoice.id, due);
}

/** What the customer has to its credit, or owes from before; and what is too little to charge waits for the next invoice. */
function applyBalance(sandbox: Sandbox, invoice: Invoice, customer: Customer): void {
  const { currency, id, total } = invoice;
  const before = customer.balance;
  const due = Math.max(0, total + before);
  const small = due > 0 && due < minimumOf(currency);
  const after = small ? due : Math.min(0, total + before);
  invoice.starting_balance = before;
  invoice.ending_balance = after;
  invoice.amount_due = small ? 0 : due;
  invoice.amount_remaining = invoice.amount_due;
  if (after === before) return;
  const type = small ? 'invoice_too_small' : 'applied_to_invoice';
  moveBalance(sandbox, customer, { amount: after - before, currency, type, invoice: id });
}

const DESCRIPTIONS: Record<string, string> = {
  subscription_create: 'Subscription creation',
  subscription_cycle: 'Subscription update',
  subscription_update: 'Subscription update',
};

/** The intent that an invoice is paid by, and the payment that ties it to the invoice. */
function askForPayment(sandbox: Sandbox, invoice: Invoice): void {
  const intent: PaymentIntent = buildPaymentIntent({
    amount: invoice.amount_due,
    currency: invoice.currency,
    created: sandbox.now(),
    captureMethod: 'automatic_async',
    confirmationMethod: 'automatic',
    types: undefined,
    allowRedirects: 'always',
    methodOptions: {},
    rest: {
      customer: invoice.customer,
      description: DESCRIPTIONS[invoice.billing_reason] ?? `Payment for Invoice ${invoice.number}`,
      setup_future_usage: invoice.parent ? 'off_session' : null,
    },
  });
  sandbox.objects.insert(intent);
  sandbox.emit('payment_intent.created', intent);
  const payment: InvoicePayment = {
    id: newId('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: sandbox.now(),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  };
  sandbox.objects.insert(payment);
}
