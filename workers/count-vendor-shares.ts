/**
 * Keeps vendors' shares up with their orders' money, and writes the jobs that pay vendors or take back from them when that is due.
 * Part of the scheduler, since it serves all orders at once; a shop without vendors pays for two looks into empty tables. Any number
 * may run: one counts at a time, and a job is one for each vendor order.
 */
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { reopenJobs } from '../db/outbox.ts';
import { countDueShares } from '../db/vendor-money.ts';
import { takeDuePayments } from '../db/vendor-transfers.ts';
import { makeJob } from '../queues/define-queue.ts';
import { payVendor } from '../queues/pay-vendor.ts';
import { repeat, type Timer } from './repeat.ts';

export interface VendorMoneyOptions {
  db: Database;
  log: Logger;
  /** From the capture to the transfer. */
  delaySeconds: number;
  intervalMs?: number;
}

const LIMIT = 500;
/** A share whose job is lost is looked at again after this. */
const AGAIN_SECONDS = 10;

export function startVendorShares({ db, log, delaySeconds, intervalMs = 1_000 }: VendorMoneyOptions): Timer {
  const failed = (err: Error) => log.error({ err }, "vendors' shares could not be kept up, will look again");
  return repeat(() => keepVendorsPaid(db, delaySeconds), intervalMs, failed);
}

/** One look: counts what has changed, then writes the jobs of what is due. */
export async function keepVendorsPaid(db: Database, delaySeconds: number): Promise<void> {
  await countDueShares(db, { delaySeconds });
  for (;;) {
    const due = await takeDuePayments(db, LIMIT, AGAIN_SECONDS);
    await reopenJobs(
      db,
      due.map((payload) => makeJob(payVendor, payload)),
      AGAIN_SECONDS,
    );
    if (due.length < LIMIT) return;
  }
}
