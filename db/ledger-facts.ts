/** The rows behind what is due, and what the ledger holds of their orders: all that their bookings depend on. */
import type { CreditFact, EditFact, MoneyFact, PaymentFact, RefundRowFact } from '../domain/ledger-facts.ts';
import type { BookedTransaction, OrderBooks } from '../domain/order-books.ts';
import { type Executor, statement } from './database.ts';
import type { DueFact } from './ledger-due.ts';

type Row<F extends MoneyFact> = Omit<F, 'subject' | 'occurredAt'> & { id: string };

const payments = statement(
  'ledger_payment_facts',
  `select p.id, p.id as "paymentId", p.order_id as "orderId", p.captured_amount as captured, p.fee_amount as fee,
     coalesce(p.fee_currency, p.currency) as "feeCurrency"
   from unnest($1::uuid[]) as due (id) join payments p on p.id = due.id`,
);

// A refund that is booked is taken back once it fails, whatever the ledger holds otherwise.
const refunds = statement(
  'ledger_refund_facts',
  `select r.id, r.id as "refundId", r.order_id as "orderId", r.amount, r.status, r.is_owed as "isOwed",
     exists (select from ledger_transactions t where t.cause_kind = 'refund' and t.cause_id = r.id::text) as booked
   from unnest($1::uuid[]) as due (id) join refunds r on r.id = due.id`,
);

const credits = statement(
  'ledger_credit_facts',
  `select c.id, c.id as "creditId", c.to_order_id as "orderId", c.from_order_id as "fromOrderId", c.kind, c.amount,
     c.returned_amount as returned
   from unnest($1::uuid[]) as due (id) join order_credits c on c.id = due.id`,
);

const edits = statement(
  'ledger_edit_facts',
  `select e.id, e.id as "editId", e.order_id as "orderId"
   from unnest($1::uuid[]) as due (id) join order_edits e on e.id = due.id and e.status = 'applied'`,
);

/** The facts that are due, each subject once, in the order in which they were noted. */
export async function readFacts(db: Executor, due: readonly DueFact[]): Promise<MoneyFact[]> {
  // Of several changes of one subject the first counts: its money moved then at the earliest.
  const first = new Map(due.toReversed().map((fact) => [`${fact.subject}/${fact.subject_id}`, fact]));
  const facts: { fact: MoneyFact; at: number }[] = [];
  for (const [subject, sql] of Object.entries({ payment: payments, refund: refunds, credit: credits, edit: edits })) {
    const ids = [...first.values()].filter((each) => each.subject === subject).map((each) => each.subject_id);
    if (ids.length === 0) continue;
    type Any = Row<PaymentFact> | Row<RefundRowFact> | Row<CreditFact> | Row<EditFact>;
    for (const { id, ...row } of await db.rows<Any>(sql, [ids])) {
      const { since, id: at } = first.get(`${subject}/${id}`)!;
      facts.push({ fact: { ...row, subject, occurredAt: since } as MoneyFact, at });
    }
  }
  return facts.sort((a, b) => a.at - b.at).map(({ fact }) => fact);
}

const books = statement(
  'ledger_order_books',
  `select o.id as order_id, p.currency, o.kind, o.subtotal_amount + o.adjustment_amount as subtotal, o.shipping_amount as shipping,
     o.tax_amount as tax, exists (select from refunds x where x.order_id = o.id and x.cause = 'late_payment') as unsold,
     booked.transactions
   from unnest($1::uuid[]) as wanted (id) join orders o on o.id = wanted.id join payments p on p.order_id = o.id
   cross join lateral (
     select coalesce(json_agg(json_build_object('id', t.id, 'kind', t.cause_kind, 'cause', t.cause_id, 'reverses', t.reverses,
       'currency', t.currency, 'amount', t.amount, 'revenue', t.revenue, 'shipping', t.shipping, 'tax', t.tax,
       'refunds', t.refunds) order by t.id), '[]') as transactions
     from (
       select t.id, t.cause_kind, t.cause_id, t.reverses, e.currency,
         coalesce(max(c.amount), sum(e.amount) filter (where e.account = 'stripe_balance'), 0)::bigint as amount,
         coalesce(sum(e.amount) filter (where e.account = 'revenue'), 0)::bigint as revenue,
         coalesce(sum(e.amount) filter (where e.account = 'shipping_revenue'), 0)::bigint as shipping,
         coalesce(sum(e.amount) filter (where e.account = 'tax_payable'), 0)::bigint as tax,
         coalesce(sum(e.amount) filter (where e.account = 'refunds'), 0)::bigint as refunds
       from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
       left join order_credits c on c.id = case when t.cause_kind = 'credit' and t.cause_id !~ '/' then t.cause_id::uuid end
       where t.order_id = o.id
         and t.cause_kind || '' in ('capture', 'fee', 'correction', 'credit', 'edit', 'refund', 'refund_failure', 'credit_return')
       group by t.id, t.cause_kind, t.cause_id, t.reverses, e.currency
     ) t
   ) booked`,
);

/** What the ledger holds of the orders that the facts speak of. */
export function readBooksOf(db: Executor, facts: readonly MoneyFact[]): Promise<OrderBooks[]> {
  const ids = new Set(facts.flatMap((fact) => [fact.orderId, ...('fromOrderId' in fact ? [fact.fromOrderId] : [])]));
  return ids.size === 0 ? Promise.resolve([]) : readOrderBooks(db, [...ids]);
}

export async function readOrderBooks(db: Executor, orderIds: readonly string[]): Promise<OrderBooks[]> {
  type BooksRow = Record<'order_id' | 'currency' | 'kind', string> &
    Record<'subtotal' | 'shipping' | 'tax', number> & { unsold: boolean; transactions: BookedTransaction[] };
  const rows = await db.rows<BooksRow>(books, [orderIds]);
  return rows.map(({ order_id: orderId, currency, kind, subtotal, shipping, tax, unsold, transactions }) => ({
    orderId,
    currency,
    price: kind === 'balance' ? { subtotal: 0, shipping: 0, tax: 0 } : { subtotal, shipping, tax },
    unsold,
    booked: transactions,
  }));
}
