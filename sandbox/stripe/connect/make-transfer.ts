import { ofAccount } from '../account-scope.ts';
import { bookTransaction } from '../book-transaction.ts';
import type { Sandbox } from '../context.ts';
import { newId } from '../ids.ts';
import type { Metadata } from '../types.ts';
import { buildPayment } from './build-payment.ts';
import { withReversals } from './parts.ts';
import { refundPayment } from './refund-payment.ts';
import type { Transfer, TransferReversal } from './types.ts';

export interface NewTransfer {
  amount: number;
  currency: string;
  destination: string;
  description: string | null;
  metadata: Metadata;
  group: string | null;
  /** The charge whose money it is, and when that can be paid out. */
  source: { charge: string; availableOn: number | undefined } | null;
  /** What the platform keeps of it, at the vendor's cost. */
  applicationFee?: number;
}

/** Moves money from the platform's balance to a connected account's: a movement on either side. */
export function makeTransfer(sandbox: Sandbox, given: NewTransfer): Transfer {
  const { platform } = sandbox;
  const scope = ofAccount(platform, given.destination);
  const { amount, currency, description, group } = given;
  const created = platform.now();
  const id = newId('tr');
  const when = given.source ? { availableOn: given.source.availableOn } : { availableAtOnce: true };
  const payment = buildPayment({ amount, currency, created, transfer: id, description, group });
  const left = bookTransaction(platform, {
    type: 'transfer',
    amount: -amount,
    currency,
    source: id,
    description,
    ...when,
  });
  const came = bookTransaction(scope, {
    ...{ type: 'payment', amount, currency, source: payment.id, description, ...when },
    ...(given.applicationFee ? { applicationFee: given.applicationFee } : {}),
  });
  payment.balance_transaction = came.id;
  scope.objects.insert(payment);
  const transfer: Transfer = {
    ...{ id, object: 'transfer', amount, amount_reversed: 0, balance_transaction: left.id, created, currency },
    ...{ description, destination: given.destination, destination_payment: payment.id, livemode: false },
    ...{ metadata: given.metadata, reversed: false, source_transaction: given.source?.charge ?? null },
    ...{ source_type: 'card', transfer_group: group },
  };
  platform.objects.insert(transfer);
  platform.emit('transfer.created', withReversals(platform.objects, transfer));
  return transfer;
}

export interface NewReversal {
  amount: number;
  metadata: Metadata;
  /** The refund that it was made with. */
  sourceRefund?: string;
}

/** Takes money of a transfer back, also where the account has spent it: its balance is below nothing then. */
export function reverse(
  sandbox: Sandbox,
  transfer: Transfer,
  { amount, metadata, sourceRefund }: NewReversal,
): TransferReversal {
  const { platform } = sandbox;
  const { currency } = transfer;
  const id = newId('trr');
  const refund = refundPayment(sandbox, transfer, amount, id);
  const back = bookTransaction(platform, {
    type: 'transfer_refund',
    amount,
    currency,
    source: id,
    availableAtOnce: true,
  });
  const reversal: TransferReversal = {
    ...{ id, object: 'transfer_reversal', amount, balance_transaction: back.id, created: platform.now(), currency },
    ...{ destination_payment_refund: refund, metadata, source_refund: sourceRefund ?? null, transfer: transfer.id },
  };
  platform.objects.insert(reversal);
  const previous = { amount_reversed: transfer.amount_reversed, reversed: transfer.reversed };
  transfer.amount_reversed += amount;
  transfer.reversed = transfer.amount_reversed === transfer.amount;
  platform.objects.update(transfer);
  platform.emit('transfer.reversed', withReversals(platform.objects, transfer), previous);
  return reversal;
}
