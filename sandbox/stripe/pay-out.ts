import { ofAccount } from './account-scope.ts';
import { tellAvailable } from './balance.ts';
import { addToBalance, bookTransaction, DAY, type NewTransaction } from './book-transaction.ts';
import { bankFor } from './connect/add-bank.ts';
import { disableBank, refusalOf } from './connect/bank-trouble.ts';
import type { Account } from './connect/types.ts';
import type { Sandbox } from './context.ts';
import { newId } from './ids.ts';
import type { BalanceTransaction, Payout } from './types.ts';

/** Money on its way to the bank: made every midnight, put together a moment later, arrived a day later. */

const HOUR_MS = 3_600_000;
const msUntilMidnight = (nowMs: number) => DAY * 1000 - (nowMs % (DAY * 1000));

/** Pays out what is available, once a day at midnight UTC. */
export function payOutDaily(sandbox: Sandbox): void {
  schedulePayouts(sandbox);
  if (!sandbox.settings.automaticPayouts) return;
  payOutAll(sandbox);
  for (const account of accountsToPayOut(sandbox)) payOutAll(ofAccount(sandbox, account));
}

/** Connected accounts with money that may go to their bank by itself. */
function accountsToPayOut(sandbox: Sandbox): string[] {
  const rows = sandbox.store
    .statement("SELECT DISTINCT account FROM stripe_unpaid_movements WHERE account > '' AND available_on <= ?")
    .all(sandbox.now()) as { account: string }[];
  const isOpen = (id: string) => {
    const account = sandbox.objects.find<Account>(id, 'account');
    return account?.payouts_enabled && account.settings.payouts.schedule.interval !== 'manual';
  };
  return rows.map(({ account }) => account).filter(isOpen);
}

/** Makes sure that there is a next midnight. */
export function schedulePayouts(sandbox: Sandbox): void {
  sandbox.schedule('pay_out', 'account', msUntilMidnight(sandbox.nowMs()));
}

/** One automatic payout for each currency whose available money is more than nothing. A negative balance waits for more. */
export function payOutAll(sandbox: Sandbox): Payout[] {
  const sums = sandbox.store
    .statement(
      'SELECT currency, sum(net) AS net FROM stripe_unpaid_movements WHERE account = ? AND available_on <= ? GROUP BY currency',
    )
    .all(sandbox.account, sandbox.now()) as { currency: string; net: number }[];
  const paid = sums.filter(({ net }) => net > 0);
  if (paid.length > 0) tellAvailable(sandbox);
  return paid.map(({ currency, net }) => payOutParts(sandbox, currency, net));
}

function payOutParts(sandbox: Sandbox, currency: string, net: number): Payout {
  const now = sandbox.now();
  const { store, account } = sandbox;
  const id = newId('po');
  store
    .statement(
      'UPDATE stripe_objects SET k3 = ?1 WHERE id IN (SELECT id FROM stripe_unpaid_movements WHERE account = ?4 AND currency = ?2 AND available_on <= ?3)',
    )
    .run(id, currency, now, account);
  store
    .statement('DELETE FROM stripe_unpaid_movements WHERE account = ? AND currency = ? AND available_on <= ?')
    .run(account, currency, now);
  const payout = insertPayout(sandbox, { id, amount: net, currency, automatic: true });
  sandbox.schedule('list_payout', id, sandbox.settings.settleDelayMs);
  return payout;
}

export interface NewPayout {
  id?: string;
  amount: number;
  currency: string;
  automatic: boolean;
  /** What leaves the balance, where the bank gets another currency. */
  taken?: { amount: number; currency: string; rate: number };
  rest?: Partial<Payout>;
}

/** A payout with its movement; it arrives by itself. */
export function insertPayout(sandbox: Sandbox, given: NewPayout): Payout {
  const id = given.id ?? newId('po');
  const { amount, currency, automatic, taken = { amount, currency, rate: null } } = given;
  const movement: NewTransaction = {
    type: 'payout',
    amount: -taken.amount,
    currency: taken.currency,
    exchangeRate: taken.rate,
    source: id,
    description: 'STRIPE PAYOUT',
    availableAtOnce: true,
  };
  const arrivalMs = sandbox.settings.payoutArrivalDays * DAY * 1000;
  const transaction = bookTransaction(sandbox, automatic ? { ...movement, ofPayout: id } : movement);
  const payout = { ...buildPayout(id, amount, currency, automatic), ...given.rest };
  payout.created = sandbox.now();
  payout.arrival_date = Math.floor((sandbox.nowMs() + arrivalMs) / 1000 / DAY) * DAY;
  payout.destination = sandbox.account ? (bankFor(sandbox, currency)?.id ?? null) : payout.destination;
  payout.balance_transaction = transaction.id;
  sandbox.objects.insert(payout);
  sandbox.emit('payout.created', payout);
  sandbox.schedule('arrive_payout', id, Math.max(sandbox.settings.settleDelayMs * 2, arrivalMs - HOUR_MS));
  return payout;
}

const buildPayout = (id: string, amount: number, currency: string, automatic: boolean): Payout => ({
  id,
  object: 'payout',
  amount,
  application_fee: null,
  application_fee_amount: null,
  arrival_date: 0,
  automatic,
  balance_transaction: null,
  created: 0,
  currency,
  description: automatic ? 'STRIPE PAYOUT' : null,
  destination: 'ba_sandbox_bank_account',
  failure_balance_transaction: null,
  failure_code: null,
  failure_message: null,
  livemode: false,
  metadata: {},
  method: 'standard',
  original_payout: null,
  payout_method: null,
  reconciliation_status: automatic ? 'in_progress' : 'not_applicable',
  reversed_by: null,
  source_type: 'card',
  statement_descriptor: null,
  status: 'pending',
  trace_id: null,
  type: 'bank_account',
});

/** The list of what an automatic payout consists of is complete. */
export function listPayout(sandbox: Sandbox, id: string): void {
  const payout = sandbox.objects.find<Payout>(id, 'payout');
  if (payout?.reconciliation_status !== 'in_progress') return;
  const previous = { reconciliation_status: 'in_progress', status: payout.status };
  payout.reconciliation_status = 'completed';
  if (payout.status === 'pending') payout.status = 'in_transit';
  sandbox.objects.update(payout);
  sandbox.emit('payout.updated', payout, previous);
  sandbox.emit('payout.reconciliation_completed', payout);
}

/** The bank has the money. */
export function arrivePayout(sandbox: Sandbox, id: string): Payout | undefined {
  const payout = sandbox.objects.find<Payout>(id, 'payout');
  if (!payout || !['pending', 'in_transit'].includes(payout.status)) return payout;
  listPayout(sandbox, id);
  const refusal = refusalOf(sandbox, payout);
  if (refusal) return refusedPayout(sandbox, id, refusal);
  const current = sandbox.objects.find<Payout>(id, 'payout') ?? payout;
  const previous = { status: current.status };
  current.status = 'paid';
  current.trace_id = { status: 'supported', value: `FT${id.slice(-12)}` };
  sandbox.objects.update(current);
  sandbox.emit('payout.updated', current, previous);
  sandbox.emit('payout.paid', current);
  return current;
}

/** A vendor's bank sends the money back, and is not paid any more. */
function refusedPayout(sandbox: Sandbox, id: string, why: { code: string; message: string }): Payout | undefined {
  const payout = sandbox.objects.find<Payout>(id, 'payout');
  if (!payout) return undefined;
  returnPayout(sandbox, payout, why);
  disableBank(sandbox, payout);
  return payout;
}

/** The money comes back, from a bank that refuses it or because the payout was canceled; the next payout takes it again. */
export function returnPayout(sandbox: Sandbox, payout: Payout, why: { code: string; message: string } | null): Payout {
  const taken = sandbox.objects.find<BalanceTransaction>(payout.balance_transaction ?? '', 'balance_transaction');
  const back = bookTransaction(sandbox, {
    type: why ? 'payout_failure' : 'payout_cancel',
    amount: -(taken?.amount ?? -payout.amount),
    currency: taken?.currency ?? payout.currency,
    exchangeRate: (taken?.exchange_rate as number | null | undefined) ?? null,
    source: payout.id,
    description: 'STRIPE PAYOUT',
    availableAtOnce: true,
  });
  const previous = { status: payout.status };
  payout.status = why ? 'failed' : 'canceled';
  payout.failure_code = why?.code ?? null;
  payout.failure_message = why?.message ?? null;
  payout.failure_balance_transaction = back.id;
  sandbox.objects.update(payout);
  sandbox.emit('payout.updated', payout, previous);
  sandbox.emit(why ? 'payout.failed' : 'payout.canceled', payout);
  return payout;
}

/** Changes what is booked of a movement that no payout has taken yet. */
export function changeNet(sandbox: Sandbox, transaction: BalanceTransaction, net: number): void {
  addToBalance(sandbox, transaction, net - transaction.net, true);
  transaction.net = net;
}
