/** Runs of reconciliation in the test's own process, with the jobs that they leave. */
import { pino } from 'pino';
import type { Database } from '../../db/database.ts';
import { statement } from '../../db/database.ts';
import { bookDueFacts } from '../../db/ledger-poster.ts';
import { findRun, openRun, type RunRow } from '../../db/reconciliation-runs.ts';
import { RECONCILIATION_KINDS, type ReconciliationKind } from '../../domain/reconciliation.ts';
import { createStripeConnect } from '../../providers/connect-stripe.ts';
import { createStripePayments } from '../../providers/payments.ts';
import { createStripeLists } from '../../providers/payments-lists.ts';
import { makeJob } from '../../queues/define-queue.ts';
import { reconcilePayments } from '../../queues/reconcile-payments.ts';
import { createApplyStripeEvent } from '../../workers/apply-stripe-event.ts';
import { createReadPayment } from '../../workers/read-payment.ts';
import { createReconcilePayments } from '../../workers/reconcile-payments.ts';
import type { ReconcileDeps } from '../../workers/reconciliation-run.ts';

const log = pino({ level: 'silent' });

export interface TestReconciler {
  deps: ReconcileDeps;
  /** Opens a run and carries it out. */
  run(kind: ReconciliationKind, options?: { dryRun?: boolean; since?: Date }): Promise<RunRow>;
  /** All kinds in the order of the CLI's `all`, and after each what it left to be done. */
  runAll(): Promise<void>;
  /** Carries out a run that is there. */
  carryOut(runId: string): Promise<unknown>;
  /** Applies events and reads payments that wait as jobs, and posts what is due. */
  work(): Promise<void>;
}

const take = statement(
  'test_take_jobs',
  `delete from outbox where queue in ('apply-stripe-event', 'read-payment') returning queue, payload`,
);

export function createTestReconciler(db: Database, apiBase: string, graceSeconds = 300): TestReconciler {
  const options = { secretKey: 'sk_test_reconciliation', apiBase, timeoutMs: 10_000 };
  const payments = createStripePayments(options);
  const lists = createStripeLists(options);
  const connect = createStripeConnect(options);
  const deps: ReconcileDeps = { db, payments, lists, connect, graceSeconds, silentSeconds: 120, feeRates: {} };
  const process = createReconcilePayments(deps);
  const apply = createApplyStripeEvent(deps);
  const read = createReadPayment({ db, payments });

  async function work(): Promise<void> {
    for (const { queue, payload } of await db.rows<{ queue: string; payload: never }>(take)) {
      if (queue === 'read-payment') await read(payload, { log });
      else await apply(payload, { log });
    }
    await bookDueFacts(db);
  }
  const carryOut = (runId: string) => process({ run_id: runId }, { log });

  async function run(kind: ReconciliationKind, { dryRun = false, since }: { dryRun?: boolean; since?: Date } = {}) {
    const opened = await openRun(db, { kind, dryRun, since }, (id) => makeJob(reconcilePayments, { run_id: id }));
    await carryOut(opened.run.id);
    return (await findRun(db, opened.run.id))!;
  }
  return {
    deps,
    run,
    carryOut,
    work,
    async runAll() {
      for (const kind of RECONCILIATION_KINDS) {
        await run(kind);
        await work();
      }
    },
  };
}
