/** The folder that a start keeps everything in, and the lock that gives it to one start at a time. */
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { findOwner, takeOwnerLock } from '../db/embedded/owner-lock.ts';
import { StartError } from './start-error.ts';

/** Returns the release. Throws {@link StartError} when the folder cannot be written or another start has it. */
export function takeDataFolder(dataDir: string): () => void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
    // PostgreSQL's own user walks through when this is root.
    if (process.getuid?.() === 0) chmodSync(dataDir, statSync(dataDir).mode | 0o011);
  } catch (cause) {
    throw new StartError(
      `The data folder ${dataDir} cannot be written (${(cause as NodeJS.ErrnoException).code}): set STOCKROOM_DATA_DIR to one that can.`,
    );
  }
  const owner = findOwner(dataDir);
  if (owner !== undefined) throw alreadyRuns(dataDir, owner);
  try {
    return takeOwnerLock(dataDir);
  } catch {
    throw alreadyRuns(dataDir, findOwner(dataDir));
  }
}

function alreadyRuns(dataDir: string, owner: number | undefined): StartError {
  const who = owner === undefined ? '' : ` (process ${owner})`;
  const where = addressOf(dataDir);
  return new StartError(
    `Stockroom already runs on ${dataDir}${who}${where}: stop that one first, or set STOCKROOM_DATA_DIR, PORT and STOCKROOM_SANDBOX_PORT for a second one.`,
  );
}

function addressOf(dataDir: string): string {
  try {
    const runtime = JSON.parse(readFileSync(join(dataDir, 'runtime.json'), 'utf8')) as { sandbox_url?: string };
    return runtime.sandbox_url ? ` at ${runtime.sandbox_url}` : '';
  } catch {
    return '';
  }
}

const markOf = (dataDir: string) => join(dataDir, 'running');

/** Whether the last start of this folder ended without tidying up; its processes may still be draining. */
export const wasCutOff = (dataDir: string): boolean => existsSync(markOf(dataDir));

/** Says that processes of this folder run; returns what takes the mark away. */
export function markRunning(dataDir: string): () => void {
  writeFileSync(markOf(dataDir), String(process.pid));
  return () => rmSync(markOf(dataDir), { force: true });
}
