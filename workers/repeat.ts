/** A timer of the scheduler: looks again and again, one look at a time. */
export interface Timer {
  /** Ends after the look that is under way. */
  close(): Promise<void>;
}

/** What a look throws is told, and the next look comes all the same. */
export function repeat(look: () => Promise<unknown>, everyMs: number, onError: (error: Error) => void): Timer {
  let running: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    running ??= look()
      .catch(onError)
      .finally(() => {
        running = undefined;
      });
  }, everyMs);
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
