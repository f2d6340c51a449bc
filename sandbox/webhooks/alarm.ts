const MAX_TIMER_MS = 60_000;

export interface Alarm {
  /** Rings at this time of `nowMs`, unless it does so earlier. Far times are looked at again every minute. */
  at(time: number): void;
  close(): void;
}

/** One timer for many things that fall due; ringing clears it. */
export function createAlarm(nowMs: () => number, ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let setTo = Number.POSITIVE_INFINITY;
  let closed = false;
  return {
    at: (time) => {
      if (closed || time >= setTo) return;
      setTo = time;
      clearTimeout(timer);
      const wait = Math.min(MAX_TIMER_MS, Math.max(0, time - nowMs()));
      timer = setTimeout(() => {
        setTo = Number.POSITIVE_INFINITY;
        ring();
      }, wait);
      timer.unref();
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}
