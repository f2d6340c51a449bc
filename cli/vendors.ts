/** `vendors`: what they have, what they are told of it, and a look at what is not paid. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Executor } from '../db/database.ts';
import {
  findNamedVendor,
  listVendorsWithMoney,
  type NamedVendor,
  payVendorAgain,
  readStatementFacts,
  readVendorBalances,
} from '../db/vendor-statements.ts';
import { toDecimal } from '../domain/money.ts';
import { makeStatement } from '../domain/vendors/statement.ts';
import { statementToCsv } from '../domain/vendors/statement-csv.ts';
import { renderStatement } from '../domain/vendors/statement-page.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult, printRows } from './output.ts';
import { addVendorStates } from './vendor-states.ts';

export function addVendorCommands(program: Command, context: Context): void {
  const vendors = program
    .command('vendors')
    .description('who sells in the shop, and what vendors have earned and were paid');
  addVendorStates(vendors, context);
  addBalance(vendors, context);
  addStatement(vendors, context);
  addPay(vendors, context);
}

const VENDOR = 'VEN-…, its slug or its id';

async function getVendor(db: Executor, name: string): Promise<NamedVendor> {
  const vendor = await findNamedVendor(db, name);
  if (!vendor) throw new CliError(`There is no vendor ${name}.`);
  return vendor;
}

function addBalance(vendors: Command, context: Context): void {
  vendors
    .command('balance')
    .description('by vendor and currency: earned, transferred, to be paid, owed')
    .argument('[vendor]', `only this one: ${VENDOR}`)
    .action(async (name: string | undefined, _options: object, command: Command) => {
      const rows = await withDatabase(context, async (db) => {
        const chosen = name ? [await getVendor(db, name)] : await listVendorsWithMoney(db, 1_000);
        const balances = chosen.map(async (vendor) =>
          (await readVendorBalances(db, vendor.id)).map((balance) => showBalance(vendor, balance)),
        );
        return (await Promise.all(balances)).flat();
      });
      printRows(outputOf(context, command), rows, [
        ...(['vendor', 'name', 'currency', 'payable', 'transferred', 'pending', 'due', 'owed', 'waiting'] as const),
      ]);
    });
}

type Balance = Awaited<ReturnType<typeof readVendorBalances>>[number];

function showBalance({ number: vendor, name }: NamedVendor, { currency, waiting, ...amounts }: Balance) {
  const decimal = (amount: number) => toDecimal({ amount, currency });
  return {
    ...{ vendor, name, currency },
    payable: decimal(amounts.payable),
    transferred: decimal(amounts.transferred),
    pending: decimal(amounts.pending),
    due: decimal(amounts.due),
    owed: decimal(amounts.owed),
    waiting: Object.entries(waiting).map(([reason, amount]) => `${reason} ${decimal(amount)}`),
  };
}

interface StatementOptions {
  month: string;
  format: 'csv' | 'html' | 'json';
}

function addStatement(vendors: Command, context: Context): void {
  vendors
    .command('statement')
    .description('a month of a vendor to standard output: opening, orders, transfers, closing')
    .argument('<vendor>', VENDOR)
    .option('--month <month>', 'such as 2026-11', parseMonth, new Date().toISOString().slice(0, 7))
    .option('--format <form>', 'csv, html or json', parseForm, 'csv')
    .action(async (name: string, { month, format }: StatementOptions) => {
      const range = daysOf(month);
      const { vendor, statements } = await withDatabase(context, async (db) => {
        const found = await getVendor(db, name);
        return { vendor: found, statements: makeStatement(await readStatementFacts(db, found.id, range)) };
      });
      if (format === 'csv') return context.write(statementToCsv(statements));
      if (format === 'html')
        return context.write(renderStatement({ vendor, shopName: 'the shop', ...range, statements }));
      context.write(`${JSON.stringify({ vendor, ...range, currencies: statements }, null, 2)}\n`);
    });
}

function parseMonth(text: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new InvalidArgumentError('A month such as 2026-11 is needed.');
}

function parseForm(text: string): string {
  if (['csv', 'html', 'json'].includes(text)) return text;
  throw new InvalidArgumentError('There are csv, html and json.');
}

function daysOf(month: string): { from: string; to: string } {
  const [year, at] = month.split('-').map(Number) as [number, number];
  return { from: `${month}-01`, to: new Date(Date.UTC(year, at, 0)).toISOString().slice(0, 10) };
}

function addPay(vendors: Command, context: Context): void {
  vendors
    .command('pay')
    .description('look now at what is not paid, or not taken back; delays still hold')
    .argument('<vendor>', VENDOR)
    .action(async (name: string, _options: object, command: Command) => {
      const orders = await withDatabase(context, async (db) => payVendorAgain(db, (await getVendor(db, name)).id));
      printResult(outputOf(context, command), `${orders} of its orders are looked at.`, { vendor_orders: orders });
    });
}
