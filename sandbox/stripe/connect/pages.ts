import express, { type Response, type Router } from 'express';
import { randomText } from '../../random-text.ts';
import { ofAccount } from '../account-scope.ts';
import { readBalance } from '../balance.ts';
import type { Sandbox } from '../context.ts';
import { formatAmount } from '../currencies.ts';
import { escapeHtml } from '../html.ts';
import type { Payout } from '../types.ts';
import { completeOnboarding } from './onboard.ts';
import type { Account, AccountLink } from './types.ts';

/** Stripe's pages for vendors: where they give what is asked for, and where they see their money. */
export function createConnectPages(sandbox: Sandbox): Router {
  const router = express.Router();
  const find = (id: string) => sandbox.objects.find<AccountLink>(id, 'account_link');
  router.get('/setup/:link', (req, res) => {
    const link = find(req.params.link);
    if (!link) return void answer(res, 404, '<p>There is no such link.</p>');
    // A link opens once. Whoever comes again, or late, is sent for a new one.
    if (link.session || link.expires_at <= sandbox.now()) return void res.redirect(303, link.refresh_url);
    const session = randomText(24);
    sandbox.store.transaction(() => sandbox.objects.update({ ...link, session }));
    answer(res, 200, setupPage(sandbox, link, session));
  });
  router.post('/setup/:link', express.urlencoded({ extended: false }), (req, res) => {
    const link = find(req.params.link);
    const { session, outcome } = (req.body ?? {}) as Record<string, unknown>;
    if (!link?.session || session !== link.session) return void answer(res, 404, '<p>There is no such link.</p>');
    if (outcome === 'complete') sandbox.store.transaction(() => completeOnboarding(sandbox, link.account));
    sandbox.store.afterCommit(() => res.redirect(303, link.return_url));
  });
  router.get('/express/:account', (req, res) => {
    const account = sandbox.objects.find<Account>(req.params.account, 'account');
    if (!account || account.deleted) return void answer(res, 404, '<p>There is no such account.</p>');
    answer(res, 200, dashboard(sandbox, account));
  });
  return router;
}

const nameOf = (account: Account) => escapeHtml(account.business_profile.name ?? account.email ?? account.id);

function setupPage(sandbox: Sandbox, link: AccountLink, session: string): string {
  const account = sandbox.objects.find<Account>(link.account, 'account');
  if (!account) return '<p>The account is gone.</p>';
  const due = account.requirements.currently_due;
  const asked = due.length > 0 ? `<ul>${due.map((name) => `<li>${escapeHtml(name)}</li>`).join('')}</ul>` : '';
  const say = due.length > 0 ? 'Stripe asks for:' : 'Stripe asks for nothing more.';
  return `<p>The account of <b>${nameOf(account)}</b>. ${say}</p>${asked}
<form method="post"><input type="hidden" name="session" value="${session}">
<button name="outcome" value="complete" class="go">Give it all</button><button name="outcome" value="later">Later</button></form>`;
}

function dashboard(sandbox: Sandbox, account: Account): string {
  const scope = ofAccount(sandbox, account.id);
  const { available, pending } = readBalance(scope);
  const sums = (side: typeof available) =>
    side.map(({ amount, currency }) => formatAmount(amount, currency)).join(', ');
  const rows = scope.objects
    .page({ kind: 'payout', where: {}, order: 'DESC', limit: 20 })
    .map((row): Payout => JSON.parse(row.body))
    .map(
      ({ id, amount, currency, status }) => `<li>${formatAmount(amount, currency)} ${escapeHtml(status)} (${id})</li>`,
    );
  return `<p><b>${nameOf(account)}</b></p><p>Available: ${sums(available)}. On its way: ${sums(pending)}.</p>
<p>Payouts:</p><ul>${rows.join('') || '<li>none yet</li>'}</ul>`;
}

const answer = (res: Response, status: number, content: string) => res.status(status).type('html').send(page(content));

const page = (content: string) => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Connect (sandbox)</title><meta name="viewport" content="width=device-width,initial-scale=1"><style>
body{font:16px/1.5 system-ui;background:#eef1f6;color:#1b2333;display:grid;place-items:center;min-height:100vh;margin:0}
main{background:#fff;border-radius:12px;box-shadow:0 8px 30px #0002;padding:2rem;max-width:26rem}
h1{font-size:1.1rem;margin:0 0 1rem}form{display:flex;gap:.75rem}ul{padding-left:1.2rem;font-size:.9rem}
button{font:inherit;padding:.6rem 1.2rem;border-radius:8px;border:1px solid #b9c2d0;background:#fff;cursor:pointer}
.go{background:#1f6f54;border-color:#1f6f54;color:#fff}</style></head><body><main><h1>Sandbox Stripe · Connect</h1>${content}</main></body></html>`;
