/** `ledger`: balances, an order's bookings, the trial balance, exports, and the daily close. */
import type { Command } from 'commander';
import { findOrderId } from '../db/find-order-id.ts';
import { postBookings } from '../db/ledger.ts';
import { listTransactions, readBalances, walkTransactions } from '../db/ledger-reads.ts';
import { balancesToCsv, TRANSACTION_COLUMNS, transactionToCsv } from '../domain/ledger-csv.ts';
import { toDecimal } from '../domain/money.ts';
import { parseCount, parseDay } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { addLedgerDayCommands } from './ledger-days.ts';
import { printResult, printRows } from './output.ts';

export function addLedgerCommands(program: Command, context: Context): void {
  const ledger = program.command('ledger').description('read the double-entry ledger, and close its days');
  addBalance(ledger, context);
  addOrder(ledger, context);
  addTrialBalance(ledger, context);
  addExport(ledger, context);
  addReverse(ledger, context);
  addLedgerDayCommands(ledger, context);
}

const today = () => new Date().toISOString().slice(0, 10);

function addBalance(ledger: Command, context: Context): void {
  ledger
    .command('balance')
    .description('what stands on each account at the end of a day (debits are positive)')
    .argument('[account]', 'only this one')
    .option('--date <day>', 'at the end of this day (UTC)', parseDay, today())
    .action(async (account: string | undefined, { date }: { date: string }, command: Command) => {
      const rows = await withDatabase(context, (db) => readBalances(db, date));
      const wanted = rows.filter(({ code, currency }) => (account ? code === account : currency !== null));
      if (account && wanted.length === 0) {
        const known = [...new Set(rows.map(({ code }) => code))].join(', ');
        throw new CliError(`There is no account ${account}; there are ${known}.`, 2);
      }
      const shown = wanted.map(({ code, name, currency, balance }) => {
        const amount = currency === null ? '0' : toDecimal({ amount: balance, currency });
        return { code, name, currency, balance, amount };
      });
      printRows(outputOf(context, command), shown, ['code', 'name', 'currency', 'amount']);
    });
}

function addOrder(ledger: Command, context: Context): void {
  ledger
    .command('order')
    .description('every entry of an order, in the order they were booked')
    .argument('<number>', 'ORD-… or the id of the order')
    .action(async (number: string, _options: object, command: Command) => {
      const transactions = await withDatabase(context, async (db) => {
        const orderId = await findOrderId(db, number);
        if (orderId === undefined) throw new CliError(`There is no order ${number}.`);
        return listTransactions(db, { orderId }, Number.MAX_SAFE_INTEGER, 10_000);
      });
      const rows = transactions.reverse().flatMap(({ id, booked_on, cause_kind, cause_id, entries }) =>
        entries.map((entry) => ({
          ...{ transaction: id, booked_on, cause: cause_kind, cause_id },
          ...entry,
          decimal: toDecimal(entry),
        })),
      );
      printRows(outputOf(context, command), rows, [
        ...(['transaction', 'booked_on', 'cause', 'account', 'currency', 'decimal'] as const),
      ]);
    });
}

function addTrialBalance(ledger: Command, context: Context): void {
  ledger
    .command('trial-balance')
    .description('debits and credits of all accounts; ends with 1 when they differ')
    .option('--date <day>', 'at the end of this day (UTC)', parseDay, today())
    .action(async ({ date }: { date: string }, command: Command) => {
      const rows = (await withDatabase(context, (db) => readBalances(db, date))).flatMap(({ currency, ...row }) =>
        currency === null ? [] : [{ ...row, currency }],
      );
      const sides = (amount: number, currency: string) => ({
        debit: amount > 0 ? toDecimal({ amount, currency }) : null,
        credit: amount < 0 ? toDecimal({ amount: -amount, currency }) : null,
      });
      const currencies = [...new Set(rows.map(({ currency }) => currency))].sort();
      const shown = currencies.flatMap((currency) => {
        const own = rows.filter((row) => row.currency === currency);
        const sum = own.reduce((all, { balance }) => all + Math.max(balance, 0), 0);
        const lines = own.map(({ code, balance }) => ({ currency, account: code, ...sides(balance, currency) }));
        const decimal = toDecimal({ amount: sum, currency });
        return [...lines, { currency, account: '= sum', debit: decimal, credit: decimal }];
      });
      const off = currencies.filter(
        (currency) => rows.reduce((sum, row) => (row.currency === currency ? sum + row.balance : sum), 0) !== 0,
      );
      printRows(outputOf(context, command), shown, ['currency', 'account', 'debit', 'credit']);
      if (off.length > 0) throw new CliError(`Debits and credits differ in ${off.join(', ')}.`);
    });
}

interface ExportOptions {
  balances?: boolean;
  from?: string;
  to?: string;
  account?: string;
}

function addExport(ledger: Command, context: Context): void {
  ledger
    .command('export')
    .description('CSV to standard output: a line per entry, newest first')
    .option('--balances', 'the accounts with their balances instead, at the end of --to')
    .option('--from <day>', 'booked on this day or later', parseDay)
    .option('--to <day>', 'booked on this day or earlier', parseDay)
    .option('--account <code>', 'transactions that touch this account')
    .action(async ({ balances, from, to, account }: ExportOptions) => {
      await withDatabase(context, async (db) => {
        if (balances) return context.write(balancesToCsv(to ?? today(), await readBalances(db, to ?? today())));
        context.write(TRANSACTION_COLUMNS);
        for await (const row of walkTransactions(db, { from, to, account })) context.write(transactionToCsv(row));
      });
    });
}

/** Under a cause made of the transaction's id, so that two people who take back the same one book once. */
function addReverse(ledger: Command, context: Context): void {
  ledger
    .command('reverse')
    .description('take a transaction back by one that is its opposite; nothing is changed or deleted')
    .argument('<transaction>', 'its number', parseCount)
    .requiredOption('--reason <text>', 'why, for whoever reads the books')
    .action(async (id: number, { reason }: { reason: string }, command: Command) => {
      const made = await withDatabase(context, async (db) => {
        const [found] = await listTransactions(db, {}, id + 1, 1);
        if (found?.id !== id) throw new CliError(`There is no transaction ${id}.`);
        if (found.reversed_by) throw new CliError(`Transaction ${id} was reversed by ${found.reversed_by}.`);
        const cause = { kind: 'correction', id: `reversal/${id}` } as const;
        const reverses = { kind: found.cause_kind, id: found.cause_id };
        const [posted] = await postBookings(db, [{ cause, reverses, occurredAt: new Date(), description: reason }]);
        return posted!;
      });
      printResult(outputOf(context, command), `Transaction ${id} is reversed by ${made.transaction_id}.`, made);
    });
}
