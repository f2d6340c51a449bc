/** Where the database is: DATABASE_URL, else the system that `npm start` runs on this machine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from './cli-error.ts';

export interface Target {
  databaseUrl: string;
  redisUrl: string | undefined;
  /** Of `npm start`, which plays the outside world. */
  sandboxUrl?: string | undefined;
}

/** Throws {@link CliError} (usage) when neither says where. */
export function findTarget(env: Record<string, string | undefined>): Target {
  const { DATABASE_URL, REDIS_URL, STOCKROOM_DATA_DIR } = env;
  if (DATABASE_URL) return { databaseUrl: checkUrl(DATABASE_URL), redisUrl: REDIS_URL || undefined };
  const path = join(STOCKROOM_DATA_DIR || '.stockroom', 'runtime.json');
  const running = readRuntime(path);
  if (running?.database_url) {
    const { database_url: databaseUrl, redis_url: redisUrl, sandbox_url: sandboxUrl } = running;
    return { databaseUrl, redisUrl: REDIS_URL || redisUrl, sandboxUrl };
  }
  throw new CliError(`No database: set DATABASE_URL, or run \`npm start\` here first (there is no ${path}).`, 2);
}

function checkUrl(url: string): string {
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return url;
  throw new CliError('DATABASE_URL must be a postgres:// URL.', 2);
}

interface Runtime {
  database_url?: string;
  redis_url?: string;
  sandbox_url?: string;
}

function readRuntime(path: string): Runtime | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text) as Runtime;
  } catch {
    throw new CliError(`${path} is not readable as JSON; set DATABASE_URL instead.`);
  }
}
