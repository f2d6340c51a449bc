import { ofAccount } from '../account-scope.ts';
import { readBalance } from '../balance.ts';
import { noSuch, refuse } from '../errors.ts';
import { type ListAnswer, listObjects } from '../lists.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import { type AccountParams, createFields, updateFields } from './account-params.ts';
import { getAccount, hiddenOf, keepAccount, showAccount } from './account-state.ts';
import { buildAccount } from './build-account.ts';
import { changeAccount } from './change-account.ts';
import type { Account, HiddenAccount } from './types.ts';

function create({ sandbox, params }: Call<AccountParams>) {
  if (sandbox.account) throw refuse('A connected account cannot have connected accounts of its own here.');
  const account = buildAccount(params, sandbox.now());
  const hidden: HiddenAccount = { asked: [], requested: {}, given: [] };
  changeAccount(sandbox, account, hidden, params);
  return showAccount(sandbox, keepAccount(sandbox, account, hidden));
}

function update({ sandbox, ids, params }: Call<Partial<AccountParams>>) {
  const account = getAccount(sandbox, ids[0]!);
  const hidden = hiddenOf(sandbox, account.id);
  changeAccount(sandbox, account, hidden, params);
  return showAccount(sandbox, keepAccount(sandbox, account, hidden));
}

/** An account that holds money stays. */
function remove({ sandbox, ids }: Call<object>) {
  const account = getAccount(sandbox, ids[0]!);
  const { available, pending } = readBalance(ofAccount(sandbox, account.id));
  if ([...available, ...pending].some(({ amount }) => amount !== 0))
    throw refuse('This account cannot be deleted because it has a non-zero balance.');
  sandbox.platform.objects.update({ id: account.id, object: 'account', deleted: true, created: account.created });
  const application = { id: 'ca_sandbox', object: 'application' };
  sandbox.platform.emit('account.application.deauthorized', application, undefined, account.id);
  return { id: account.id, object: 'account', deleted: true };
}

const REASONS: Record<string, string> = {
  terms_of_service: 'rejected.platform_terms_of_service',
  credit: 'rejected.platform_other',
  other: 'rejected.platform_other',
};

/** The platform does not want the account: nothing goes to it any more. */
function reject({ sandbox, ids, params }: Call<{ reason: string }>) {
  const account = getAccount(sandbox, ids[0]!);
  const hidden = hiddenOf(sandbox, account.id);
  hidden.rejected = REASONS[params.reason] ?? 'rejected.platform_fraud';
  return showAccount(sandbox, keepAccount(sandbox, account, hidden));
}

function unreject({ sandbox, ids }: Call<object>) {
  const account = getAccount(sandbox, ids[0]!);
  const { rejected, ...hidden } = hiddenOf(sandbox, account.id);
  if (!rejected) throw refuse(`Account ${account.id} is not rejected.`);
  return showAccount(sandbox, keepAccount(sandbox, account, hidden));
}

function list({ sandbox, params }: Call<p.Params<Record<never, never>, typeof listFields>>): ListAnswer {
  const stands = 'AND body NOT LIKE \'%"deleted":true%\'';
  const answer = listObjects(sandbox.platform.objects, 'account', '/v1/accounts', params, {}, stands);
  return { ...answer, data: (answer.data as Account[]).map((account) => showAccount(sandbox, account)) };
}

/** The account that asks: the platform itself, or the one that it acts for. */
function retrieveOwn({ sandbox }: Call<object>) {
  if (sandbox.account) return showAccount(sandbox, getAccount(sandbox, sandbox.account));
  return showAccount(sandbox, {
    ...buildAccount({}, 0),
    id: 'acct_sandbox',
    charges_enabled: true,
    payouts_enabled: true,
    details_submitted: true,
  });
}

/** An account that is not ours is one that we may not see. */
function retrieve({ sandbox, ids }: Call<object>) {
  const account = sandbox.platform.objects.find<Account>(ids[0]!, 'account');
  if (!account) throw noSuch('account', ids[0]!);
  if (account.deleted) throw noSuch('account', ids[0]!);
  return showAccount(sandbox, account);
}

const listFields = { created: p.timestampRange, ...p.listParams };
const reason = p.oneOf(
  ...(['credit', 'fraud_no_intent_to_fulfill', 'fraud_other', 'fraud_payment_method_casher'] as const),
  ...(['fraud_payment_method_tester', 'other', 'terms_of_service'] as const),
);
const rejectFields = { payouts_action: p.oneOf('none', 'pause'), ...p.expand };

export const accountRoutes = [
  route('GET', '/v1/account', {}, p.expand, retrieveOwn),
  route('POST', '/v1/accounts', {}, createFields, create),
  route('GET', '/v1/accounts', {}, listFields, list),
  route('GET', '/v1/accounts/:id', {}, p.expand, retrieve),
  route('POST', '/v1/accounts/:id', {}, updateFields, update),
  route('DELETE', '/v1/accounts/:id', {}, {}, remove),
  route('POST', '/v1/accounts/:id/reject', { reason }, rejectFields, reject),
  route('POST', '/v1/accounts/:id/unreject', {}, p.expand, unreject),
];
