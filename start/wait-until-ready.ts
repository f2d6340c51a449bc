import { setTimeout as delay } from 'node:timers/promises';
import { StartError } from './start-error.ts';

const POLL_MS = 50;
const PATIENCE_MS = 60_000;
const ANSWER_MS = 2_000;

/** Asks until the answer is 2xx. Throws {@link StartError} after a minute, and the signal's reason when it is aborted. */
export async function waitUntilReady(url: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  let last = 'it did not answer';
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]) });
      if (response.ok) return;
      last = `it answered ${response.status}: ${(await response.text()).slice(0, 200)}`;
    } catch (error) {
      last = (error as Error).message;
    }
    await delay(POLL_MS);
  }
  throw new StartError(`${url} was not ready after ${PATIENCE_MS / 1_000} s (${last}).`);
}
