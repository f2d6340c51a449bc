/** The sweeper's part for subscriptions: paid invoices without their order, orders whose stock has come, and credits that wait. */
import type { Database } from '../db/database.ts';
import { findReadyWaits } from '../db/stock-waits.ts';
import { findWaitingCredits } from '../db/subscription-credits.ts';
import { findUnmadeInvoices } from '../db/subscription-invoices.ts';
import { creditSubscription } from '../queues/credit-subscription.ts';
import { type Job, makeJob } from '../queues/define-queue.ts';
import { makeRecurringOrder } from '../queues/make-recurring-order.ts';
import { settleShortage } from '../queues/settle-shortage.ts';

export interface RecurringSweepOptions {
  db: Database;
  staleSeconds: number;
  stockWaitSeconds: number;
}

/** An order whose goods have not come is looked at so seldom: whether they have is asked of the stock itself each time. */
const UNTRIED_SECONDS = 3_600;

export async function findRecurringJobs(options: RecurringSweepOptions, limit: number): Promise<Job[]> {
  const { db, staleSeconds, stockWaitSeconds: waitSeconds } = options;
  const invoices = await findUnmadeInvoices(db, staleSeconds, limit);
  const waits = await findReadyWaits(db, { untriedSeconds: UNTRIED_SECONDS, waitSeconds, limit });
  const credits = await findWaitingCredits(db, staleSeconds, limit);
  return [
    ...invoices.map((id) => makeJob(makeRecurringOrder, { invoice_id: id })),
    ...waits.map((id) => makeJob(settleShortage, { order_id: id })),
    ...credits.map((row) => makeJob(creditSubscription, { order_id: row.order_id, credit_id: row.id })),
  ];
}
