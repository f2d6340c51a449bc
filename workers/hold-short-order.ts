/** A recurring order that is short of goods: its money is taken, so it is not rejected but held until its shortage is settled. */
import type { Database } from '../db/database.ts';
import { insertJobs } from '../db/outbox.ts';
import { findPayment, type PaymentRow } from '../db/payments.ts';
import type { Shortage } from '../db/stock.ts';
import { holdForStock } from '../db/stock-waits.ts';
import { makeJob } from '../queues/define-queue.ts';
import { settleShortage } from '../queues/settle-shortage.ts';

/** Returns its payment, which is recorded next: whatever is sent of it waits for the hold's end. */
export async function holdShortOrder(db: Database, orderId: string, short: readonly Shortage[]): Promise<PaymentRow> {
  await db.transaction(async (tx) => {
    if (await holdForStock(tx, orderId, short)) await insertJobs(tx, [makeJob(settleShortage, { order_id: orderId })]);
  });
  return (await findPayment(db, orderId))!;
}
