/** `jobs`: what the processors gave up, and another try for it. */
import { type Command, Option } from 'commander';
import { findJob, type JobRow, jobOfRow, listJobs } from '../db/failed-jobs.ts';
import { reopenJobs } from '../db/outbox.ts';
import { parseCount } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult, printRows } from './output.ts';

interface ListOptions {
  status: string;
  queue?: string;
  limit: number;
}

export function addJobCommands(program: Command, context: Context): void {
  const jobs = program.command('jobs').description('list jobs and try failed ones again');
  jobs
    .command('list')
    .description('jobs of a status, newest first')
    .addOption(new Option('--status <status>').choices(['failed', 'pending', 'enqueued', 'done']).default('failed'))
    .option('--queue <queue>', 'of this queue alone')
    .option('--limit <count>', 'at most so many', parseCount, 50)
    .action(async ({ status, queue, limit }: ListOptions, command: Command) => {
      const rows = await withDatabase(context, (db) => listJobs(db, status, queue, limit));
      const shown = rows.map((row) => ({ ...row, error: row.last_error?.message ?? null }));
      printRows(outputOf(context, command), shown, ['queue', 'job_id', 'status', 'attempts', 'created_at', 'error']);
    });
  jobs
    .command('retry')
    .description('open failed jobs again: one by its queue and id, or all')
    .argument('[queue]')
    .argument('[job-id]')
    .option('--all', 'all failed jobs, of the queue when one is named')
    .action((queue: string | undefined, jobId: string | undefined, options: { all?: boolean }, command: Command) =>
      retry(context, command, { queue, jobId, all: options.all === true }),
    );
}

async function retry(
  context: Context,
  command: Command,
  { queue, jobId, all }: { queue: string | undefined; jobId: string | undefined; all: boolean },
): Promise<void> {
  if (all === (jobId !== undefined)) command.error('error: name a queue and a job id, or give --all');
  const retried = await withDatabase(context, async (db) => {
    const rows: JobRow[] = all ? await listJobs(db, 'failed', queue, 10_000) : [];
    if (!all) {
      const row = await findJob(db, queue!, jobId!);
      if (!row) throw new CliError(`There is no job ${jobId} in ${queue}.`);
      if (row.status !== 'failed')
        throw new CliError(`The job ${jobId} is ${row.status}: only a failed one is tried again.`);
      rows.push(row);
    }
    return reopenJobs(db, rows.map(jobOfRow));
  });
  printResult(outputOf(context, command), `${retried} job(s) opened again.`, { retried });
}
