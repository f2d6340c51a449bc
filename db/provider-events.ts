/**
 * What providers tell of messages, in the inbox: kept before it is answered, applied once. A batch is a set by itself, so it
 * costs one statement to keep and one to apply, however many messages it speaks of.
 */
import { BAD_ENDS, deliveryRank, type EventProvider, MERE_STATUSES, proofOf } from '../domain/messages/delivery.ts';
import { type Executor, setStatement } from './database.ts';

export interface ProviderEvent {
  id: string;
  /** The provider's name of the event. */
  type: string;
  /** The notification that it names, when it names one. */
  notificationId: string | null;
  messageId: string | null;
  code: string | null;
  reason: string | null;
  /** RFC 3339: when it happened, where the provider says so. */
  at?: string | null;
}

/** Batches take turns: each is many rows already, and two that share an event would wait for each other all the same. */
const inTurn = () => 'batch';

interface NewBatch {
  batch_id: string;
  provider: EventProvider;
  rank: readonly string[];
  mere: readonly string[];
  events: { id: string; type: string; notification_id: string | null; payload: object }[];
}

// What a message's row says already is not kept. What is about no message of ours is kept as ignored. Inserted in the order of
// the ids, so that two batches never deadlock.
const keep = setStatement<NewBatch, { queued: boolean }>(
  'keep_provider_events',
  inTurn,
  `with item as materialized (
     select n, batch_id, provider, rank, mere, events
     from json_to_recordset($1) as item (n integer, batch_id uuid, provider text, rank text[], mere text[], events json)
   ), event as materialized (
     select item.provider, e.id, e.type, e.notification_id, e.payload, m.status is not null as ours,
       array_position(item.rank, e.payload ->> 'status') <= array_position(item.rank, m.status) and e.type = any (item.mere)
         and coalesce(m.provider_message_id, e.payload ->> 'messageId', '') = coalesce(e.payload ->> 'messageId', '') as known
     from item
     cross join lateral json_to_recordset(item.events) as e (id text, type text, notification_id uuid, payload jsonb)
     left join lateral (select status, provider_message_id from notifications where id = e.notification_id limit 1) m on true
   ), kept as (
     insert into inbox_events (provider, event_id, type, object_id, payload, status, applied_at)
     select provider, id, type, notification_id, payload, case when ours then 'received' else 'ignored' end,
       case when not ours then now() end
     from event where known is not true
     order by id
     on conflict (provider, event_id) do nothing
     returning event_id, status
   ), job as (
     insert into outbox (queue, job_id, payload)
     select 'apply-email-events', 'batch-' || batch_id,
       jsonb_build_object('batch_id', batch_id, 'provider', provider, 'event_ids', new.ids)
     from item cross join (select jsonb_agg(event_id) as ids from kept where status = 'received') new
     where new.ids is not null
     returning 1
   )
   select item.n, exists (select from job) as queued from item`,
);

/**
 * Keeps a batch's events that are new, and the job that applies those about messages of ours. No recipient is kept: the
 * notification has it.
 */
export async function keepProviderEvents(
  db: Executor,
  provider: EventProvider,
  batchId: string,
  events: readonly ProviderEvent[],
): Promise<void> {
  const rows = events.map(({ id, type, notificationId, messageId, code, reason, at }) => ({
    id,
    type,
    notification_id: notificationId,
    payload: { messageId, code, reason, at: at ?? undefined, ...proofOf(provider, { type, code }) },
  }));
  const rules = { rank: deliveryRank, mere: MERE_STATUSES[provider] };
  const [kept] = await db.each(keep, { batch_id: batchId, provider, events: rows, ...rules });
  if (kept?.queued) db.signal('stockroom_outbox', '');
}

interface AppliedBatch {
  events: number;
  settled: number;
  /** Orders whose history tells of a message that went wrong, or right against expectation. */
  told: string[] | null;
}

interface EventsToApply {
  provider: EventProvider;
  ids: readonly string[];
  rank: readonly string[];
  bad: readonly string[];
}

/** A message's events do not grow without end: the first ones stay, and of the others the last. */
const bounded = (events: string) => `case when jsonb_array_length(${events}) <= 20 then ${events}
       else jsonb_path_query_array(${events}, '$[0 to 9]') || jsonb_path_query_array(${events}, '$[last - 9 to last]') end`;

// The furthest that the events take each message; events and messages are locked in the order of their ids. What went wrong
// belongs to the order's history, what went well is told by the message's row. Inbox rows are found by arrays of ids, and
// `applied_at` stands for `status`: else the planner may prefer to read all of the provider's rows, or all that are open.
const apply = setStatement<EventsToApply, AppliedBatch>(
  'apply_provider_events',
  inTurn,
  `with item as materialized (
     select n, provider, ids, rank, bad
     from json_to_recordset($1) as item (n integer, provider text, ids text[], rank text[], bad text[])
   ), event as materialized (
     select provider, event_id, object_id::uuid as id, type, payload ->> 'status' as status, payload ->> 'messageId' as message_id,
       payload ->> 'suppress' as suppress, payload ->> 'code' as code, payload ->> 'reason' as reason,
       coalesce((payload ->> 'at')::timestamptz, received_at) as at
     from inbox_events
     where provider = (select provider from item) and event_id = any ((select ids from item)::text[]) and applied_at is null
     order by event_id for update
   ), furthest as materialized (
     select distinct on (e.id) e.id, e.status, e.message_id, array_position(item.rank, e.status) as rank,
       case when e.status = any (item.bad) then jsonb_build_object('code', coalesce(e.code, e.type),
         'message', coalesce(e.reason, 'The provider reported: ' || e.type || '.')) end as error
     from event e cross join item where e.status is not null
     order by e.id, array_position(item.rank, e.status) desc, e.event_id
   ), present as materialized (
     select f.*, m.status as before, f.rank > array_position(item.rank, m.status) as moves,
       (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('type', e.type, 'at', e.at, 'provider', e.provider, 'code', e.code,
          'reason', e.reason)) order by e.at, e.event_id) from event e where e.id = f.id) as events
     from furthest f cross join item
     cross join lateral (select status from notifications where id = f.id for no key update) m
   ), settled as (
     update notifications m set updated_at = now(), provider_message_id = coalesce(m.provider_message_id, p.message_id),
       status = case when p.moves then p.status else m.status end, error = case when p.moves then p.error else m.error end,
       events = ${bounded('(m.events || p.events)')}
     from present p where m.id = p.id
     returning m.id, m.order_id, m.template, m.status, m.error, m.channel,
       case m.channel when 'email' then lower(m.recipient) else m.recipient end as address, p.before, coalesce(p.moves, false) as moved
   ), closed as (
     update inbox_events set status = 'applied', applied_at = now()
     where provider = (select provider from item) and event_id = any (array(select event_id from event))
   ), suppressed as (
     insert into suppressions (id, channel, address, reason, detail, notification_id)
     select distinct on (s.channel, s.address, e.suppress) gen_random_uuid(), s.channel, s.address, e.suppress,
       coalesce(e.reason, e.type), s.id
     from event e join settled s on s.id = e.id
     where e.suppress is not null
     order by s.channel, s.address, e.suppress, e.event_id
     on conflict on constraint suppressions_key do nothing
   ), resolved as (
     update exceptions set resolved_at = now(), resolution = 'The provider told what became of it.'
     where code = 'notification_uncertain' and resolved_at is null
       and subject = any (array(select id::text from settled where moved and before in ('sending', 'uncertain')))
   ), news as materialized (
     select *, row_number() over (partition by order_id order by id) as place, count(*) over (partition by order_id) as of_order
     from settled where moved and order_id is not null and (error is not null or before in ('uncertain', 'failed'))
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
   select item.n, (select count(*) from event) as events, (select count(*) from settled where moved) as settled,
     (select array_agg(distinct order_id) from told) as told
   from item`,
);

/**
 * Applies those of the kept events that are not applied yet: messages move up in rank and keep what was told of them, addresses
 * are suppressed, a doubt is resolved, and the order's history tells of what went wrong. All of it or nothing; how often and in
 * which order does not matter.
 */
export async function applyProviderEvents(
  db: Executor,
  provider: EventProvider,
  ids: readonly string[],
): Promise<{ events: number; settled: number }> {
  const [applied] = await db.each(apply, { provider, ids, rank: deliveryRank, bad: BAD_ENDS });
  for (const orderId of applied?.told ?? []) db.signal('stockroom_orders', orderId);
  return { events: applied?.events ?? 0, settled: applied?.settled ?? 0 };
}
