/** What we know that speaks for us in a dispute, read in one statement; and the evidence on its way to Stripe. */
import type { EvidencePack, EvidenceTexts } from '../domain/evidence.ts';
import { maskLinks, shownRecipient } from '../domain/messages/mask-links.ts';
import { type Executor, statement } from './database.ts';
import { openException, resolveException } from './exceptions.ts';
import { appendOrderEvent } from './order-events.ts';

const pack = statement(
  'evidence_pack',
  `select json_build_object(
     'dispute', json_build_object('id', d.id, 'provider_id', d.provider_id, 'status', d.status, 'reason', d.reason, 'amount', d.amount,
       'currency', d.currency, 'opened_at', d.opened_at, 'evidence_due_by', d.evidence_due_by),
     'order', json_build_object('id', o.id, 'number', o.number, 'placed_at', o.created_at, 'status', o.status, 'currency', o.currency,
       'subtotal_amount', o.subtotal_amount, 'shipping_amount', o.shipping_amount, 'tax_amount', o.tax_amount,
       'total_amount', o.total_amount, 'shipping_method', o.shipping_method, 'shipping_address', o.shipping_address,
       'billing_address', o.billing_address),
     'customer', json_build_object('name', o.customer_name, 'email', o.customer_email, 'phone', o.customer_phone,
       'ip', host(o.customer_ip)),
     'payment', (select json_build_object('payment_intent', p.provider_id, 'charge', d.charge_id, 'captured_amount', p.captured_amount,
       'refunded_amount', p.refunded_amount, 'currency', p.currency) from payments p where p.id = d.payment_id),
     'lines', (select json_agg(json_build_object('sku', l.sku, 'name', l.name, 'quantity', l.quantity, 'unit_amount', l.unit_amount,
       'total_amount', l.total_amount) order by l.position) from order_lines l where l.order_id = o.id),
     'parcels', coalesce((select json_agg(json_build_object('status', s.status, 'carrier', s.carrier, 'tracking_number', s.tracking_number,
       'tracking_url', s.tracking_url, 'shipped_at', s.shipped_at, 'delivered_at', s.delivered_at,
       'scans', coalesce((select json_agg(json_build_object('at', t.occurred_at, 'status', t.status, 'description', t.description)
         order by t.occurred_at) from tracking_events t where t.shipment_id = s.id), '[]')) order by s.id)
       from shipments s where s.order_id = o.id), '[]'),
     'messages', coalesce((select json_agg(json_build_object('at', n.created_at, 'channel', n.channel, 'template', n.template,
       'subject', n.subject, 'recipient', n.recipient, 'status', n.status, 'settled_at', n.updated_at, 'provider', n.provider,
       'provider_message_id', n.provider_message_id, 'text', (
         select c.text from notification_contents c where c.notification_id = n.id)) order by n.created_at, n.id)
       from notifications n left join recipients r on r.id = n.recipient_id
       where n.order_id = o.id and (lower(n.recipient) = lower(o.customer_email) or n.recipient = o.customer_phone
         or r.audience = 'customer')), '[]'),
     'refunds', coalesce((select json_agg(json_build_object('at', r.created_at, 'amount', r.amount, 'currency', r.currency,
       'status', r.status, 'provider_id', r.provider_id) order by r.id) from refunds r where r.order_id = o.id), '[]'),
     'history', coalesce((select json_agg(json_build_object('at', e.created_at, 'what', e.type) order by e.sequence)
       from order_events e where e.order_id = o.id), '[]')
   ) as pack
   from disputes d join orders o on o.id = d.order_id where d.id = $1`,
);

/** The evidence pack of a dispute; undefined when there is no such dispute. */
export async function readEvidencePack(db: Executor, disputeId: string): Promise<EvidencePack | undefined> {
  const [row] = await db.rows<{ pack: EvidencePack }>(pack, [disputeId]);
  return row && { ...row.pack, messages: row.pack.messages.map(withoutSecrets) };
}

/** It leaves the house: no address that is a secret, no link that acts for the customer. */
const withoutSecrets = (message: EvidencePack['messages'][number]) => ({
  ...message,
  recipient: shownRecipient(message.channel, message.recipient),
  text: message.text === null ? null : maskLinks(message.text),
});

const queue = statement(
  'queue_evidence',
  `update disputes set evidence = $2, evidence_status = 'queued', evidence_error = null, evidence_tries = evidence_tries + 1,
     updated_at = now()
   where id = $1 and status like '%needs_response' and (evidence_status is null or evidence_status = 'failed')
   returning order_id`,
);

/** Hands texts in, to be sent by a job; false when that was done before or is too late. */
export async function queueEvidence(tx: Executor, disputeId: string, texts: EvidenceTexts): Promise<boolean> {
  const [row] = await tx.rows<{ order_id: string }>(queue, [disputeId, JSON.stringify(texts)]);
  if (row) await appendOrderEvent(tx, row.order_id, 'dispute.evidence_queued', { dispute_id: disputeId });
  return row !== undefined;
}

const settle = statement(
  'settle_evidence',
  `update disputes set evidence_status = $2, evidence_error = $3, updated_at = now(),
     submitted_at = case when $2 = 'submitted' then now() end
   where id = $1 and evidence_status = 'queued' returning order_id`,
);

/** The bank has it. */
export async function recordSubmitted(tx: Executor, disputeId: string): Promise<void> {
  const [row] = await tx.rows<{ order_id: string }>(settle, [disputeId, 'submitted', null]);
  if (!row) return;
  for (const code of ['evidence_refused', 'dispute_evidence_due'])
    await resolveException(tx, code, disputeId, 'The evidence was submitted.');
  await appendOrderEvent(tx, row.order_id, 'dispute.evidence_submitted', { dispute_id: disputeId });
}

/** Stripe refused it: a person reads why, and may hand in other texts. */
export async function recordRefusedEvidence(
  tx: Executor,
  disputeId: string,
  error: { code: string; message: string },
): Promise<void> {
  const [row] = await tx.rows<{ order_id: string }>(settle, [disputeId, 'failed', JSON.stringify(error)]);
  if (!row) return;
  await openException(tx, { code: 'evidence_refused', subject: disputeId, orderId: row.order_id, detail: error });
  await appendOrderEvent(tx, row.order_id, 'dispute.evidence_refused', { dispute_id: disputeId, code: error.code });
}

const rotate = statement(
  'rotate_evidence_key',
  'update disputes set evidence_tries = evidence_tries + 1 where id = $1 and evidence_tries = $2',
);

/** The provider has stored a failure of its own under the key: the next call takes a new one. */
export async function rotateEvidenceKey(db: Executor, id: string, tries: number): Promise<void> {
  await db.rows(rotate, [id, tries]);
}

const due = statement(
  'find_due_disputes',
  `select id, order_id, provider_id, amount, currency, reason, evidence_due_by from disputes
   where status like '%needs_response' and evidence_status is distinct from 'submitted' and due_told_at is null
     and evidence_due_by < now() + make_interval(hours => $1)
   order by evidence_due_by limit $2`,
);

export interface DueDispute {
  id: string;
  order_id: string;
  provider_id: string;
  amount: number;
  currency: string;
  reason: string;
  evidence_due_by: Date;
}

/** Disputes whose time is nearly up without evidence, and of which nobody was told that. */
export function findDueDisputes(db: Executor, withinHours: number, limit: number): Promise<DueDispute[]> {
  return db.rows<DueDispute>(due, [withinHours, limit]);
}

const told = statement(
  'note_due_told',
  'update disputes set due_told_at = now() where id = $1 and due_told_at is null returning id',
);

/** True for the one that is to tell it. */
export async function noteDueTold(tx: Executor, id: string): Promise<boolean> {
  return (await tx.rows(told, [id])).length > 0;
}
