/** Waits for a state instead of sleeping. */
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

export interface WaitOptions {
  timeoutMs?: number;
  everyMs?: number;
  /** What is waited for, in words; stands in the error. */
  describe?: string;
}

/**
 * Asks `probe` until it gives something other than undefined or false, and returns that.
 * A probe that throws counts as "not yet". The error at the end carries what was seen last.
 */
export async function waitFor<T>(
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { timeoutMs = 10_000, everyMs = 15, describe = 'the expected state' }: WaitOptions = {},
): Promise<T> {
  const start = performance.now();
  for (;;) {
    const seen = await look(probe);
    if (seen.value !== undefined && seen.value !== false) return seen.value;
    if (performance.now() - start > timeoutMs) {
      const last = seen.error ?? inspect(seen.value, { depth: 4 });
      throw new Error(`Waited ${timeoutMs} ms for ${describe}; last seen: ${last}`, { cause: seen.error });
    }
    await delay(everyMs);
  }
}

async function look<T>(probe: () => Promise<T> | T): Promise<{ value?: T; error?: unknown }> {
  try {
    return { value: await probe() };
  } catch (error) {
    return { error };
  }
}
