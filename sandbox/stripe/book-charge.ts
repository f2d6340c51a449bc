import { tellAvailable } from './balance.ts';
import { bookTransaction } from './book-transaction.ts';
import { forwardCharge } from './connect/forward-charge.ts';
import type { Sandbox } from './context.ts';
import { feeOf } from './currencies.ts';
import { settle } from './exchange.ts';
import type { BalanceTransaction, Charge } from './types.ts';

/** Books the money of a captured charge, less the processing fee, in the currency that it settles in. */
export function bookCharge(sandbox: Sandbox, charge: Charge, availableAtOnce: boolean): BalanceTransaction {
  const settled = settle(sandbox, charge.amount_captured, charge.currency);
  // A connected account's own charge pays the platform too.
  const applicationFee = sandbox.account ? ((charge.application_fee_amount as number | null) ?? 0) : 0;
  const booked = bookTransaction(sandbox, {
    type: charge.payment_method_details.type === 'card' ? 'charge' : 'payment',
    amount: settled.amount,
    currency: settled.currency,
    exchangeRate: settled.rate,
    source: charge.id,
    fee: feeOf(settled.amount, settled.currency),
    applicationFee,
    description: charge.description as string | null,
    availableAtOnce,
  });
  if (availableAtOnce) tellAvailable(sandbox);
  forwardCharge(sandbox, charge, booked);
  return booked;
}
