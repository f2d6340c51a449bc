/** `disputes`: what banks want back, and the evidence against it as a file. */
import { type Command, Option } from 'commander';
import { readEvidencePack } from '../db/dispute-evidence.ts';
import { listDisputes } from '../db/disputes.ts';
import { evidenceTexts, renderEvidencePage } from '../domain/evidence.ts';
import { parseCount, parseId } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printRows } from './output.ts';

export function addDisputeCommands(program: Command, context: Context): void {
  const disputes = program.command('disputes').description('list disputes and read their evidence');
  disputes
    .command('list')
    .description('disputes that the bank has not decided, newest first')
    .option('--all', 'decided ones too')
    .option('--limit <count>', 'at most so many', parseCount, 100)
    .action(async ({ all, limit }: { all?: boolean; limit: number }, command: Command) => {
      const filter = all ? {} : { open: true };
      const rows = await withDatabase(context, (db) => listDisputes(db, filter, { after: undefined, limit }));
      const shown = rows.slice(0, limit);
      printRows(outputOf(context, command), shown, [
        'id',
        'order_number',
        'status',
        'reason',
        'amount',
        'currency',
        'evidence_due_by',
      ]);
    });
  disputes
    .command('evidence')
    .description('the evidence pack of a dispute, to be redirected into a file')
    .argument('<id>', 'id of the dispute', parseId)
    .addOption(
      new Option('--format <format>', 'json to hand in, html to read').choices(['json', 'html']).default('html'),
    )
    .action(async (id: string, { format }: { format: 'json' | 'html' }, command: Command) => {
      const pack = await withDatabase(context, (db) => readEvidencePack(db, id));
      if (!pack) throw new CliError(`There is no dispute ${id}.`);
      const asJson = () => JSON.stringify({ ...pack, texts: evidenceTexts(pack) }, null, 2);
      const isPage = format === 'html' && !outputOf(context, command).json;
      context.write(`${isPage ? renderEvidencePage(pack) : asJson()}\n`);
    });
}
