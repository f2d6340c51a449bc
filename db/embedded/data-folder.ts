/**
 * What lies in the folder that the caller named: `data` (PostgreSQL's own, or a link to it), `password`, `port`,
 * `server.log` and `owner.lock`.
 */
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { findClosedFolder, SHARED_HOME, type SystemUser } from './system-user.ts';

export interface DataFolder {
  /** Holds everything below; absolute, links resolved. */
  root: string;
  passwordFile: string;
  portFile: string;
  logFile: string;
}

/** Makes the folder when missing. Throws {@link EmbeddedPostgresError} when it cannot be made or written. */
export function openDataFolder(path: string): DataFolder {
  try {
    const created = mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK | constants.X_OK);
    const root = realpathSync(path);
    if (created) letOthersThrough(realpathSync(created), root);
    return {
      root,
      passwordFile: join(root, 'password'),
      portFile: join(root, 'port'),
      logFile: join(root, 'server.log'),
    };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new EmbeddedPostgresError(
      `The data folder ${resolve(path)} cannot be written (${code}): choose another, or give this user the right to it.`,
      { cause },
    );
  }
}

/** Where PostgreSQL's files are, or undefined before the first start. Throws when they belong to another user. */
export function findCluster({ root }: DataFolder): string | undefined {
  const path = join(root, 'data');
  if (!existsSync(join(path, 'PG_VERSION'))) return refuseForeignThing(path);
  const { uid } = statSync(path);
  const me = process.getuid?.();
  if (me !== undefined && me !== 0 && me !== uid) {
    throw new EmbeddedPostgresError(
      `The database in ${path} belongs to user ${uid} and this is user ${me}: start as that user, or choose another data folder.`,
    );
  }
  return realpathSync(path);
}

/** The user that existing files belong to keeps them, whoever would be chosen today. */
export function ownerOfCluster(cluster: string, user: SystemUser | undefined): SystemUser | undefined {
  if (!user) return undefined;
  const { uid, gid } = statSync(cluster);
  return uid === 0 ? user : { uid, gid };
}

/** The folder in which a new cluster is made: the data folder, or one that the system user can walk to. */
export function chooseClusterHome({ root }: DataFolder, user: SystemUser | undefined, log: (line: string) => void) {
  const closed = user && findClosedFolder(root, user);
  if (!closed) return root;
  log(`PostgreSQL's user may not enter ${closed}: the database's files are kept under ${SHARED_HOME}`);
  try {
    mkdirSync(SHARED_HOME, { recursive: true });
    chmodSync(SHARED_HOME, 0o755);
    return SHARED_HOME;
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `PostgreSQL does not run as root, its user may not enter ${closed}, and ${SHARED_HOME} cannot be written: open that folder (chmod o+x), choose another data folder or set DATABASE_URL.`,
      { cause },
    );
  }
}

/** A cluster that was made elsewhere is reached by a link, so that removing the data folder forgets it. */
export function linkCluster({ root }: DataFolder, cluster: string): void {
  symlinkSync(cluster, join(root, 'data'));
}

export function writePassword(path: string, password: string, user?: SystemUser): void {
  writeFileSync(path, password, { mode: 0o600 });
  if (user) chownSync(path, user.uid, user.gid);
}

export function readPassword({ passwordFile }: DataFolder): string {
  try {
    return readFileSync(passwordFile, 'utf8').trim();
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The database's password cannot be read from ${passwordFile}: put the file back, or remove the data folder to begin anew.`,
      { cause },
    );
  }
}

export const randomPassword = () => randomBytes(24).toString('hex');

/** The system user of a root start must be able to walk through what was just made, whatever the umask. */
function letOthersThrough(top: string, folder: string): void {
  if (process.getuid?.() !== 0) return;
  chmodSync(folder, statSync(folder).mode | 0o011);
  if (folder !== top) letOthersThrough(top, dirname(folder));
}

function refuseForeignThing(path: string): undefined {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return undefined;
  throw new EmbeddedPostgresError(`${path} is in the way and is not a PostgreSQL database: move it or remove it.`);
}
