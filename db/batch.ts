/**
 * Gathers calls made within a few milliseconds into one: the way to keep a per-row write off the hot path.
 * Each caller's promise settles with its own batch, so whoever waits knows that its row is written.
 */
export interface Batcher<T> {
  add(item: T): Promise<void>;
  /** Writes what is waiting; resolves when nothing is under way. */
  drain(): Promise<void>;
}

/**
 * @param flush writes one batch; its failure rejects every caller of that batch
 * @param waitMs how long the first of a batch waits for company; a function is asked for each batch
 * @param max the largest batch
 */
export function createBatcher<T>(
  flush: (items: T[]) => Promise<void>,
  waitMs: number | (() => number),
  max = 500,
): Batcher<T> {
  let items: T[] = [];
  let batch: Promise<void> | undefined;
  let release: (() => void) | undefined;
  const inFlight = new Set<Promise<void>>();

  function open(): Promise<void> {
    const opened = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, typeof waitMs === 'function' ? waitMs() : waitMs);
      release = () => {
        clearTimeout(timer);
        resolve();
      };
    }).then(() => {
      const taken = items;
      items = [];
      batch = undefined;
      return flush(taken);
    });
    inFlight.add(opened);
    const forget = () => inFlight.delete(opened);
    opened.then(forget, forget);
    return opened;
  }

  return {
    add(item) {
      items.push(item);
      batch ??= open();
      const mine = batch;
      if (items.length >= max) release?.();
      return mine;
    },
    async drain() {
      release?.();
      await Promise.allSettled([...inFlight]);
    },
  };
}
