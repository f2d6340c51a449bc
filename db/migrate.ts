/** Brings the schema up to date, or refuses: a failed migration is rolled back whole, a newer schema is left alone. */
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';

const DIR = fileURLToPath(new URL('../migrations', import.meta.url));
const TABLE = 'schema_migrations';

/** The schema is not the one that this code was written for. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

export interface MigrateOptions {
  databaseUrl: string;
  log?: (line: string) => void;
}

/**
 * Applies what is missing, in one transaction, under an advisory lock that other starters wait for.
 * Throws {@link SchemaError} when the database knows migrations that this code does not (it is newer), or when one fails.
 */
export async function migrate({ databaseUrl, log = () => {} }: MigrateOptions): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    await refuseNewer(client);
    const applied = await runner({
      dbClient: client,
      dir: DIR,
      direction: 'up',
      migrationsTable: TABLE,
      checkOrder: true,
      advisoryLockMode: 'wait',
      logger: { debug: () => {}, info: () => {}, warn: log, error: log },
    }).catch((error: Error) => {
      throw new SchemaError(`A migration failed and was rolled back: ${error.message}`, { cause: error });
    });
    for (const each of applied) log(`migrated ${each.name}`);
  } finally {
    await client.end();
  }
}

/** Throws {@link SchemaError} unless exactly the migrations of this code have been applied. */
export async function assertSchemaCurrent(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const applied = await refuseNewer(client);
    const missing = (await ownMigrations()).filter((name) => !applied.includes(name));
    if (missing.length > 0) {
      throw new SchemaError(`The database lacks ${missing.join(', ')}: run \`npm run migrate\` first.`);
    }
  } finally {
    await client.end();
  }
}

async function refuseNewer(client: pg.Client): Promise<string[]> {
  const applied = await appliedMigrations(client);
  const known = await ownMigrations();
  const foreign = applied.filter((name) => !known.includes(name));
  if (foreign.length > 0) {
    throw new SchemaError(`The database is newer than this code: it has ${foreign.join(', ')}. Deploy the newer code.`);
  }
  return applied;
}

async function ownMigrations(): Promise<string[]> {
  const files = await readdir(DIR);
  return files
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort();
}

async function appliedMigrations(client: pg.Client): Promise<string[]> {
  const exists = await client.query<{ found: boolean }>('select to_regclass($1) is not null as found', [TABLE]);
  if (!exists.rows[0]?.found) return [];
  const result = await client.query<{ name: string }>(`select name from ${TABLE} order by id`);
  return result.rows.map((row) => row.name);
}
