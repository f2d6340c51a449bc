/** What the correction of a finding depends on: what stands in the ledger, and the payment behind it. */
import type { CorrectedPayment, StandingTransaction } from '../domain/corrections.ts';
import type { LedgerCauseKind, LedgerEntry } from '../domain/ledger.ts';
import { openBooks, standing, without } from '../domain/order-books.ts';
import { type Executor, statement } from './database.ts';
import type { FindingRow } from './findings.ts';
import { readOrderBooks } from './ledger-facts.ts';

const standingRows = statement(
  'standing_transactions',
  `with recursive chain as (
     (select t.id, t.cause_kind as root, t.cause_kind, t.cause_id from ledger_transactions t
      where t.order_id = $1 and t.cause_kind || '' in ('capture', 'fee')
      union all
      select t.id, t.cause_kind, t.cause_kind, t.cause_id from ledger_transactions t
      where t.cause_kind in ('balance_transaction', 'refund', 'refund_failure') and t.cause_id = any($2))
     union all
     select next.id, c.root, next.cause_kind, next.cause_id
     from chain c join ledger_transactions back on back.reverses = c.id
     join ledger_transactions next on next.cause_kind = 'correction' and next.cause_id = back.cause_id || '/booked'
   )
   select c.root, c.cause_kind, c.cause_id, (
     select json_agg(json_build_object('account', e.account, 'currency', e.currency, 'amount', e.amount) order by e.position)
     from ledger_entries e where e.transaction_id = c.id
   ) as entries
   from chain c where not exists (select from ledger_transactions back where back.reverses = c.id) order by c.id`,
);

/** What was booked for an order's payment and under these causes, and has not been taken back since. */
export async function findStanding(
  tx: Executor,
  { orderId, causes }: { orderId: string | null; causes: readonly string[] },
): Promise<StandingTransaction[]> {
  type Row = { root: LedgerCauseKind; cause_kind: LedgerCauseKind; cause_id: string; entries: LedgerEntry[] };
  const rows = await tx.rows<Row>(standingRows, [orderId, causes]);
  return rows.map(({ root, cause_kind: kind, cause_id: id, entries }) => ({ root, cause: { kind, id }, entries }));
}

const payment = statement(
  'corrected_payment',
  `select p.id as payment_id, p.order_id, p.captured_amount,
     exists (
       select from stripe_objects c join stripe_balance_transactions t on t.source_id = c.id
       where c.intent_id = p.provider_id and c.type || '' = 'charge'
     ) as seen
   from payments p where p.id = $1`,
);

export interface PaymentToCorrect extends CorrectedPayment {
  orderId: string;
  /** A movement of Stripe's balance stands for it. */
  seen: boolean;
}

export async function findCorrectedPayment(tx: Executor, id: string): Promise<PaymentToCorrect | undefined> {
  type Row = { payment_id: string; order_id: string; captured_amount: number; seen: boolean };
  const [row] = await tx.rows<Row>(payment, [id]);
  const [order] = row ? await readOrderBooks(tx, [row.order_id]) : [];
  if (!row || !order) return undefined;
  const { orderId, currency, price, unsold } = order;
  const before = without(openBooks(order), standing(order.booked, 'capture').stand);
  return { paymentId: id, orderId, currency, captured: row.captured_amount, price, before, unsold, seen: row.seen };
}

const fee = statement(
  'correct_fee',
  'update payments set fee_amount = $2, fee_currency = $3, updated_at = now() where id = $1',
);

/** What Stripe took for a payment by its own word; the ledger is corrected in the same transaction. */
export async function keepFee(
  tx: Executor,
  { paymentId, amount, currency }: { paymentId: string; amount: number; currency: string },
): Promise<void> {
  await tx.rows(fee, [paymentId, amount, currency]);
}

const due = statement(
  'post_finding_again',
  `insert into ledger_due (subject, subject_id)
   select 'payment', p.id from payments p where p.order_id = $1
   union all
   select 'refund', r.id from refunds r where r.order_id = $1`,
);

/** Each cause is booked once, so looking at all of an order's money again books only what is missing. */
export async function postAgain(tx: Executor, { order_id }: Pick<FindingRow, 'order_id'>): Promise<void> {
  await tx.rows(due, [order_id]);
}
