import { ofAccount } from '../account-scope.ts';
import { bookTransaction } from '../book-transaction.ts';
import type { Sandbox } from '../context.ts';
import { newId } from '../ids.ts';
import type { Charge, Refund } from '../types.ts';
import type { Transfer } from './types.ts';

/** The other side of a reversal: in the account the payment is refunded (`pyr_…`). */
export function refundPayment(sandbox: Sandbox, transfer: Transfer, amount: number, reversal: string): string {
  const scope = ofAccount(sandbox, transfer.destination);
  const { currency } = transfer;
  const payment = scope.objects.find<Charge>(transfer.destination_payment, 'charge');
  const id = newId('pyr');
  const taken = bookTransaction(scope, {
    type: 'payment_refund',
    amount: -amount,
    currency,
    source: id,
    availableAtOnce: true,
  });
  const refund: Refund = {
    ...{ id, object: 'refund', amount, balance_transaction: taken.id, charge: transfer.destination_payment },
    ...{ created: scope.now(), currency, customer: null, customer_account: null, metadata: {}, payment_intent: null },
    ...{ payment_method: null, reason: null, receipt_number: null, source_transfer_reversal: reversal },
    ...{ status: 'succeeded', transfer_reversal: null },
  };
  scope.objects.insert(refund);
  if (payment) {
    const previous = { amount_refunded: payment.amount_refunded, refunded: payment.refunded };
    payment.amount_refunded += amount;
    payment.refunded = payment.amount_refunded === payment.amount;
    scope.objects.update(payment);
    scope.emit('charge.refunded', payment, previous);
  }
  return id;
}
