/** `migrate`: brings the schema, and the queues' own when they are in PostgreSQL, up to date. */
import type { Command } from 'commander';
import { migrate } from '../db/migrate.ts';
import { migrateQueueStore } from '../queues/connection.ts';
import { type Context, outputOf } from './context.ts';
import { printResult } from './output.ts';

export function addMigrateCommand(program: Command, context: Context): void {
  program
    .command('migrate')
    .description('bring the database schema up to date')
    .action(async (_options: object, command: Command) => {
      const target = context.target();
      const lines: string[] = [];
      await migrate({ databaseUrl: target.databaseUrl, log: (line) => void lines.push(line) });
      await migrateQueueStore(target);
      printResult(outputOf(context, command), [...lines, 'The schema is up to date.'].join('\n'), { log: lines });
    });
}
