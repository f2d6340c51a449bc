/** Child processes of a run, and what the kernel knows of them (Linux: /proc). */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { say } from './progress.ts';

const ROOT = resolve(import.meta.dirname, '..');
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4_096;

export interface Child {
  role: string;
  pid: number;
  ask<T>(question: string): Promise<T>;
  stop(): Promise<void>;
}

export interface ForkOptions {
  role: string;
  file: string;
  env: Record<string, string>;
  logFile: string;
  execArgv?: string[];
}

/** Starts a node process with PATH, HOME and `env` alone, its output in a file; it ends with this process. */
export function startNode({ role, file, env, logFile, execArgv = [] }: ForkOptions): Child {
  const { PATH = '', HOME = '' } = process.env;
  const child = fork(resolve(ROOT, file), [], {
    cwd: ROOT,
    env: { PATH, HOME, ...env },
    execArgv: ['--no-warnings', ...execArgv],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log = createWriteStream(logFile);
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.once('exit', (code, signal) => {
    if (stopping.has(child)) return;
    // Without it there is nothing to measure, and whoever waits for its work would wait for ever: the run ends as by a signal.
    say(`${role} ended with ${signal ?? code}; its output was in ${logFile}`);
    process.kill(process.pid, 'SIGTERM');
  });
  return {
    role,
    pid: child.pid ?? 0,
    ask: (question) => ask(child, question),
    stop: () => stop(child),
  };
}

let questions = 0;
function ask<T>(child: ChildProcess, question: string): Promise<T> {
  const id = ++questions;
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`no answer to ${question} from pid ${child.pid}`)), 10_000);
    const listener = (answer: unknown) => {
      const message = answer as { id?: number; value: T };
      if (message?.id !== id) return;
      clearTimeout(timer);
      child.off('message', listener);
      done(message.value);
    };
    child.on('message', listener);
    child.send({ id, question });
  });
}

const stopping = new WeakSet<ChildProcess>();
async function stop(child: ChildProcess): Promise<void> {
  stopping.add(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await ended;
  clearTimeout(timer);
}

/** A program that is no node; killed when this process ends. */
export function startProgram(command: string, args: string[]): { pid: number; stop(): Promise<void> } {
  const child = spawn(command, args, { stdio: 'ignore' });
  const dieWithUs = () => child.kill('SIGKILL');
  process.once('exit', dieWithUs);
  return { pid: child.pid ?? 0, stop: () => stop(child).finally(() => process.off('exit', dieWithUs)) };
}

/** User and system seconds of a process; with `family`, of its children too, living and gone. */
export function cpuSeconds(pid: number, family = false): number {
  const own = readStat(pid);
  if (!own) return 0;
  if (!family) return (own.utime + own.stime) / TICKS_PER_SECOND;
  let ticks = own.utime + own.stime + own.cutime + own.cstime;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = readStat(Number(entry));
    if (stat?.ppid === pid) ticks += stat.utime + stat.stime;
  }
  return ticks / TICKS_PER_SECOND;
}

export const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((each) => readStat(each)?.ppid === pid);

/** Resident bytes of a process; 0 when it is gone. */
export function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}

function readStat(pid: number) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; the fields after it are numbered from 3 (proc_pid_stat(5)).
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [ppid, utime, stime, cutime, cstime] = [1, 11, 12, 13, 14].map((index) => Number(fields[index]));
    return { ppid: ppid ?? 0, utime: utime ?? 0, stime: stime ?? 0, cutime: cutime ?? 0, cstime: cstime ?? 0 };
  } catch {
    return undefined;
  }
}
