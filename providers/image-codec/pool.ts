/**
 * The children and what waits for them. A picture whose child dies is tried once more by a child that serves nothing else, one such
 * at a time: so a neighbour's doing is told from its own, and what is in flight elsewhere is not touched.
 *
 * Own code, since the pools on npm end a child by a signal that a stopped one does not heed, hand work to children that have died
 * idle, and know no limit of resident memory.
 */
import { imageRejection } from '../../domain/image-rejections.ts';
import type { CodecChild, Outcome } from './child-process.ts';
import type { Rejected, Rendered } from './contract.ts';
import type { Task } from './messages.ts';

export type Priority = 'now' | 'late';

/** The codec was closed before the picture was done: nothing is known of it, and it is to be done again. */
export class ImageCodecClosedError extends Error {
  override readonly name = 'ImageCodecClosedError';
}

/** No child comes up: something is wrong with this machine, not with a picture. */
export class ImageCodecUnavailableError extends Error {
  override readonly name = 'ImageCodecUnavailableError';
}

/** Twice a child got too little of this machine's time to judge the picture by. */
export class ImageCodecStarvedError extends Error {
  override readonly name = 'ImageCodecStarvedError';
  readonly code = 'decoder_starved';
}

/** The file of an original cannot be read; `code` is the system's. */
export class OriginalUnreadableError extends Error {
  override readonly name = 'OriginalUnreadableError';
  readonly code: string;
  constructor({ code, message }: { code: string; message: string }) {
    super(message);
    this.code = code;
  }
}

interface Waiting {
  task: Task;
  resolve: (answer: Rendered | Rejected) => void;
  reject: (error: Error) => void;
}

export class CodecPool {
  readonly #processes: number;
  readonly #fork: () => CodecChild;
  readonly #waiting: Record<Priority, Waiting[]> = { now: [], late: [] };
  readonly #idle: CodecChild[] = [];
  readonly #children = new Set<CodecChild>();
  #busy = 0;
  #closed = false;
  #alone: Promise<unknown> = Promise.resolve();

  constructor(processes: number, fork: () => CodecChild) {
    this.#processes = processes;
    this.#fork = fork;
  }

  run(task: Task, priority: Priority): Promise<Rendered | Rejected> {
    if (this.#closed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      this.#waiting[priority].push({ task, resolve, reject });
      this.#serveNext();
    });
  }

  size(): { processes: number; busy: number; waiting: number; pids: number[] } {
    return {
      processes: this.#processes,
      busy: this.#busy,
      waiting: this.#waiting.now.length + this.#waiting.late.length,
      pids: [...this.#children].flatMap(({ pid }) => pid ?? []),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of [...this.#waiting.now.splice(0), ...this.#waiting.late.splice(0)]) reject(closedError());
    await Promise.all([...this.#children].map((child) => this.#end(child)));
  }

  #serveNext(): void {
    if (this.#busy >= this.#processes) return;
    const next = this.#waiting.now.shift() ?? this.#waiting.late.shift();
    if (!next) return;
    this.#busy++;
    const leave = () => {
      this.#busy--;
      this.#serveNext();
    };
    this.#answer(next.task).finally(leave).then(next.resolve, next.reject);
  }

  async #answer(task: Task): Promise<Rendered | Rejected> {
    const child = this.#takeIdle() ?? this.#start();
    const first = await child.run(task);
    if (child.usable() && !this.#closed) this.#idle.push(child);
    else await this.#end(child);
    const outcome = first.kind === 'died' ? await this.#oneAtATime(() => this.#tryAlone(task)) : first;
    if (outcome.kind === 'answer') return outcome.answer;
    if (outcome.kind === 'unreadable') throw new OriginalUnreadableError(outcome);
    if (this.#closed) throw closedError();
    if (outcome.kind === 'never_started')
      throw new ImageCodecUnavailableError(`No image decoder starts: ${outcome.complaint || 'it says nothing'}`);
    if (outcome.of === 'decoder_starved') throw new ImageCodecStarvedError('This machine has no time for the decoder.');
    return { kind: 'rejected', ...imageRejection(outcome.of) };
  }

  async #tryAlone(task: Task): Promise<Outcome> {
    const child = this.#start();
    const outcome = await child.run(task);
    await this.#end(child);
    return outcome;
  }

  #oneAtATime<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#alone.then(run);
    this.#alone = turn.catch(() => {});
    return turn;
  }

  #takeIdle(): CodecChild | undefined {
    for (let child = this.#idle.pop(); child; child = this.#idle.pop()) {
      if (child.usable()) return child;
      void this.#end(child);
    }
    return undefined;
  }

  #start(): CodecChild {
    if (this.#closed) throw closedError();
    const child = this.#fork();
    this.#children.add(child);
    return child;
  }

  async #end(child: CodecChild): Promise<void> {
    await child.kill();
    this.#children.delete(child);
  }
}

const closedError = () => new ImageCodecClosedError('The image codec was closed.');
