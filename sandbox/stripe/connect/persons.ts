import { ofAccount } from '../account-scope.ts';
import type { Sandbox } from '../context.ts';
import { noSuch } from '../errors.ts';
import { listObjects } from '../lists.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import { type PersonParams, personFields } from './account-params.ts';
import { getAccount, hiddenOf, keepAccount } from './account-state.ts';
import { buildPerson, changePerson } from './build-person.ts';
import type { Person } from './types.ts';

/** What is known of its people decides what is due of the account. */
const lookAgain = (sandbox: Sandbox, account: string) =>
  keepAccount(sandbox, getAccount(sandbox, account), hiddenOf(sandbox, account));

function create({ sandbox, ids, params }: Call<PersonParams>): Person {
  const account = getAccount(sandbox, ids[0]!);
  const scope = ofAccount(sandbox, account.id);
  const person = buildPerson(account.id, sandbox.now());
  changePerson(person, params);
  scope.objects.insert(person);
  scope.emit('person.created', person);
  lookAgain(sandbox, account.id);
  return person;
}

function getPerson(sandbox: Sandbox, [account = '', id = '']: string[]): Person {
  const person = ofAccount(sandbox, getAccount(sandbox, account).id).objects.find<Person>(id, 'person');
  if (!person) throw noSuch('person', id);
  return person;
}

function update({ sandbox, ids, params }: Call<PersonParams>): Person {
  const person = getPerson(sandbox, ids);
  const before = structuredClone(person);
  changePerson(person, params);
  const scope = ofAccount(sandbox, person.account);
  scope.objects.update(person);
  const changed = Object.entries(before).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(person[name]),
  );
  scope.emit('person.updated', person, Object.fromEntries(changed));
  lookAgain(sandbox, person.account);
  return person;
}

function remove({ sandbox, ids }: Call<object>) {
  const person = getPerson(sandbox, ids);
  const scope = ofAccount(sandbox, person.account);
  scope.objects.remove(person.id);
  scope.emit('person.deleted', person);
  lookAgain(sandbox, person.account);
  return { id: person.id, object: 'person', deleted: true };
}

const ROLES = p.hash(
  {},
  {
    ...{ authorizer: p.boolean, director: p.boolean, executive: p.boolean, legal_guardian: p.boolean },
    ...{ owner: p.boolean, representative: p.boolean },
  },
);
const listFields = { relationship: ROLES, ...p.listParams };

function list({ sandbox, ids, params }: Call<p.Params<Record<never, never>, typeof listFields>>) {
  const { relationship = {}, ...page } = params;
  const account = getAccount(sandbox, ids[0]!).id;
  const is = Object.entries(relationship).map(
    ([role, wanted]) => `AND coalesce(json_extract(body, '$.relationship.${role}'), 0) = ${wanted ? 1 : 0}`,
  );
  const { objects } = ofAccount(sandbox, account);
  return listObjects(objects, 'person', `/v1/accounts/${account}/persons`, page, {}, is.join(' '));
}

const PATH = '/v1/accounts/:account/persons';

export const personRoutes = [
  route('POST', PATH, {}, personFields, create),
  route('GET', PATH, {}, listFields, list),
  route('GET', `${PATH}/:id`, {}, p.expand, ({ sandbox, ids }) => getPerson(sandbox, ids)),
  route('POST', `${PATH}/:id`, {}, personFields, update),
  route('DELETE', `${PATH}/:id`, {}, {}, remove),
];
