/** What reconciling the balance reads and keeps beside the comparison of movements. */

import type { WonDispute } from '../domain/reconciliation-disputes.ts';
import type { UnseenCharge } from '../domain/reconciliation-orders.ts';
import type { FeeSample } from '../domain/stripe-fees.ts';
import { type Executor, statement } from './database.ts';
import { CHARGES, FEE_KIND } from './match-movements.ts';

const count = statement(
  'count_movements',
  'select count(*)::integer as movements from stripe_balance_transactions where created_at >= $1',
);

export async function countMovements(db: Executor, since: Date): Promise<number> {
  const [row] = await db.rows<{ movements: number }>(count, [since]);
  return row?.movements ?? 0;
}

// Payments older than the oldest movement that was ever read say nothing: their movements were never asked for. `offset 0` and
// `|| ''` have the charge looked up by its intent alone: on tables that were filled a moment ago the planner would compare all with all.
const unseen = statement(
  'charges_without_movement',
  `select p.id as payment_id, p.order_id, o.number as order_number, p.provider_id as intent_id, p.charge_id, p.captured_amount,
     p.currency, p.created_at
   from payments p join orders o on o.id = p.order_id
   where p.captured_amount > 0 and p.provider_id is not null and p.updated_at < now() - make_interval(secs => $2)
     and (p.created_at >= $1 or p.id::text in (select f.subject from findings f where f.code = 'charge_missing' and f.status = 'open'))
     and p.created_at >= coalesce((select min(created_at) from stripe_balance_transactions), '-infinity')
     and not exists (
       select from stripe_objects c join stripe_balance_transactions t on t.source_id = c.id
       where c.intent_id = p.provider_id and c.type || '' = 'charge' offset 0
     )
     and not exists (select from findings f where f.code = 'intent_missing' and f.subject = p.provider_id and f.status = 'open')
     and not exists (select from findings f where f.code = 'charge_missing' and f.subject = p.id::text and f.status = 'corrected')
     and p.id > $3
   order by p.id limit $4`,
);

/** Captured payments that no movement of Stripe's stands for, although there was time for one. */
export function findUnseenCharges(
  db: Executor,
  since: Date,
  graceSeconds: number,
  page: { after: string; limit: number },
): Promise<UnseenCharge[]> {
  return db.rows<UnseenCharge>(unseen, [since, graceSeconds, page.after, page.limit]);
}

// Won disputes are few, so all of them are looked at with every run: their money may come late.
const notReinstated = statement(
  'disputes_not_reinstated',
  `select d.provider_id as dispute_id, d.order_id, o.number as order_number, d.closed_at, moved.amount, moved.currency
   from disputes d join orders o on o.id = d.order_id
   cross join lateral (
     select sum(t.amount)::bigint as amount, t.currency from stripe_balance_transactions t
     where t.source_id = d.provider_id group by t.currency having sum(t.amount) <> 0
   ) moved
   where d.status = 'won' and d.closed_at < now() - make_interval(secs => $1) and d.provider_id > $2
   order by d.provider_id limit $3`,
);

/** Disputes that were won, and whose money is not back although there was time. */
export function findDisputesNotReinstated(
  db: Executor,
  graceSeconds: number,
  page: { after: string; limit: number },
): Promise<WonDispute[]> {
  return db.rows<WonDispute>(notReinstated, [graceSeconds, page.after, page.limit]);
}

const feeSamples = statement(
  'fee_samples',
  `select ${FEE_KIND} as kind, t.amount, t.fee from (
     select * from stripe_balance_transactions where type in ${CHARGES} order by created_at desc, id desc limit $1
   ) t join stripe_objects s on s.id = t.source_id
   where s.data ->> 'fee_kind' is not null and t.amount > 0`,
);

/** What the latest charges paid, newest first. */
export function readFeeSamples(db: Executor, limit: number): Promise<FeeSample[]> {
  return db.rows<FeeSample>(feeSamples, [limit]);
}

export interface FeeToKeep {
  paymentId: string;
  amount: number;
  currency: string;
  chargeId: string;
}

const keepFees = statement(
  'keep_missing_fees',
  `update payments p set fee_amount = item.amount, fee_currency = item.currency, charge_id = coalesce(p.charge_id, item."chargeId"),
     updated_at = now()
   from json_to_recordset($1) as item ("paymentId" uuid, amount bigint, currency text, "chargeId" text)
   where p.id = item."paymentId" and p.fee_amount is null`,
);

/** Keeps fees that were never told; one that is known meanwhile stays. */
export async function keepMissingFees(db: Executor, fees: readonly FeeToKeep[]): Promise<void> {
  if (fees.length === 0) return;
  const sorted = [...fees].sort((a, b) => (a.paymentId < b.paymentId ? -1 : 1));
  await db.rows(keepFees, [JSON.stringify(sorted)]);
}
