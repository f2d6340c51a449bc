/** The daily message to finance: written once for its day, and only when something is open. */
import type { ReconciliationSummary } from '../domain/messages/reconciliation-summary.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

const told = statement(
  'finance_told',
  `select 1 from notifications where order_id is null and cause = 'reconciliation/' || (now() at time zone 'utc')::date and recipient = $1`,
);

/** Whether this day (UTC) has had its message. */
export async function isFinanceTold(db: Executor, recipient: string): Promise<boolean> {
  return (await db.rows(told, [recipient])).length > 0;
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

const tell = statement(
  'tell_finance',
  `with written as (
     insert into notifications (id, order_id, cause, template, recipient, data)
     values ($1, null, 'reconciliation/' || $4, 'reconciliation-summary', $2, $3)
     on conflict (order_id, cause, channel, recipient) do nothing returning id
   )
   insert into outbox (queue, job_id, payload)
   select 'send-notification', 'notification-' || id, jsonb_build_object('notification_id', id) from written
   returning job_id`,
);

/** Writes the day's message and its job; nothing when it is there. */
export async function insertFinanceSummary(
  db: Executor,
  recipient: string,
  summary: ReconciliationSummary,
): Promise<void> {
  const written = await db.rows(tell, [uuidv7(), recipient, JSON.stringify(summary), summary.day]);
  if (written.length > 0) db.signal('stockroom_outbox', '');
}
