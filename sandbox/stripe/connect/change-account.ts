import type { Sandbox } from '../context.ts';
import { badParam } from '../errors.ts';
import { fullAddress, mergeMetadata } from '../params.ts';
import type { AccountParams } from './account-params.ts';
import { addBank } from './add-bank.ts';
import { buildPerson, changePerson } from './build-person.ts';
import type { Account, HiddenAccount } from './types.ts';

/** Applies what was sent; what is never shown again (a tax id) is remembered as given. */
export function changeAccount(
  sandbox: Sandbox,
  account: Account,
  hidden: HiddenAccount,
  params: Partial<AccountParams>,
): void {
  acceptTerms(sandbox, account, params);
  const { business_profile: profile, business_type: type, email, settings, individual, metadata } = params;
  if (email !== undefined) account.email = email || null;
  if (type) account.business_type = type;
  if (profile) {
    const { support_address: address, ...rest } = profile;
    Object.assign(account.business_profile, emptyAsNull(rest));
    if (address) account.business_profile.support_address = fullAddress(address);
  }
  if (params.company) changeCompany(account, hidden, params.company);
  if (individual) {
    account.individual ??= buildPerson(account.id, sandbox.now());
    changePerson(account.individual, individual);
    account.business_type ??= 'individual';
  }
  if (settings) changeSettings(account, settings);
  for (const [name, wish] of Object.entries(params.capabilities ?? {})) {
    if (wish?.requested === true) hidden.requested[name] ??= sandbox.now();
    if (wish?.requested === false) delete hidden.requested[name];
  }
  account.metadata = mergeMetadata(account.metadata, metadata);
  if (params.external_account !== undefined) addBank(sandbox, account, params.external_account);
}

const emptyAsNull = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value === '' ? null : value]));

/** Where Stripe collects what is due, only the vendor itself can accept its terms. */
function acceptTerms(sandbox: Sandbox, account: Account, { tos_acceptance: terms }: Partial<AccountParams>): void {
  if (!terms) return;
  const { service_agreement: _agreement, ...accepted } = terms;
  if (account.controller.requirement_collection === 'stripe' && accepted.date !== undefined)
    throw badParam(
      'You cannot accept the Terms of Service on behalf of accounts where Stripe is responsible for collecting requirements.',
      'tos_acceptance[date]',
    );
  if (accepted.date !== undefined && accepted.date > sandbox.now())
    throw badParam(
      'ToS acceptance date is not valid. Dates are expected to be integers, measured in seconds, not in the future.',
      'tos_acceptance[date]',
    );
  Object.assign(account.tos_acceptance, accepted);
}

const NOBODY_NAMED = { directors_provided: false, executives_provided: false, owners_provided: false };

/** Given numbers are never shown. */
const SECRET = { registration_number: undefined, tax_id: 'tax_id_provided', vat_id: 'vat_id_provided' } as const;

function changeCompany(account: Account, hidden: HiddenAccount, given: NonNullable<AccountParams['company']>): void {
  const { address, registration_date: _date, ...rest } = given;
  const company: Record<string, unknown> = account.company ?? { ...NOBODY_NAMED };
  account.company = company;
  for (const [name, value] of Object.entries(rest)) {
    if (!(name in SECRET)) company[name] = value;
    else {
      hidden.given = [...new Set([...hidden.given, `company.${name}`])];
      const shown = SECRET[name as keyof typeof SECRET];
      if (shown) company[shown] = true;
    }
  }
  if (address) company.address = fullAddress(address);
}

function changeSettings(account: Account, given: NonNullable<AccountParams['settings']>): void {
  const { payouts, ...rest } = given;
  for (const [name, value] of Object.entries(rest)) {
    const known = account.settings[name] as object | undefined;
    if (known) Object.assign(known, value);
  }
  if (!payouts) return;
  const { schedule, ...plain } = payouts;
  Object.assign(account.settings.payouts, plain);
  if (!schedule) return;
  const { delay_days: delay, ...when } = schedule;
  Object.assign(account.settings.payouts.schedule, when, delay ? { delay_days: Number(delay) || 2 } : {});
}
