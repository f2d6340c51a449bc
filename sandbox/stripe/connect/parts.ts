import { listObjects } from '../lists.ts';
import type { Objects } from '../objects.ts';
import type { ApplicationFee, Transfer } from './types.ts';

/** A transfer as it is answered, with its newest reversals. */
export const withReversals = (objects: Objects, transfer: Transfer) => ({
  ...transfer,
  reversals: listObjects(
    objects.of(''),
    'transfer_reversal',
    `/v1/transfers/${transfer.id}/reversals`,
    {},
    { transfer: transfer.id },
  ),
});

/** An application fee as it is answered, with what was given back of it. */
export const withRefunds = (objects: Objects, fee: ApplicationFee) => ({
  ...fee,
  refunds: listObjects(objects.of(''), 'fee_refund', `/v1/application_fees/${fee.id}/refunds`, {}, { fee: fee.id }),
});
