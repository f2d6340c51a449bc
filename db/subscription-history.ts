/** Everything that happened to one subscription, in order of time: its events, changes, failed attempts, invoices and messages. */
import { type Executor, statement } from './database.ts';

export interface SubscriptionHistoryRow {
  at: Date;
  kind: 'event' | 'change' | 'attempt' | 'invoice' | 'message';
  what: string;
  detail: object;
}

const byName = statement(
  'find_subscription_id',
  'select id from subscriptions where number = upper($1) or id::text = lower($1)',
);

/** From what a person has in hand: the number, or the id. */
export async function findSubscriptionByName(db: Executor, numberOrId: string): Promise<string | undefined> {
  return (await db.rows<{ id: string }>(byName, [numberOrId]))[0]?.id;
}

const history = statement(
  'subscription_history',
  `select created_at as at, 'event' as kind, type as what, data || jsonb_build_object('actor', actor) as detail
   from subscription_events where subscription_id = $1
   union all
   select created_at, 'change', kind || ' ' || status, jsonb_strip_nulls(jsonb_build_object('change_id', id, 'actor', actor,
     'settled_at', settled_at, 'error', error))
   from subscription_changes where subscription_id = $1
   union all
   select a.created_at, 'attempt', a.queue || ' ' || a.outcome, jsonb_build_object('job_id', a.job_id, 'attempt', a.attempt, 'error', a.error)
   from subscription_changes c join job_attempts a
     on a.queue = 'apply-subscription-change' and a.job_id = 'subscription-change-' || c.id
   where c.subscription_id = $1
   union all
   select i.created_at, 'invoice', coalesce(i.number, i.provider_id) || ' ' || i.status,
     jsonb_strip_nulls(jsonb_build_object('total', i.total_amount, 'paid', i.paid_amount, 'currency', i.currency, 'order', o.number))
   from subscription_invoices i left join orders o on o.id = i.order_id where i.subscription_id = $1
   union all
   select created_at, 'message', template || ' ' || status, jsonb_build_object('channel', channel)
   from notifications where topic = 'subscription' and data ->> 'subscriptionId' = $1::text
   order by at, kind`,
);

export function readSubscriptionHistory(db: Executor, id: string): Promise<SubscriptionHistoryRow[]> {
  return db.rows<SubscriptionHistoryRow>(history, [id]);
}
