/** The system that a run works against: the one that is up on this machine, or one started for the run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Runtime } from '../start/runtime-file.ts';

export type { Runtime };

/** Nothing to work against; the message is for the person at the terminal. */
export class NoSystemError extends Error {
  override readonly name = 'NoSystemError';
}

export interface System {
  runtime: Runtime;
  /** True when it was started for this run, and ends with it. */
  own: boolean;
  stop(): Promise<void>;
}

const READY_MS = 90_000;
const ATTACH_MS = 15_000;
const STOP_MS = 15_000;
/** Characters of its output to keep, to tell why it did not come up. */
const HEARD = 4_000;
const START = fileURLToPath(new URL('../start.ts', import.meta.url));

/** Finds the running system by its runtime.json, else starts one. Throws {@link NoSystemError} with the reason. */
export async function openSystem(signal: AbortSignal, say: (line: string) => void): Promise<System> {
  const path = join(resolve(process.env.STOCKROOM_DATA_DIR || '.stockroom'), 'runtime.json');
  const found = readRuntime(path);
  if (found && isAlive(found.pid)) {
    if (await becomesReady(found, ATTACH_MS, signal)) return { runtime: found, own: false, stop: async () => {} };
    throw new NoSystemError(
      `Stockroom runs (process ${found.pid}, ${path}), but ${found.api_url} is not ready after ${ATTACH_MS / 1_000} s.`,
    );
  }
  say('No running Stockroom found: starting one for this run (npm start keeps one up).');
  return startSystem(path, signal);
}

function readRuntime(path: string): Runtime | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Runtime;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function startSystem(path: string, signal: AbortSignal): Promise<System> {
  // A group of its own: Ctrl-C reaches the run alone, which stops the system when it has tidied up.
  const child = spawn(process.execPath, [START], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const heard = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    heard.out = (heard.out + chunk).slice(-HEARD);
  });
  child.stderr.on('data', (chunk) => {
    heard.err = (heard.err + chunk).slice(-HEARD);
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  // A run that does not wait for the end still tells the system to end.
  process.once('exit', () => child.kill('SIGTERM'));
  const stop = () => stopChild(child, ended);
  try {
    const runtime = await waitForRuntime(path, child, signal);
    if (runtime) return { runtime, own: true, stop };
  } catch (error) {
    await stop();
    throw error;
  }
  await stop();
  throw new NoSystemError(`Stockroom could not be started for this run:\n${explain(heard)}`);
}

/** A sentence on stderr says why; when it speaks of the lines above it, they come along. */
function explain({ out, err }: { out: string; err: string }): string {
  const lines = out.trim().split('\n').slice(-25).join('\n');
  const sentence = err.trim();
  return sentence === '' || sentence.includes('above') ? [lines, sentence].filter(Boolean).join('\n') : sentence;
}

/** Undefined when the process ended, or was not up in time. */
async function waitForRuntime(path: string, child: ChildProcess, signal: AbortSignal): Promise<Runtime | undefined> {
  const deadline = Date.now() + READY_MS;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    signal.throwIfAborted();
    const runtime = readRuntime(path);
    if (runtime && runtime.pid === child.pid && (await becomesReady(runtime, 5_000, signal))) return runtime;
    await delay(100);
  }
  return undefined;
}

async function becomesReady({ api_url }: Runtime, patienceMs: number, signal: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await fetch(`${api_url}/health/ready`, { signal: AbortSignal.timeout(3_000) }).catch(
      () => undefined,
    );
    if (answer?.ok) return true;
    if (Date.now() > deadline) return false;
    await delay(200);
  }
}

/** SIGTERM drains it; who does not end in time is killed. */
async function stopChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}
