/** Posting to the ledger: sets of bookings, each once for its cause; balance, open day and immutability are the database's. */
import type { LedgerBooking, LedgerCause } from '../domain/ledger.ts';
import { type Executor, statement } from './database.ts';

export interface PostedBooking {
  /** Null when there was nothing to reverse, or another booking has reversed it. */
  transaction_id: number | null;
  /** False when the cause had been booked before. */
  booked: boolean;
}

const post = statement('post_ledger', 'select n, transaction_id, booked from post_ledger($1) order by n');

/**
 * Books a set in one statement, all or nothing; causes that were booked before are left as they are. Answers in the order of
 * the bookings. Those without entries (a fee of nothing) book nothing. A booking and its reversal don't go in one set.
 * @throws when a transaction does not balance, names an unknown account, or has an entry of zero
 */
export async function postBookings(db: Executor, bookings: readonly LedgerBooking[]): Promise<PostedBooking[]> {
  const answers: PostedBooking[] = bookings.map(() => ({ transaction_id: null, booked: false }));
  const items = bookings.flatMap((booking, n) => (isEmpty(booking) ? [] : [toItem(booking, n)]));
  if (items.length === 0) return answers;
  const rows = await db.rows<PostedBooking & { n: number }>(post, [JSON.stringify(items)]);
  for (const { n, transaction_id, booked } of rows) answers[n] = { transaction_id, booked };
  return answers;
}

const isEmpty = ({ entries, reverses }: LedgerBooking) => !reverses && !entries?.length;

/** A booking as `post_ledger` in SQL takes it; a statement that posts by itself may be given these as JSON. */
function toItem({ cause, orderId, occurredAt, description, entries, reverses }: LedgerBooking, n: number) {
  return {
    n,
    cause_kind: cause.kind,
    cause_id: cause.id,
    order_id: orderId,
    occurred_at: occurredAt.toISOString(),
    description,
    ...(reverses ? { reverses_kind: reverses.kind, reverses_id: reverses.id } : { entries }),
  };
}

const byCause = statement(
  'ledger_transaction_by_cause',
  'select id from ledger_transactions where cause_kind = $1 and cause_id = $2',
);

/** The transaction that a cause booked. */
export async function findTransactionId(db: Executor, cause: LedgerCause): Promise<number | undefined> {
  const [row] = await db.rows<{ id: number }>(byCause, [cause.kind, cause.id]);
  return row?.id;
}
