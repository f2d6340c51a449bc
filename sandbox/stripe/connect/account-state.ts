import { ofAccount } from '../account-scope.ts';
import type { Sandbox } from '../context.ts';
import { noSuch } from '../errors.ts';
import type { ListAnswer } from '../lists.ts';
import { openingsOf, requirementsOf } from './requirements.ts';
import type { Account, BankAccount, HiddenAccount, Person } from './types.ts';

/** An account that was not deleted, or Stripe's refusal. */
export function getAccount(sandbox: Sandbox, id: string, param?: string): Account {
  const account = sandbox.platform.objects.find<Account>(id, 'account');
  if (!account || account.deleted) throw noSuch(param ?? 'account', id, param);
  return account;
}

export function hiddenOf(sandbox: Sandbox, id: string): HiddenAccount {
  const { asked = [], requested = {}, given = [], ...rest } = sandbox.platform.objects.hidden<HiddenAccount>(id);
  return { asked, requested, given, ...rest };
}

/** Everything of a kind that an account has; there are never many. */
export const allOf = <T>(sandbox: Sandbox, account: string, kind: string): T[] =>
  ofAccount(sandbox, account)
    .objects.page({ kind, where: {}, order: 'ASC', limit: 1000 })
    .map((row): T => JSON.parse(row.body));

export const banksOf = (sandbox: Sandbox, account: string) => allOf<BankAccount>(sandbox, account, 'bank_account');

const FIELDS_OF_ITS_OWN = ['company', 'individual'] as const;

/** An account as it is answered: where Stripe collects what is due, the platform is not shown it. */
export function showAccount(sandbox: Sandbox, account: Account): Account & { external_accounts: ListAnswer } {
  const shown = { ...account };
  if (account.controller.requirement_collection === 'stripe') for (const name of FIELDS_OF_ITS_OWN) delete shown[name];
  const banks = banksOf(sandbox, account.id);
  const url = `/v1/accounts/${account.id}/external_accounts`;
  return {
    ...shown,
    external_accounts: { object: 'list', data: banks.slice(0, 10), has_more: banks.length > 10, url },
  };
}

/**
 * Stores an account after a change, with what follows of it: what is due still, and what it may do. Tells what has changed.
 * @param submitted everything was given on Stripe's own pages
 */
export function keepAccount(sandbox: Sandbox, account: Account, hidden: HiddenAccount, submitted = false): Account {
  const { platform } = sandbox;
  const before = platform.objects.find<Account>(account.id, 'account');
  const persons = allOf<Person>(sandbox, account.id, 'person');
  const facts = { account, hidden, persons, banks: banksOf(sandbox, account.id), now: sandbox.now() };
  account.requirements = requirementsOf(facts);
  const collects = account.controller.requirement_collection === 'application';
  account.details_submitted ||= submitted || (collects && account.requirements.past_due.length === 0);
  Object.assign(account, openingsOf(facts, account.requirements));
  if (before) platform.objects.update(account, hidden);
  else platform.objects.insert(account, hidden);
  tellChanges(sandbox, account, before);
  return account;
}

function tellChanges(sandbox: Sandbox, account: Account, before: Account | undefined): void {
  const scope = ofAccount(sandbox, account.id);
  const differs = (name: string) => JSON.stringify(before?.[name]) !== JSON.stringify(account[name]);
  const changed = Object.keys(account).filter(differs);
  if (before && changed.length > 0) {
    const previous = Object.fromEntries(changed.map((name) => [name, before[name] ?? null]));
    scope.emit('account.updated', showAccount(sandbox, account), previous);
  }
  const { requested } = hiddenOf(sandbox, account.id);
  for (const [name, status] of Object.entries(account.capabilities)) {
    const was = before?.capabilities[name];
    if (was === status) continue;
    scope.emit('capability.updated', showCapability(account, name, requested), { status: was ?? 'unrequested' });
  }
}

/** A capability has words of its own for why it is closed. */
function whyInactive({ requirements: { disabled_reason: why } }: Account): string | null {
  if (why === null) return null;
  return why.startsWith('rejected.') ? 'rejected.other' : 'requirements.fields_needed';
}

/** A capability as an object of its own. */
export function showCapability(account: Account, id: string, requested: Record<string, number>) {
  const { currently_due, current_deadline, eventually_due, past_due } = account.requirements;
  const at = requested[id];
  const asked = at !== undefined;
  return {
    id,
    object: 'capability',
    account: account.id,
    requested: asked,
    requested_at: at ?? null,
    requirements: {
      alternatives: [],
      current_deadline: asked ? current_deadline : null,
      currently_due: asked ? currently_due : [],
      disabled_reason: asked ? whyInactive(account) : null,
      errors: [],
      eventually_due: asked ? eventually_due : [],
      past_due: asked ? past_due : [],
      pending_verification: [],
    },
    status: account.capabilities[id] ?? 'unrequested',
  };
}

/** What was asked for in addition and not given in time is past due from now on. */
export function passDeadline(sandbox: Sandbox, id: string): void {
  const account = sandbox.platform.objects.find<Account>(id, 'account');
  if (account && !account.deleted) keepAccount(sandbox, account, hiddenOf(sandbox, id));
}
