/** Everything that happened to an order, from every table that knows of it, in the order of time. */
import { type Executor, statement } from './database.ts';

export interface HistoryEntry {
  at: Date;
  kind:
    | 'event'
    | 'job'
    | 'job_attempt'
    | 'payment_attempt'
    | 'capture'
    | 'refund'
    | 'dispute'
    | 'fraud_warning'
    | 'ledger'
    | 'stock'
    | 'provider_event'
    | 'notification'
    | 'message_attempt'
    | 'message_event'
    | 'tracking'
    | 'exception';
  what: string;
  detail: Record<string, unknown>;
}

const history = statement(
  'order_history',
  `select at, kind, what, detail from (
     select created_at as at, 'event' as kind, type as what, jsonb_build_object('sequence', sequence, 'data', data) as detail, sequence as rank
     from order_events where order_id = $1
     union all
     select created_at, 'job', queue, jsonb_build_object('job_id', job_id, 'status', status, 'attempts_failed', attempts,
       'finished_at', finished_at, 'last_error', last_error), 0
     from jobs where order_id = $1
     union all
     select created_at, 'job_attempt', queue, jsonb_build_object('job_id', job_id, 'attempt', attempt, 'outcome', outcome, 'error', error), 0
     from job_attempts where order_id = $1
     union all
     select a.created_at, 'payment_attempt', a.status, jsonb_build_object('id', a.id, 'number', a.number, 'payment_method',
       a.payment_method, 'error', a.error, 'settled_at', a.settled_at, 'payment_intent', p.provider_id), 0
     from payment_attempts a join payments p on p.id = a.payment_id where p.order_id = $1
     union all
     select created_at, 'capture', status, jsonb_build_object('id', id, 'amount', amount, 'error', error, 'settled_at',
       case when status <> 'pending' then updated_at end), 0
     from captures where order_id = $1
     union all
     select created_at, 'refund', status, jsonb_build_object('id', id, 'provider_id', provider_id, 'cause', cause, 'amount', amount,
       'currency', currency, 'error', error), 0
     from refunds where order_id = $1
     union all
     select created_at, 'dispute', status, jsonb_build_object('id', id, 'provider_id', provider_id, 'reason', reason, 'amount', amount,
       'currency', currency, 'evidence_due_by', evidence_due_by, 'evidence_status', evidence_status, 'closed_at', closed_at), 0
     from disputes where order_id = $1
     union all
     select created_at, 'fraud_warning', fraud_type, jsonb_build_object('id', id, 'provider_id', provider_id, 'refund_id', refund_id), 0
     from early_fraud_warnings where order_id = $1
     union all
     select t.created_at, 'ledger', t.cause_kind, jsonb_build_object('transaction_id', t.id, 'cause_id', t.cause_id, 'booked_on', t.booked_on,
       'reverses', t.reverses, 'entries', (
         select jsonb_agg(jsonb_build_object('account', e.account, 'amount', e.amount, 'currency', e.currency) order by e.position)
         from ledger_entries e where e.transaction_id = t.id)), 0
     from ledger_transactions t where t.order_id = $1
     union all
     select m.created_at, 'stock', m.kind, jsonb_build_object('sku', v.sku, 'location', l.code, 'on_hand_change', m.on_hand_change,
       'reserved_change', m.reserved_change), 0
     from stock_movements m join variants v on v.id = m.variant_id join locations l on l.id = m.location_id where m.order_id = $1
     union all
     select i.received_at, 'provider_event', i.type, jsonb_build_object('provider', i.provider, 'event_id', i.event_id, 'status', i.status,
       'outcome', i.outcome, 'applied_at', i.applied_at), 0
     from inbox_events i
     where i.provider <> 'sendgrid' and i.object_id in (
       select provider_id from payments where order_id = $1 union all select charge_id from payments where order_id = $1
       union all select provider_id from refunds where order_id = $1 union all select provider_id from disputes where order_id = $1
       union all select provider_id from early_fraud_warnings where order_id = $1 union all select id::text from shipments where order_id = $1
     )
     union all
     select m.created_at, 'notification', m.template, jsonb_build_object('id', m.id, 'channel', m.channel, 'topic', m.topic, 'status', m.status,
       'cause', m.cause, 'subject', m.subject, 'provider', m.provider, 'provider_message_id', m.provider_message_id,
       'updated_at', m.updated_at, 'error', case when m.error ? 'code' then m.error - 'claim' end, 'tries', jsonb_array_length(m.attempts),
       'digest_id', m.digest_id, 'text_kept', exists (select from notification_contents c where c.notification_id = m.id)), 0
     from notifications m where m.order_id = $1
     union all
     select coalesce((a ->> 'started_at')::timestamptz, m.created_at), 'message_attempt', coalesce(a ->> 'outcome', 'sending'),
       jsonb_build_object('notification_id', m.id, 'template', m.template) || a, 1
     from notifications m cross join jsonb_array_elements(m.attempts) a where m.order_id = $1
     union all
     -- Providers tell whole seconds: what they say of a message is not before it was sent.
     select greatest(coalesce((e ->> 'at')::timestamptz, m.created_at), (m.attempts -> 0 ->> 'started_at')::timestamptz), 'message_event',
       coalesce(e ->> 'type', 'unknown'), jsonb_build_object('notification_id', m.id, 'template', m.template) || e, 1 + place
     from notifications m cross join jsonb_array_elements(m.events) with ordinality as told (e, place) where m.order_id = $1
     union all
     select t.occurred_at, 'tracking', t.status, jsonb_build_object('shipment_id', t.shipment_id, 'event_id', t.event_id,
       'description', t.description), 0
     from tracking_events t join shipments s on s.id = t.shipment_id where s.order_id = $1
     union all
     select opened_at, 'exception', code, jsonb_build_object('subject', subject, 'detail', detail, 'resolved_at', resolved_at,
       'resolution', resolution), 0
     from exceptions where order_id = $1
   ) entry order by at, rank`,
);

export function readOrderHistory(db: Executor, orderId: string): Promise<HistoryEntry[]> {
  return db.rows<HistoryEntry>(history, [orderId]);
}
