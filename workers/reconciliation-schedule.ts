/**
 * Opens the runs of reconciliation that are due, and once a day tells finance what is open. Part of the scheduler: any number may
 * run, since a kind has one run at a time and a day one message.
 */
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { failAbandonedRun, findDueKinds, openRun } from '../db/reconciliation-runs.ts';
import { RECONCILIATION_KINDS, type ReconciliationKind } from '../domain/reconciliation.ts';
import { makeJob } from '../queues/define-queue.ts';
import { reconcilePayments } from '../queues/reconcile-payments.ts';
import { repeat, type Timer } from './repeat.ts';
import { tellFinance } from './tell-finance.ts';

export interface ScheduleOptions {
  db: Database;
  log: Logger;
  /** Seconds between the starts of two runs of a kind; a kind with 0 has no schedule. */
  intervals: Readonly<Record<ReconciliationKind, number>>;
  financeEmail: string | undefined;
  lookEveryMs?: number;
}

export function startReconciliationSchedule(options: ScheduleOptions): Timer {
  const failed = (err: Error) => options.log.error({ err }, 'due reconciliations could not be opened, will look again');
  return repeat(() => lookForDue(options), options.lookEveryMs ?? 5_000, failed);
}

/** A job that gave up leaves its run behind for so long, in case somebody opens the job again. */
const ABANDONED_SECONDS = 300;

/** One look; returns the kinds that were opened. */
export async function lookForDue({ db, intervals, financeEmail }: ScheduleOptions): Promise<ReconciliationKind[]> {
  const scheduled = Object.fromEntries(Object.entries(intervals).filter(([, seconds]) => seconds > 0));
  for (const kind of RECONCILIATION_KINDS) await failAbandonedRun(db, kind, ABANDONED_SECONDS);
  const due = await findDueKinds(db, scheduled);
  for (const kind of due)
    await openRun(db, { kind, dryRun: false }, (id) => makeJob(reconcilePayments, { run_id: id }));
  await tellFinance(db, financeEmail);
  return due;
}
