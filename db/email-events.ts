/**
 * The e-mail provider's events in the inbox: kept before they are answered, applied once. A batch is a set by itself, so it
 * costs one statement to keep and one to apply, however many messages it speaks of.
 */
import { BAD_ENDS, deliveryRank, STATUS_OF_EVENT } from '../domain/messages/delivery.ts';
import { type Executor, setStatement } from './database.ts';

export interface EmailEvent {
  id: string;
  /** SendGrid's name of the event. */
  type: string;
  /** The notification that it names, when it names one. */
  notificationId: string | null;
  messageId: string | null;
  code: string | null;
  reason: string | null;
}

/** What an event proves, as data: the statements judge by it, and a message only moves up in `rank`. */
const RULES = { rank: deliveryRank, statuses: STATUS_OF_EVENT, bad: BAD_ENDS };
type Rules = typeof RULES;

/** Batches take turns: each is many rows already, and two that share an event would wait for each other all the same. */
const inTurn = () => 'batch';

interface NewBatch extends Rules {
  batch_id: string;
  events: { id: string; type: string; notification_id: string | null; payload: object }[];
}

// What a message's row says already is not kept: a status this far never goes back. What says nothing about a message of
// ours is kept as ignored. Inserted in the order of the ids, so that two batches never deadlock.
const keep = setStatement<NewBatch, { queued: boolean }>(
  'keep_email_events',
  inTurn,
  `with item as materialized (
     select n, batch_id, events, rank, statuses
     from json_to_recordset($1) as item (n integer, batch_id uuid, events json, rank text[], statuses json)
   ), event as materialized (
     select e.id, e.type, e.notification_id, e.payload,
       array_position(item.rank, item.statuses ->> e.type) as rank, array_position(item.rank, m.status) as present
     from item
     cross join lateral json_to_recordset(item.events) as e (id text, type text, notification_id uuid, payload jsonb)
     left join lateral (select status from notifications where id = e.notification_id limit 1) m on true
   ), kept as (
     insert into inbox_events (provider, event_id, type, object_id, payload, status, applied_at)
     select 'sendgrid', id, type, notification_id, payload, case when rank > present then 'received' else 'ignored' end,
       case when (rank > present) is not true then now() end
     from event where (rank > present) is not false
     order by id
     on conflict (provider, event_id) do nothing
     returning event_id, status
   ), job as (
     insert into outbox (queue, job_id, payload)
     select 'apply-email-events', 'batch-' || batch_id, jsonb_build_object('batch_id', batch_id, 'event_ids', new.ids)
     from item cross join (select jsonb_agg(event_id) as ids from kept where status = 'received') new
     where new.ids is not null
     returning 1
   )
   select item.n, exists (select from job) as queued from item`,
);

/**
 * Keeps a batch's events that are new, and the job that applies those that say something new of a message. No recipient is
 * kept: the notification has it.
 */
export async function keepEmailEvents(db: Executor, batchId: string, events: readonly EmailEvent[]): Promise<void> {
  const rows = events.map(({ id, type, notificationId, messageId, code, reason }) => ({
    id,
    type,
    notification_id: notificationId,
    payload: { messageId, code, reason },
  }));
  const [kept] = await db.each(keep, { batch_id: batchId, events: rows, ...RULES });
  if (kept?.queued) db.signal('stockroom_outbox', '');
}

interface AppliedBatch {
  events: number;
  settled: number;
  /** Orders whose history tells of a message that went wrong, or right against expectation. */
  told: string[] | null;
}

// The furthest that the events take each message; events and messages are locked in the order of their ids. What went wrong
// belongs to the order's history, what went well is told by the message's row. Inbox rows are found by arrays of ids, and
// `applied_at` stands for `status`: else the planner may prefer to read all of the provider's rows, or all that are open.
const apply = setStatement<Rules & { ids: readonly string[] }, AppliedBatch>(
  'apply_email_events',
  inTurn,
  `with item as materialized (
     select n, ids, rank, statuses, bad
     from json_to_recordset($1) as item (n integer, ids text[], rank text[], statuses json, bad text[])
   ), event as materialized (
     select event_id, object_id::uuid as id, (select statuses from item) ->> type as status, payload ->> 'messageId' as message_id,
       jsonb_build_object('code', coalesce(payload ->> 'code', type),
         'message', coalesce(payload ->> 'reason', 'The provider reported: ' || type || '.')) as error
     from inbox_events
     where provider = 'sendgrid' and event_id = any ((select ids from item)::text[]) and applied_at is null
     order by event_id for update
   ), furthest as materialized (
     select distinct on (e.id) e.id, e.status, e.message_id, array_position(item.rank, e.status) as rank,
       case when e.status = any(item.bad) then e.error end as error
     from event e cross join item where e.status is not null
     order by e.id, array_position(item.rank, e.status) desc, e.event_id
   ), present as materialized (
     select f.*, m.status as before
     from furthest f cross join lateral (select status from notifications where id = f.id for no key update) m
   ), settled as (
     update notifications m set status = p.status, updated_at = now(), error = p.error,
       provider_message_id = coalesce(m.provider_message_id, p.message_id)
     from present p cross join item
     where m.id = p.id and p.rank > array_position(item.rank, p.before)
     returning m.id, m.order_id, m.template, m.status, m.error, p.before
   ), closed as (
     update inbox_events set status = 'applied', applied_at = now()
     where provider = 'sendgrid' and event_id = any (array(select event_id from event))
   ), resolved as (
     update exceptions set resolved_at = now(), resolution = 'The provider told what became of it.'
     where code = 'notification_uncertain' and resolved_at is null
       and subject = any (array(select id::text from settled where before in ('sending', 'uncertain')))
   ), news as materialized (
     select *, row_number() over (partition by order_id order by id) as place, count(*) over (partition by order_id) as of_order
     from settled where order_id is not null and (error is not null or before in ('uncertain', 'failed'))
   ), o as (
     update orders set last_event = last_event + news.of_order, updated_at = now()
     from news where orders.id = news.order_id and news.place = 1
     returning orders.id, orders.last_event
   ), told as (
     insert into order_events (order_id, sequence, type, data)
     select o.id, o.last_event - news.of_order + news.place, 'notification.' || news.status,
       jsonb_build_object('notification_id', news.id, 'template', news.template) || coalesce(news.error, '{}')
     from news join o on o.id = news.order_id
     returning order_id
   )
   select item.n, (select count(*) from event) as events, (select count(*) from settled) as settled,
     (select array_agg(distinct order_id) from told) as told
   from item`,
);

/**
 * Applies those of the kept events that are not applied yet: messages move up in rank, a doubt about one is resolved, and the
 * order's history tells of what went wrong. All of it or nothing; how often and in which order does not matter.
 */
export async function applyEmailEvents(
  db: Executor,
  ids: readonly string[],
): Promise<{ events: number; settled: number }> {
  const [applied] = await db.each(apply, { ids, ...RULES });
  for (const orderId of applied?.told ?? []) db.signal('stockroom_orders', orderId);
  return { events: applied?.events ?? 0, settled: applied?.settled ?? 0 };
}
