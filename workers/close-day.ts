/**
 * Triggered by the scheduler for a day that is over. Books what is still due, then closes the day: the journal is written in
 * the closing's own transaction, so a run that dies half-way has closed nothing, and a second or late one finds it closed.
 */
import { closeDay } from '../db/daily-close.ts';
import type { Database } from '../db/database.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { done, later } from './outcome.ts';
import type { Processor } from './run-worker.ts';

const BEHIND_MS = 5_000;

export function createCloseDay({ db }: { db: Database }): Processor<{ day: string }> {
  return async ({ day }) => {
    await bookDueFacts(db);
    const refusal = await closeDay(db, day);
    // Another poster is at work on facts of the day.
    if (refusal === 'behind') return later(BEHIND_MS);
    return done(refusal ? WHY[refusal] : 'closed');
  };
}

const WHY = {
  closed: 'it was closed before',
  not_over: 'it is not over',
  not_next: 'an earlier day is open and comes first',
} as const;
