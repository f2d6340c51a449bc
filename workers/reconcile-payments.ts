/**
 * Triggered by a run's row (a schedule, the API, the CLI): compares our side with Stripe's, records what differs, and repairs what
 * is safe to repair. Read → match → record; the cursor moves behind what is kept, so a run that lost its process goes on where it
 * stood, and a second run finds and repairs nothing new. Gives up as every job; the schedule then ends the run.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { closeGoneFindings, listFindingsAsExceptions } from '../db/findings.ts';
import { claimRun, findRun, finishRun, RunLostError, type RunRow, releaseRun } from '../db/reconciliation-runs.ts';
import type { ReconciliationKind } from '../domain/reconciliation.ts';
import { done, later } from './outcome.ts';
import { reconcileBalance } from './reconcile-balance.ts';
import { reconcileEvents } from './reconcile-events.ts';
import { reconcileObjects } from './reconcile-objects.ts';
import { reconcileOrders } from './reconcile-orders.ts';
import { reconcilePayouts } from './reconcile-payouts.ts';
import { createRun, type ReconcileDeps, type Run } from './reconciliation-run.ts';
import type { Processor } from './run-worker.ts';

const KINDS: Record<ReconciliationKind, (deps: ReconcileDeps, run: Run) => Promise<Record<string, Date>>> = {
  events: reconcileEvents,
  orders: reconcileOrders,
  objects: reconcileObjects,
  balance: reconcileBalance,
  payouts: reconcilePayouts,
};

/** The longest pause between two looks at a run that another process holds. */
const LOOK_AGAIN_MS = 10_000;

export function createReconcilePayments(deps: ReconcileDeps): Processor<{ run_id: string }> {
  return async ({ run_id: id }, { log }) => {
    const holder = randomUUID();
    const row = await claimRun(deps.db, id, holder, deps.silentSeconds);
    if (!row)
      return (await isUnderWay(deps, id))
        ? later(Math.min(LOOK_AGAIN_MS, deps.silentSeconds * 1_000))
        : done('the run has ended');
    try {
      await carryOut(deps, row, holder, log);
      return done();
    } catch (error) {
      if (error instanceof RunLostError) return done('another process goes on with it');
      await releaseRun(deps.db, id, holder, error instanceof Error ? error.message : String(error));
      throw error;
    }
  };
}

async function isUnderWay({ db }: ReconcileDeps, id: string): Promise<boolean> {
  const run = await findRun(db, id);
  return run?.status === 'queued' || run?.status === 'running';
}

async function carryOut(deps: ReconcileDeps, row: RunRow, holder: string, log: Logger): Promise<void> {
  const run = createRun(deps, row, holder, log.child({ run_id: row.id, kind: row.kind }));
  const seenUntil = await KINDS[row.kind](deps, run);
  await run.note();
  if (!run.dryRun) {
    await closeGoneFindings(deps.db, row.kind, row.id);
    await listFindingsAsExceptions(deps.db);
  }
  await finishRun(deps.db, row.id, holder, seenUntil);
}
