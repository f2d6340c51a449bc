/**
 * Turns at competitors' sites, shared by all processes: a site (or Firecrawl as a whole) has one request under way at a time, and
 * the next starts a gap after that one ended. Nobody books ahead: a turn is taken right before its request, so that a slow job
 * cannot bring two of them together.
 */
import { type Executor, statement } from './database.ts';

const take = statement('take_page_turn', `select ceil(take_page_turn($1, $2, $3, $4) * 1000)::float8 as wait_ms`);

export interface PageTurn {
  /** See {@link findSite}, or `firecrawl`. */
  budget: string;
  /** Who asks. */
  visit: string;
  /** Between the end of this request and the start of the next. */
  gapSeconds: number;
  /** Within which the request is over, or its process dead. */
  leaseSeconds: number;
}

/** Returns 0 when the turn has come, until {@link endPageTurn}; else in how many milliseconds to ask again. */
export async function takePageTurn(db: Executor, turn: PageTurn): Promise<number> {
  const values = [turn.budget, turn.visit, turn.gapSeconds, turn.leaseSeconds];
  const [row] = await db.rows<{ wait_ms: number }>(take, values);
  return row!.wait_ms;
}

const end = statement(
  'end_page_turn',
  `update page_turns set visit = null, visit_ends_at = null,
     next_at = greatest(next_at, clock_timestamp() + make_interval(secs => $3))
   where budget = $1 and visit = $2`,
);

/** The request has ended. */
export async function endPageTurn(
  db: Executor,
  { budget, visit, gapSeconds }: Omit<PageTurn, 'leaseSeconds'>,
): Promise<void> {
  await db.rows(end, [budget, visit, gapSeconds]);
}

const MIN_REST_SECONDS = 30;
const MAX_REST_SECONDS = 6 * 3_600;
/** A site that asks for a longer rest is asked again after a day. */
const MAX_ASKED_SECONDS = 86_400;

// Requests that were under way together are one trouble: only one that began after the last rest doubles it.
const rest = statement(
  'rest_page_budget',
  `insert into page_turns as t (budget, rests_until, rest_reason, troubles)
   values ($1, clock_timestamp() + make_interval(secs => greatest($2::float8, $4)), $3, 1)
   on conflict (budget) do update set troubles = least(t.troubles + 1, 30), rest_reason = excluded.rest_reason,
     rests_until = greatest(t.rests_until, clock_timestamp() + make_interval(secs =>
       greatest($2::float8, least($5::float8, $4::float8 * 2 ^ least(t.troubles, 30)))))
   returning extract(epoch from rests_until - clock_timestamp())::float8 as seconds`,
);

/**
 * The site is left alone: for as long as it asks (`Retry-After`, up to a day), and for twice as long as the last time while it
 * stays in trouble. Returns for how many seconds.
 */
export async function restBudget(
  db: Executor,
  budget: string,
  { askedSeconds = 0, reason }: { askedSeconds?: number | undefined; reason: string },
): Promise<number> {
  const asked = Math.min(askedSeconds, MAX_ASKED_SECONDS);
  const [row] = await db.rows<{ seconds: number }>(rest, [budget, asked, reason, MIN_REST_SECONDS, MAX_REST_SECONDS]);
  return row!.seconds;
}

const recover = statement(
  'recover_page_budget',
  `update page_turns set troubles = 0, rest_reason = null where budget = $1 and troubles > 0`,
);

/** It answered as it should. */
export async function noteRecovered(db: Executor, budget: string): Promise<void> {
  await db.rows(recover, [budget]);
}

const delay = statement(
  'set_crawl_delay',
  `insert into page_turns as t (budget, crawl_delay_seconds, next_at) values ($1, $2, clock_timestamp() + make_interval(secs => $2))
   on conflict (budget) do update set crawl_delay_seconds = excluded.crawl_delay_seconds,
     next_at = greatest(t.next_at, clock_timestamp() + make_interval(secs => $2))`,
);

/** The site's robots.txt was just read: the next request keeps the distance that it asks for, and the plan spaces by it. */
export async function setCrawlDelay(db: Executor, budget: string, seconds: number): Promise<void> {
  await db.rows(delay, [budget, seconds]);
}

const pace = statement(
  'note_budget_pace',
  `insert into page_turns as t (budget, crawl_delay_seconds) values ($1, $2)
   on conflict (budget) do update set crawl_delay_seconds = excluded.crawl_delay_seconds
   where t.crawl_delay_seconds <> excluded.crawl_delay_seconds`,
);

/** For whoever reckons when the plan will be done and has no settings of its own. */
export async function notePace(db: Executor, budget: string, gapSeconds: number): Promise<void> {
  await db.rows(pace, [budget, gapSeconds]);
}

export interface Site {
  budget: string;
  gapSeconds: number;
}

const siteOf = statement(
  'find_site_of_host',
  `select c.domain as budget, greatest(60 / c.requests_per_minute, t.crawl_delay_seconds)::float8 as "gapSeconds"
   from competitors c left join page_turns t on t.budget = c.domain
   where c.domain = any($1) order by length(c.domain) desc limit 1`,
);

const USUAL_GAP_SECONDS = 6;

/** Whose pace holds at a host (with its port, as in a URL): the nearest competitor's above it, or the host's own. */
export async function findSite(db: Executor, host: string): Promise<Site> {
  const [row] = await db.rows<Site>(siteOf, [domainsAbove(host)]);
  return row ?? { budget: host, gapSeconds: USUAL_GAP_SECONDS };
}

function domainsAbove(host: string): string[] {
  const labels = host.split('.');
  return labels.map((_, from) => labels.slice(from).join('.'));
}

const forget = statement(
  'forget_page_turns',
  `delete from page_turns t where greatest(next_at, rests_until, visit_ends_at) < now() - interval '1 day' and troubles = 0
     and budget <> 'firecrawl' and not exists (select from competitors c where c.domain = t.budget)`,
);

/** Removes hosts of nobody's that nobody asks any more. */
export async function forgetPageTurns(db: Executor): Promise<void> {
  await db.rows(forget);
}
