import type { Attempt } from './deliveries.ts';

export interface RetryOptions {
  /** The first retry waits this many milliseconds, each later one twice as long, up to `maxRetryMs`. */
  firstRetryMs: number;
  maxRetryMs: number;
  maxAttempts: number;
}

interface Outcome {
  /** 0: no answer came in time; null: nobody could be reached. */
  status: number | null;
  error: string | null;
  now: number;
  options: RetryOptions;
}

/** 2xx ends a delivery, nobody listening does not count against it, anything else waits for the next try. */
export function judge(delivery: { id: number; attempts: number }, { status, error, now, options }: Outcome): Attempt {
  const base = { id: delivery.id, status, error };
  if (status === null) return { ...base, state: 'pending', attempts: delivery.attempts, nextAt: now };
  const attempts = delivery.attempts + 1;
  if (status >= 200 && status < 300) return { ...base, state: 'delivered', attempts, nextAt: now };
  const wait = Math.min(options.maxRetryMs, options.firstRetryMs * 2 ** (attempts - 1)) * (0.75 + Math.random() / 2);
  const state = attempts >= options.maxAttempts ? 'failed' : 'pending';
  return { ...base, state, attempts, nextAt: Math.round(now + wait) };
}
