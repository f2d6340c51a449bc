import { availableBalance } from '../book-transaction.ts';
import type { Sandbox } from '../context.ts';
import { formatAmount, readCurrency } from '../currencies.ts';
import { badParam, noSuch, refuse } from '../errors.ts';
import { type ListAnswer, listObjects } from '../lists.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import type { BalanceTransaction, Charge } from '../types.ts';
import { getAccount, hiddenOf } from './account-state.ts';
import { makeTransfer } from './make-transfer.ts';
import { withReversals } from './parts.ts';
import { canReceive } from './requirements.ts';
import type { Account, Transfer } from './types.ts';

const createFields = {
  required: { currency: p.filled(3), destination: p.filled() },
  optional: {
    amount: p.integer(1),
    description: p.text(),
    metadata: p.metadata,
    source_transaction: p.filled(),
    source_type: p.oneOf('bank_account', 'card', 'fpx'),
    transfer_group: p.text(),
    ...p.expand,
  },
};
type Create = p.Params<typeof createFields.required, typeof createFields.optional>;

function create({ sandbox, params }: Call<Create>) {
  if (sandbox.account) throw refuse('Only the platform can make transfers here.');
  const currency = readCurrency(params.currency);
  checkDestination(sandbox, getAccount(sandbox, params.destination, 'destination'));
  // What a test card made available at once may be transferred by the next call.
  sandbox.catchUp();
  const charge = params.source_transaction ? getSource(sandbox, params.source_transaction) : undefined;
  const amount = params.amount ?? charge?.amount;
  if (amount === undefined) throw badParam('Missing required param: amount.', 'amount', 'parameter_missing');
  const source = charge ? checkSource(sandbox, charge, amount, currency) : null;
  if (!source) checkBalance(sandbox, amount, currency);
  const transfer = makeTransfer(sandbox, {
    amount,
    currency,
    destination: params.destination,
    description: params.description ?? null,
    metadata: p.mergeMetadata({}, params.metadata),
    group: params.transfer_group ?? (charge ? groupOf(sandbox, charge) : null),
    source,
  });
  return withReversals(sandbox.objects, transfer);
}

function checkDestination(sandbox: Sandbox, account: Account): void {
  if (canReceive(account, hiddenOf(sandbox, account.id).requested)) return;
  throw refuse(
    'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
    { code: 'insufficient_capabilities_for_transfer', param: 'destination' },
  );
}

function getSource(sandbox: Sandbox, id: string): Charge {
  const charge = sandbox.objects.find<Charge>(id, 'charge');
  if (!charge) throw noSuch('charge', id, 'source_transaction');
  if (charge.status !== 'succeeded' || !charge.captured)
    throw refuse(`Charge ${id} cannot be the source of a transfer: it has taken no money.`, {
      param: 'source_transaction',
    });
  return charge;
}

/** A charge's money goes out once, however much of it came back: the sum of its transfers is bounded by it. */
function checkSource(sandbox: Sandbox, charge: Charge, amount: number, currency: string) {
  const booked = sandbox.objects.find<BalanceTransaction>(charge.balance_transaction ?? '', 'balance_transaction');
  if (currency !== (booked?.currency ?? charge.currency))
    throw refuse(
      `The currency of source_transaction's balance transaction (${booked?.currency}) must be the same as the transfer currency (${currency}).`,
      {
        param: 'currency',
      },
    );
  const made = sandbox.objects
    .page({ kind: 'transfer', where: { source_transaction: charge.id }, order: 'DESC', limit: 1000 })
    .reduce((sum, row) => sum + (JSON.parse(row.body) as Transfer).amount, 0);
  const left = (booked?.amount ?? charge.amount_captured) - made;
  if (amount > left)
    throw refuse(
      `Transfers using this transaction as a source must not exceed the source amount of ${formatAmount(charge.amount_captured, currency)}. (There is ${formatAmount(left, currency)} left.)`,
      { param: 'amount' },
    );
  return { charge: charge.id, availableOn: booked?.available_on };
}

/** Transfers of one charge belong together, also where nobody named them. */
function groupOf(sandbox: Sandbox, charge: Charge): string {
  if (typeof charge.transfer_group === 'string') return charge.transfer_group;
  charge.transfer_group = `group_${charge.id}`;
  sandbox.objects.update(charge);
  return charge.transfer_group as string;
}

function checkBalance(sandbox: Sandbox, amount: number, currency: string): void {
  if (availableBalance(sandbox, currency) >= amount) return;
  throw refuse(
    'You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance by creating Charges using the 4000000000000077 test card. See: https://stripe.com/docs/testing#available-balance',
    { code: 'balance_insufficient' },
  );
}

export function getTransfer(sandbox: Sandbox, id: string): Transfer {
  const transfer = sandbox.objects.find<Transfer>(id, 'transfer');
  if (!transfer) throw noSuch('transfer', id);
  return transfer;
}

const updateFields = { description: p.text(), metadata: p.metadata, ...p.expand };

function update({ sandbox, ids, params }: Call<p.Params<Record<never, never>, typeof updateFields>>) {
  const transfer = getTransfer(sandbox, ids[0]!);
  const previous = { description: transfer.description, metadata: transfer.metadata };
  if (params.description !== undefined) transfer.description = params.description || null;
  transfer.metadata = p.mergeMetadata(transfer.metadata, params.metadata);
  sandbox.objects.update(transfer);
  const shown = withReversals(sandbox.objects, transfer);
  sandbox.emit('transfer.updated', shown, previous);
  return shown;
}

const listFields = { created: p.timestampRange, destination: p.text(), transfer_group: p.text(), ...p.listParams };

function list({ sandbox, params }: Call<p.Params<Record<never, never>, typeof listFields>>): ListAnswer {
  const { destination, transfer_group, ...page } = params;
  const answer = listObjects(sandbox.objects, 'transfer', '/v1/transfers', page, { destination, transfer_group });
  return { ...answer, data: (answer.data as Transfer[]).map((transfer) => withReversals(sandbox.objects, transfer)) };
}

export const transferRoutes = [
  route('POST', '/v1/transfers', createFields.required, createFields.optional, create),
  route('GET', '/v1/transfers', {}, listFields, list),
  route('GET', '/v1/transfers/:id', {}, p.expand, ({ sandbox, ids }) =>
    withReversals(sandbox.objects, getTransfer(sandbox, ids[0]!)),
  ),
  route('POST', '/v1/transfers/:id', {}, updateFields, update),
];
