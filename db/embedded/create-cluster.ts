/** The first start: `initdb`, under a draft name that is dropped when it is cut off. */
import { spawn } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { chooseClusterHome, type DataFolder, linkCluster, randomPassword, writePassword } from './data-folder.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { cannotRun, childEnvironment } from './run-program.ts';
import type { SystemUser } from './system-user.ts';

export const SUPERUSER = 'stockroom';

interface ClusterPlan {
  folder: DataFolder;
  binaries: Binaries;
  user: SystemUser | undefined;
  log: (line: string) => void;
}

/** Returns the new cluster's path. The caller holds the folder's lock. */
export async function createCluster({ folder, binaries, user, log }: ClusterPlan): Promise<string> {
  const home = chooseClusterHome(folder, user, log);
  const elsewhere = home !== folder.root;
  if (!elsewhere) removeDrafts(home);
  const stamp = `${process.pid}-${Date.now()}`;
  const draft = join(home, `draft-${stamp}`);
  const password = randomPassword();
  try {
    mkdirSync(draft, { mode: 0o700 });
    if (user) chownSync(draft, user.uid, user.gid);
    // initdb reads it as the system user; the copy that stays belongs to the starter.
    writePassword(`${draft}.password`, password, user);
    await runInitdb(binaries.initdb, draft, user);
    writePassword(folder.passwordFile, password);
    const cluster = join(home, elsewhere ? `data-${stamp}` : 'data');
    renameSync(draft, cluster);
    if (elsewhere) linkCluster(folder, cluster);
    return cluster;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error instanceof EmbeddedPostgresError ? error : explain(home, error as NodeJS.ErrnoException);
  } finally {
    rmSync(`${draft}.password`, { force: true });
  }
}

function runInitdb(initdb: string, draft: string, user: SystemUser | undefined): Promise<void> {
  const flags = [
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${draft}.password`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Built into PostgreSQL, so lower() and full text treat UTF-8 alike on every machine, whatever locales it has.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ];
  return new Promise((done, fail) => {
    const child = spawn(initdb, flags, { ...user, ...childEnvironment, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (chunk) => {
      complaint += chunk;
    });
    child.once('error', (cause) => fail(new EmbeddedPostgresError(cannotRun(initdb, cause), { cause })));
    child.once('close', (code, signal) => (code === 0 ? done() : fail(initdbFailed(code ?? signal, complaint))));
  });
}

function initdbFailed(code: number | NodeJS.Signals | null, complaint: string): EmbeddedPostgresError {
  const lines = complaint.split('\n').filter((line) => line.trim() !== '');
  const reason = lines.find((line) => /error|fatal/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  return new EmbeddedPostgresError(`PostgreSQL's initdb failed with ${code}: ${reason.trim()}`);
}

function explain(home: string, cause: NodeJS.ErrnoException): EmbeddedPostgresError {
  return new EmbeddedPostgresError(`A database cannot be made in ${home}: ${cause.message}.`, { cause });
}

function removeDrafts(home: string): void {
  for (const name of readdirSync(home).filter((each) => each.startsWith('draft-'))) {
    rmSync(join(home, name), { recursive: true, force: true });
  }
}
