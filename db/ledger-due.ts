/** Payments and refunds whose money has changed since the ledger looked, with all that their bookings depend on. */
import type { BookedTransaction, PaymentFacts, RefundFacts } from '../domain/ledger-facts.ts';
import { type Executor, statement } from './database.ts';

export interface DueFact {
  id: number;
  subject: 'payment' | 'refund';
  subject_id: string;
  since: Date;
  tries: number;
}

const any = statement('ledger_due_any', 'select exists (select from ledger_due where available_at <= now()) as due');

export async function isAnythingDue(db: Executor): Promise<boolean> {
  const [row] = await db.rows<{ due: boolean }>(any);
  return row?.due === true;
}

const take = statement(
  'ledger_due_take',
  'select id, subject, subject_id, since, tries from ledger_due where available_at <= now() order by id limit $1',
);

export function findDueFacts(db: Executor, limit: number): Promise<DueFact[]> {
  return db.rows<DueFact>(take, [limit]);
}

const remove = statement('ledger_due_delete', 'delete from ledger_due where id = any ($1::bigint[])');

/** Only the rows that were seen: a change that came meanwhile has a row of its own. */
export async function deleteDueFacts(tx: Executor, ids: readonly number[]): Promise<void> {
  await tx.rows(remove, [ids]);
}

const delay = statement(
  'ledger_due_delay',
  `update ledger_due set tries = tries + 1, available_at = now() + least(interval '10 minutes', interval '1 second' * 2 ^ least(tries, 20))
   where id = any ($1::bigint[])`,
);

/** What could not be booked waits longer and longer, so that it does not stand in the way of the rest. */
export async function delayDueFacts(db: Executor, ids: readonly number[]): Promise<void> {
  await db.rows(delay, [ids]);
}

const oldest = statement(
  'ledger_due_oldest',
  'select coalesce(extract(epoch from now() - min(since)), 0)::float8 as seconds, count(*)::integer as facts from ledger_due',
);

/** How far the ledger is behind: the age of the oldest fact that is not booked, and how many there are. */
export async function readLedgerLag(db: Executor): Promise<{ seconds: number; facts: number }> {
  const [row] = await db.rows<{ seconds: number; facts: number }>(oldest);
  return row ?? { seconds: 0, facts: 0 };
}

const order = `o.id as order_id, p.currency, p.captured_amount, o.subtotal_amount, o.shipping_amount, o.tax_amount,
  exists (select from refunds x where x.order_id = o.id and x.cause = 'late_payment') as unsold`;

interface OrderRow {
  order_id: string;
  currency: string;
  captured_amount: number;
  subtotal_amount: number;
  shipping_amount: number;
  tax_amount: number;
  unsold: boolean;
}

const toOrder = (row: OrderRow, since: Map<string, Date>, subject: string) => ({
  orderId: row.order_id,
  currency: row.currency,
  captured: row.captured_amount,
  price: { subtotal: row.subtotal_amount, shipping: row.shipping_amount, tax: row.tax_amount },
  unsold: row.unsold,
  occurredAt: since.get(subject) ?? new Date(),
});

/** Of several changes of one subject the first counts: its money moved then at the earliest. */
function firstSince(facts: readonly DueFact[], subject: DueFact['subject']): Map<string, Date> {
  const since = new Map<string, Date>();
  for (const fact of facts) {
    if (fact.subject === subject && !since.has(fact.subject_id)) since.set(fact.subject_id, fact.since);
  }
  return since;
}

const payments = statement(
  'ledger_payment_facts',
  `select p.id as payment_id, ${order}, p.fee_amount, coalesce(p.fee_currency, p.currency) as fee_currency, booked.transactions
   from unnest($1::uuid[]) as due (id) join payments p on p.id = due.id join orders o on o.id = p.order_id
   cross join lateral (
     select coalesce(json_agg(json_build_object('id', t.id, 'kind', t.cause_kind, 'cause', t.cause_id, 'reverses', t.reverses,
       'currency', e.currency, 'amount', e.amount) order by t.id), '[]') as transactions
     from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
     where t.order_id = p.order_id and t.cause_kind in ('capture', 'fee', 'correction') and e.account = 'stripe_balance'
   ) booked`,
);

export async function readPaymentFacts(db: Executor, due: readonly DueFact[]): Promise<PaymentFacts[]> {
  const since = firstSince(due, 'payment');
  if (since.size === 0) return [];
  type Row = OrderRow & {
    payment_id: string;
    fee_amount: number | null;
    fee_currency: string;
    transactions: BookedTransaction[];
  };
  const rows = await db.rows<Row>(payments, [[...since.keys()]]);
  return rows.map((row) => ({
    ...toOrder(row, since, row.payment_id),
    paymentId: row.payment_id,
    fee: row.fee_amount,
    feeCurrency: row.fee_currency,
    booked: row.transactions,
  }));
}

const refunds = statement(
  'ledger_refund_facts',
  `select r.id as refund_id, ${order}, r.amount, r.status, booked.amount as booked_amount, booked.tax as booked_tax,
     exists (select from ledger_transactions t where t.cause_kind = 'refund' and t.cause_id = r.id::text) as booked
   from unnest($1::uuid[]) as due (id) join refunds r on r.id = due.id
   join payments p on p.id = r.payment_id join orders o on o.id = r.order_id
   cross join lateral (
     select coalesce(-sum(e.amount) filter (where e.account = 'stripe_balance'), 0)::bigint as amount,
       coalesce(sum(e.amount) filter (where e.account = 'tax_payable'), 0)::bigint as tax
     from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
     where t.order_id = r.order_id and t.cause_kind in ('refund', 'refund_failure')
   ) booked
   order by r.id`,
);

export async function readRefundFacts(db: Executor, due: readonly DueFact[]): Promise<RefundFacts[]> {
  const since = firstSince(due, 'refund');
  if (since.size === 0) return [];
  type Row = OrderRow & {
    refund_id: string;
    amount: number;
    status: string;
    booked: boolean;
    booked_amount: number;
    booked_tax: number;
  };
  const rows = await db.rows<Row>(refunds, [[...since.keys()]]);
  return rows.map((row) => ({
    ...toOrder(row, since, row.refund_id),
    refundId: row.refund_id,
    amount: row.amount,
    status: row.status,
    booked: row.booked,
    bookedRefunds: { amount: row.booked_amount, tax: row.booked_tax },
  }));
}
