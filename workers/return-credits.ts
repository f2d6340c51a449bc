/**
 * Triggered by the end of an order that credits have paid for (a trigger of the database's writes the job, whatever ended the order;
 * the sweeper does too): returns them, with a refund on each order that the money was taken for. A second run finds nothing left.
 */
import type { Database } from '../db/database.ts';
import { returnEndedCredits } from '../db/order-credits.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export function createReturnCredits({ db }: { db: Database }): Processor<{ order_id: string }> {
  return async ({ order_id: orderId }) => {
    const returned = await db.transaction((tx) => returnEndedCredits(tx, orderId));
    return done(returned > 0 ? `${returned} returned` : 'nothing to return');
  };
}
