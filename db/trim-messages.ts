/** Forgets what messages said when their time is up; that they were sent, and what became of them, stays. */
import { type Executor, statement } from './database.ts';

/** Rows deleted by one statement. */
const BATCH = 5_000;

// What was written to a customer whose bank has still to decide is evidence.
const trim = statement(
  'trim_notification_contents',
  `delete from notification_contents where ctid = any(array(
     select c.ctid from notification_contents c
     where c.rendered_at < now() - make_interval(days => $1) and not exists (
       select from notifications m join disputes d on d.order_id = m.order_id
       where m.id = c.notification_id and (d.status like '%needs_response' or d.status like '%under_review'))
     limit ${BATCH})) returning 1`,
);

export async function trimMessages(db: Executor, retentionDays: number): Promise<void> {
  while ((await db.rows(trim, [retentionDays])).length === BATCH);
}
