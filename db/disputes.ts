/**
 * Disputes as rows, kept as Stripe says they stand: one per dispute, moved only along the table of its states. Whoever writes
 * here holds the order's lock.
 */
import {
  closedStatuses,
  type DisputeStatus,
  disputeTransitions,
  holdingStatuses,
  openStatuses,
} from '../domain/disputes.ts';
import { statesBefore } from '../domain/order-status.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface DisputeRow {
  id: string;
  order_id: string;
  order_number: string;
  provider_id: string;
  charge_id: string | null;
  status: DisputeStatus;
  reason: string;
  amount: number;
  currency: string;
  is_charge_refundable: boolean;
  evidence_due_by: Date | null;
  evidence: Record<string, string> | null;
  evidence_status: 'queued' | 'submitted' | 'failed' | null;
  evidence_error: { code: string; message: string } | null;
  evidence_tries: number;
  submitted_at: Date | null;
  opened_at: Date;
  closed_at: Date | null;
  created_at: Date;
  updated_at: Date;
  movements: DisputeMovement[];
}

export interface DisputeMovement {
  provider_id: string;
  kind: 'withdrawal' | 'reinstatement';
  amount: number;
  fee_amount: number;
  net_amount: number;
  currency: string;
  occurred_at: string;
}

/** What Stripe says of a dispute. */
export interface DisputeFacts {
  id: string;
  status: DisputeStatus;
  reason: string;
  amount: number;
  currency: string;
  chargeId: string;
  isChargeRefundable: boolean;
  evidenceDueBy: Date | null;
  openedAt: Date;
  movements: { id: string; amount: number; fee: number; net: number; currency: string; occurredAt: Date }[];
}

const view = `select d.id, d.order_id, o.number as order_number, d.provider_id, d.charge_id, d.status, d.reason, d.amount, d.currency,
    d.is_charge_refundable, d.evidence_due_by, d.evidence, d.evidence_status, d.evidence_error, d.evidence_tries, d.submitted_at,
    d.opened_at, d.closed_at, d.created_at, d.updated_at,
    coalesce((select json_agg(json_build_object('provider_id', m.provider_id, 'kind', m.kind, 'amount', m.amount,
       'fee_amount', m.fee_amount, 'net_amount', m.net_amount, 'currency', m.currency, 'occurred_at', m.occurred_at)
       order by m.occurred_at, m.provider_id)
     from dispute_movements m where m.dispute_id = d.id), '[]') as movements
  from disputes d join orders o on o.id = d.order_id`;
const byId = statement('find_dispute', `${view} where d.id = $1`);
const byProvider = statement('find_dispute_by_provider', `${view} where d.provider_id = $1`);

export async function findDispute(db: Executor, id: string): Promise<DisputeRow | undefined> {
  const [row] = await db.rows<DisputeRow>(byId, [id]);
  return row;
}

export async function findDisputeByProviderId(db: Executor, providerId: string): Promise<DisputeRow | undefined> {
  const [row] = await db.rows<DisputeRow>(byProvider, [providerId]);
  return row;
}

const insert = statement(
  'insert_dispute',
  `insert into disputes (id, order_id, payment_id, provider_id, charge_id, status, reason, amount, currency, is_charge_refundable,
     evidence_due_by, opened_at, closed_at)
   select $2, p.order_id, p.id, $3, $4, $5, $6, $7, $8, $9, $10, $11, case when $5 = any($12) then now() end
   from payments p where p.order_id = $1
   on conflict (provider_id) do nothing returning id`,
);

/** False when it is known. */
export async function insertDispute(tx: Executor, orderId: string, facts: DisputeFacts): Promise<boolean> {
  const values = [orderId, uuidv7(), facts.id, facts.chargeId, facts.status, ...toValues(facts), facts.openedAt];
  return (await tx.rows(insert, [...values, closedStatuses])).length > 0;
}

const toValues = (facts: DisputeFacts) => [
  facts.reason,
  facts.amount,
  facts.currency,
  facts.isChargeRefundable,
  facts.evidenceDueBy,
];

const move = statement(
  'move_dispute',
  `update disputes set status = $2, reason = $3, amount = $4, currency = $5, is_charge_refundable = $6, evidence_due_by = $7,
     closed_at = case when $2 = any($9) then coalesce(closed_at, now()) end, updated_at = now()
   where provider_id = $1 and (status = any($8)
     or (status = $2 and (amount, is_charge_refundable, evidence_due_by) is distinct from ($4::bigint, $6::boolean, $7::timestamptz)))
   returning id`,
);

/** Records where a dispute stands. False when that was known, or is older than what is known. */
export async function moveDispute(tx: Executor, facts: DisputeFacts): Promise<boolean> {
  const before = statesBefore(disputeTransitions, facts.status);
  const values = [facts.id, facts.status, ...toValues(facts), before, closedStatuses];
  return (await tx.rows(move, values)).length > 0;
}

const insertMovements = statement(
  'insert_dispute_movements',
  `insert into dispute_movements (provider_id, dispute_id, kind, amount, fee_amount, net_amount, currency, occurred_at)
   select m.id, $1, case when m.net < 0 then 'withdrawal' else 'reinstatement' end, m.amount, m.fee, m.net, m.currency, m."occurredAt"
   from jsonb_to_recordset($2::jsonb) as m (id text, amount bigint, fee bigint, net bigint, currency text, "occurredAt" timestamptz)
   on conflict (provider_id) do nothing
   returning provider_id, kind, amount, fee_amount, net_amount, currency, occurred_at`,
);

/** Keeps what moved; returns what was not known. */
export function insertDisputeMovements(
  tx: Executor,
  disputeId: string,
  movements: DisputeFacts['movements'],
): Promise<DisputeMovement[]> {
  if (movements.length === 0) return Promise.resolve([]);
  return tx.rows<DisputeMovement>(insertMovements, [disputeId, JSON.stringify(movements)]);
}

// A dispute in another currency than the charge's says nothing of how much of the charge it holds: then all of it.
const recount = statement(
  'recount_disputes',
  `update payments p set updated_at = now(), disputed_amount = coalesce((
     select sum(case when d.currency = p.currency then d.amount else p.captured_amount end) from disputes d
     where d.payment_id = p.id and d.status = any($2)
   ), 0)
   where p.order_id = $1
   returning captured_amount, refunded_amount, disputed_amount`,
);

export interface DisputedPayment {
  captured_amount: number;
  refunded_amount: number;
  disputed_amount: number;
}

/** Counts anew what disputes hold of an order's payment. */
export async function recountDisputes(tx: Executor, orderId: string): Promise<DisputedPayment> {
  const [row] = await tx.rows<DisputedPayment>(recount, [orderId, holdingStatuses]);
  return row!;
}

const statusesOf = statement('dispute_statuses', 'select status from disputes where order_id = $1');
const mark = statement(
  'mark_order_disputed',
  `update orders set dispute_status = $2, version = version + 1, updated_at = now()
   where id = $1 and dispute_status is distinct from $2`,
);

export async function findDisputeStatuses(tx: Executor, orderId: string): Promise<DisputeStatus[]> {
  return (await tx.rows<{ status: DisputeStatus }>(statusesOf, [orderId])).map((row) => row.status);
}

/** Writes on the order what its disputes come to. */
export async function markOrderDisputed(tx: Executor, orderId: string, status: string | null): Promise<void> {
  await tx.rows(mark, [orderId, status]);
}

const ended = statement(
  'has_order_ended',
  `select 1 from orders where id = $1 and status in ('canceled', 'expired', 'rejected')`,
);

export async function hasOrderEnded(tx: Executor, orderId: string): Promise<boolean> {
  return (await tx.rows(ended, [orderId])).length > 0;
}

const touch = statement('touch_dispute', 'update disputes set updated_at = now() where id = $1');

/** Notes that Stripe was asked, so that the next question comes later. */
export async function touchDispute(db: Executor, id: string): Promise<void> {
  await db.rows(touch, [id]);
}

export interface DisputeFilter {
  status?: string | undefined;
  order_id?: string | undefined;
  open?: boolean | undefined;
  due_before?: string | undefined;
}

const list = statement(
  'list_disputes',
  `${view}
   where ($1::uuid is null or d.id < $1) and ($3::text is null or d.status = $3) and ($4::uuid is null or d.order_id = $4)
     and ($5::boolean is null or $5 = (d.status <> all($7))) and ($6::timestamptz is null or d.evidence_due_by < $6)
   order by d.id desc limit $2`,
);

/** Newest first; reads one more than a page for `has_more`. */
export function listDisputes(
  db: Executor,
  { status, order_id, open, due_before }: DisputeFilter,
  page: { after: string | undefined; limit: number },
): Promise<DisputeRow[]> {
  const values = [
    page.after ?? null,
    page.limit + 1,
    status ?? null,
    order_id ?? null,
    open ?? null,
    due_before ?? null,
  ];
  return db.rows<DisputeRow>(list, [...values, closedStatuses]);
}

const open = statement(
  'open_disputes',
  'select status, currency, count(*)::integer as disputes, sum(amount)::bigint as amount from disputes where status = any($1) group by 1, 2',
);

/** Disputes that wait for the bank or for us: how many, and what they are about. */
export function countOpenDisputes(
  db: Executor,
): Promise<{ status: DisputeStatus; currency: string; disputes: number; amount: number }[]> {
  return db.rows(open, [openStatuses]);
}
