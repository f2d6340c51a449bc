import type { Sandbox } from './context.ts';
import { badParam, noSuch, refuse } from './errors.ts';
import { type ListAnswer, listObjects } from './lists.ts';
import * as p from './params.ts';
import { type Call, route } from './routes.ts';
import type { BalanceTransaction, Payout } from './types.ts';

/** A balance transaction as of now: what is available is a matter of time, so it is not stored. */
export function showBalanceTransaction(transaction: BalanceTransaction, now: number): BalanceTransaction {
  return { ...transaction, status: transaction.available_on <= now ? 'available' : 'pending' };
}

export function getBalanceTransaction(sandbox: Sandbox, id: string): BalanceTransaction {
  const found = sandbox.objects.find<BalanceTransaction>(id, 'balance_transaction');
  if (!found) throw noSuch('balance transaction', id);
  return found;
}

/** `BalanceTransaction.Type` of stripe@23. */
const TYPES = [
  'adjustment',
  'advance',
  'advance_funding',
  'anticipation_repayment',
  'application_fee',
  'application_fee_refund',
  'charge',
  'climate_order_purchase',
  'climate_order_refund',
  'connect_collection_transfer',
  'contribution',
  'fee_credit_funding',
  'inbound_transfer',
  'inbound_transfer_reversal',
  'issuing_authorization_hold',
  'issuing_authorization_release',
  'issuing_dispute',
  'issuing_dispute_provisional_credit',
  'issuing_dispute_provisional_credit_reversal',
  'issuing_transaction',
  'obligation_outbound',
  'obligation_reversal_inbound',
  'payment',
  'payment_failure_refund',
  'payment_network_reserve_hold',
  'payment_network_reserve_release',
  'payment_refund',
  'payment_reversal',
  'payment_unreconciled',
  'payout',
  'payout_cancel',
  'payout_failure',
  'payout_minimum_balance_hold',
  'payout_minimum_balance_release',
  'refund',
  'refund_failure',
  'reserve_hold',
  'reserve_release',
  'reserve_transaction',
  'reserved_funds',
  'stripe_balance_payment_debit',
  'stripe_balance_payment_debit_reversal',
  'stripe_fee',
  'stripe_fx_fee',
  'tax_fee',
  'tax_fund',
  'topup',
  'topup_reversal',
  'transfer',
  'transfer_cancel',
  'transfer_failure',
  'transfer_refund',
] as const;

const filters = {
  created: p.timestampRange,
  currency: p.text(3),
  payout: p.text(),
  source: p.text(),
  type: p.oneOf(...TYPES),
  ...p.listParams,
};

function list({ sandbox, params }: Call<p.Params<Record<never, never>, typeof filters>>): ListAnswer {
  const { source, type, payout, currency, ...page } = params;
  if (payout) checkListed(sandbox, payout);
  const url = '/v1/balance_transactions';
  const and = currency && `AND json_extract(body, '$.currency') = '${checkCode(currency)}'`;
  const answer = listObjects(sandbox.objects, 'balance_transaction', url, page, { source, type, payout }, and);
  const now = sandbox.now();
  return { ...answer, data: (answer.data as BalanceTransaction[]).map((entry) => showBalanceTransaction(entry, now)) };
}

/** What a payout consists of is known of automatic ones only. */
function checkListed(sandbox: Sandbox, id: string): void {
  const payout = sandbox.objects.find<Payout>(id, 'payout');
  if (!payout) throw noSuch('payout', id, 'payout');
  if (!payout.automatic)
    throw refuse('Balance transaction history can only be filtered on automatic transfers, not manual.', {
      param: 'payout',
    });
}

function checkCode(currency: string): string {
  if (/^[a-z]{3}$/.test(currency)) return currency;
  throw badParam(`Invalid currency: ${currency}.`, 'currency');
}

export const balanceTransactionRoutes = [
  route('GET', '/v1/balance_transactions', {}, filters, list),
  route('GET', '/v1/balance_transactions/:id', {}, p.expand, ({ sandbox, ids }) =>
    showBalanceTransaction(getBalanceTransaction(sandbox, ids[0]!), sandbox.now()),
  ),
];
