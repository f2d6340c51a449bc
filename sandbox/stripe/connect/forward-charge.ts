import type { Sandbox } from '../context.ts';
import type { BalanceTransaction, Charge } from '../types.ts';
import { takeFee } from './application-fee.ts';
import { makeTransfer } from './make-transfer.ts';
import type { Transfer } from './types.ts';

/**
 * What follows of a charge's money when it is booked. With `transfer_data` it goes on to a connected account, less the platform's
 * fee; a charge of a connected account's own pays that fee to the platform. The charge is changed, and stored by the caller.
 */
export function forwardCharge(sandbox: Sandbox, charge: Charge, booked: BalanceTransaction): void {
  const to = charge.transfer_data as { destination: string; amount: number | null } | null;
  const fee = (charge.application_fee_amount as number | null) ?? 0;
  if (to) {
    const part = to.amount === null ? booked.amount : Math.min(to.amount, booked.amount);
    const transfer = forward(sandbox, charge, booked, part, fee);
    charge.transfer = transfer.id;
    if (fee > 0) payFee(sandbox, charge, { account: to.destination, paidBy: transfer.destination_payment, fee });
  } else if (fee > 0 && sandbox.account) {
    payFee(sandbox, charge, { account: sandbox.account, paidBy: charge.id, fee });
  }
}

const forward = (sandbox: Sandbox, charge: Charge, booked: BalanceTransaction, amount: number, fee: number): Transfer =>
  makeTransfer(sandbox, {
    amount,
    currency: booked.currency,
    destination: (charge.transfer_data as { destination: string }).destination,
    description: null,
    metadata: {},
    group: (charge.transfer_group as string | null) ?? `group_${charge.payment_intent}`,
    source: { charge: charge.id, availableOn: booked.available_on },
    applicationFee: fee,
  });

function payFee(sandbox: Sandbox, charge: Charge, to: { account: string; paidBy: string; fee: number }): void {
  const { account, paidBy, fee: amount } = to;
  const origin = paidBy === charge.id ? null : charge.id;
  charge.application_fee = takeFee(sandbox, { account, amount, currency: charge.currency, charge: paidBy, origin }).id;
}
