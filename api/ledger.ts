/** /v1/ledger: balances, transactions and the trial balance, as JSON or CSV. Nothing is written here: facts book themselves. */
import { once } from 'node:events';
import type { Response } from 'express';
import { z } from 'zod';
import type { Executor } from '../db/database.ts';
import {
  listTransactions,
  readBalances,
  type TransactionFilter,
  type TransactionView,
  walkTransactions,
} from '../db/ledger-reads.ts';
import { LEDGER_ACCOUNTS, LEDGER_CAUSES } from '../domain/ledger.ts';
import { balancesToCsv, TRANSACTION_COLUMNS, transactionToCsv } from '../domain/ledger-csv.ts';
import { ledgerDayRoutes } from './ledger-days.ts';
import {
  accountList,
  asOf,
  bound,
  chooseForm,
  toAccounts,
  today,
  toTrialBalance,
  transactionList,
  trialBalance,
} from './ledger-views.ts';
import { invalid } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { currency, decodeCursor, page, toPage } from './schemas.ts';

interface Context {
  db: Executor;
}

export function ledgerRoutes(context: Context): Route[] {
  return [accounts(context), trial(context), transactions(context), ...ledgerDayRoutes(context)];
}

const tag = 'Ledger';
const scope = 'ledger:read';
const FORMS = ['json', 'csv'] as const;
const format = z.enum(FORMS).optional().meta({ description: 'Default: what Accept says' });
const alsoAs = ['text/csv'];

const accounts = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/ledger/accounts',
    tag,
    summary: 'Balances by account and currency at the end of a day',
    scope,
    query: z.object({ date: asOf, format }),
    responses: { 200: { description: 'Every account', schema: accountList, alsoAs } },
    async handle({ query: { date = today(), format: wanted }, req, res }) {
      const form = chooseForm(req, wanted, FORMS);
      const rows = await readBalances(db, date);
      if (form === 'csv') return sendCsv(res, `accounts-${date}`, balancesToCsv(date, rows));
      return { status: 200, body: { date, data: toAccounts(rows) } };
    },
  });

const trial = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/ledger/trial-balance',
    tag,
    summary: 'The trial balance at the end of a day',
    scope,
    query: z.object({ date: asOf, format }),
    responses: { 200: { description: 'By currency', schema: trialBalance, alsoAs } },
    async handle({ query: { date = today(), format: wanted }, req, res }) {
      const form = chooseForm(req, wanted, FORMS);
      const rows = await readBalances(db, date);
      if (form === 'csv') return sendCsv(res, `trial-balance-${date}`, balancesToCsv(date, rows));
      return { status: 200, body: { date, currencies: toTrialBalance(rows) } };
    },
  });

const filters = {
  order_id: z.uuid().optional(),
  cause: z.enum(LEDGER_CAUSES).optional(),
  cause_id: z.string().max(255).optional(),
  account: z.enum(LEDGER_ACCOUNTS).optional(),
  currency: currency.optional(),
  from: bound,
  to: bound,
};

const transactions = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: '/v1/ledger/transactions',
    tag,
    summary: 'List ledger transactions with their entries, newest first',
    description: 'As CSV it has a line per entry and is not paged: all that the filters let through.',
    scope,
    query: z.object({ ...filters, ...page, format }),
    responses: { 200: { description: 'A page of transactions', schema: transactionList, alsoAs } },
    async handle({ query: { limit, cursor, format: wanted, ...query }, req, res }) {
      const { order_id, cause_id, ...same } = query;
      const filter = { ...same, orderId: order_id, causeId: cause_id };
      if (chooseForm(req, wanted, FORMS) === 'csv') return streamCsv(res, db, filter);
      const rows = await listTransactions(db, filter, readCursor(cursor), limit + 1);
      return {
        status: 200,
        body: toPage(rows, limit, (row) => String(row.id), toTransaction),
      };
    },
  });

function readCursor(cursor: string | undefined): number {
  const before = decodeCursor(cursor);
  if (before === undefined) return Number.MAX_SAFE_INTEGER;
  if (/^\d{1,15}$/.test(before)) return Number(before);
  throw invalid([{ pointer: 'cursor', code: 'cursor_malformed', message: 'cursor: is none of this list' }]);
}

const toTransaction = ({ cause_kind: kind, cause_id: id, ...row }: TransactionView) => ({
  ...row,
  cause: { kind, id },
});

function sendCsv(res: Response, name: string, text: string): undefined {
  nameFile(res, name).send(text);
}

const nameFile = (res: Response, name: string) =>
  res.type('text/csv').set({ 'Content-Disposition': `attachment; filename="${name}.csv"`, Vary: 'Accept' });

/** A page of rows in memory at a time, and no faster than the client reads. */
async function streamCsv(res: Response, db: Executor, filter: TransactionFilter): Promise<undefined> {
  nameFile(res, 'ledger-transactions').write(TRANSACTION_COLUMNS);
  for await (const row of walkTransactions(db, filter)) {
    if (res.destroyed) return;
    if (!res.write(transactionToCsv(row))) await Promise.race([once(res, 'drain'), once(res, 'close')]);
  }
  res.end();
}
