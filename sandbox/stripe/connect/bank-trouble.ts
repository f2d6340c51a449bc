import { ofAccount } from '../account-scope.ts';
import type { Sandbox } from '../context.ts';
import type { Payout } from '../types.ts';
import { banksOf, getAccount, hiddenOf, keepAccount } from './account-state.ts';
import { keepBank } from './add-bank.ts';

/** Test account numbers to which no money goes, by how they end. */
const REFUSES: Record<string, { code: string; message: string }> = {
  '1116': { code: 'no_account', message: 'The bank account could not be located.' },
  '1113': { code: 'account_closed', message: 'The bank account has been closed.' },
  '2227': { code: 'insufficient_funds', message: 'The account has insufficient funds to cover the payout.' },
  '3335': { code: 'debit_not_authorized', message: 'Debit transactions are not approved on the bank account.' },
  '4440': { code: 'invalid_currency', message: 'The bank account does not take this currency.' },
};

/** Why a vendor's bank sends a payout back; undefined when it takes it. */
export function refusalOf(sandbox: Sandbox, payout: Payout): { code: string; message: string } | undefined {
  const bank = banksOf(sandbox, sandbox.account).find(({ id }) => id === payout.destination);
  return bank && REFUSES[bank.last4];
}

/** A bank that sent money back is paid no more until another is named: the account is closed for payouts. */
export function disableBank(sandbox: Sandbox, payout: Payout): void {
  const bank = banksOf(sandbox, sandbox.account).find(({ id }) => id === payout.destination);
  if (!bank) return;
  const failed = { ...bank, status: 'errored' };
  keepBank(sandbox, failed);
  ofAccount(sandbox, bank.account).emit('account.external_account.updated', failed, { status: bank.status });
  keepAccount(sandbox, getAccount(sandbox, bank.account), hiddenOf(sandbox, bank.account));
}
