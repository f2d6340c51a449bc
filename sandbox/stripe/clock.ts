import type { Store } from '../store.ts';

export interface Clock {
  nowMs(): number;
  /** Moves the sandbox's time forward for good. */
  advance(ms: number): void;
}

/** The sandbox's time: the real one plus what it was advanced by, which a restart keeps. */
export function createClock(store: Store, realMs: () => number): Clock {
  store.exec(
    'CREATE TABLE IF NOT EXISTS stripe_clock (id INTEGER PRIMARY KEY CHECK (id = 1), offset_ms INTEGER NOT NULL)',
  );
  const row = store.statement('SELECT offset_ms FROM stripe_clock').get() as { offset_ms: number } | undefined;
  let offset = row?.offset_ms ?? 0;
  return {
    nowMs: () => realMs() + offset,
    advance: (ms) => {
      offset += ms;
      store.statement('INSERT OR REPLACE INTO stripe_clock VALUES (1, ?)').run(offset);
    },
  };
}
