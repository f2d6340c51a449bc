import { ofAccount } from '../account-scope.ts';
import { availableBalance } from '../book-transaction.ts';
import type { Sandbox } from '../context.ts';
import { formatAmount } from '../currencies.ts';
import { noSuch, refuse } from '../errors.ts';
import { listObjects } from '../lists.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import type { Metadata } from '../types.ts';
import { refundFeeOf } from './application-fee.ts';
import { reverse } from './make-transfer.ts';
import { getTransfer } from './transfers.ts';
import type { Transfer, TransferReversal } from './types.ts';

const createFields = {
  amount: p.integer(1),
  description: p.text(),
  metadata: p.metadata,
  refund_application_fee: p.boolean,
  ...p.expand,
};

/** Takes back a transfer, or a part of what is left of it. */
function create({ sandbox, ids, params }: Call<p.Params<Record<never, never>, typeof createFields>>): TransferReversal {
  const transfer = getTransfer(sandbox, ids[0]!);
  const amount = params.amount ?? transfer.amount - transfer.amount_reversed;
  checkReversible(sandbox, transfer, amount);
  if (params.refund_application_fee) refundFeeOf(sandbox, transfer.destination_payment, amount, transfer.amount);
  return reverse(sandbox, transfer, { amount, metadata: p.mergeMetadata({}, params.metadata) });
}

function checkReversible(sandbox: Sandbox, transfer: Transfer, amount: number): void {
  const { currency, destination } = transfer;
  const left = transfer.amount - transfer.amount_reversed;
  if (left <= 0) throw refuse(`Transfer ${transfer.id} is already fully reversed.`);
  if (amount > left)
    throw refuse(
      `Reversal amount (${formatAmount(amount, currency)}) is greater than unreversed amount on transfer (${formatAmount(left, currency)})`,
      { param: 'amount' },
    );
  const needs = sandbox.settings.reversalsNeedAvailableBalance;
  if (needs && availableBalance(ofAccount(sandbox, destination), currency) < amount)
    throw refuse('The connected account does not have enough available funds to reverse this transfer.', {
      code: 'balance_insufficient',
    });
}

function getReversal(sandbox: Sandbox, [transfer, id = '']: string[]): TransferReversal {
  const reversal = sandbox.objects.find<TransferReversal>(id, 'transfer_reversal');
  if (reversal?.transfer !== transfer) throw noSuch('transfer reversal', id);
  return reversal!;
}

function update({ sandbox, ids, params }: Call<{ metadata?: Metadata | null | undefined }>): TransferReversal {
  const reversal = getReversal(sandbox, ids);
  reversal.metadata = p.mergeMetadata(reversal.metadata, params.metadata);
  sandbox.objects.update(reversal);
  return reversal;
}

const PATH = '/v1/transfers/:transfer/reversals';

export const transferReversalRoutes = [
  route('POST', PATH, {}, createFields, create),
  route('GET', PATH, {}, p.listParams, ({ sandbox, ids, params }) => {
    const { id: transfer } = getTransfer(sandbox, ids[0]!);
    return listObjects(sandbox.objects, 'transfer_reversal', `/v1/transfers/${transfer}/reversals`, params, {
      transfer,
    });
  }),
  route('GET', `${PATH}/:id`, {}, p.expand, ({ sandbox, ids }) => getReversal(sandbox, ids)),
  route('POST', `${PATH}/:id`, {}, { metadata: p.metadata, ...p.expand }, update),
];
