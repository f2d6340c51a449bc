import { bookTransaction, type NewTransaction } from './book-transaction.ts';
import type { Sandbox } from './context.ts';
import { settle } from './exchange.ts';
import { newId } from './ids.ts';
import type { BalanceTransaction, Charge, Metadata, Refund } from './types.ts';

interface NewRefund {
  charge: Charge;
  amount: number;
  reason: string | null;
  metadata: Metadata;
  status: Refund['status'];
  pendingReason?: string;
  /** An authorization given back: no money had moved, so none moves now. */
  released?: boolean;
}

/** A refund moves the balance at once, at the exchange rate of its own moment. */
export function bookRefund(
  sandbox: Sandbox,
  movement: Pick<NewTransaction, 'type' | 'amount' | 'currency' | 'source'>,
): BalanceTransaction {
  const { amount, currency, rate } = settle(sandbox, movement.amount, movement.currency);
  return bookTransaction(sandbox, { ...movement, amount, currency, exchangeRate: rate, availableAtOnce: true });
}

/** Stores a refund; its movement of the balance is booked with it. */
export function insertRefund(sandbox: Sandbox, given: NewRefund): Refund {
  const { charge } = given;
  const id = newId('re');
  const type = charge.payment_method_details.type === 'card' ? 'refund' : 'payment_refund';
  const booked = !given.released && given.pendingReason !== 'insufficient_funds';
  const transaction = booked
    ? bookRefund(sandbox, { type, amount: -given.amount, currency: charge.currency, source: id })
    : undefined;
  const refund: Refund = {
    id,
    object: 'refund',
    amount: given.amount,
    balance_transaction: transaction?.id ?? null,
    charge: charge.id,
    created: sandbox.now(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: {
      card: {
        reference_status: 'pending',
        reference_type: 'acquirer_reference_number',
        type: given.released ? 'reversal' : 'refund',
      },
      type: 'card',
    },
    metadata: given.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(given.pendingReason ? { pending_reason: given.pendingReason } : {}),
    reason: given.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: given.status,
    transfer_reversal: null,
  };
  if (type !== 'refund') refund.destination_details = { type: charge.payment_method_details.type };
  sandbox.objects.insert(refund);
  return refund;
}
