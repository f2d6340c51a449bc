/** The server process: found, started, waited for and stopped by way of its own `postmaster.pid`. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { commandOf, folderOf, isAlive } from './process-identity.ts';
import { cannotRun, childEnvironment } from './run-program.ts';
import type { SystemUser } from './system-user.ts';

const POLL_MS = 15;
/** A crash recovery may take its time. */
const START_TIMEOUT_MS = 60_000;
const PID_FILE_MS = 2_000;
const FAST_STOP_MS = 20_000;
const IMMEDIATE_STOP_MS = 10_000;
const LOG_LIMIT_BYTES = 10_000_000;

export interface Postmaster {
  pid: number;
  port: number;
}

interface PidFile extends Postmaster {
  /** `starting`, `stopping`, `ready` or `standby`; empty while the file is being written. */
  status: string;
}

/** The live server on a cluster, ready or not yet; undefined when there is none, and no file that keeps one from starting. */
export async function findPostmaster(cluster: string): Promise<PidFile | undefined> {
  const found = await readWrittenPidFile(cluster);
  if (!found) return undefined;
  const alive = isAlive(found.pid);
  if (alive && serves(found.pid, cluster)) return found;
  // PostgreSQL judges the file of a dead process itself, and better: it looks for children that still hold the memory.
  // It refuses an empty file, and one whose number was given to somebody else since (a reboot, a new container).
  if (alive || !found.pid) rmSync(join(cluster, 'postmaster.pid'), { force: true });
  return undefined;
}

/** A file without a number is being written by a server that starts just now: to remove it would let two of them run. */
async function readWrittenPidFile(cluster: string): Promise<PidFile | undefined> {
  const deadline = Date.now() + PID_FILE_MS;
  for (;;) {
    const found = readPidFile(cluster);
    if (!found || found.pid || Date.now() > deadline) return found;
    await delay(POLL_MS);
  }
}

export interface ServerPlan {
  program: string;
  cluster: string;
  logFile: string;
  port: number;
  user: SystemUser | undefined;
  settings: Record<string, string>;
}

/** Starts a server in a process group of its own, so that Ctrl-C in the terminal leaves it to its owner. */
export async function spawnPostmaster(plan: ServerPlan): Promise<Postmaster> {
  const settings = {
    ...plan.settings,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: `${plan.port}`,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const output = openLog(plan.logFile);
  const logStart = statSync(plan.logFile).size;
  const child = spawn(plan.program, ['-D', plan.cluster, ...flags], {
    ...plan.user,
    ...childEnvironment,
    cwd: '/',
    detached: true,
    // A file, not a pipe: the server outlives its owner when that one is killed.
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = cannotRun(plan.program, error);
  });
  const explainExit = (code: number | null, signal: NodeJS.Signals | null) => {
    failure ??= `PostgreSQL stopped at its start (${code ?? signal}): ${lastComplaint(plan.logFile, logStart)}`;
  };
  child.once('exit', explainExit);
  child.unref();
  return waitUntilReady(plan.cluster, child.pid, () => failure).finally(() => child.off('exit', explainExit));
}

/**
 * Resolves when this server takes connections; `hasFailed` ends the wait with its sentence. The file of a server that was killed says
 * `ready` until the next one writes its own.
 */
export async function waitUntilReady(
  cluster: string,
  server: number | undefined,
  hasFailed: () => string | undefined,
): Promise<Postmaster> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const failure = hasFailed();
    if (failure) throw new EmbeddedPostgresError(failure);
    const { pid, port, status } = readPidFile(cluster) ?? {};
    if (pid && pid === server && port && status === 'ready') return { pid, port };
    await delay(POLL_MS);
  }
  throw new EmbeddedPostgresError(`PostgreSQL in ${cluster} was not ready after ${START_TIMEOUT_MS / 1_000} s.`);
}

export async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

/** Fast shutdown: sessions are rolled back, data is flushed. What does not end by that is stopped as a crash, which recovers. */
export async function stopPostmaster(pid: number): Promise<void> {
  signal(pid, 'SIGINT');
  if (await waitUntilGone(pid, FAST_STOP_MS)) return;
  signal(pid, 'SIGQUIT');
  if (await waitUntilGone(pid, IMMEDIATE_STOP_MS)) return;
  throw new EmbeddedPostgresError(`PostgreSQL (process ${pid}) did not stop.`);
}

/** The remembered port while it is free, else one that the system picks. */
export async function chooseFreePort(remembered: number | undefined): Promise<number> {
  return (remembered && (await tryPort(remembered))) || (await tryPort(0)) || 0;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(undefined));
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' ? address?.port : undefined));
    });
  });
}

/** Lines of the file: pid, data folder, start time, port, socket folder, address, shared memory key, status. */
function readPidFile(cluster: string): PidFile | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() ?? '' };
  } catch {
    return undefined;
  }
}

/** A server works inside its data folder; where that cannot be seen, its command line names the folder. */
function serves(pid: number, cluster: string): boolean {
  const folder = folderOf(pid);
  if (folder !== undefined) return folder === cluster;
  return process.platform === 'win32' || commandOf(pid).includes(cluster);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return openSync(path, size > LOG_LIMIT_BYTES ? 'w' : 'a', 0o600);
}

function lastComplaint(logFile: string, from: number): string {
  const lines = readFileSync(logFile).subarray(from).toString().trim().split('\n');
  const complaint = lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? '';
  return complaint.replace(/^.*?(FATAL|PANIC):\s*/, '') || `see ${logFile}`;
}
