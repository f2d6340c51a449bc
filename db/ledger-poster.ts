/**
 * Books what is due: reads the facts behind `ledger_due`, turns them into bookings, posts them and deletes the rows it has seen,
 * in one transaction. Causes are unique, so a second run, a late one or one that died half-way changes nothing.
 */
import { bookingsOf } from '../domain/ledger-facts.ts';
import type { Database, Executor } from './database.ts';
import { statement } from './database.ts';
import { openException, resolveException } from './exceptions.ts';
import { postBookings } from './ledger.ts';
import { type DueFact, delayDueFacts, deleteDueFacts, findDueFacts, isAnythingDue } from './ledger-due.ts';
import { readBooksOf, readFacts } from './ledger-facts.ts';

const SET = 250;

/** Books everything that is due. Returns how many facts it has dealt with; none when another poster is at it. */
export async function bookDueFacts(db: Database): Promise<number> {
  let booked = 0;
  while (await isAnythingDue(db)) {
    const due = await bookSet(db);
    booked += due;
    if (due === 0) break;
  }
  return booked;
}

// One poster at a time: a refund's share of the tax counts on what was booked before it. And by key, for this transaction: on tables
// without statistics yet (a fresh shop) the planner would rather read them whole, and the plan would stay in the session.
const lock = statement(
  'ledger_poster_lock',
  `select pg_try_advisory_xact_lock(1819567975, 1) as mine, set_config('enable_seqscan', 'off', true),
     set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`,
);

async function isMine(tx: Executor): Promise<boolean> {
  const [row] = await tx.rows<{ mine: boolean }>(lock);
  return row?.mine === true;
}

async function bookSet(db: Database): Promise<number> {
  let due: DueFact[] = [];
  try {
    await db.transaction(async (tx) => {
      due = (await isMine(tx)) ? await findDueFacts(tx, SET) : [];
      await book(tx, due);
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // The set is undone as a whole: each goes alone, so that one that cannot be booked does not keep back the others.
    for (const fact of due) await bookAlone(db, fact);
  }
  return due.length;
}

async function book(tx: Executor, due: readonly DueFact[]): Promise<void> {
  if (due.length === 0) return;
  const facts = await readFacts(tx, due);
  const bookings = bookingsOf(facts, await readBooksOf(tx, facts));
  const posted = await postBookings(tx, bookings);
  // Taken back by somebody else meanwhile: all of the set is undone, and looked at anew.
  if (bookings.some(({ cause, reverses }, n) => cause.kind === 'correction' && reverses && !posted[n]!.booked))
    throw new Error('a booking that is to be corrected was reversed meanwhile');
  await deleteDueFacts(
    tx,
    due.map(({ id }) => id),
  );
  for (const fact of due) if (fact.tries > 0) await resolveException(tx, NOT_BOOKED, subjectOf(fact), 'booked');
}

const NOT_BOOKED = 'ledger_not_booked';
const subjectOf = ({ subject, subject_id }: DueFact) => `${subject}/${subject_id}`;

async function bookAlone(db: Database, fact: DueFact): Promise<void> {
  try {
    await db.transaction(async (tx) => {
      if (await isMine(tx)) await book(tx, [fact]);
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const detail = { message: (error as Error).message };
    await openException(db, { code: NOT_BOOKED, subject: subjectOf(fact), orderId: null, detail });
    await delayDueFacts(db, [fact.id]);
  }
}

/** The data is wrong, not the database away: integrity violations and values out of range, by SQLSTATE's class. */
const isRefusal = (error: unknown) => /^(22|23)/.test(String((error as { code?: unknown }).code));
