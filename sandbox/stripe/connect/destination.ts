import type { Sandbox } from '../context.ts';
import { badParam, refuse } from '../errors.ts';
import type { Charge, PaymentIntent } from '../types.ts';
import { getAccount, hiddenOf } from './account-state.ts';
import { canReceive } from './requirements.ts';

interface Wishes {
  application_fee_amount?: number | null | undefined;
  on_behalf_of?: string | undefined;
  transfer_data?: { amount?: number | undefined; destination?: string | undefined } | undefined;
}

/** What an intent says of where its money goes on to, and of what the platform keeps. */
export function destinationOf(sandbox: Sandbox, wishes: Wishes, known?: PaymentIntent): Partial<PaymentIntent> {
  const { application_fee_amount: fee, on_behalf_of: behalf, transfer_data: data } = wishes;
  if (behalf) getAccount(sandbox, behalf, 'on_behalf_of');
  if (data?.destination) checkDestination(sandbox, data.destination);
  const before = known?.transfer_data as object | null | undefined;
  const transfer = data ? { ...before, ...data } : before;
  if (fee && !transfer && !sandbox.account)
    throw refuse(
      'Can only apply an application_fee_amount when the PaymentIntent is attempting a direct payment (using an OAuth key or Stripe-Account header) or destination payment (using `transfer_data[destination]`).',
      { param: 'application_fee_amount' },
    );
  return {
    ...(fee === undefined ? {} : { application_fee_amount: fee }),
    ...(behalf ? { on_behalf_of: behalf } : {}),
    ...(data ? { transfer_data: transfer } : {}),
  };
}

function checkDestination(sandbox: Sandbox, id: string): void {
  const account = getAccount(sandbox, id, 'transfer_data[destination]');
  if (!canReceive(account, hiddenOf(sandbox, id).requested))
    throw refuse(
      'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
      { code: 'insufficient_capabilities_for_transfer', param: 'transfer_data[destination]' },
    );
}

/** What is said with a capture counts for its charge. */
export function changeDestination(charge: Charge, { application_fee_amount: fee, transfer_data: data }: Wishes): void {
  if (fee !== undefined && fee !== null && fee > charge.amount_captured)
    throw badParam(
      'Application fee amount must be less than or equal to the amount captured.',
      'application_fee_amount',
    );
  if (fee !== undefined) charge.application_fee_amount = fee;
  if (data?.amount !== undefined && charge.transfer_data)
    charge.transfer_data = { ...(charge.transfer_data as object), amount: data.amount };
}
