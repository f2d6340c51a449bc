/**
 * Triggered by the sweeper for a paid invoice without its order: the transaction that made it known should have made the order, and
 * did not find all that it takes. Makes it once; a second or late run finds it made.
 */
import type { Database } from '../db/database.ts';
import { makeRecurringOrder } from '../db/recurring-orders.ts';
import { done } from './outcome.ts';
import { orderJobs } from './record-invoice.ts';
import type { Processor } from './run-worker.ts';

export function createMakeRecurringOrder({ db }: { db: Database }): Processor<{ invoice_id: string }> {
  return async ({ invoice_id: invoiceId }) => {
    const orderId = await db.transaction((tx) => makeRecurringOrder(tx, invoiceId, orderJobs));
    return done(orderId ? `order ${orderId}` : 'it has its order, or makes none');
  };
}
