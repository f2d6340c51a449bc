import { newId } from '../ids.ts';
import { fullAddress, mergeMetadata } from '../params.ts';
import type { PersonParams } from './account-params.ts';
import type { Person } from './types.ts';

/** Somebody of whom nothing is known yet. */
export const buildPerson = (account: string, created: number): Person => ({
  id: newId('person'),
  object: 'person',
  account,
  additional_tos_acceptances: { account: { date: null, ip: null, user_agent: null } },
  address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
  created,
  dob: { day: null, month: null, year: null },
  email: null,
  first_name: null,
  id_number_provided: false,
  last_name: null,
  metadata: {},
  phone: null,
  relationship: {
    authorizer: false,
    director: false,
    executive: false,
    legal_guardian: false,
    owner: false,
    percent_ownership: null,
    representative: false,
    title: null,
  },
  requirements: {
    alternatives: [],
    currently_due: [],
    errors: [],
    eventually_due: [],
    past_due: [],
    pending_verification: [],
  },
  ssn_last_4_provided: false,
  verification: {
    additional_document: null,
    details: null,
    details_code: null,
    document: { back: null, details: null, details_code: null, front: null },
    status: 'unverified',
  },
});

/** What is shown as it was given. */
const PLAIN = [
  ...['email', 'first_name', 'first_name_kana', 'first_name_kanji', 'gender', 'last_name', 'last_name_kana'],
  ...['last_name_kanji', 'maiden_name', 'nationality', 'phone', 'political_exposure', 'full_name_aliases'],
] as (keyof PersonParams)[];

/** Applies what was sent. A number that names the person (`id_number`) shows only that it was given. */
export function changePerson(person: Person, given: PersonParams): void {
  const shown = PLAIN.filter((name) => given[name] !== undefined);
  Object.assign(person, Object.fromEntries(shown.map((name) => [name, given[name] === '' ? null : given[name]])));
  if (given.address) person.address = fullAddress(given.address);
  if (given.dob) person.dob = { ...given.dob };
  if (given.id_number) person.id_number_provided = true;
  if (given.ssn_last_4) person.ssn_last_4_provided = true;
  if (given.relationship) Object.assign(person.relationship, given.relationship);
  person.metadata = mergeMetadata(person.metadata, given.metadata);
}
