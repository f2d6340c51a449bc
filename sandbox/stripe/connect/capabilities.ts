import { badParam, noSuch } from '../errors.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import { getAccount, hiddenOf, keepAccount, showCapability } from './account-state.ts';
import { CAPABILITIES } from './capability-names.ts';

const known = (id: string) => {
  if (!(CAPABILITIES as readonly string[]).includes(id)) throw noSuch('capability', id);
  return id;
};

function list({ sandbox, ids }: Call<object>) {
  const account = getAccount(sandbox, ids[0]!);
  const { requested } = hiddenOf(sandbox, account.id);
  const data = Object.keys(requested).map((id) => showCapability(account, id, requested));
  return { object: 'list', data, has_more: false, url: `/v1/accounts/${account.id}/capabilities` };
}

function update({ sandbox, ids, params }: Call<{ requested?: boolean | undefined }>) {
  const id = known(ids[1]!);
  const account = getAccount(sandbox, ids[0]!);
  const hidden = hiddenOf(sandbox, account.id);
  if (params.requested === undefined)
    throw badParam('Missing required param: requested.', 'requested', 'parameter_missing');
  if (params.requested) hidden.requested[id] ??= sandbox.now();
  else delete hidden.requested[id];
  return showCapability(keepAccount(sandbox, account, hidden), id, hidden.requested);
}

export const capabilityRoutes = [
  route('GET', '/v1/accounts/:account/capabilities', {}, p.expand, list),
  route('GET', '/v1/accounts/:account/capabilities/:id', {}, p.expand, ({ sandbox, ids }) => {
    const account = getAccount(sandbox, ids[0]!);
    return showCapability(account, known(ids[1]!), hiddenOf(sandbox, account.id).requested);
  }),
  route('POST', '/v1/accounts/:account/capabilities/:id', {}, { requested: p.boolean, ...p.expand }, update),
];
