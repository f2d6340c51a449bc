/** What providers told us, each event once, kept before it is answered. */
import { type Executor, statement } from './database.ts';
import type { OutboxJob } from './outbox.ts';

export interface ReceivedEvent {
  id: string;
  type: string;
  objectId: string | null;
  /** Undefined for an event that nothing acts on: it is kept as ignored. */
  job: OutboxJob | undefined;
}

const receive = statement(
  'receive_stripe_event',
  `with kept as (
     insert into inbox_events (provider, event_id, type, object_id, status, outcome)
     values ('stripe', $1, $2, $3, case when $4::text is null then 'ignored' else 'received' end,
       case when $4::text is null then 'not a type that is acted on' end)
     on conflict (provider, event_id) do nothing returning 1
   )
   insert into outbox (queue, job_id, payload, order_id)
   select $4, $5, $6, o.id from kept left join orders o on o.id = $7 where $4::text is not null
   on conflict (queue, job_id) do nothing`,
);

/** Keeps an event and its job in one statement; an event that is known already changes nothing. */
export async function receiveStripeEvent(db: Executor, event: ReceivedEvent): Promise<void> {
  const { id, type, objectId, job } = event;
  const payload = job ? JSON.stringify(job.payload) : null;
  await db.rows(receive, [id, type, objectId, job?.queue ?? null, job?.jobId ?? null, payload, job?.orderId ?? null]);
  if (job) db.signal('stockroom_outbox', '');
}

export interface InboxEvent {
  event_id: string;
  type: string;
  object_id: string | null;
  status: string;
}

const find = statement(
  'find_stripe_event',
  `select event_id, type, object_id, status from inbox_events where provider = 'stripe' and event_id = $1`,
);

export async function findStripeEvent(db: Executor, eventId: string): Promise<InboxEvent | undefined> {
  const [row] = await db.rows<InboxEvent>(find, [eventId]);
  return row;
}

const close = statement(
  'close_stripe_event',
  `update inbox_events set status = $2, outcome = $3, applied_at = now()
   where provider = 'stripe' and event_id = $1 and status = 'received'`,
);

export async function closeStripeEvent(
  db: Executor,
  eventId: string,
  status: 'applied' | 'ignored',
  outcome: string,
): Promise<void> {
  await db.rows(close, [eventId, status, outcome]);
}
