/** `import` of a CSV file: with a bar while it goes on, and every line that is wrong named at its end. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Presets, SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { type FailedRow, importTable, type Table, type Totals } from '../api/import-table.ts';
import { Problem } from '../api/problem.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult, printRows } from './output.ts';

export function addTableImport<T>(parent: Command, context: Context, columns: string, table: Table<T>): void {
  parent
    .command('import')
    .description('what is new is added, what is there is changed; the same again changes nothing')
    .argument('<file>', `.csv with a header: ${columns}`)
    .option('--dry-run', 'tell what would become of each line, and change nothing', false)
    .action(async (file: string, { dryRun }: { dryRun: boolean }, command: Command) => {
      const failed: FailedRow[] = [];
      const totals = await carryOut(context, file, table, dryRun, failed);
      tell(context, command, { totals, failed, dryRun });
    });
}

async function carryOut<T>(
  context: Context,
  file: string,
  table: Table<T>,
  dryRun: boolean,
  failed: FailedRow[],
): Promise<Totals> {
  const { size } = await stat(file).catch(() => {
    throw new CliError(`There is no file ${file}.`, 2);
  });
  const bar = new SingleBar(
    { format: 'lines {bar} {percentage}%  {lines} done, {failed} wrong', stream: process.stderr, noTTYOutput: false },
    Presets.shades_classic,
  );
  const bytes = createReadStream(file);
  bar.start(size, 0, { lines: 0, failed: 0 });
  const told = (totals: Totals, wrong: readonly FailedRow[]) => {
    failed.push(...wrong);
    bar.update(bytes.bytesRead, { lines: totals.lines, failed: totals.failed });
  };
  try {
    return await withDatabase(context, (db) => importTable(db, bytes, table, { dryRun, tell: told }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const errors = error.details.errors?.map(({ message }) => message) ?? [error.details.detail];
    throw new CliError(errors.join('; '));
  } finally {
    bar.stop();
    bytes.destroy();
  }
}

function tell(
  context: Context,
  command: Command,
  { totals, failed, dryRun }: { totals: Totals; failed: readonly FailedRow[]; dryRun: boolean },
): void {
  const output = outputOf(context, command);
  const rows = failed.flatMap(({ line, errors }) => errors.map(({ code, message }) => ({ line, code, message })));
  if (rows.length > 0 && !output.json) printRows(output, rows, ['line', 'code', 'message']);
  const { lines, created, updated, unchanged } = totals;
  const sentence = `${lines} line(s): ${created} new, ${updated} changed, ${unchanged} as they were, ${totals.failed} wrong${dryRun ? '; nothing was written' : ''}.`;
  printResult(output, sentence, { ...totals, dry_run: dryRun, failed_lines: rows });
  if (failed.length > 0) throw new CliError('Not all lines were right.');
}
