/**
 * The sweeper's part for Firecrawl: batches that nobody starts or looks at get a job, as do listings whose page is to be found, and
 * operations hear of a budget that comes to its end. It asks Firecrawl nothing: jobs do.
 */
import type { Database } from '../db/database.ts';
import { takeCreditAlarm } from '../db/firecrawl-credits.ts';
import { reopenJobs } from '../db/outbox.ts';
import { CREDITS_PER_PAGE, findDueBatches, findUnstartedBatches } from '../db/page-batches.ts';
import { findDueSearches } from '../db/page-searches.ts';
import { collectPages } from '../queues/collect-pages.ts';
import { makeJob } from '../queues/define-queue.ts';
import { findPage } from '../queues/find-page.ts';
import { submitPages } from '../queues/submit-pages.ts';
import { tellOperations } from './tell-operations.ts';

export interface BatchSweepOptions {
  db: Database;
  staleSeconds: number;
  /** Credits of a month. */
  creditBudget: number;
  operationsEmail?: string | undefined;
}

const LIMIT = 500;
/** A job that gave up rests for so many times the age at which a job is stale. */
const FAILED_REST = 20;

export const batchSweepSteps = (options: BatchSweepOptions): (() => Promise<void>)[] => [
  () => reopenBatches(options),
  () => tellCredits(options),
];

async function reopenBatches({ db, staleSeconds }: BatchSweepOptions): Promise<void> {
  const jobs = [
    ...(await findUnstartedBatches(db, staleSeconds, LIMIT)).map(({ id }) => makeJob(submitPages, { batch_id: id })),
    ...(await findDueBatches(db, LIMIT)).map(({ id }) => makeJob(collectPages, { batch_id: id })),
    ...(await findDueSearches(db, LIMIT)).map(({ id }) => makeJob(findPage, { listing_id: id })),
  ];
  await reopenJobs(db, jobs, staleSeconds * FAILED_REST);
}

/** Taken and told in one transaction, so that any number of sweepers tell it once. */
function tellCredits({ db, creditBudget, operationsEmail }: BatchSweepOptions): Promise<void> {
  return db.transaction(async (tx) => {
    const alarm = await takeCreditAlarm(tx, creditBudget, CREDITS_PER_PAGE);
    if (!alarm) return;
    const { month, level, used, reserved } = alarm;
    await tellOperations(tx, operationsEmail, {
      orderId: null,
      cause: `firecrawl_credits_low/${month}-${level}`,
      kind: 'firecrawl_credits_low',
      facts: {
        credits_used: used + reserved,
        credit_budget: creditBudget || null,
        credit_state: `credits_${level.split('-', 1)[0]}`,
      },
    });
  });
}
