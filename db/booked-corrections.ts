/** Parts of statements that sum what the ledger holds: bookings as they stand after all that was corrected. */

/**
 * For the WHERE of `ledger_transactions lt` that are an order's: its captures and fees, and what the poster has booked instead.
 * `|| ''` keeps the planner from an index on that column, which would give it all captures for each movement.
 */
export const OF_PAYMENT = `(lt.cause_kind || '' in ('capture', 'fee')
  or lt.cause_kind || '' = 'correction' and lt.cause_id ~ '^(capture|fee)/.*/booked$')`;

/** What was booked by the corrections of findings about these subjects: each correction of a finding has a cause of its own. */
export const corrections = (subjects: string) => `select lt.id, false from findings f
  cross join lateral generate_series(1, f.corrections) as c (number)
  join ledger_transactions lt on lt.cause_kind = 'correction'
    and lt.cause_id = f.id::text || case when c.number > 1 then '/' || c.number else '' end || '/booked'
  where f.subject = any(${subjects})`;

/** A transaction, and the correction that took it back when there is one; a failed refund or payout is a fact of its own. */
export const withCorrection = (id: string) => `(
  select ${id} as id
  union all
  select r.id from ledger_transactions r where r.reverses = ${id} and r.cause_kind || '' = 'correction'
)`;
