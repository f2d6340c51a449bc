/**
 * The sweeper's part for messages of which nobody knows whether they have left. After a wait in which no event told, one whose
 * loss would be worse than its double is sent again, once in its life; of all others, and of that one when it is in doubt
 * again, a person is told; but of a push nobody, which has had its moment.
 */
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { appendOrderEvent } from '../db/order-events.ts';
import { reopenJobs } from '../db/outbox.ts';
import { findResendable, sendAgain } from '../db/resend-notification.ts';
import { endUnconfirmedPushes, listUncertainNotifications } from '../db/sweep.ts';
import { RESENT_TEMPLATES } from '../domain/messages/resend.ts';
import { makeJob } from '../queues/define-queue.ts';
import { sendNotification } from '../queues/send-notification.ts';

export interface MessageSweepOptions {
  db: Database;
  log: Logger;
  /** How long an event may take to tell of a message. */
  uncertainSeconds: number;
  /** False: nothing is sent a second time by itself. */
  resendUncertain: boolean;
}

const LIMIT = 500;

export async function settleUncertain(options: MessageSweepOptions): Promise<void> {
  const { db, log, uncertainSeconds, resendUncertain } = options;
  const templates = resendUncertain ? RESENT_TEMPLATES : [];
  for (const id of await findResendable(db, uncertainSeconds, templates, LIMIT)) {
    if (await resend(db, id))
      log.warn({ notification_id: id }, 'nobody told of the message in time: it is sent again, once');
  }
  await endUnconfirmedPushes(db, uncertainSeconds);
  await listUncertainNotifications(db, uncertainSeconds);
}

/** With its job and its entry in the order's history; false when it is not in doubt any more. */
function resend(db: Database, id: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const row = await sendAgain(tx, id);
    if (!row) return false;
    const { order_id, template } = row;
    await reopenJobs(tx, [makeJob(sendNotification, { notification_id: id, order_id: order_id ?? undefined })]);
    if (order_id) await appendOrderEvent(tx, order_id, 'notification.resent', { notification_id: id, template });
    return true;
  });
}
