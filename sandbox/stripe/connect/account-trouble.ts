import type { Sandbox } from '../context.ts';
import type { Wishes } from '../wishes.ts';
import { conflict } from '../wishes.ts';
import { getAccount, hiddenOf, keepAccount } from './account-state.ts';
import { completeOnboarding } from './onboard.ts';
import type { Account } from './types.ts';

/** What vendors do on Stripe's pages and what Stripe asks of them, on request. */
export const accountTrouble = {
  '/accounts/:id/onboard': (sandbox: Sandbox, id: string): Account => completeOnboarding(sandbox, id),
  '/accounts/:id/require': askForMore,
};

/** Stripe wants to know more, within some days; with 0 it is late already, and the account is closed. */
function askForMore(sandbox: Sandbox, id: string, { fields, days = 0 }: Wishes): Account {
  const names = Array.isArray(fields) ? fields.filter((each) => typeof each === 'string') : [];
  if (names.length === 0)
    throw conflict('fields must name what is asked for, e.g. ["individual.verification.document"].');
  if (typeof days !== 'number' || days < 0) throw conflict('days must be a number, 0 or more.');
  const account = getAccount(sandbox, id);
  const hidden = hiddenOf(sandbox, id);
  const until = sandbox.now() + Math.round(days * 86_400);
  hidden.asked.push(...names.map((field) => ({ field, until })));
  if (days > 0) sandbox.schedule('account_deadline', id, days * 86_400_000);
  return keepAccount(sandbox, account, hidden);
}
