/** One child as its parent sees it: give it a picture, hear its answer or how it ended, end it. */
import { type ChildProcess, fork } from 'node:child_process';
import type { Rejected, Rendered } from './contract.ts';
import { type FromChild, MEMORY_ARGUMENT, type Task, THREADS_ARGUMENT } from './messages.ts';

const ENTRY = new URL('./child.ts', import.meta.url);
/** A child that is not up by then will not come up. */
const START_MS = 30_000;
/** After a picture that took more than this share of what it may use, what is left of it would add to the next one's. */
const REPLACE_ABOVE = 0.5;
const MIB = 2 ** 20;

export interface ChildOptions {
  threads: number;
  timeoutMs: number;
  maxMemoryMiB: number;
}

/**
 * A step that is out of time was slow by itself only when the child was at work for most of it: else this machine had no time for
 * it, or the child was stopped.
 */
const BUSY_SHARE = 0.5;

export type Death = 'decode_timeout' | 'decode_memory' | 'decoder_crashed';
export type Outcome =
  | { kind: 'answer'; answer: Rendered | Rejected }
  | { kind: 'unreadable'; code: string; message: string }
  | { kind: 'died'; of: Death | 'decoder_starved' }
  /** It died before it was given anything: that is no picture's doing. */
  | { kind: 'never_started'; complaint: string };

export interface CodecChild {
  readonly pid: number | undefined;
  /** False once it has ended, or should: it is not to be given another picture. */
  usable(): boolean;
  run(task: Task): Promise<Outcome>;
  /** Resolves when it is gone. SIGKILL, since a stopped or broken child heeds no other signal. */
  kill(): Promise<void>;
}

export function forkChild(options: ChildOptions): CodecChild {
  const child = start(options);
  const complaint = lastWords(child);
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    // It could not be started, or not be reached: the one has no exit, the other gets one.
    child.on('error', () => (child.pid === undefined ? resolve() : child.kill('SIGKILL')));
  });
  const started = waitForReady(child, gone);
  let full = false;
  return {
    pid: child.pid,
    usable: () => !full && !child.killed && child.exitCode === null && child.signalCode === null,
    async run(task) {
      if (!(await started)) return { kind: 'never_started', complaint: complaint() };
      const { outcome, residentBytes } = await converse(child, task, options.timeoutMs);
      full = residentBytes > options.maxMemoryMiB * MIB * REPLACE_ABOVE;
      return outcome;
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function start({ threads, maxMemoryMiB }: ChildOptions): ChildProcess {
  return fork(ENTRY, [`${MEMORY_ARGUMENT}${maxMemoryMiB * MIB}`, `${THREADS_ARGUMENT}${threads}`], {
    // Pictures go over as bytes, not as JSON.
    serialization: 'advanced',
    execArgv: ['--no-warnings', '--max-old-space-size=64'],
    // Nothing of the parent's environment; fewer arenas keep freed memory from being held in each.
    env: { MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

function lastWords(child: ChildProcess): () => string {
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2_000);
  });
  return () => words.trim();
}

function waitForReady(child: ChildProcess, gone: Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
    const settle = (up: boolean) => {
      clearTimeout(timer);
      resolve(up);
    };
    child.once('message', () => settle(true));
    void gone.then(() => settle(false));
  });
}

/** What a step was out of time for, by the CPU time that it had. */
export const causeOfDelay = (cpuMs: number, timeoutMs: number): 'decode_timeout' | 'decoder_starved' =>
  cpuMs > timeoutMs * BUSY_SHARE ? 'decode_timeout' : 'decoder_starved';

/** Gives it the picture and listens until it answers or ends; it is ended when a step takes too long or its memory is too much. */
function converse(
  child: ChildProcess,
  task: Task,
  timeoutMs: number,
): Promise<{ outcome: Outcome; residentBytes: number }> {
  return new Promise((resolve) => {
    let of: Death | 'decoder_starved' = 'decoder_crashed';
    const end = (cause: typeof of) => {
      of = cause;
      child.kill('SIGKILL');
    };
    let timer: NodeJS.Timeout | undefined;
    let [cpuBefore, cpuMs] = [0, 0];
    const outOfTime = () => end(causeOfDelay(cpuMs - cpuBefore, timeoutMs));
    const expectLife = () => {
      clearTimeout(timer);
      timer = setTimeout(outOfTime, timeoutMs);
    };
    const settle = (outcome: Outcome, residentBytes = 0) => {
      clearTimeout(timer);
      child.off('message', hear).off('exit', exited);
      resolve({ outcome, residentBytes });
    };
    const exited = () => settle({ kind: 'died', of });
    const hear = (message: FromChild) => {
      if (message.type === 'answer') settle({ kind: 'answer', answer: message.answer }, message.residentBytes);
      else if (message.type === 'unreadable') settle({ ...message, kind: 'unreadable' });
      else if (message.type === 'outgrown') end('decode_memory');
      else if (message.type !== 'ready') {
        cpuMs = message.cpuMs;
        if (message.type === 'step') {
          cpuBefore = cpuMs;
          expectLife();
        }
      }
    };
    if (child.exitCode !== null || child.signalCode !== null) return exited();
    child.on('message', hear).once('exit', exited);
    expectLife();
    child.send(task, (error) => error && end('decoder_crashed'));
  });
}
