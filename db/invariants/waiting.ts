/** Invariant 7: each row in a state that something should move has an open job, a schedule, or a person who was told. */
import { closedStatuses } from '../../domain/disputes.ts';
import { rule } from './rule.ts';

const closed = closedStatuses.map((status) => `'${status}'`).join();

const open = `status = 'pending'`;
const job = (queue: string, jobId: string) =>
  `exists (select from outbox j where j.queue = '${queue}' and j.job_id = ${jobId} and j.${open})`;
const told = (orderId: string) =>
  `exists (select from exceptions x where x.order_id = ${orderId} and x.resolved_at is null)`;

export const waiting = [
  rule(
    7,
    'order_waits_for_checkout',
    `select id as order_id, status, updated_at from orders o where status = 'pending' and updated_at < now() - :wait
       and not ${job('check-out-order', `'order-' || o.id`)} and not ${job('expire-order', `'order-' || o.id`)} and not ${told('o.id')}`,
  ),
  // Time that is up is the schedule's: the sweeper expires what is due. 3-D Secure has up to the grace of the configuration.
  rule(
    7,
    'order_waits_for_its_expiry',
    `select id as order_id, payment_status, expires_at from orders o
     where status = 'awaiting_payment' and payment_status not in ('requires_action', 'processing') and expires_at < now() - :wait
       and not ${job('expire-order', `'order-' || o.id`)} and not ${told('o.id')}`,
  ),
  rule(
    7,
    'order_waits_for_fulfillment',
    `select id as order_id, fulfillment_status, updated_at from orders o
     where status = 'paid' and updated_at < now() - :wait and not ${job('fulfill-order', `'order-' || o.id`)} and not ${told('o.id')}
       and not exists (select from order_edits e where e.order_id = o.id and e.status in ('pending', 'awaiting_payment'))
       and (fulfillment_status = 'unfulfilled' or exists (select from shipments s where s.order_id = o.id and s.status = 'pending'))`,
  ),
  // The sweeper asks the carrier about silent parcels and notes that it asked: a row that stays untouched has no owner.
  rule(
    7,
    'shipment_waits_for_news',
    `select id as shipment_id, order_id, status, updated_at from shipments s
     where updated_at < now() - :wait and not ${told('s.order_id')} and (
       status = 'exception' or (status in ('label_purchased', 'in_transit') and not exists (
         select from outbox j where j.queue = 'track-shipment' and j.order_id = s.order_id and j.${open}
       ))
     )`,
  ),
  rule(
    7,
    'attempt_waits_for_an_answer',
    `select a.id as attempt_id, p.order_id, a.created_at from payment_attempts a
     join payments p on p.id = a.payment_id join orders o on o.id = p.order_id
     where a.status = 'pending' and a.number > 1 and o.status = 'awaiting_payment' and a.created_at < now() - :wait
       and p.status in ('requires_payment_method', 'requires_confirmation')
       and not ${job('confirm-payment', `'attempt-' || a.id`)} and not ${told('p.order_id')}`,
  ),
  rule(
    7,
    'ended_order_with_an_open_intent',
    `select o.id as order_id, o.status, p.provider_id, p.status as intent_status from orders o join payments p on p.order_id = o.id
     where o.status in ('canceled', 'expired', 'rejected') and o.updated_at < now() - :wait
       and p.provider_id is not null and p.status not in ('succeeded', 'canceled')
       and not ${job('cancel-payment', `'order-' || o.id`)} and not ${told('o.id')}`,
  ),
  rule(
    7,
    'ended_order_whose_money_we_keep',
    `select o.id as order_id, o.status, p.captured_amount, p.refunded_amount from orders o join payments p on p.order_id = o.id
     where o.status in ('canceled', 'expired', 'rejected') and o.updated_at < now() - :wait and p.captured_amount > p.refunded_amount
       and p.captured_amount > p.refunded_amount + p.disputed_amount
       and not exists (select from refunds r where r.order_id = o.id and r.status in ('pending', 'requested', 'requires_action')) and not ${told('o.id')}`,
  ),
  // A balance that nobody pays has its own expiry.
  rule(
    7,
    'edit_waits_to_be_settled',
    `select e.id as edit_id, e.order_id, e.status, e.updated_at from order_edits e left join orders b on b.id = e.balance_order_id
     where e.updated_at < now() - :wait and coalesce(b.updated_at, '-infinity') < now() - :wait
       and (e.status = 'pending' or (e.status = 'awaiting_payment' and b.status not in ('pending', 'awaiting_payment')))
       and not exists (select from outbox j where j.queue = 'apply-edit' and j.job_id like 'edit-' || e.id || '-%' and j.${open})
       and not ${told('e.order_id')}`,
  ),
  rule(
    7,
    'ended_order_that_keeps_credits',
    `select o.id as order_id, o.status, c.id as credit_id, c.amount, c.returned_amount from order_credits c
     join orders o on o.id = c.to_order_id
     where o.status in ('canceled', 'expired', 'rejected') and c.returned_amount < c.amount and o.updated_at < now() - :wait
       and not ${job('return-credits', `'order-' || o.id`)} and not ${told('o.id')}`,
  ),
  rule(
    7,
    'capture_waits_to_be_sent',
    `select id as capture_id, order_id, updated_at from captures c where status = 'pending' and updated_at < now() - :wait
       and not ${job('capture-payment', `'capture-' || c.id`)} and not ${told('c.order_id')}`,
  ),
  rule(
    7,
    'refund_waits_to_be_sent',
    `select id as refund_id, order_id, updated_at from refunds r where status = 'pending' and updated_at < now() - :wait
       and not ${job('issue-refund', `'refund-' || r.id`)} and not ${told('r.order_id')}`,
  ),
  rule(
    7,
    'subscription_change_waits',
    `select id as change_id, subscription_id, kind, updated_at from subscription_changes c
     where status = 'pending' and updated_at < now() - :wait and not ${job('apply-subscription-change', `'subscription-change-' || c.id`)}
       and not exists (
         select from subscription_changes b
         where b.subscription_id = c.subscription_id and b.status = 'pending' and b.sequence < c.sequence
       )`,
  ),
  rule(
    7,
    'subscription_waits_for_the_end_of_its_pause',
    `select id as subscription_id, paused_until from subscriptions s
     where status = 'paused' and paused_until < now() - :wait and not exists (
       select from subscription_changes c where c.subscription_id = s.id and c.created_at > s.paused_until
     )`,
  ),
  // The sweeper asks Stripe about what is silent, less and less often, and notes that it asked.
  rule(
    7,
    'refund_waits_for_news',
    `select id as refund_id, order_id, status, updated_at from refunds r
     where status in ('requested', 'requires_action') and updated_at < now() - greatest(:wait, least(updated_at - created_at, interval '12 hours'))
       and not ${job('issue-refund', `'refund-' || r.id`)} and not ${told('r.order_id')}`,
  ),
  rule(
    7,
    'dispute_waits_in_silence',
    `select id as dispute_id, order_id, status, evidence_status, updated_at from disputes d
     where (status <> all(array[${closed}]) or evidence_status = 'queued')
       and updated_at < now() - greatest(:wait, least(updated_at - created_at, interval '12 hours')) and not ${told('d.order_id')}`,
  ),
  rule(
    7,
    'order_held_in_silence',
    `select id as order_id, hold_reason, updated_at from orders o
     where hold_reason is not null and status = 'paid' and not exists (
       select from exceptions x where x.code = 'order_held' and x.subject = o.id::text and x.resolved_at is null
     )`,
  ),
  rule(
    7,
    'message_waits_to_be_sent',
    `select id as notification_id, order_id, status, updated_at from notifications n
     where updated_at < now() - :wait and (
       (status in ('queued', 'sending') and not ${job('send-notification', `'notification-' || n.id`)}) or status = 'uncertain'
     ) and not ${told('n.order_id')} and not exists (
       select from exceptions x where x.subject = n.id::text and x.resolved_at is null
     )`,
  ),
  // What is held has a time at which the schedule tells it with others.
  rule(
    7,
    'held_message_that_nobody_tells',
    `select id as notification_id, topic, due_at from notifications n
     where status = 'held' and coalesce(due_at, '-infinity') < now() - :wait`,
  ),
  rule(
    7,
    'low_stock_that_nobody_tells',
    `select variant_id, available, threshold, created_at from low_stock_news where created_at < now() - :wait`,
  ),
  rule(
    7,
    'event_waits_to_be_applied',
    `select provider, event_id, type, received_at from inbox_events i
     where status = 'received' and received_at < now() - :wait and not exists (
       select from outbox j where j.${open} and (
         j.job_id = 'event-' || i.event_id or (j.queue = 'apply-email-events' and j.payload -> 'event_ids' ? i.event_id)
       )
     ) and not exists (select from exceptions x where x.resolved_at is null and x.subject like '%event-' || i.event_id)`,
  ),
  rule(
    7,
    'job_that_nobody_hands_over',
    `select queue, job_id, status, available_at, checked_at from outbox
     where status = 'pending' and greatest(available_at, created_at, checked_at) < now() - :wait`,
  ),
  rule(
    7,
    'job_given_up_in_silence',
    `select j.queue, j.job_id, j.last_error from outbox j
     where j.status = 'failed' and j.finished_at < now() - :grace
       and not exists (select from exceptions x where x.code = 'job_failed' and x.subject = j.queue || '/' || j.job_id)`,
  ),
];
