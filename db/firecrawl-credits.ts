/** Firecrawl's credits: reserved when pages are asked for, booked once when they come, and never more than the month's budget. */
import { type Executor, statement } from './database.ts';

/** A budget of 0 is none: what the account has decides. */
const budgetOf = (budget: number): number => (budget === 0 ? 2_000_000_000 : budget);

const THIS_MONTH = `date_trunc('month', now() at time zone 'utc')::date`;
/** What Firecrawl said of the account is believed for so long. */
const KNOWN_FOR = `interval '1 hour'`;

/** What is left of the budget, and of the account where that is known: whichever is less, 0 while Firecrawl says that there is nothing. */
const LEFT = (budget: string) => `case when a.refused_until > now() then 0 else greatest(0, least(
       ${budget} - m.used - m.reserved,
       case when a.checked_at > now() - ${KNOWN_FOR} then a.remaining - m.reserved end
     )) end`;

const openMonth = statement(
  'open_firecrawl_month',
  `insert into firecrawl_months (month) values (${THIS_MONTH}) on conflict do nothing`,
);
const lockMonth = statement(
  'lock_firecrawl_month',
  `select m.month::text, ${LEFT('$1::integer')} as left from firecrawl_months m cross join firecrawl_account a
   where m.month = ${THIS_MONTH} for update of m`,
);

/** One at a time opens batches: two could each find the last credits. */
export async function lockCredits(tx: Executor, budget: number): Promise<{ month: string; left: number }> {
  await tx.rows(openMonth);
  const [row] = await tx.rows<{ month: string; left: number }>(lockMonth, [budgetOf(budget)]);
  return row!;
}

const reserve = statement('reserve_credits', 'update firecrawl_months set reserved = reserved + $2 where month = $1');

export async function reserveCredits(tx: Executor, month: string, credits: number): Promise<void> {
  await tx.rows(reserve, [month, credits]);
}

const refuse = statement(
  'refuse_credits',
  'update firecrawl_account set refused_until = now() + make_interval(secs => $1)',
);

/** Firecrawl wants to be paid first. */
export async function noteNoCredits(tx: Executor, restSeconds: number): Promise<void> {
  await tx.rows(refuse, [restSeconds]);
}

const isCheckDue = statement(
  'account_check_due',
  `select 1 from firecrawl_account where coalesce(checked_at, '-infinity') < now() - make_interval(secs => $1)`,
);

export async function isAccountStale(db: Executor, olderThanSeconds: number): Promise<boolean> {
  return (await db.rows(isCheckDue, [olderThanSeconds])).length > 0;
}

const keepAccount = statement(
  'keep_firecrawl_account',
  `update firecrawl_account set remaining = $1, plan = $2, period_start = $3, period_end = $4, checked_at = now()`,
);

export interface FirecrawlAccountFacts {
  remaining: number;
  plan: number | null;
  periodStart: string | null;
  periodEnd: string | null;
}

export async function keepAccountFacts(db: Executor, facts: FirecrawlAccountFacts): Promise<void> {
  const plan = facts.plan === null ? null : Math.floor(facts.plan);
  await db.rows(keepAccount, [Math.floor(facts.remaining), plan, facts.periodStart, facts.periodEnd]);
}

export interface CreditFigures {
  month: string;
  used: number;
  reserved: number;
  pages: number;
  left: number;
  open_batches: number;
  remaining: number | null;
  plan: number | null;
  period_start: Date | null;
  period_end: Date | null;
  checked_at: Date | null;
  /** In the future: Firecrawl refused for want of credits. */
  refused_until: Date | null;
}

const read = statement(
  'read_firecrawl_credits',
  `select ${THIS_MONTH}::text as month, m.used, m.reserved, m.pages, ${LEFT('$1::integer')} as left,
     (select count(*)::integer from page_batches where finished_at is null) as open_batches,
     a.remaining, a.plan, a.period_start, a.period_end, a.checked_at,
     case when a.refused_until > now() then a.refused_until end as refused_until
   from firecrawl_account a
   left join firecrawl_months found on found.month = ${THIS_MONTH}
   cross join lateral (
     select coalesce(found.used, 0) as used, coalesce(found.reserved, 0) as reserved, coalesce(found.pages, 0) as pages
   ) m`,
);

export async function readCreditFigures(db: Executor, budget: number): Promise<CreditFigures> {
  const [row] = await db.rows<CreditFigures>(read, [budgetOf(budget)]);
  return row!;
}

const book = statement(
  'book_firecrawl_search',
  `update firecrawl_months set used = greatest(used + $1, 0), searches = greatest(searches + $1, 0) where month = ${THIS_MONTH}`,
);

/** What a search costs; below zero where it turned out not to be charged. */
export async function bookSearch(tx: Executor, credits: number): Promise<void> {
  await tx.rows(book, [credits]);
}

/** How much of the budget is gone when operations hear of it for the first time. */
const LOW_SHARE = 0.8;

const takeAlarm = statement(
  'take_credit_alarm',
  `with level as (
     select m.month, case
         when a.refused_until > now() then 'refused-' || to_char(now() at time zone 'utc', 'YYYY-MM-DD')
         when m.used + m.reserved + $2 > $1::integer then 'stopped'
         when m.used + m.reserved >= $1::integer * ${LOW_SHARE} then 'low'
       end as name
     from firecrawl_months m cross join firecrawl_account a where m.month = ${THIS_MONTH}
   )
   update firecrawl_months m set told = m.told || level.name from level
   where m.month = level.month and level.name is not null and not level.name = any (m.told)
     and not (level.name = 'low' and 'stopped' = any (m.told))
   returning m.month::text, level.name as level, m.used, m.reserved`,
);

export interface CreditAlarm {
  month: string;
  level: string;
  used: number;
  reserved: number;
}

/** What operations have not heard yet: each level once a month, a refusal of Firecrawl's once a day. */
export async function takeCreditAlarm(
  tx: Executor,
  budget: number,
  creditsPerPage: number,
): Promise<CreditAlarm | undefined> {
  const [alarm] = await tx.rows<CreditAlarm>(takeAlarm, [budgetOf(budget), creditsPerPage]);
  return alarm;
}
