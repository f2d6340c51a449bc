/** Waiting that an abort ends, and how long to wait before the next attempt. */

const FIRST_MS = 500;
const LONGEST_MS = 8_000;

/** Doubles from half a second to eight seconds, half of it chance: clients that failed together do not come back together. */
function backoffMs(attempt: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return whole / 2 + (Math.random() * whole) / 2;
}

/** How long to wait: as long as the API says, and a little chance on top, else the backoff. */
export const delayMs = (attempt: number, retryAfterSeconds: number | undefined): number =>
  retryAfterSeconds === undefined ? backoffMs(attempt) : retryAfterSeconds * 1_000 + Math.random() * FIRST_MS;

/** Throws the signal's reason when it aborts meanwhile. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
