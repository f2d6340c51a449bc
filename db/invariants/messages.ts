/**
 * Invariant 6: one message per cause and recipient, in our rows and in the mailbox. A second sending of one of which nobody knew
 * whether it had left needs leave: by its template, once, and before any event tells of it.
 */
import { RESENT_TEMPLATES } from '../../domain/messages/resend.ts';
import { TRANSACTIONAL_TOPICS } from '../../domain/messages/topics.ts';
import { inScope } from './money.ts';
import { rule } from './rule.ts';

const mails = `(
  select m.notification_id, m.recipient from jsonb_to_recordset(:facts -> 'mails') as m (notification_id text, recipient text)
)`;

const list = (words: readonly string[]) => words.map((word) => `'${word}'`).join();

export const messages = [
  rule(
    6,
    'two_messages_for_one_cause',
    `select cause, channel, recipient, array_agg(id) as notifications from notifications
     group by cause, channel, recipient having count(*) > 1`,
  ),
  rule(
    6,
    'said_twice_to_one_order',
    `select order_id, template, recipient, array_agg(cause) as causes from notifications
     where template in ('order-confirmation', 'out-of-stock', 'canceled', 'delivered')
     group by order_id, template, recipient having count(*) > 1`,
  ),
  rule(
    6,
    'paid_and_not_told',
    // Of a renewal the subscription's receipt; what takes an edit's price, or goes out for a claim, is told with the order it belongs to.
    `select e.order_id, e.created_at as paid_at from order_events e join orders o on o.id = e.order_id
     where e.type = 'payment.succeeded' and o.kind not in ('balance', 'replacement') and not exists (
       select from notifications n where n.order_id = e.order_id
         and (n.cause = 'order.paid/' || e.order_id or (o.kind = 'recurring' and n.cause like 'subscription.renewed/%'))
     )`,
  ),
  rule(
    6,
    'reshipped_and_not_told',
    `select c.id as claim_id, c.order_id, c.replacement_order_id from claims c
     where c.status = 'reshipped' and not exists (
       select from notifications n where n.order_id = c.order_id and n.cause = 'claim.reshipped/' || c.id
     )`,
  ),
  rule(
    6,
    'shipped_and_not_told',
    `select s.order_id, s.id as shipment_id, s.shipped_at from shipments s join orders o on o.id = s.order_id
     where s.shipped_at is not null and s.updated_at < now() - :grace and o.status <> 'canceled'
       and not exists (select from notifications n where n.order_id = s.order_id and n.cause = 'shipment.shipped/' || s.id)
       and not exists (
         select from outbox j where j.queue = 'track-shipment' and j.order_id = s.order_id and j.status = 'pending'
       )
       and not exists (select from exceptions x where x.order_id = s.order_id and x.resolved_at is null)`,
  ),
  rule(
    6,
    'sent_twice',
    `select m.notification_id, count(*) as mails, min(m.recipient) as recipient
     from ${mails} m left join notifications n on n.id::text = m.notification_id
     where m.notification_id is not null group by m.notification_id
     having count(*) > case when bool_or(n.resent_at is not null) then 2 else 1 end`,
  ),
  rule(
    6,
    'tried_again_though_it_may_have_left',
    `select n.id as notification_id, n.order_id, n.attempts from notifications n
     where (select count(*) from jsonb_array_elements(n.attempts) a where a ->> 'outcome' in ('accepted', 'unknown'))
       > case when n.resent_at is null then 1 else 2 end`,
  ),
  rule(
    6,
    'sent_again_without_leave',
    `select n.id as notification_id, n.order_id, n.template, n.resent_at from notifications n
     where n.resent_at is not null and (n.template <> all (array[${list(RESENT_TEMPLATES)}]) or exists (
       select from inbox_events i where i.object_id = n.id::text and i.received_at < n.resent_at - interval '1 second'
     ))`,
  ),
  rule(
    6,
    'sent_to_a_suppressed_address',
    `select n.id as notification_id, n.channel, n.topic, s.reason, s.created_at as suppressed_at from notifications n
     join suppressions s on s.channel = n.channel and s.topic in ('', n.topic)
       and s.address = case n.channel when 'email' then lower(n.recipient) else n.recipient end
     where (s.reason in ('bounce', 'gone', 'manual') or n.topic <> all (array[${list(TRANSACTIONAL_TOPICS)}]))
       and (n.attempts -> -1 ->> 'started_at')::timestamptz > s.created_at + interval '1 second'`,
  ),
  rule(
    6,
    'told_in_a_digest_that_is_not_there',
    `select n.id as notification_id, n.digest_id from notifications n
     where (n.status = 'digested') <> (n.digest_id is not null) or (n.digest_id is not null and not exists (
       select from notifications d where d.id = n.digest_id and d.template = 'digest' and d.recipient = n.recipient
         and d.channel = n.channel and d.topic = n.topic
     ))`,
  ),
  rule(
    6,
    'sent_to_somebody_else',
    `select n.id as notification_id, n.recipient, m.recipient as sent_to from ${mails} m
     join notifications n on n.id::text = m.notification_id where lower(m.recipient) <> lower(n.recipient)`,
  ),
  rule(
    6,
    'recorded_as_sent_but_never_was',
    `select n.id as notification_id, n.order_id, n.template, n.status from notifications n join orders o on o.id = n.order_id
     where :facts -> 'mails' is not null and n.channel = 'email' and n.status in ('accepted', 'delivered', 'bounced')
       and ${inScope('o')} and n.updated_at <= coalesce((:facts ->> 'mails_read_at')::timestamptz, 'infinity')
       and not exists (select from ${mails} m where m.notification_id = n.id::text)`,
  ),
  rule(
    6,
    'recorded_as_failed_but_was_sent',
    `select n.id as notification_id, n.order_id, n.template, n.error from notifications n
     join ${mails} m on m.notification_id = n.id::text where n.status = 'failed'`,
  ),
];
