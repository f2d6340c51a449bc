/** What every command gets: where the data is, and how to say something. */
import type { Command } from 'commander';
import type { Database } from '../db/database.ts';
import { openDatabase } from '../db/database.ts';
import type { Target } from './connection.ts';
import type { Output } from './output.ts';

export interface Context {
  /** Throws CliError when nothing says where the database is. */
  target: () => Target;
  write: (text: string) => void;
}

/** Runs a command's work on an open database, and closes it whatever happens. */
export async function withDatabase<T>(context: Context, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase({ url: context.target().databaseUrl, applicationName: 'stockroom-cli', max: 2 });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

export const outputOf = (context: Context, command: Command): Output => ({
  write: context.write,
  json: command.optsWithGlobals<{ json?: boolean }>().json === true,
});
