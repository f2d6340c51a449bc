/** When a webhook is tried again, and how long an endpoint that fails is left alone. All in seconds. */

const MINUTE = 60;
const HOUR = 3_600;

/** The pauses between attempts that Standard Webhooks proposes: ten attempts in a good three days. */
export const RETRY_DELAYS = [
  5,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

/** A tenth to either side, so that what failed together does not come back together. */
const JITTER = 0.1;
/** However long an endpoint asks to be left alone. */
const LONGEST_WISH = HOUR;

/**
 * Until the next attempt, or undefined when the attempts are used up.
 * @param made attempts so far, the failed one included
 * @param wished what the endpoint asked for by Retry-After
 */
export function retryDelay(made: number, wished = 0, random: () => number = Math.random): number | undefined {
  const planned = RETRY_DELAYS[made - 1];
  if (planned === undefined) return undefined;
  return Math.max(planned * (1 - JITTER + 2 * JITTER * random()), Math.min(wished, LONGEST_WISH));
}

/** Failures in a row that are taken for the endpoint's state and not for one event's. */
export const SICK_AFTER = 3;
const SHORTEST_REST = 5;
const LONGEST_REST = 5 * MINUTE;

/**
 * How long an endpoint rests after a failure: half as long as it has been failing, so that a short outage is over soon and a long
 * one costs little. 0 while it may be one event's fault.
 */
export function restAfter(failures: number, failingFor: number, wished = 0): number {
  const rest = failures < SICK_AFTER ? 0 : Math.min(LONGEST_REST, Math.max(SHORTEST_REST, failingFor / 2));
  return Math.max(rest, Math.min(wished, LONGEST_WISH));
}
