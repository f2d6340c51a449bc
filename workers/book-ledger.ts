/**
 * Keeps the ledger up with the facts: every second it books what payments and refunds have done since. Part of the
 * scheduler and no job, since it serves all orders at once and an idle look costs one small query. Any number may run: one
 * books at a time, and each fact once.
 */
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { repeat, type Timer } from './repeat.ts';

export function startLedgerBooker({
  db,
  log,
  intervalMs = 1_000,
}: {
  db: Database;
  log: Logger;
  intervalMs?: number;
}): Timer {
  const failed = (err: Error) => log.error({ err }, 'the ledger could not be kept up, will look again');
  return repeat(() => bookDueFacts(db), intervalMs, failed);
}
