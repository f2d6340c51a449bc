/** One owner per data folder: a file with the owner's process id, taken over when that process is dead. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { processIdentity } from './process-identity.ts';

const ATTEMPTS = 5;

/** Returns the release. Throws {@link EmbeddedPostgresError} while a live process, this one included, holds the folder. */
export function takeOwnerLock(folder: string): () => void {
  const path = join(folder, 'owner.lock');
  const mine = `${process.pid} ${processIdentity(process.pid)}`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (createFile(path, mine)) return () => releaseLock(path, mine);
    const found = readLock(path);
    if (found === undefined) continue;
    if (isHeld(found)) throw heldError(folder, found);
    moveStaleAway(path, found);
  }
  throw new EmbeddedPostgresError(`Several processes are starting PostgreSQL in ${folder} at once: start one of them.`);
}

/** The process id of the live owner, if there is one. */
export function findOwner(folder: string): number | undefined {
  const found = readLock(join(folder, 'owner.lock'));
  return found !== undefined && isHeld(found) ? Number.parseInt(found, 10) : undefined;
}

function createFile(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o644 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readLock(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The number alone is not proof: after a reboot or in a new container another process may have it. */
function isHeld(content: string): boolean {
  const [pid = '', identity] = content.split(' ', 2);
  return identity !== undefined && processIdentity(Number(pid)) === content.slice(pid.length + 1);
}

function heldError(folder: string, content: string): EmbeddedPostgresError {
  const pid = Number.parseInt(content, 10);
  const who = pid === process.pid ? 'this process already runs' : `another Stockroom (process ${pid}) runs`;
  return new EmbeddedPostgresError(
    `The data folder ${folder} is in use: ${who} PostgreSQL on it; stop that one first.`,
  );
}

/** Renaming, not deleting: of two starters who saw the same stale file, the later one must not take the earlier one's new lock. */
function moveStaleAway(path: string, stale: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readLock(aside);
  if (moved !== undefined && moved !== stale) createFile(path, moved);
  rmSync(aside, { force: true });
}

function releaseLock(path: string, mine: string): void {
  if (readLock(path) === mine) rmSync(path, { force: true });
}
