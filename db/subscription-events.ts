/** What happened to a subscription: its history, and what webhooks tell of it. */
import { type Executor, statement } from './database.ts';
import { appendShopEvent } from './shop-events.ts';

export interface SubscriptionEvent {
  sequence: number;
  type: string;
  actor: string;
  data: Record<string, unknown>;
  created_at: Date;
}

const append = statement(
  'append_subscription_event',
  `with subscription as (
     update subscriptions set last_event = last_event + 1 where id = $1 returning id, last_event
   )
   insert into subscription_events (subscription_id, sequence, type, actor, data)
   select id, last_event, $2, $3, $4::jsonb from subscription returning sequence`,
);

/** Adds an event in the transaction of what happened, to the history and for webhooks. */
export async function appendSubscriptionEvent(
  tx: Executor,
  subscriptionId: string,
  type: string,
  actor: string,
  data: object = {},
): Promise<void> {
  await tx.rows(append, [subscriptionId, type, actor, JSON.stringify(data)]);
  await appendShopEvent(tx, { type, object: 'subscription', objectId: subscriptionId, data });
}

const list = statement(
  'list_subscription_events',
  `select sequence, type, actor, data, created_at from subscription_events where subscription_id = $1 and sequence > $2
   order by sequence limit $3`,
);

/** Oldest first. */
export function listSubscriptionEvents(
  db: Executor,
  subscriptionId: string,
  after: number,
  limit: number,
): Promise<SubscriptionEvent[]> {
  return db.rows<SubscriptionEvent>(list, [subscriptionId, after, limit]);
}
