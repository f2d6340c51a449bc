/** One child process: started, its output printed, started again when it falls, stopped when it is told to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { NODE_FLAGS } from './node-flags.ts';
import type { LogPrinter } from './print-log.ts';
import { EX_CONFIG, StartError } from './start-error.ts';

export interface ChildPlan {
  role: string;
  /** Absolute path of its main file. */
  file: string;
  environment: Record<string, string>;
}

export interface Supervised {
  readonly role: string;
  /** From here on a fall is cured by starting again, however often. */
  markReady(): void;
  /** Rejects with a {@link StartError} when the child cannot be brought up; never resolves. */
  readonly givenUp: Promise<never>;
  /** SIGTERM, then SIGKILL after `graceMs`. Resolves when the process is gone. */
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

const FIRST_BACKOFF_MS = 300;
const MAX_BACKOFF_MS = 10_000;
/** Who lived this long did not fall for the reason it fell before. */
const RECOVERED_MS = 30_000;
const TRIES_BEFORE_READY = 3;

export function superviseChild(plan: ChildPlan, printer: LogPrinter): Supervised {
  const { role } = plan;
  let ready = false;
  let stopping = false;
  let falls = 0;
  let timer: NodeJS.Timeout | undefined;
  let giveUp: (error: Error) => void = () => {};
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  // Whoever waits for it hears of it; nobody has to.
  givenUp.catch(() => {});

  let child = start();

  function start(): ChildProcess {
    const startedAt = Date.now();
    const process = spawnChild(plan, printer);
    process.once('exit', (code, signal) => {
      if (!stopping) onFall(code, signal, Date.now() - startedAt);
    });
    return process;
  }

  function onFall(code: number | null, signal: NodeJS.Signals | null, livedMs: number): void {
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
    falls = livedMs > RECOVERED_MS ? 1 : falls + 1;
    if (code === EX_CONFIG || (!ready && falls >= TRIES_BEFORE_READY)) {
      giveUp(new StartError(`The process “${role}” ${how}; its lines above say why.`, code || 1));
      return;
    }
    const waitMs = Math.min(FIRST_BACKOFF_MS * 2 ** (falls - 1), MAX_BACKOFF_MS);
    printer.say(`${role} ${how}; it is started again in ${waitMs / 1_000} s`, 40);
    timer = setTimeout(() => {
      child = start();
    }, waitMs);
  }

  return {
    role,
    givenUp,
    markReady: () => {
      ready = true;
    },
    kill: () => child.kill('SIGKILL'),
    async stop(graceMs) {
      stopping = true;
      clearTimeout(timer);
      await endProcess(child, graceMs);
    },
  };
}

/**
 * In a process group of its own, so that a terminal's Ctrl-C reaches the supervisor alone. The IPC channel carries
 * nothing: its end tells the child that the supervisor is gone.
 */
function spawnChild({ role, file, environment }: ChildPlan, printer: LogPrinter): ChildProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...NODE_FLAGS, file], {
    env: environment,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (text) => printer.line(role, text));
  }
  child.on('error', (error) => printer.say(`${role}: ${error.message}`, 50));
  return child;
}

function endProcess(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const hammer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    child.once('exit', () => {
      clearTimeout(hammer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
