/** Which pages in storage are still somebody's to look at, whatever their age. */
import { monthOfEvidence } from '../domain/pages/page-keys.ts';
import { type Executor, statement } from './database.ts';

const waiting = statement(
  'scrapes_with_pages',
  `select id from scrapes where id = any($1::uuid[]) and status in ('planned', 'fetching', 'fetched')`,
);

/** Of these scrapes, those whose page was not read yet. */
export async function findUnreadScrapes(db: Executor, ids: readonly string[]): Promise<Set<string>> {
  return new Set((await db.rows<{ id: string }>(waiting, [ids])).map(({ id }) => id));
}

interface Keys {
  evidence_key: string | null;
  model_key: string | null;
  screenshot_key: string | null;
}

const PAGE = 1_000;

// One look into the index of prices for each listing, a page of them at a time.
const lastPrices = statement(
  'evidence_of_last_prices',
  `select l.id, o.evidence_key, o.model_key, o.screenshot_key
   from (select id from listings where id > $1 order by id limit ${PAGE}) l
   left join lateral (
     select evidence_key, model_key, screenshot_key from observations
     where listing_id = l.id and amount is not null order by observed_at desc limit 1
   ) o on true
   order by l.id`,
);

// Of alerts that are not over, and of proposals that nobody has answered.
const openMatters = statement(
  'evidence_of_open_matters',
  `select o.evidence_key, o.model_key, o.screenshot_key
   from (
     select observation_id from price_alerts where status in ('held', 'open', 'escalated')
     union select observation_id from reprices where status = 'proposed' and observation_id is not null
   ) open
   join observations o on o.id = open.observation_id`,
);

/** Keys of months before `month` (`2026-11`) that the last good price of a listing, an open alert or an open proposal rests on. */
export async function findNeededEvidence(db: Executor, month: string): Promise<Set<string>> {
  const needed = new Set<string>();
  const add = (row: Keys) => {
    for (const key of [row.evidence_key, row.model_key, row.screenshot_key])
      if (key && (monthOfEvidence(key) ?? '') < month) needed.add(key);
  };
  for (const row of await db.rows<Keys>(openMatters)) add(row);
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await db.rows<Keys & { id: string }>(lastPrices, [after]);
    rows.forEach(add);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return needed;
    after = last.id;
  }
}

const first = statement('first_observation', 'select min(observed_at) as at from observations');

export async function findFirstObservation(db: Executor): Promise<Date | undefined> {
  return (await db.rows<{ at: Date | null }>(first))[0]?.at ?? undefined;
}
