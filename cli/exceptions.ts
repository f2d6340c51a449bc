/** `exceptions`: what a person must settle. */
import type { Command } from 'commander';
import { listExceptions, resolveExceptionById } from '../db/exception-list.ts';
import { parseCount, parseId } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult, printRows } from './output.ts';

export function addExceptionCommands(program: Command, context: Context): void {
  const exceptions = program.command('exceptions').description('list and resolve what a person must settle');
  exceptions
    .command('list')
    .description('open exceptions, oldest first')
    .option('--all', 'resolved ones too')
    .option('--limit <count>', 'at most so many', parseCount, 100)
    .action(async ({ all, limit }: { all?: boolean; limit: number }, command: Command) => {
      const filter = all ? {} : { open: true };
      const rows = await withDatabase(context, (db) => listExceptions(db, filter, { limit }));
      printRows(outputOf(context, command), rows.slice(0, limit), [
        'id',
        'code',
        'subject',
        'order_id',
        'opened_at',
        'detail',
      ]);
    });
  exceptions
    .command('resolve')
    .description('close an exception, saying how it was settled')
    .argument('<id>', 'id of the exception', parseId)
    .requiredOption('--resolution <text>', 'how it was settled')
    .action(async (id: string, { resolution }: { resolution: string }, command: Command) => {
      if (!(await withDatabase(context, (db) => resolveExceptionById(db, id, resolution)))) {
        throw new CliError(`There is no open exception ${id}.`);
      }
      printResult(outputOf(context, command), `Resolved ${id}.`, { id, resolution });
    });
}
