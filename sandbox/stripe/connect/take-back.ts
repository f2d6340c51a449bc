import type { Sandbox } from '../context.ts';
import { refuse } from '../errors.ts';
import type { Charge, Refund } from '../types.ts';
import { refundFeeOf } from './application-fee.ts';
import { reverse } from './make-transfer.ts';
import type { Transfer } from './types.ts';

interface Wishes {
  reverse_transfer?: boolean | undefined;
  refund_application_fee?: boolean | undefined;
}

/** Of what went on to a connected account, as much comes back as of the charge is refunded: if it is asked for. */
export function takeBack(sandbox: Sandbox, charge: Charge, refund: Refund, wishes: Wishes): void {
  const transfer = sandbox.platform.objects.find<Transfer>(String(charge.transfer), 'transfer');
  if (wishes.refund_application_fee)
    refundFeeOf(sandbox, transfer?.destination_payment ?? charge.id, refund.amount, charge.amount);
  if (!wishes.reverse_transfer) return;
  if (!transfer)
    throw refuse('Cannot reverse transfer on this charge because it has no associated transfer.', {
      param: 'reverse_transfer',
    });
  const share = Math.round((transfer.amount * refund.amount) / charge.amount);
  const amount = Math.min(share, transfer.amount - transfer.amount_reversed);
  if (amount <= 0) return;
  refund.transfer_reversal = reverse(sandbox, transfer, { amount, metadata: {}, sourceRefund: refund.id }).id;
  sandbox.objects.update(refund);
}
