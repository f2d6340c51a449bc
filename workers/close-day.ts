/**
 * Triggered by the scheduler for a day that is over. Books what is still due, then closes the day and tells finance: the journal is
 * written in the closing's own transaction, so a run that dies half-way has closed nothing, and a second or late one finds it closed.
 */
import { readCloseFacts } from '../db/close-facts.ts';
import { closeDay } from '../db/daily-close.ts';
import type { Database, Executor } from '../db/database.ts';
import { bookDueFacts } from '../db/ledger-poster.ts';
import { tell } from '../db/tell.ts';
import { done, later } from './outcome.ts';
import type { Processor } from './run-worker.ts';

interface Deps {
  db: Database;
  /** The address for when no recipient of finance is known. */
  financeEmail?: string | undefined;
  /** Where the API is reached. */
  publicUrl: string;
}

const BEHIND_MS = 5_000;

export function createCloseDay(deps: Deps): Processor<{ day: string }> {
  const { db } = deps;
  return async ({ day }) => {
    await bookDueFacts(db);
    const refusal = await db.transaction(async (tx) => {
      const why = await closeDay(tx, day);
      if (!why) await tellFinance(tx, deps, day);
      return why;
    });
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

/** A day without a booking is no news. */
async function tellFinance(tx: Executor, { financeEmail, publicUrl }: Deps, day: string): Promise<void> {
  const currencies = await readCloseFacts(tx, day);
  if (currencies.length === 0) return;
  const data = { day, currencies, journalUrl: `${publicUrl.replace(/\/+$/, '')}/v1/ledger/days/${day}?format=html` };
  await tell(tx, {
    event: 'day.closed',
    orderId: null,
    cause: `day.closed/${day}`,
    data,
    fallback: { finance: financeEmail },
  });
}
