import { hash } from 'node:crypto';
import { ofAccount } from '../account-scope.ts';
import type { Sandbox } from '../context.ts';
import { badParam, noSuch } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Metadata } from '../types.ts';
import { banksOf } from './account-state.ts';
import type { Account, BankAccount } from './types.ts';

type Given = string | Record<string, string>;

/** Test tokens, each for the bank account that it stands for. */
const TOKENS: Record<string, { account_number: string; country?: string; currency?: string }> = {
  btok_us: { account_number: '000123456789', country: 'US', currency: 'usd' },
  btok_us_verified: { account_number: '000123456789', country: 'US', currency: 'usd' },
};

function readBank(given: Given): Record<string, string> {
  if (typeof given !== 'string') return given;
  const known = TOKENS[given];
  if (!known) throw noSuch('token', given, 'external_account');
  return { ...known };
}

/** A bank that payouts go to; the first of its currency is the one for that currency. */
export function addBank(
  sandbox: Sandbox,
  account: Account,
  given: Given,
  rest: Partial<BankAccount> = {},
): BankAccount {
  const bank = readBank(given);
  const number = bank.account_number ?? '';
  if (!/^[A-Za-z0-9]{4,34}$/.test(number))
    throw badParam(
      'The bank account number provided is invalid.',
      'external_account[account_number]',
      'account_number_invalid',
    );
  const currency = (bank.currency ?? account.default_currency).toLowerCase();
  const others = banksOf(sandbox, account.id).filter((each) => each.currency === currency);
  const made: BankAccount = {
    id: newId('ba'),
    object: 'bank_account',
    account: account.id,
    account_holder_name: bank.account_holder_name ?? null,
    account_holder_type: bank.account_holder_type ?? null,
    account_type: null,
    available_payout_methods: ['standard'],
    bank_name: 'STRIPE TEST BANK',
    country: bank.country ?? account.country,
    currency,
    default_for_currency: others.length === 0,
    fingerprint: hash('sha1', number).slice(0, 16),
    last4: number.slice(-4),
    metadata: {} as Metadata,
    routing_number: bank.routing_number ?? '110000000',
    status: 'new',
    ...rest,
  };
  const scope = ofAccount(sandbox, account.id);
  if (made.default_for_currency) for (const each of others) keepBank(sandbox, { ...each, default_for_currency: false });
  scope.objects.insertTimeless(made);
  scope.emit('account.external_account.created', made);
  return made;
}

/** Stores a bank account after a change. */
export const keepBank = (sandbox: Sandbox, bank: BankAccount): void =>
  ofAccount(sandbox, bank.account).objects.update(bank);

/** Where a payout of this currency goes. */
export const bankFor = (sandbox: Sandbox, currency: string): BankAccount | undefined =>
  banksOf(sandbox, sandbox.account).find((bank) => bank.currency === currency && bank.default_for_currency);
