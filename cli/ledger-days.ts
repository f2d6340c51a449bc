/** `ledger close`, `ledger day`, `ledger days`: the daily close from the command line. */
import { type Command, Option } from 'commander';
import { closeDay, findDayToClose, listDays, readDay, readSales } from '../db/daily-close.ts';
import type { Database } from '../db/database.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { journalToCsv } from '../domain/ledger-csv.ts';
import { renderJournal } from '../domain/ledger-page.ts';
import { toDecimal } from '../domain/money.ts';
import { parseCount, parseDay } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult, printRows } from './output.ts';

const PICTURE_DAYS = 30;

export function addLedgerDayCommands(ledger: Command, context: Context): void {
  ledger
    .command('close')
    .description('close the days that are over, oldest first; what is due is booked before')
    .option('--until <day>', 'and none after this one', parseDay)
    .option('--dry-run', 'only tell which day would be next')
    .action(async ({ until, dryRun }: { until?: string; dryRun?: boolean }, command: Command) => {
      const output = outputOf(context, command);
      const closed = await withDatabase(context, async (db) => {
        if (!dryRun) return closeUntil(db, until);
        const day = await findDayToClose(db, 0);
        return day && (!until || day <= until) ? [day] : [];
      });
      const said = dryRun ? 'Would be closed next' : 'Closed';
      printResult(output, closed.length > 0 ? `${said}: ${closed.join(', ')}.` : 'There is no day to close.', {
        days: closed,
      });
    });
  ledger
    .command('days')
    .description('closed days, newest first')
    .option('--limit <count>', 'how many', parseCount, 30)
    .action(async ({ limit }: { limit: number }, command: Command) => {
      const rows = await withDatabase(context, (db) => listDays(db, 'infinity', limit));
      printRows(outputOf(context, command), rows, ['day', 'closed_at']);
    });
  ledger
    .command('day')
    .description("a day's journal: as it was closed, or as an open day stands now")
    .argument('<day>', 'such as 2026-11-20', parseDay)
    .addOption(new Option('--format <format>').choices(['table', 'csv', 'html']).default('table'))
    .action(async (day: string, { format }: { format: string }, command: Command) => {
      const [journal, sales] = await withDatabase(context, async (db) => [
        await readDay(db, day),
        format === 'html' ? await readSales(db, day, PICTURE_DAYS) : [],
      ]);
      const { lines, closed_at: closedAt } = journal;
      if (format === 'csv') return context.write(journalToCsv(day, lines));
      if (format === 'html') return context.write(renderJournal({ day, closedAt, lines, sales }));
      const rows = lines.map(({ opening, debit, credit, closing, ...line }) => {
        const decimal = (amount: number) => toDecimal({ amount, currency: line.currency });
        const amounts = {
          opening: decimal(opening),
          debit: decimal(debit),
          credit: decimal(credit),
          closing: decimal(closing),
        };
        return { ...line, ...amounts };
      });
      printRows(outputOf(context, command), rows, ['currency', 'name', 'opening', 'debit', 'credit', 'closing']);
    });
}

async function closeUntil(db: Database, until: string | undefined): Promise<string[]> {
  await bookDueFacts(db);
  const closed: string[] = [];
  for (;;) {
    const day = await findDayToClose(db, 0);
    if (!day || (until && day > until)) return closed;
    const refusal = await closeDay(db, day);
    if (refusal === 'behind') throw new CliError(`${day}: facts of this day are being booked just now; try again.`);
    if (refusal !== 'closed') closed.push(day);
  }
}
