/** Messages of alerts that nobody was sent yet: they wait for a digest, or for the morning. What ends meanwhile is no news. */
import { type Executor, statement } from './database.ts';

// Of the alerts of one look one message tells: it goes when none of them lives any more. When it was due is kept, for its return.
const withdraw = statement(
  'withdraw_price_alert_messages',
  `update notifications set status = 'suppressed', updated_at = now(),
     error = '{"code": "alert_over", "message": "It was over before anybody was told."}'
   where order_id is null and status in ('held', 'queued') and cause = any (array(
     select 'price_alert.' || news || '/' || o.id
     from price_alerts e join price_alerts o on o.listing_id = e.listing_id and o.observation_id = e.observation_id,
       unnest('{opened,escalated}'::text[]) news
     where e.id = any ($1) and not exists (
       select from price_alerts a where a.listing_id = e.listing_id and a.observation_id = e.observation_id and a.status in ('open', 'escalated')
     )
   ))`,
);

/** What is held for later and tells only of alerts that have ended is not sent. */
export async function withdrawMessages(tx: Executor, alertIds: readonly string[]): Promise<void> {
  if (alertIds.length > 0) await tx.rows(withdraw, [alertIds]);
}

const restore = statement(
  'restore_price_alert_message',
  `update notifications set status = 'held', due_at = coalesce(due_at, now()), updated_at = now(),
     error = '{"code": "held", "message": "It is told together with others."}'
   where order_id is null and status = 'suppressed' and error ->> 'code' = 'alert_over' and cause = any (array(
     select 'price_alert.opened/' || o.id from price_alerts e join price_alerts o on o.listing_id = e.listing_id and o.observation_id = e.observation_id
     where e.id = $1
   ))`,
);

/** An alert that goes on, and that nobody was told of, is told all the same. */
export async function restoreMessage(tx: Executor, alertId: string): Promise<void> {
  await tx.rows(restore, [alertId]);
}
