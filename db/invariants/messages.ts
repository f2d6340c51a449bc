/** Invariant 6: one message per cause and recipient, in our rows and in the mailbox. */
import { inScope } from './money.ts';
import { rule } from './rule.ts';

const mails = `(
  select m.notification_id, m.recipient from jsonb_to_recordset(:facts -> 'mails') as m (notification_id text, recipient text)
)`;

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
    `select e.order_id, e.created_at as paid_at from order_events e
     where e.type = 'payment.succeeded'
       and not exists (select from notifications n where n.order_id = e.order_id and n.cause = 'order.paid/' || e.order_id)`,
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
    `select notification_id, count(*) as mails, min(recipient) as recipient from ${mails} m
     where notification_id is not null group by notification_id having count(*) > 1`,
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
     where :facts -> 'mails' is not null and n.status in ('accepted', 'delivered', 'bounced') and ${inScope('o')}
       and not exists (select from ${mails} m where m.notification_id = n.id::text)`,
  ),
  rule(
    6,
    'recorded_as_failed_but_was_sent',
    `select n.id as notification_id, n.order_id, n.template, n.error from notifications n
     join ${mails} m on m.notification_id = n.id::text where n.status = 'failed'`,
  ),
];
