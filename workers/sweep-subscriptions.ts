/** The sweeper's part for subscriptions: changes that nobody has made, and the end of pauses that have one. */
import type { Database } from '../db/database.ts';
import { findDueResumes, findStalledChanges, insertChange } from '../db/subscription-changes.ts';
import { lockSubscription } from '../db/subscriptions.ts';
import { applySubscriptionChange } from '../queues/apply-subscription-change.ts';
import { type Job, makeJob } from '../queues/define-queue.ts';

/** The jobs of changes whose turn it is and that wait without one. */
export async function findSubscriptionJobs(db: Database, staleSeconds: number, limit: number): Promise<Job[]> {
  const rows = await findStalledChanges(db, staleSeconds, limit);
  return rows.map(({ id, subscription_id }) => makeJob(applySubscriptionChange, { subscription_id, change_id: id }));
}

const LIMIT = 100;

/** Each is asked for once, however many sweepers there are: who comes second finds it resumed, or asked for. */
export async function resumeDueSubscriptions(db: Database): Promise<void> {
  for (const id of await findDueResumes(db, LIMIT)) {
    await db.transaction(async (tx) => {
      const row = await lockSubscription(tx, id);
      if (row?.status !== 'paused' || !(await findDueResumes(tx, LIMIT)).includes(id)) return;
      await insertChange(tx, id, { kind: 'resume', wish: { anchor: 'unchanged' } }, 'schedule');
    });
  }
}
