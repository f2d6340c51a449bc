/** `findings`: what reconciliation found, and what was decided about it. */
import { type Command, Option } from 'commander';
import { type Correction, correctFinding } from '../db/correct-finding.ts';
import { listFindings } from '../db/finding-list.ts';
import { decideFinding, FINDING_STATUSES } from '../db/findings.ts';
import { CorrectionRefusedError } from '../domain/corrections.ts';
import { LEDGER_ACCOUNTS, type LedgerAccount } from '../domain/ledger.ts';
import { toDecimal } from '../domain/money.ts';
import { parseCount, parseId } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { type Output, printResult, printRows } from './output.ts';

interface ListOptions {
  status: string;
  code?: string;
  limit: number;
}

export function addFindingCommands(program: Command, context: Context): void {
  const findings = program
    .command('findings')
    .description('list, accept, correct and resolve what reconciliation found');
  findings
    .command('list')
    .description('findings of a status, oldest first')
    .addOption(new Option('--status <status>').choices(FINDING_STATUSES).default('open'))
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
  addCorrection(findings, context);
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

interface CorrectionOptions {
  note: string;
  account?: LedgerAccount;
  book?: boolean;
}

function addCorrection(findings: Command, context: Context): void {
  const accounts = LEDGER_ACCOUNTS.filter((account) => account !== 'stripe_balance');
  findings
    .command('correct')
    .description(
      'put the ledger right by a reversal and the right booking; shows what it would book unless told --book',
    )
    .argument('<id>', 'id of the finding', parseId)
    .requiredOption('--note <text>', 'why')
    .addOption(new Option('--account <code>', 'against this account, where only a person can say').choices(accounts))
    .option('--book', 'book it')
    .action(async (id: string, { note, account, book }: CorrectionOptions, command: Command) => {
      const wish = { who: 'command line', note, account, dryRun: book !== true };
      const made = await withDatabase(context, (db) =>
        db.transaction((tx) => correctFinding(tx, id, wish)).catch(explain),
      );
      if (!made) throw new CliError(`There is no finding ${id}.`);
      printCorrection(outputOf(context, command), made, book === true);
    });
}

function explain(error: unknown): never {
  throw error instanceof CorrectionRefusedError ? new CliError(error.message) : error;
}

function printCorrection(output: Output, { finding, transactions, postsRows }: Correction, booked: boolean): void {
  const { id, status } = finding;
  const rows = transactions.flatMap(({ cause, reverses, entries }) =>
    entries.map((entry) => ({ cause, reverses, ...entry, decimal: toDecimal(entry) })),
  );
  if (rows.length > 0 && !output.json) printRows(output, rows, ['cause', 'reverses', 'account', 'currency', 'decimal']);
  const posts = postsRows ? ' The ledger books by itself what the rows say, and it lacks.' : '';
  const said = booked ? `The finding ${id} is corrected.` : 'Nothing was booked: add --book.';
  printResult(output, `${said}${posts}`, { id, status, booked, transactions, posts_rows: postsRows });
}
