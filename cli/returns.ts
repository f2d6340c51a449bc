/** `returns`: what customers want to send back and what of it has come, for the people at the desk. */
import type { Command } from 'commander';
import * as change from '../api/change-return.ts';
import { Problem } from '../api/problem.ts';
import { receipt } from '../api/return-bodies.ts';
import type { Database, Executor } from '../db/database.ts';
import { findReturn, listReturnEvents, listReturns, type ReturnView } from '../db/returns.ts';
import { settleReturn } from '../db/settle-return.ts';
import { toDecimal } from '../domain/money.ts';
import { parseCount } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult, printRows } from './output.ts';

const ACTOR = 'command line';

export function addReturnCommands(program: Command, context: Context): void {
  const returns = program.command('returns').description('list returns, decide on them, and count what has come');
  addReading(returns, context);
  const numbered = (name: string, description: string) =>
    returns.command(name).description(description).argument('<number>', 'RET-… or the id of the return');
  const act = (number: string, command: Command, work: (tx: Executor, id: string) => Promise<unknown>) =>
    changeReturn(context, command, number, work);
  numbered('approve', 'let all of it come back')
    .option('--own', 'without a label: the customer sends it by a carrier of theirs')
    .action((number: string, { own }: { own?: boolean }, command: Command) =>
      act(number, command, (tx, id) => change.approveReturn(tx, id, own ? { way: 'own' } : {}, ACTOR)),
    );
  numbered('refuse', 'refuse it')
    .requiredOption('--reason <text>', 'too_late, worn, not_returnable, not_ours, or words for the customer')
    .action((number: string, { reason }: { reason: string }, command: Command) =>
      act(number, command, (tx, id) => change.refuseReturn(tx, id, reason, ACTOR)),
    );
  numbered('receive', 'record what lay in a parcel, or correct it')
    .argument('<counts...>', 'by line: SKU=good, or SKU=good/damaged/wrong')
    .option('--parcel <number>', 'which parcel', parseCount, 1)
    .option('--complete', 'nothing more is expected')
    .option('--location <code>', 'the place that takes the goods in')
    .action((number: string, counts: string[], options: ReceiptOptions, command: Command) =>
      act(number, command, (tx, id) => change.receiveReturn(tx, id, readReceipt(counts, options), ACTOR)),
    );
  numbered('settle', 'give the money back now')
    .option('--amount <minor units>', 'instead of what was computed', parseCount)
    .action((number: string, { amount }: { amount?: number }, command: Command) =>
      act(number, command, async (tx, id) => {
        const end = await settleReturn(tx, id, { actor: ACTOR, amount });
        if (end.kind === 'refused') throw new CliError(`It cannot be settled: ${JSON.stringify(end.problem)}.`);
        if (end.kind === 'late') throw new CliError(`A return that is ${end.status} is not settled.`);
      }),
    );
}

function addReading(returns: Command, context: Context): void {
  returns
    .command('list')
    .description('returns that are not settled, newest first')
    .option('--all', 'settled ones too')
    .option('--status <status>', 'only those in this state')
    .option('--limit <count>', 'at most so many', parseCount, 100)
    .action(async ({ all, status, limit }: { all?: boolean; status?: string; limit: number }, command: Command) => {
      const rows = await withDatabase(context, (db) => listReturns(db, { open: !all && !status, status }, { limit }));
      const shown = rows.slice(0, limit).map((row) => ({ ...row, goods: describe(row) }));
      printRows(outputOf(context, command), shown, [
        'number',
        'order_number',
        'status',
        'send_by',
        'created_at',
        'goods',
      ]);
    });
  returns
    .command('show')
    .description('who did what with a return, and where its parcels were')
    .argument('<number>', 'RET-… or the id of the return')
    .action(async (number: string, _options: object, command: Command) => {
      const rows = await withDatabase(context, async (db) => listReturnEvents(db, await resolve(db, number)));
      printRows(outputOf(context, command), rows, ['created_at', 'type', 'actor', 'data']);
    });
}

async function changeReturn(
  context: Context,
  command: Command,
  number: string,
  work: (tx: Executor, id: string) => Promise<unknown>,
): Promise<void> {
  const ret = await withDatabase(context, async (db) => {
    const id = await resolve(db, number);
    await db
      .transaction(async (tx) => {
        await change.lockReturnForChange(tx, id, undefined);
        await work(tx, id);
      })
      .catch(explain);
    return (await findReturn(db, id))!;
  });
  const amount =
    ret.amount === null ? '' : ` (${toDecimal({ amount: ret.amount, currency: ret.currency })} ${ret.currency})`;
  printResult(outputOf(context, command), `${ret.number} is ${ret.status}${amount}.`, ret);
}

function explain(error: unknown): never {
  throw error instanceof Problem ? new CliError(error.details.detail) : error;
}

async function resolve(db: Database, number: string): Promise<string> {
  const isId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(number);
  const [found] = isId ? [await findReturn(db, number)] : await listReturns(db, { number }, { limit: 1 });
  if (!found) throw new CliError(`There is no return ${number}.`);
  return found.id;
}

const describe = ({ lines }: ReturnView) =>
  lines.map(({ sku, quantity, reason }) => `${quantity} ${sku} (${reason})`).join(', ');

interface ReceiptOptions {
  parcel: number;
  complete?: boolean;
  location?: string;
}

function readReceipt(counts: readonly string[], { parcel, complete = false, location }: ReceiptOptions) {
  const lines = counts.map((text) => {
    const [, sku, good, damaged = '0', wrong = '0'] =
      /^(\S+)=(\d{1,5})(?:\/(\d{1,5}))?(?:\/(\d{1,5}))?$/.exec(text) ?? [];
    if (!sku) throw new CliError(`${text} is no count: SKU=good, or SKU=good/damaged/wrong.`, 2);
    return { sku, good: Number(good), damaged: Number(damaged), wrong: Number(wrong) };
  });
  return receipt.parse({ parcel, lines, complete, ...(location ? { location } : {}) });
}
