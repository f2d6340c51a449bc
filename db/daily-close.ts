/** The daily close: days are closed one after the other, each with a journal that sums and never changes. */
import { type Executor, statement } from './database.ts';

export type CloseRefusal = 'closed' | 'not_over' | 'not_next' | 'behind';

const close = statement('close_ledger_day', 'select close_ledger_day($1::date) as refusal');

/** Closes a day. Returns undefined when it was closed now, else why it was not. */
export async function closeDay(db: Executor, day: string): Promise<CloseRefusal | undefined> {
  const [row] = await db.rows<{ refusal: CloseRefusal | null }>(close, [day]);
  return row?.refusal ?? undefined;
}

const due = statement('ledger_day_to_close', 'select ledger_day_to_close($1)::text as day');

/** The first open day that has been over for so long. */
export async function findDayToClose(db: Executor, afterSeconds: number): Promise<string | undefined> {
  const [row] = await db.rows<{ day: string | null }>(due, [afterSeconds]);
  return row?.day ?? undefined;
}

export interface LedgerDay {
  day: string;
  closed_at: Date | null;
}

const list = statement(
  'list_ledger_days',
  'select day::text, closed_at from ledger_days where day < $1::date order by day desc limit $2',
);

/** Closed days, newest first, before the given one. */
export function listDays(db: Executor, before: string, limit: number): Promise<LedgerDay[]> {
  return db.rows<LedgerDay>(list, [before, limit]);
}

export interface DayLine {
  currency: string;
  account: string;
  name: string;
  opening: number;
  debit: number;
  credit: number;
  closing: number;
}

const lines = statement(
  'ledger_day_lines',
  `select l.currency, l.account, a.name, l.opening, l.debit, l.credit, l.closing
   from ledger_day_lines l join ledger_accounts a on a.code = l.account where l.day = $1 order by l.currency, a.position`,
);
const preview = statement(
  'ledger_day_preview',
  `select j.currency, j.account, a.name, j.opening, j.debit, j.credit, j.closing
   from ledger_journal($1::date) j join ledger_accounts a on a.code = j.account order by j.currency, a.position`,
);
const one = statement('get_ledger_day', 'select day::text, closed_at from ledger_days where day = $1');

/** A day's journal: as it was closed, or as an open day stands now. */
export async function readDay(db: Executor, day: string): Promise<LedgerDay & { lines: DayLine[] }> {
  const [closed] = await db.rows<LedgerDay>(one, [day]);
  return { ...(closed ?? { day, closed_at: null }), lines: await db.rows<DayLine>(closed ? lines : preview, [day]) };
}

export interface DaySales {
  day: string;
  currency: string;
  sold: number;
  refunded: number;
}

const sales = statement(
  'ledger_day_sales',
  `select day::text, currency,
     coalesce(sum(credit - debit) filter (where account in ('revenue', 'shipping_revenue')), 0)::bigint as sold,
     coalesce(sum(debit - credit) filter (where account = 'refunds'), 0)::bigint as refunded
   from ledger_day_lines where day <= $1::date and day > $1::date - $2::integer
   group by day, currency order by currency, day`,
);

/** What the closed days up to one sold and gave back, without tax, for the picture of it. */
export function readSales(db: Executor, until: string, days: number): Promise<DaySales[]> {
  return db.rows<DaySales>(sales, [until, days]);
}
