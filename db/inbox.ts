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

/**
 * Whether a payment has nothing more to learn from an event of this type: it is settled, and only `charge.updated` brings the
 * fee. A refund's events speak of the refund's own row.
 */
const settles = (type: string) => `${type} not like '%refund%'
       and (p.status = 'canceled' or (p.status = 'succeeded' and (${type} <> 'charge.updated' or p.fee_amount is not null)))`;

// An event that a settled payment has nothing to learn from is closed as it comes, without a job.
const receive = statement(
  'receive_stripe_event',
  `with settled as materialized (
     select p.status from payments p
     where p.provider_id = $3 and $4::text is not null and ${settles('$2')}
   ), kept as (
     insert into inbox_events (provider, event_id, type, object_id, status, outcome, applied_at)
     select 'stripe', $1, $2, $3,
       case when $4::text is null then 'ignored' when settled.status is null then 'received' else 'applied' end,
       case when $4::text is null then 'not a type that is acted on' else 'known: the payment is ' || settled.status end,
       case when settled.status is not null then now() end
     from (values (1)) as one left join settled on true
     on conflict (provider, event_id) do nothing returning status
   )
   insert into outbox (queue, job_id, payload, order_id)
   select $4, $5, $6, o.id from kept left join orders o on o.id = $7 where kept.status = 'received'
   on conflict (queue, job_id) do nothing returning job_id`,
);

/** Keeps an event, and its job when there is something to do, in one statement; a known event changes nothing. */
export async function receiveStripeEvent(db: Executor, event: ReceivedEvent): Promise<void> {
  const { id, type, objectId, job } = event;
  const payload = job ? JSON.stringify(job.payload) : null;
  const values = [id, type, objectId, job?.queue ?? null, job?.jobId ?? null, payload, job?.orderId ?? null];
  const written = await db.rows(receive, values);
  if (written.length > 0) db.signal('stockroom_outbox', '');
}

export interface InboxEvent {
  event_id: string;
  type: string;
  object_id: string | null;
  status: string;
}

const take = statement(
  'take_stripe_event',
  `with event as materialized (
     select event_id, type, object_id, status from inbox_events where provider = 'stripe' and event_id = $1
   ), closed as (
     update inbox_events i set status = 'applied', outcome = 'known: the payment is ' || p.status, applied_at = now()
     from event join payments p on p.provider_id = event.object_id
     where i.provider = 'stripe' and i.event_id = $1 and i.status = 'received' and ${settles('event.type')}
     returning i.outcome
   )
   select event.*, (select outcome from closed) as closed from event`,
);

/** Reads an event; one that its settled payment has nothing to learn from is closed on the way, and `closed` says why. */
export async function takeStripeEvent(
  db: Executor,
  eventId: string,
): Promise<(InboxEvent & { closed: string | null }) | undefined> {
  const [row] = await db.rows<InboxEvent & { closed: string | null }>(take, [eventId]);
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
