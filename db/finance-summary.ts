/** What the daily message to finance tells: once for its day, and only when something is open. */
import type { ReconciliationSummary } from '../domain/messages/message-data.ts';
import { type Executor, statement } from './database.ts';

const told = statement(
  'finance_told',
  `select 1 from notifications where order_id is null and cause = 'reconciliation.open/' || (now() at time zone 'utc')::date limit 1`,
);

/** Whether this day (UTC) has had its message. */
export async function isFinanceTold(db: Executor): Promise<boolean> {
  return (await db.rows(told)).length > 0;
}

const facts = statement(
  'finance_facts',
  `with open as materialized (
     select code, subject, currency, explanation, abs(coalesce(stripe_amount, 0) - coalesce(our_amount, 0)) as amount
     from findings where status = 'open'
   )
   select (now() at time zone 'utc')::date::text as day, (select count(*)::integer from open) as open,
     coalesce((select json_agg(a) from (
       select currency, sum(amount)::bigint as amount from unexplained_amounts where source = 'findings' group by currency order by currency
     ) a), '[]') as amounts,
     coalesce((select json_agg(c) from (
       select code, count(*)::integer as findings from open group by code order by count(*) desc, code
     ) c), '[]') as codes,
     coalesce((select json_agg(g) from (select * from open order by amount desc, code, subject limit 20) g), '[]') as greatest`,
);

export async function readFinanceFacts(db: Executor): Promise<ReconciliationSummary> {
  const [row] = await db.rows<ReconciliationSummary>(facts);
  return row!;
}
