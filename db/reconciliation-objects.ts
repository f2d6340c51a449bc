/** Rows of ours without an object at Stripe, and objects at Stripe without a row of ours. */
import { closedStatuses } from '../domain/disputes.ts';
import type { OpenDispute } from '../domain/reconciliation-disputes.ts';
import type { OpenPayment, OwnRefund, StrayObject } from '../domain/reconciliation-orders.ts';
import { type Executor, statement } from './database.ts';

interface Page {
  /** The id that the page begins behind. */
  after: string;
  limit: number;
}

const columns = `p.order_id, o.number as order_number, o.status as order_status, p.id as payment_id, p.provider_id as intent_id,
  p.status, p.amount, p.captured_amount, p.currency, p.created_at`;

const open = statement(
  'open_payments',
  `select ${columns} from payments p join orders o on o.id = p.order_id
   where p.provider_id is not null and p.status not in ('succeeded', 'canceled') and p.id > $1
     and (p.updated_at < now() - make_interval(secs => $2)
       or p.order_id in (select f.order_id from findings f where f.kind = 'orders' and f.status = 'open'))
   order by p.id limit $3`,
);

/** Payments whose intent is not settled as far as we know, and of which nothing was heard just now or a finding tells. */
export function findOpenPayments(
  db: Executor,
  { after, graceSeconds, limit }: { after: string; graceSeconds: number; limit: number },
): Promise<OpenPayment[]> {
  return db.rows<OpenPayment>(open, [after, graceSeconds, limit]);
}

// `offset 0`: as in db/reconciliation-balance.ts, each object is looked up by its key.
const unread = statement(
  'payments_without_object',
  `select ${columns} from payments p join orders o on o.id = p.order_id
   where p.provider_id is not null and p.updated_at < now() - make_interval(secs => $2)
     and (p.created_at >= $1 or p.order_id in (select f.order_id from findings f where f.code = 'intent_missing' and f.status = 'open'))
     and not exists (select from stripe_objects s where s.id = p.provider_id offset 0) and p.id > $3
   order by p.id limit $4`,
);

/** Payments whose intent did not come up in Stripe's list. */
export function findPaymentsWithoutObject(
  db: Executor,
  since: Date,
  graceSeconds: number,
  { after, limit }: Page,
): Promise<OpenPayment[]> {
  return db.rows<OpenPayment>(unread, [since, graceSeconds, after, limit]);
}

const unreadRefunds = statement(
  'refunds_without_object',
  `select r.id, r.order_id, o.number as order_number, r.provider_id, r.status, r.amount, r.currency, r.created_at
   from refunds r join orders o on o.id = r.order_id
   where r.provider_id is not null and r.updated_at < now() - make_interval(secs => $2)
     and (r.created_at >= $1 or r.provider_id in (select f.subject from findings f where f.code = 'refund_missing' and f.status = 'open'))
     and not exists (select from stripe_objects s where s.id = r.provider_id offset 0) and r.id > $3
   order by r.id limit $4`,
);

export function findRefundsWithoutObject(
  db: Executor,
  since: Date,
  graceSeconds: number,
  { after, limit }: Page,
): Promise<OwnRefund[]> {
  return db.rows<OwnRefund>(unreadRefunds, [since, graceSeconds, after, limit]);
}

// A second intent that has taken money is told by its charge; here those that still could. A refund of ours is found by its own
// id, or by the one that we gave it (its answer may have been lost). What goes back of money of another amount than the order's
// has no refund here: the balance's run books it.
const stray = statement(
  'stray_stripe_objects',
  `select * from (
   select s.id, s.type, s.status, s.amount, s.currency, s.created_at, s.intent_id, o.id as order_id, o.number as order_number,
     p.provider_id as our_intent, null as our_status
   from stripe_objects s join orders o on o.id::text = s.order_id join payments p on p.order_id = o.id
   where s.type = 'payment_intent' and s.status not in ('canceled', 'succeeded') and p.provider_id is distinct from s.id
     and s.created_at not between now() - make_interval(secs => $2) and now()
     and (s.created_at >= $1 or s.id in (select f.subject from findings f where f.code = 'intent_doubled' and f.status = 'open'))
   union all
   select s.id, s.type, s.status, s.amount, s.currency, s.created_at, s.intent_id, p.order_id, o.number, p.provider_id, r.status
   from stripe_objects s join payments p on p.provider_id = s.intent_id join orders o on o.id = p.order_id
   left join refunds r on r.provider_id = s.id
   where s.type = 'refund' and (r.id is null or (s.status in ('succeeded', 'failed', 'canceled') and r.status in ('pending', 'requested', 'requires_action')))
     and (s.balance_transaction_id is not null or s.status <> 'succeeded')
     and not (p.status <> 'succeeded' and exists (
       select from stripe_objects i where i.id = p.provider_id and (i.amount, i.currency) is distinct from (p.amount, p.currency::text)
     ))
     and s.created_at not between now() - make_interval(secs => $2) and now()
     and (s.created_at >= $1 or s.id in (
       select f.subject from findings f where f.code in ('refund_not_recorded', 'refund_behind') and f.status = 'open'
     ))
   union all
   select s.id, s.type, s.status, s.amount, s.currency, s.created_at, s.intent_id, p.order_id, o.number, p.provider_id, null
   from stripe_objects s join payments p on p.provider_id = s.intent_id join orders o on o.id = p.order_id
   where s.type = 'dispute' and not exists (select from disputes d where d.provider_id = s.id)
     and s.created_at not between now() - make_interval(secs => $2) and now()
     and (s.created_at >= $1 or s.id in (
       select f.subject from findings f where f.code = 'dispute_not_recorded' and f.status = 'open'
     ))
   ) found where id > $3 order by id limit $4`,
);

/** Objects at Stripe that speak of our orders and have no row, or one that is behind. */
export function findStrayObjects(
  db: Executor,
  since: Date,
  graceSeconds: number,
  { after, limit }: Page,
): Promise<StrayObject[]> {
  return db.rows<StrayObject>(stray, [since, graceSeconds, after, limit]);
}

const unended = statement(
  'unended_disputes',
  `select d.id, d.provider_id as dispute_id, d.order_id, o.number as order_number, d.status, d.amount, d.currency, d.opened_at
   from disputes d join orders o on o.id = d.order_id
   where d.status <> all($1) and d.updated_at < now() - make_interval(secs => $2) and d.id > $3 order by d.id limit $4`,
);

/** Disputes that the bank has not decided as far as we know, and of which nothing was heard just now. */
export function findUnendedDisputes(
  db: Executor,
  graceSeconds: number,
  { after, limit }: Page,
): Promise<OpenDispute[]> {
  return db.rows<OpenDispute>(unended, [closedStatuses, graceSeconds, after, limit]);
}

const unknown = statement(
  'unknown_events',
  `select id from unnest($1::text[]) as listed (id)
   where not exists (select from inbox_events i where i.provider = 'stripe' and i.event_id = listed.id)`,
);

/** Of these events, the ids that the inbox never saw. */
export async function findUnknownEvents(db: Executor, ids: readonly string[]): Promise<Set<string>> {
  return new Set((await db.rows<{ id: string }>(unknown, [ids])).map(({ id }) => id));
}
