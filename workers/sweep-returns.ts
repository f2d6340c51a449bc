/** The sweeper's part for returns: the jobs of those that wait, reminders of what nobody has sent, and the end of what nobody will send. */
import type { Database } from '../db/database.ts';
import { reopenJobs } from '../db/outbox.ts';
import { tellCustomer } from '../db/return-news.ts';
import { cancelParcels } from '../db/return-parcels.ts';
import { findReturn, lockReturn, moveReturn, tellReturn } from '../db/returns.ts';
import {
  findReturnsThatLapse,
  findReturnsToSettle,
  findReturnsWithoutLabel,
  findSilentParcels,
  takeReturnsToRemindOf,
} from '../db/sweep-returns.ts';
import { advanceReturn } from '../queues/advance-return.ts';
import { makeJob } from '../queues/define-queue.ts';
import { trackReturn } from '../queues/track-return.ts';

export interface ReturnTimes {
  /** After its count a return is settled. */
  settleSeconds: number;
  /** Before the day by which it should be sent, its customer is reminded; 0: never. */
  reminderHours: number;
  /** After that day it ends by itself. */
  lapseDays: number;
}

interface ReturnSettings {
  STOCKROOM_RETURN_SETTLE_SECONDS: number;
  STOCKROOM_RETURN_REMINDER_HOURS: number;
  STOCKROOM_RETURN_LAPSE_DAYS: number;
}

/** The times as the configuration has them. */
export const returnTimesOf = (settings: ReturnSettings): ReturnTimes => ({
  settleSeconds: settings.STOCKROOM_RETURN_SETTLE_SECONDS,
  reminderHours: settings.STOCKROOM_RETURN_REMINDER_HOURS,
  lapseDays: settings.STOCKROOM_RETURN_LAPSE_DAYS,
});

interface ReturnSweep {
  db: Database;
  staleSeconds: number;
  returns: ReturnTimes;
}

const LIMIT = 100;
/** A job that gave up rests for so many times the age at which a job is stale. */
const FAILED_REST = 20;

/** Gives jobs to what waits without one, reminds of what should be on its way soon, once, and ends what was not sent in time. */
export function returnSteps(options: ReturnSweep): (() => Promise<void>)[] {
  const { db, returns } = options;
  return [() => reopen(options), () => remind(db, returns.reminderHours), () => lapse(db, returns.lapseDays)];
}

async function reopen({ db, staleSeconds, returns }: ReturnSweep): Promise<void> {
  const waiting = [
    ...(await findReturnsToSettle(db, returns.settleSeconds, LIMIT)),
    ...(await findReturnsWithoutLabel(db, staleSeconds, LIMIT)),
  ];
  const parcels = await findSilentParcels(db, staleSeconds * 4, LIMIT);
  const jobs = [
    ...waiting.map(({ id, order_id, version }) => makeJob(advanceReturn, { order_id, return_id: id, version })),
    ...parcels.map(({ id, order_id }) => makeJob(trackReturn, { order_id, parcel_id: id })),
  ];
  await reopenJobs(db, jobs, staleSeconds * FAILED_REST);
}

async function remind(db: Database, hours: number): Promise<void> {
  if (hours === 0) return;
  await db.transaction(async (tx) => {
    for (const id of await takeReturnsToRemindOf(tx, hours, LIMIT)) {
      const ret = (await findReturn(tx, id))!;
      const labelUrl = ret.parcels.find((parcel) => parcel.label_url && parcel.status !== 'canceled')?.label_url ?? '';
      await tellCustomer(tx, 'return.reminder', ret, { labelUrl, sendBy: ret.send_by?.toISOString() ?? '' });
    }
  });
}

async function lapse(db: Database, days: number): Promise<void> {
  for (const id of await findReturnsThatLapse(db, days, LIMIT))
    await db.transaction(async (tx) => {
      const row = await lockReturn(tx, id);
      if (!row || !(await moveReturn(tx, id, 'lapsed', { reason: 'lapsed' }))) return;
      await cancelParcels(tx, id);
      const ret = (await findReturn(tx, id))!;
      await tellReturn(tx, ret, { type: 'lapsed', actor: 'schedule' });
      await tellCustomer(tx, 'return.closed', ret, { reason: 'lapsed' });
    });
}
