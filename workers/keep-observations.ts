/** The sweeper's part for what is kept of prices: months are made ahead, evidence goes once a day, proposals nobody answers end. */
import type { Database } from '../db/database.ts';
import { makeObservationMonths } from '../db/observation-months.ts';
import { reopenJobs } from '../db/outbox.ts';
import { expireReprices } from '../db/reprices.ts';
import { takeChore } from '../db/sweep-images.ts';
import { cleanEvidence } from '../queues/clean-evidence.ts';
import { makeJob } from '../queues/define-queue.ts';

const MINUTE = 60;
const HOUR = 3_600;

export function observationSteps(db: Database): (() => Promise<void>)[] {
  return [
    async () => {
      if (await takeChore(db, 'observation-months', HOUR)) await makeObservationMonths(db);
    },
    async () => {
      if (await takeChore(db, 'clean-evidence', 24 * HOUR))
        await reopenJobs(db, [makeJob(cleanEvidence, { day: new Date().toISOString().slice(0, 10) })]);
    },
    async () => {
      if (await takeChore(db, 'expire-reprices', 5 * MINUTE)) await expireReprices(db);
    },
  ];
}
