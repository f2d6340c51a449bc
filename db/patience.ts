/** For the statements around an act that cannot be undone: insists while the database is away for a moment. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Database, Executor } from './database.ts';

export type PatientDatabase = Executor & Pick<Database, 'transaction'>;

/**
 * Repeats what fails for want of a connection, for up to `patienceMs`; other errors pass at once. Only for statements
 * that may run twice: one that was committed but never answered is sent again.
 */
export function withPatience(db: Database, patienceMs: number): PatientDatabase {
  return {
    rows: (sql, values) => insist(() => db.rows(sql, values), patienceMs),
    each: (sql, item) => insist(() => db.each(sql, item), patienceMs),
    transaction: (work) => insist(() => db.transaction(work), patienceMs),
    signal: db.signal,
  };
}

async function insist<T>(work: () => Promise<T>, patienceMs: number): Promise<T> {
  const until = Date.now() + patienceMs;
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
    try {
      return await work();
    } catch (error) {
      if (!isConnectionLoss(error) || Date.now() + pauseMs > until) throw error;
      await wait(pauseMs);
    }
  }
}

/** SQLSTATE classes 08 (connection), 53 (resources) and 57 (shutdown, starting up); without a SQLSTATE it is the socket. */
function isConnectionLoss(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? /^(08|53|57)/.test(code) : error instanceof Error;
}
