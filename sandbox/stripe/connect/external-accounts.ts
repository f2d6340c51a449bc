import { ofAccount } from '../account-scope.ts';
import type { Sandbox } from '../context.ts';
import { noSuch, refuse } from '../errors.ts';
import { listObjects } from '../lists.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import { externalAccount } from './account-params.ts';
import { banksOf, getAccount, hiddenOf, keepAccount } from './account-state.ts';
import { addBank, keepBank } from './add-bank.ts';
import type { BankAccount } from './types.ts';

const createFields = { default_for_currency: p.boolean, metadata: p.metadata, ...p.expand };
type Create = p.Params<{ external_account: typeof externalAccount }, typeof createFields>;

/** Whether there is a bank to pay to decides what is due of the account. */
const lookAgain = (sandbox: Sandbox, account: string) =>
  keepAccount(sandbox, getAccount(sandbox, account), hiddenOf(sandbox, account));

function create({ sandbox, ids, params }: Call<Create>): BankAccount {
  const account = getAccount(sandbox, ids[0]!);
  const bank = addBank(sandbox, account, params.external_account, {
    metadata: p.mergeMetadata({}, params.metadata),
    ...(params.default_for_currency ? { default_for_currency: true } : {}),
  });
  lookAgain(sandbox, account.id);
  return bank;
}

function getBank(sandbox: Sandbox, [account = '', id = '']: string[]): BankAccount {
  const { objects } = ofAccount(sandbox, getAccount(sandbox, account).id);
  const found = objects.find(id, 'bank_account') as BankAccount | undefined;
  if (!found) throw noSuch('external account', id);
  return found;
}

const text = p.text();
const updateFields = {
  account_holder_name: text,
  account_holder_type: p.emptyOr(p.oneOf('company', 'individual')),
  account_type: p.oneOf('checking', 'futsu', 'savings', 'toza'),
  default_for_currency: p.boolean,
  documents: p.hash({}, { bank_account_ownership_verification: p.anyHash }),
  metadata: p.metadata,
  ...p.expand,
};

function update({ sandbox, ids, params }: Call<p.Params<Record<never, never>, typeof updateFields>>): BankAccount {
  const bank = getBank(sandbox, ids);
  const { expand: _expand, documents: _documents, metadata, default_for_currency: isDefault, ...plain } = params;
  const before = structuredClone(bank);
  Object.assign(bank, plain);
  bank.metadata = p.mergeMetadata(bank.metadata, metadata);
  if (isDefault) makeDefault(sandbox, bank);
  keepBank(sandbox, bank);
  const changed = Object.entries(before).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(bank[name]),
  );
  ofAccount(sandbox, bank.account).emit('account.external_account.updated', bank, Object.fromEntries(changed));
  lookAgain(sandbox, bank.account);
  return bank;
}

function makeDefault(sandbox: Sandbox, bank: BankAccount): void {
  const others = banksOf(sandbox, bank.account).filter(
    ({ id, currency }) => id !== bank.id && currency === bank.currency,
  );
  for (const each of others) if (each.default_for_currency) keepBank(sandbox, { ...each, default_for_currency: false });
  bank.default_for_currency = true;
}

function remove({ sandbox, ids }: Call<object>) {
  const bank = getBank(sandbox, ids);
  const others = banksOf(sandbox, bank.account).filter(
    ({ id, currency }) => id !== bank.id && currency === bank.currency,
  );
  if (bank.default_for_currency && others.length > 0)
    throw refuse(
      'You cannot delete the default external account for your default currency. Please make another external account the default using the `default_for_currency` param, and then delete this one.',
    );
  const scope = ofAccount(sandbox, bank.account);
  scope.objects.remove(bank.id);
  scope.emit('account.external_account.deleted', bank);
  lookAgain(sandbox, bank.account);
  return { id: bank.id, object: 'bank_account', deleted: true };
}

const PATH = '/v1/accounts/:account/external_accounts';
const listFields = { object: p.oneOf('bank_account', 'card'), ...p.listParams };

export const externalAccountRoutes = [
  route('POST', PATH, { external_account: externalAccount }, createFields, create),
  route('GET', PATH, {}, listFields, ({ sandbox, ids, params: { object = 'bank_account', ...page } }) => {
    const { id } = getAccount(sandbox, ids[0]!);
    return listObjects(ofAccount(sandbox, id).objects, object, `/v1/accounts/${id}/external_accounts`, page);
  }),
  route('GET', `${PATH}/:id`, {}, p.expand, ({ sandbox, ids }) => getBank(sandbox, ids)),
  route('POST', `${PATH}/:id`, {}, updateFields, update),
  route('DELETE', `${PATH}/:id`, {}, {}, remove),
];
