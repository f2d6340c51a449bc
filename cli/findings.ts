/** `findings`: what reconciliation found, and what was decided about it. */
import { type Command, Option } from 'commander';
import { listFindings } from '../db/finding-list.ts';
import { decideFinding } from '../db/findings.ts';
import { parseCount, parseId } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult, printRows } from './output.ts';

interface ListOptions {
  status: string;
  code?: string;
  limit: number;
}

export function addFindingCommands(program: Command, context: Context): void {
  const findings = program.command('findings').description('list, accept and resolve what reconciliation found');
  findings
    .command('list')
    .description('findings of a status, oldest first')
    .addOption(new Option('--status <status>').choices(['open', 'repaired', 'accepted', 'resolved']).default('open'))
    .option('--code <code>', 'for this reason alone')
    .option('--limit <count>', 'at most so many', parseCount, 100)
    .action(async ({ status, code, limit }: ListOptions, command: Command) => {
      const rows = await withDatabase(context, (db) => listFindings(db, { status, code }, { limit }));
      const shown = rows.slice(0, limit);
      printRows(outputOf(context, command), shown, [
        'id',
        'code',
        'subject',
        'owner',
        'currency',
        'our_amount',
        'stripe_amount',
        'explanation',
      ]);
    });
  addDecision(findings, context, 'accept', 'it is so, and may stay until its figures change');
  addDecision(findings, context, 'resolve', 'it was put right; found again, it is open again');
}

function addDecision(findings: Command, context: Context, verb: 'accept' | 'resolve', description: string): void {
  const status = `${verb === 'accept' ? 'accepte' : 'resolve'}d` as 'accepted' | 'resolved';
  findings
    .command(verb)
    .description(description)
    .argument('<id>', 'id of the finding', parseId)
    .requiredOption('--note <text>', 'why')
    .action(async (id: string, { note }: { note: string }, command: Command) => {
      if (!(await withDatabase(context, (db) => decideFinding(db, id, status, 'command line', note))))
        throw new CliError(`There is no open finding ${id}.`);
      printResult(outputOf(context, command), `The finding ${id} is ${status}.`, { id, status, note });
    });
}
