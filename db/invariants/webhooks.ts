/**
 * Invariants of webhooks out. Every event that an endpoint wants has its delivery; each delivery is delivered, waits with an owner,
 * or was given up with a record; and an endpoint that is told nothing more is known to somebody.
 */
import { rule } from './rule.ts';

const events = `(
  select e.xid, e.created_at, e.type, e.sequence, 'evt_' || e.order_id || '_' || e.sequence as event_id, null::uuid as vendor_id from order_events e
  union all
  select e.xid, e.created_at, e.type, e.sequence, 'evt_' || e.id, e.vendor_id from shop_events e
)`;
const wants = (types: string, type: string) =>
  `('*' = any (${types}) or ${type} = any (${types}) or split_part(${type}, '.', 1) || '.*' = any (${types}))`;
/** A vendor's endpoint hears of what names the vendor. */
const mayHear = '(w.vendor_id is null or w.vendor_id = e.vendor_id)';
const seen = `(select seen from webhook_publisher)`;
const isSeen = `pg_visible_in_snapshot(e.xid::text::xid8, ${seen})`;
/** Deliveries are forgotten by age: what happened before the oldest that is kept says nothing. */
const kept = `least(now() - interval '1 day', (select min(created_at) from webhook_deliveries))`;

/** The publisher looks several times a second, one look may follow another, and what is due now is not late. */
const soon = `interval '5 seconds'`;

export const webhooks = [
  // An endpoint's own beginning is a snapshot; a filter that was changed is only held to what happened well after the change.
  rule(
    7,
    'event_that_an_endpoint_was_not_told',
    `select w.id as endpoint_id, e.event_id, e.type, e.created_at from webhook_endpoints w join ${events} e
       on e.created_at >= w.collects_from and e.created_at >= ${kept} and e.created_at > w.filtered_since + interval '1 minute'
     where w.status in ('active', 'paused') and ${wants('w.event_types', 'e.type')} and ${mayHear}
       and ${isSeen} and not pg_visible_in_snapshot(e.xid::text::xid8, w.since)
       and not exists (select from webhook_deliveries d where d.endpoint_id = w.id and d.event_id = e.event_id)`,
  ),
  rule(
    7,
    'event_that_nobody_publishes',
    `select e.event_id, e.type, e.created_at from ${events} e
     where e.created_at < now() - :wait - ${soon} and e.created_at > now() - interval '1 day' and not ${isSeen}
       and exists (
         select from webhook_endpoints w where w.status in ('active', 'paused') and w.collects_from < e.created_at
           and not pg_visible_in_snapshot(e.xid::text::xid8, w.since) and ${wants('w.event_types', 'e.type')} and ${mayHear}
       )`,
  ),
  // One that rests, or waits for its next attempt, is the publisher's, which opens a job when the time has come.
  rule(
    7,
    'webhook_waits_to_be_sent',
    `select d.id as delivery_id, d.endpoint_id, d.type, d.next_attempt_at from webhook_deliveries d join webhook_endpoints w on w.id = d.endpoint_id
     where d.status = 'waiting' and w.status = 'active' and greatest(d.next_attempt_at, w.rests_until) < now() - :wait - ${soon}
       and w.held_until < now() - :wait - ${soon} and not exists (
         select from outbox j where j.queue = 'deliver-webhook' and j.job_id = 'endpoint-' || w.id and j.status = 'pending'
       )`,
  ),
  rule(
    7,
    'webhook_waits_without_a_time',
    `select id as delivery_id, endpoint_id, status, next_attempt_at from webhook_deliveries
     where (status = 'waiting') <> (next_attempt_at is not null)`,
  ),
  rule(
    7,
    'webhook_given_up_in_silence',
    `select d.id as delivery_id, d.endpoint_id, d.type, d.attempts from webhook_deliveries d
     where d.status = 'failed' and (
       not exists (select from webhook_attempts a where a.delivery_id = d.id)
       or not exists (select from exceptions x where x.code = 'webhook_delivery_failed' and x.subject = d.endpoint_id::text)
     )`,
  ),
  rule(
    7,
    'webhook_delivered_without_a_good_answer',
    `select id as delivery_id, endpoint_id, response_status, attempts from webhook_deliveries
     where status = 'delivered' and (attempts = 0 or response_status is null or response_status not between 200 and 299)`,
  ),
  rule(
    7,
    'endpoint_stopped_in_silence',
    `select w.id as endpoint_id, w.status, w.status_reason from webhook_endpoints w
     where (w.status, w.status_reason) in (('paused', 'failing'), ('disabled', 'gone')) and not exists (
       select from exceptions x where x.code in ('webhook_endpoint_paused', 'webhook_endpoint_gone') and x.subject = w.id::text
     )`,
  ),
  rule(
    5,
    'webhook_tells_another_number',
    `select d.id as delivery_id, d.event_id, d.data ->> 'sequence' as told from webhook_deliveries d
     where d.order_id is not null and d.event_id <> 'evt_' || d.order_id || '_' || (d.data ->> 'sequence')`,
  ),
  rule(
    5,
    'webhook_of_what_never_happened',
    `select d.id as delivery_id, d.event_id, d.type from webhook_deliveries d
     where d.order_id is not null and not exists (
       select from order_events e where e.order_id = d.order_id and e.sequence = (d.data ->> 'sequence')::integer and e.type = d.type
     )`,
  ),
  // The oldest are trimmed: what is left counts up to the last one without a gap.
  rule(
    5,
    'shop_history_has_gaps',
    `select s.object, s.object_id, s.last_event, e.events, e.first, e.last from shop_event_subjects s join (
       select object, object_id, count(*) as events, min(sequence) as first, max(sequence) as last from shop_events group by object, object_id
     ) e using (object, object_id)
     where e.last <> s.last_event or e.events <> e.last - e.first + 1`,
  ),
];
