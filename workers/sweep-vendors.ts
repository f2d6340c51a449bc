/** What waits of vendors: an account that is still to be opened, whose job was lost or gave up. */
import type { Database } from '../db/database.ts';
import { reopenJobs } from '../db/outbox.ts';
import { findUnopenedAccounts } from '../db/vendor-accounts.ts';
import { makeJob } from '../queues/define-queue.ts';
import { openVendorAccount } from '../queues/open-vendor-account.ts';

const LIMIT = 100;
/** What Stripe refused is asked again after this: the vendor may have changed what it says of itself. */
const REST_SECONDS = 3_600;

/** Returns how many jobs now wait anew. */
export async function reopenVendorAccounts(db: Database, olderThanSeconds: number): Promise<number> {
  const ids = await findUnopenedAccounts(db, olderThanSeconds, LIMIT);
  const jobs = ids.map((vendor_id) => makeJob(openVendorAccount, { vendor_id }));
  return reopenJobs(db, jobs, REST_SECONDS);
}
