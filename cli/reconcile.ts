/** `reconcile`: compares our side with Stripe's. The payments pool does the work; here it is started, followed and shown. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Presets, SingleBar } from 'cli-progress';
import { Argument, type Command } from 'commander';
import type { Database } from '../db/database.ts';
import { countFindingsOfRun } from '../db/finding-list.ts';
import { findRun, openRun, type RunRow } from '../db/reconciliation-runs.ts';
import type { ReconciliationKind } from '../domain/reconciliation.ts';
import { makeJob } from '../queues/define-queue.ts';
import { reconcilePayments } from '../queues/reconcile-payments.ts';
import { parseTime } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printRows } from './output.ts';

/** Events and orders first: what they repair is no difference any more for those behind them. */
const ORDER: readonly ReconciliationKind[] = ['events', 'orders', 'objects', 'balance', 'payouts'];

interface Options {
  apply?: boolean;
  since?: Date;
}

export function addReconcileCommand(program: Command, context: Context): void {
  program
    .command('reconcile')
    .description("compare our orders, money and ledger with Stripe's; a dry run unless --apply is given")
    .addArgument(new Argument('[kind]').choices([...ORDER, 'all']).default('all'))
    .option('--apply', 'record findings, and repair and book what is safe')
    .option('--since <time>', 'what was created at Stripe since (default: since the last run)', parseTime)
    .action((kind: ReconciliationKind | 'all', options: Options, command: Command) =>
      reconcile(context, command, kind === 'all' ? ORDER : [kind], options),
    );
}

async function reconcile(
  context: Context,
  command: Command,
  kinds: readonly ReconciliationKind[],
  { apply = false, since }: Options,
): Promise<void> {
  const output = outputOf(context, command);
  const rows = await withDatabase(context, async (db) => {
    const found: object[] = [];
    for (const kind of kinds) found.push(...(await resultOf(db, await carryOut(db, { kind, dryRun: !apply, since }))));
    return found as ResultRow[];
  });
  printRows(output, rows, ['run', 'code', 'status', 'findings', 'subject', 'explanation']);
  if (rows.some(({ status }) => status !== 'accepted'))
    throw new CliError(apply ? 'There are findings.' : 'There are findings. Nothing was changed: --apply does.');
}

async function carryOut(db: Database, wish: Parameters<typeof openRun>[1]): Promise<RunRow> {
  const { run, opened } = await openRun(db, wish, (id) => makeJob(reconcilePayments, { run_id: id }));
  if (!opened)
    throw new CliError(`A run of ${wish.kind} is under way (${run.id}, ${run.status}): try again when it is done.`);
  return follow(db, run);
}

const LOOK_MS = 300;

async function follow(db: Database, run: RunRow): Promise<RunRow> {
  const bar = new SingleBar(
    { format: `${run.kind.padEnd(8)} {bar} {value}/{total} {state}`, stream: process.stderr, noTTYOutput: false },
    Presets.shades_classic,
  );
  bar.start(run.total ?? 0, 0, { state: run.status });
  try {
    for (;;) {
      const now = (await findRun(db, run.id))!;
      // How much there is shows when all was read.
      bar.setTotal(now.total ?? now.done);
      const waiting = now.status === 'queued' ? 'waiting for the payments pool' : now.status;
      bar.update(now.done, { state: now.error ? `${waiting}: ${now.error}` : waiting });
      if (now.status === 'failed') throw new CliError(`The run of ${now.kind} failed: ${now.error}`);
      if (now.status === 'done') return now;
      await sleep(LOOK_MS);
    }
  } finally {
    bar.stop();
  }
}

interface ResultRow {
  run: ReconciliationKind;
  code: string;
  status: string;
  findings: number;
  subject: string | null;
  explanation: string | null;
}

/** What a run found, by code; of a dry run each finding, which no row holds. */
async function resultOf(db: Database, run: RunRow): Promise<object[]> {
  if (run.dry_run)
    return Object.entries(run.counters)
      .filter(([counter]) => counter.startsWith('found.'))
      .flatMap(([counter, findings]) => sampled(run, counter.slice('found.'.length), findings));
  const rows = await countFindingsOfRun(db, run.id);
  return rows.map((row) => ({ run: run.kind, ...row, subject: null, explanation: null }));
}

/** The first hundred findings of a run are kept; what is beyond is counted. */
function sampled({ kind, sample }: RunRow, code: string, findings: number): object[] {
  const shown = (sample as { code: string; subject: string; explanation: string }[]).filter(
    (found) => found.code === code,
  );
  const about = { run: kind, code, status: code === 'payout_manual' ? 'accepted' : 'dry run' };
  const rest = { ...about, findings: findings - shown.length, subject: null, explanation: 'further ones' };
  return [...shown.map((found) => ({ ...about, findings: 1, ...found })), ...(rest.findings > 0 ? [rest] : [])];
}
