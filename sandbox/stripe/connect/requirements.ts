/** What Stripe asks of an account before money may go there; pure. */
import type { Account, BankAccount, HiddenAccount, Person, Requirements } from './types.ts';

export interface AccountFacts {
  account: Account;
  hidden: HiddenAccount;
  persons: readonly Person[];
  banks: readonly BankAccount[];
  now: number;
}

type Fields = Record<string, unknown>;

const PERSON_FIELDS = ['first_name', 'last_name', 'email', 'phone', 'dob.day', 'dob.month', 'dob.year'];
const ADDRESS_FIELDS = ['address.line1', 'address.city', 'address.postal_code'];
const COMPANY_FIELDS = ['name', 'phone', ...ADDRESS_FIELDS];

/** Reads `dob.day` out of nested hashes. */
function valueAt(fields: Fields | undefined, path: string): unknown {
  const [name = '', rest] = path.split(/\.(.*)/s, 2);
  const value = fields?.[name];
  return rest === undefined ? value : valueAt((value ?? undefined) as Fields | undefined, rest);
}

const missing = (fields: Fields | undefined, names: readonly string[], prefix: string): string[] =>
  names.filter((name) => !valueAt(fields, name)).map((name) => `${prefix}.${name}`);

/** The bank that is paid to works. */
export const takesPayouts = ({ default_for_currency: isDefault, status }: BankAccount): boolean =>
  isDefault && status !== 'errored';

/** What is missing before anything goes. */
function dueAtFirst({ account, hidden, persons, banks }: AccountFacts): string[] {
  const { business_profile: profile, business_type: type, tos_acceptance: terms } = account;
  return [
    ...(type ? [] : ['business_type']),
    ...(profile.url || profile.product_description ? [] : ['business_profile.url']),
    ...(hidden.requested.card_payments && !profile.mcc ? ['business_profile.mcc'] : []),
    ...(banks.some(takesPayouts) ? [] : ['external_account']),
    ...(type === 'individual' ? missing(account.individual, [...PERSON_FIELDS, ...ADDRESS_FIELDS], 'individual') : []),
    ...(type && type !== 'individual' ? dueOfCompany(account, hidden, persons) : []),
    ...(type ? [] : missing(undefined, PERSON_FIELDS, 'representative')),
    ...(terms.date ? [] : ['tos_acceptance.date', 'tos_acceptance.ip']),
  ];
}

function dueOfCompany({ company }: Account, { given }: HiddenAccount, persons: readonly Person[]): string[] {
  const representative = persons.find(({ relationship }) => relationship.representative === true);
  return [
    ...missing(company, COMPANY_FIELDS, 'company'),
    ...(given.includes('company.tax_id') ? [] : ['company.tax_id']),
    ...missing(representative, PERSON_FIELDS, representative?.id ?? 'representative'),
  ];
}

/** @returns what is due, and why the account is closed until then */
export function requirementsOf(facts: AccountFacts): Requirements {
  const { hidden, now } = facts;
  const first = dueAtFirst(facts);
  const late = hidden.asked.filter(({ until }) => until <= now).map(({ field }) => field);
  const soon = hidden.asked.filter(({ until }) => until > now);
  const past = [...new Set([...first, ...late])].sort();
  const due = [...new Set([...past, ...soon.map(({ field }) => field)])].sort();
  return {
    alternatives: [],
    current_deadline: soon.length > 0 ? Math.min(...soon.map(({ until }) => until)) : null,
    currently_due: due,
    disabled_reason: hidden.rejected ?? (past.length > 0 ? 'requirements.past_due' : null),
    errors: [],
    eventually_due: due,
    past_due: past,
    pending_verification: [],
  };
}

/** What the account may do with what it has given. */
export function openingsOf({ account, hidden }: AccountFacts, { disabled_reason: closed }: Requirements) {
  const { controller, details_submitted: submitted } = account;
  const isFull = controller.stripe_dashboard.type === 'full';
  const isOpen = closed === null && submitted;
  const capabilities = Object.keys(hidden.requested).map((name) => [name, isOpen ? 'active' : 'inactive'] as const);
  return {
    capabilities: Object.fromEntries(capabilities) as Account['capabilities'],
    charges_enabled: isOpen && (isFull || hidden.requested.card_payments !== undefined),
    payouts_enabled: isOpen,
  };
}

/**
 * Whether a transfer may go there. An account with Stripe's full dashboard for which no capability was asked takes them from the
 * beginning, as the CLI's own scripts expect.
 */
export const canReceive = ({ capabilities, controller, requirements }: Account, requested: object): boolean =>
  capabilities.transfers === 'active' ||
  (controller.stripe_dashboard.type === 'full' &&
    Object.keys(requested).length === 0 &&
    !requirements.disabled_reason?.startsWith('rejected.'));
