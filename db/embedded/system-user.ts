/** PostgreSQL refuses to run as root, so root lends it a system user, who must be able to walk to the files. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

export interface SystemUser {
  uid: number;
  gid: number;
}

/** Root's home for what its own folders hide from the system user. */
export const SHARED_HOME = '/var/lib/stockroom';

/** Present on every Unix, the last of them at least; nobody is created. */
const CANDIDATES = ['stockroom', 'postgres', 'nobody'];

/** Undefined unless this process is root; then the user that PostgreSQL runs as. */
export function chooseSystemUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of CANDIDATES) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid && gid) return { uid, gid };
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root and none of the users ${CANDIDATES.join(', ')} exists: create one, or set DATABASE_URL.`,
  );
}

/** The topmost folder on the way to `path` that the user may not enter, judged by owner, group and mode. */
export function findClosedFolder(path: string, user: SystemUser): string | undefined {
  const parent = dirname(path);
  const above = parent === path ? undefined : findClosedFolder(parent, user);
  return above ?? (mayEnter(path, user) ? undefined : path);
}

function mayEnter(folder: string, { uid, gid }: SystemUser): boolean {
  const { uid: owner, gid: group, mode } = statSync(folder);
  if (owner === uid) return (mode & 0o100) !== 0;
  if (group === gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

function idOf(flag: '-u' | '-g', name: string): number {
  const found = spawnSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] });
  return found.status === 0 ? Number(found.stdout.toString()) : 0;
}
