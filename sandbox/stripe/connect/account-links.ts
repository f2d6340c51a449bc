import { refuse } from '../errors.ts';
import { newId } from '../ids.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import { getAccount } from './account-state.ts';
import type { AccountLink } from './types.ts';

/** A link is good for some minutes. */
const GOOD_SECONDS = 300;

const createFields = {
  required: { account: p.filled(), type: p.oneOf('account_onboarding', 'account_update') },
  optional: {
    collect: p.oneOf('currently_due', 'eventually_due'),
    collection_options: p.hash(
      {},
      { fields: p.oneOf('currently_due', 'eventually_due'), future_requirements: p.oneOf('include', 'omit') },
    ),
    refresh_url: p.url,
    return_url: p.url,
    ...p.expand,
  },
};
type Create = p.Params<typeof createFields.required, typeof createFields.optional>;

function create({ sandbox, params }: Call<Create>) {
  const account = getAccount(sandbox, params.account, 'account');
  const { refresh_url, return_url, type } = params;
  if (!refresh_url || !return_url)
    throw refuse('You must provide a `refresh_url` and a `return_url` to create an account link.', {
      param: refresh_url ? 'return_url' : 'refresh_url',
      code: 'parameter_missing',
    });
  if (type === 'account_update' && account.controller.requirement_collection === 'stripe')
    throw refuse('You cannot create `account_update` type Account Links for this account.', { param: 'type' });
  const created = sandbox.now();
  const link: AccountLink = {
    ...{ id: newId('alnk'), object: 'account_link', account: account.id, created, expires_at: created + GOOD_SECONDS },
    ...{ refresh_url, return_url, session: null },
  };
  sandbox.platform.objects.insert(link);
  return {
    object: 'account_link',
    created,
    expires_at: link.expires_at,
    url: pageOf(sandbox.baseUrl, 'setup', link.id),
  };
}

const pageOf = (baseUrl: string, page: string, id: string) => `${baseUrl}/sandbox/stripe/connect/${page}/${id}`;

/** The way into the dashboard of an account that has the small one. */
function logIn({ sandbox, ids }: Call<object>) {
  const account = getAccount(sandbox, ids[0]!);
  if (account.controller.stripe_dashboard.type !== 'express')
    throw refuse(`Cannot create a login link for ${account.id}: it does not have access to the Express Dashboard.`);
  if (!account.details_submitted)
    throw refuse('Cannot create a login link for an account that has not completed onboarding.');
  return { object: 'login_link', created: sandbox.now(), url: pageOf(sandbox.baseUrl, 'express', account.id) };
}

export const accountLinkRoutes = [
  route('POST', '/v1/account_links', createFields.required, createFields.optional, create),
  route('POST', '/v1/accounts/:id/login_links', {}, p.expand, logIn),
];
