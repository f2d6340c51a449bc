export interface Limiter {
  /** Takes one request out of `perSecond`; false when there is none left. 0 means no limit. */
  take(perSecond: number): boolean;
}

/** A token bucket over real time that holds one second's worth. */
export function createLimiter(clock: () => number = Date.now): Limiter {
  let tokens = Number.POSITIVE_INFINITY;
  let last = clock();
  return {
    take: (perSecond) => {
      if (perSecond <= 0) return true;
      const now = clock();
      tokens = Math.min(perSecond, tokens + ((now - last) / 1000) * perSecond);
      last = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
