/** Rows whose money has changed since the ledger looked. */
import { type Executor, statement } from './database.ts';

export interface DueFact {
  id: number;
  subject: 'payment' | 'refund' | 'credit' | 'edit';
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
