/** Requests of somebody who tries again as a browser would. */
import { setTimeout as delay } from 'node:timers/promises';
import { call } from '../test/support/client.ts';
import type { System } from '../test/support/system.ts';

/** How long a buyer insists when nobody answers, and waits for his order to move. */
export const PATIENCE_MS = 40_000;

/** Asks until somebody answers: the Idempotency-Key makes it harmless. */
export async function insist(system: System, method: string, path: string, options: Parameters<typeof call>[3] = {}) {
  const end = Date.now() + PATIENCE_MS;
  let last = '';
  while (Date.now() < end) {
    try {
      const answer = await call(system, method, path, options);
      const { code, retryable } = (answer.body ?? {}) as { code?: string; retryable?: boolean };
      if (answer.status < 500 && !retryable) return answer;
      last = `${answer.status} ${code ?? ''}`;
    } catch (error) {
      last = String((error as Error).cause ?? error);
    }
    await delay(200);
  }
  throw new Error(`nobody answered ${method} ${path} for ${PATIENCE_MS / 1_000} s: ${last}`);
}
