/** Partitions of observations, by months of UTC: made ahead, since a row of a month that has none goes to the default one. */
import { type Executor, statement } from './database.ts';

// Months of which rows lie in the default partition are made too: clocks that were off, or a schedule that stood still.
const missing = statement(
  'missing_observation_months',
  `select to_char(month, 'YYYY-MM-DD') as first from (
     select generate_series(date_trunc('month', now() at time zone 'UTC'),
       date_trunc('month', now() at time zone 'UTC') + make_interval(months => $1), interval '1 month') as month
     union
     select distinct date_trunc('month', observed_at at time zone 'UTC') from observations_other
   ) wanted
   where to_regclass('observations_' || to_char(month, 'YYYY_MM')) is null
   order by month limit 24`,
);

const make = statement('make_observation_month', 'select make_observation_month($1::date) as made');

/** This month's and the `ahead` ones after it. Returns how many were made; each is a commit of its own. */
export async function makeObservationMonths(db: Executor, ahead = 2): Promise<number> {
  let count = 0;
  for (const { first } of await db.rows<{ first: string }>(missing, [ahead]))
    if ((await db.rows<{ made: boolean }>(make, [first]))[0]?.made) count++;
  return count;
}
