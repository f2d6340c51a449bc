/**
 * Reads pages in a thread of their own. A page of some megabytes takes seconds, in which this process could renew no lock; and one that
 * is made to take for ever, or all memory, ends its thread and nothing else. The thread starts with the first page.
 */
import { Worker } from 'node:worker_threads';
import type { DigestedPage } from '../domain/pages/digest-page.ts';
import type { FetchedPage } from '../domain/pages/fetched-page.ts';
import type { SiteHints } from '../domain/pages/page-reading.ts';

export interface PageReader {
  /** Pages that are given meanwhile wait. One that is too much for the thread is `none`, `too_large`. */
  digest(page: FetchedPage, hints: SiteHints): Promise<DigestedPage>;
  close(): Promise<void>;
}

export interface PageReaderOptions {
  timeoutMs?: number;
  maxMemoryMiB?: number;
}

const TIMEOUT_MS = 20_000;
const MAX_MEMORY_MIB = 384;
/** What is kept of a page that could not be read. */
const KEPT_CHARACTERS = 100_000;
const ENTRY = new URL('./page-reader-thread.ts', import.meta.url);

type Answer = { digested: DigestedPage } | { error: Error };

export function createPageReader(options: PageReaderOptions = {}): PageReader {
  const { timeoutMs = TIMEOUT_MS, maxMemoryMiB = MAX_MEMORY_MIB } = options;
  let thread: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function start(): Worker {
    const started = new Worker(ENTRY, { resourceLimits: { maxOldGenerationSizeMb: maxMemoryMiB } });
    // It keeps no process from its end.
    started.unref();
    started.once('exit', () => {
      if (thread === started) thread = undefined;
    });
    return started;
  }

  async function read(page: FetchedPage, hints: SiteHints): Promise<DigestedPage> {
    thread ??= start();
    const answer = await ask(thread, { page, hints }, timeoutMs);
    if (answer === undefined) {
      await thread?.terminate();
      thread = undefined;
      return tooMuch(page, timeoutMs);
    }
    if ('error' in answer) throw answer.error;
    return answer.digested;
  }

  return {
    digest(page, hints) {
      const turn = last.then(() => read(page, hints));
      last = turn.catch(() => {});
      return turn;
    },
    async close() {
      await last;
      await thread?.terminate();
    },
  };
}

/** Undefined when no answer comes: too late, or the thread has ended for lack of memory. */
function ask(thread: Worker, message: object, timeoutMs: number): Promise<Answer | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => resolve(undefined)), timeoutMs);
    const onMessage = (answer: Answer) => settle(() => resolve(answer));
    const onExit = () => settle(() => resolve(undefined));
    const onError = (error: Error & { code?: string }) =>
      settle(() => (error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve(undefined) : reject(error)));
    function settle(how: () => void): void {
      clearTimeout(timer);
      thread.off('message', onMessage).off('exit', onExit).off('error', onError);
      how();
    }
    thread.on('message', onMessage).on('exit', onExit).on('error', onError);
    thread.postMessage(message);
  });
}

function tooMuch(page: FetchedPage, timeoutMs: number): DigestedPage {
  const detail = `Reading it takes more than ${timeoutMs / 1_000} s, or too much memory.`;
  const reading = { kind: 'none', reason: 'too_large', detail, shape: 'none:too_large' } as const;
  return { reading, trimmed: page.html.slice(0, KEPT_CHARACTERS) };
}
