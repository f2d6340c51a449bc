/** `images rebuild-variants`: opens a rebuild (or finds the one that runs) and follows it. The schedule and the images pool do the work. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Presets, SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import type { Database } from '../db/database.ts';
import { cancelRebuild, openRebuild, type RebuildProgress, readRebuildProgress } from '../db/image-rebuilds.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult } from './output.ts';

interface Options {
  wait: boolean;
  cancel?: boolean;
}

export function addRebuildCommand(images: Command, context: Context): void {
  images
    .command('rebuild-variants')
    .description('make the variants of all pictures anew, as they are configured now; may be left and come back to')
    .option('--no-wait', 'begin it and return')
    .option('--cancel', 'end the one that runs; what is rebuilt stays so')
    .action((options: Options, command: Command) => rebuild(context, command, options));
}

async function rebuild(context: Context, command: Command, { wait, cancel }: Options): Promise<void> {
  const output = outputOf(context, command);
  if (cancel) {
    const ended = await withDatabase(context, cancelRebuild);
    if (!ended) throw new CliError('No rebuild runs.');
    return printResult(output, 'The rebuild is canceled.', ended);
  }
  const end = await withDatabase(context, async (db) => {
    const { rebuild: opened } = await openRebuild(db);
    return wait ? follow(db, opened.id) : ((await readRebuildProgress(db)) as RebuildProgress);
  });
  printResult(output, describe(end), end);
  if (end.failed > 0)
    throw new CliError(`${end.failed} picture(s) could not be rebuilt: see \`jobs list --queue rebuild-variants\`.`);
}

function describe({ status, total, remaining, failed }: RebuildProgress): string {
  if (status === 'running') return 'The rebuild runs; `images progress` tells how it comes along.';
  return `${(total ?? 0) - (remaining ?? 0)} picture(s) rebuilt, ${failed} not.${status === 'canceled' ? ' It was canceled.' : ''}`;
}

const LOOK_MS = 500;

async function follow(db: Database, id: string): Promise<RebuildProgress> {
  const bar = new SingleBar(
    { format: 'rebuild {bar} {value}/{total} {state}', stream: process.stderr, noTTYOutput: false },
    Presets.shades_classic,
  );
  bar.start(0, 0, { state: 'waiting for the scheduler' });
  try {
    for (;;) {
      const now = await readRebuildProgress(db);
      // Another one has begun since: this one is over.
      if (!now || now.id !== id) throw new CliError('The rebuild has ended, and another one runs.');
      const { total, remaining, failed } = now;
      bar.setTotal(total ?? 0);
      if (total !== null && remaining !== null)
        bar.update(Math.max(0, total - remaining), { state: failed > 0 ? `${failed} failed` : '' });
      if (now.status !== 'running') return now;
      await sleep(LOOK_MS);
    }
  } finally {
    bar.stop();
  }
}
