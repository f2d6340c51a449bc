/** How the ledger is shown over HTTP, and which of its forms a client asked for. */
import type { Request } from 'express';
import { z } from 'zod';
import type { AccountBalance } from '../db/ledger-reads.ts';
import { LEDGER_CAUSES } from '../domain/ledger.ts';
import { Problem } from './problem.ts';
import { listOf, money } from './schemas.ts';

const MEDIA = { json: 'application/json', csv: 'text/csv', html: 'text/html' } as const;
export type Form = keyof typeof MEDIA;

/** What the query's `format` names, else what `Accept` prefers. Throws 406. */
export function chooseForm<F extends Form>(req: Request, wanted: F | undefined, forms: readonly F[]): F {
  if (wanted) return wanted;
  const best = req.accepts(forms.map((form) => MEDIA[form]));
  const chosen = forms.find((form) => MEDIA[form] === best);
  if (chosen) return chosen;
  const detail = `This is there as ${forms.map((form) => MEDIA[form]).join(', ')}.`;
  throw new Problem({ status: 406, code: 'not_acceptable', detail });
}

const day = z.iso.date().meta({ example: '2026-11-20' });
export const dayParams = z.object({ day });
export const asOf = day.optional().meta({ description: 'At the end of this day (UTC); default: today' });
export const bound = day.optional();
export const today = () => new Date().toISOString().slice(0, 10);

const account = { code: z.string(), name: z.string(), type: z.string() };

export const accountList = z
  .object({
    date: z.string(),
    data: z.array(
      z.object({
        ...account,
        description: z.string(),
        balances: z.array(money).meta({ description: 'By currency: debits less credits' }),
      }),
    ),
  })
  .meta({ id: 'LedgerAccounts' });

/** One account with all of its currencies; the rows come in the order of accounts. */
export function toAccounts(rows: readonly AccountBalance[]) {
  const accounts = new Map<string, z.output<typeof accountList>['data'][number]>();
  for (const { currency, balance, ...account } of rows) {
    const shown = accounts.get(account.code) ?? { ...account, balances: [] };
    accounts.set(account.code, shown);
    if (currency !== null) shown.balances.push({ amount: balance, currency });
  }
  return [...accounts.values()];
}

const sides = { debit: z.int(), credit: z.int() };

export const trialBalance = z
  .object({
    date: z.string(),
    currencies: z.array(
      z.object({
        currency: z.string(),
        ...sides,
        balanced: z.boolean(),
        accounts: z.array(z.object({ ...account, ...sides })),
      }),
    ),
  })
  .meta({ id: 'TrialBalance', description: 'The balance of each account as a debit or a credit; both sums are equal' });

export function toTrialBalance(rows: readonly AccountBalance[]) {
  const currencies = [...new Set(rows.flatMap(({ currency }) => currency ?? []))].sort();
  return currencies.map((currency) => {
    const accounts = rows
      .filter((row) => row.currency === currency)
      .map(({ code, name, type, balance }) => ({ code, name, type, ...toSides(balance) }));
    const debit = accounts.reduce((sum, each) => sum + each.debit, 0);
    const credit = accounts.reduce((sum, each) => sum + each.credit, 0);
    return { currency, debit, credit, balanced: debit === credit, accounts };
  });
}

const toSides = (balance: number) => ({ debit: Math.max(balance, 0), credit: Math.max(-balance, 0) });

const transaction = z
  .object({
    id: z.int(),
    cause: z.object({ kind: z.enum(LEDGER_CAUSES), id: z.string() }),
    order_id: z.uuid().nullable(),
    booked_on: z.string(),
    occurred_at: z.iso.datetime(),
    created_at: z.iso.datetime(),
    description: z.string().nullable(),
    reverses: z.int().nullable().meta({ description: 'The transaction that this one takes back' }),
    reversed_by: z.int().nullable(),
    entries: z
      .array(z.object({ account: z.string(), currency: z.string(), amount: z.int() }))
      .meta({ description: 'Debits are positive; they sum to zero in each currency' }),
  })
  .meta({ id: 'LedgerTransaction' });
export const transactionList = listOf('LedgerTransactionList', transaction);

const ledgerDay = { day: z.string(), closed_at: z.iso.datetime().nullable() };
export const dayList = listOf('LedgerDayList', z.object(ledgerDay));

const line = z.object({
  account: z.string(),
  name: z.string(),
  opening: z.int(),
  ...sides,
  closing: z.int(),
});
export const dayJournal = z
  .object({ ...ledgerDay, currencies: z.array(z.object({ currency: z.string(), lines: z.array(line) })) })
  .meta({
    id: 'LedgerDay',
    description: 'closing = opening + debit − credit; each column of a currency sums, debit and credit alike',
  });

export function toCurrencies<L extends { currency: string }>(lines: readonly L[]) {
  const currencies = [...new Set(lines.map((each) => each.currency))];
  return currencies.map((currency) => ({
    currency,
    lines: lines.filter((each) => each.currency === currency).map(({ currency: _, ...rest }) => rest),
  }));
}
