import { ofAccount } from '../account-scope.ts';
import type { Sandbox } from '../context.ts';
import { allOf, banksOf, getAccount, hiddenOf, keepAccount } from './account-state.ts';
import { addBank } from './add-bank.ts';
import { buildPerson, changePerson } from './build-person.ts';
import { takesPayouts } from './requirements.ts';
import type { Account, Person } from './types.ts';

const SOMEBODY = {
  address: { city: 'Springfield', country: 'US', line1: '1 Main Street', line2: '', postal_code: '12345', state: 'NY' },
  dob: { day: 1, month: 1, year: 1901 },
  email: 'vendor@example.com',
  first_name: 'Jenny',
  id_number: '000000000',
  last_name: 'Rosen',
  phone: '+12025550100',
};

/** Gives Stripe everything that it asks for, as the vendor would on Stripe's pages. */
export function completeOnboarding(sandbox: Sandbox, id: string): Account {
  const account = getAccount(sandbox, id);
  const hidden = hiddenOf(sandbox, id);
  account.business_type ??= 'individual';
  account.business_profile.url ??= 'https://vendor.example.com';
  account.business_profile.mcc ??= '5734';
  if (account.business_type === 'individual') {
    account.individual ??= buildPerson(id, sandbox.now());
    changePerson(account.individual, SOMEBODY);
  } else nameCompany(sandbox, account, hidden.given);
  if (!banksOf(sandbox, id).some(takesPayouts))
    addBank(sandbox, account, { account_number: '000123456789' }, { default_for_currency: true });
  if (!account.tos_acceptance.date) account.tos_acceptance = { date: sandbox.now(), ip: '127.0.0.1', user_agent: null };
  hidden.asked = [];
  return keepAccount(sandbox, account, hidden, true);
}

function nameCompany(sandbox: Sandbox, account: Account, given: string[]): void {
  const { phone, address } = SOMEBODY;
  const name = account.business_profile.name ?? 'Vendor Ltd';
  account.company = { name, phone, address, ...account.company, tax_id_provided: true, owners_provided: true };
  if (!given.includes('company.tax_id')) given.push('company.tax_id');
  const { objects, emit } = ofAccount(sandbox, account.id);
  const known = allOf<Person>(sandbox, account.id, 'person').find(
    (person) => person.relationship.representative === true,
  );
  const person = known ?? buildPerson(account.id, sandbox.now());
  changePerson(person, { ...SOMEBODY, relationship: { representative: true, owner: true } });
  if (known) objects.update(person);
  else objects.insert(person);
  emit(known ? 'person.updated' : 'person.created', person, known ? {} : undefined);
}
