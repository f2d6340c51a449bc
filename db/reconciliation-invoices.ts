/** Subscriptions and invoices that stand otherwise at Stripe than here, by pages of Stripe's lists. */
import type { DifferingInvoice, DifferingSubscription } from '../domain/subscriptions/reconciliation.ts';
import { type Executor, statement } from './database.ts';

const subscriptions = statement(
  'differing_subscriptions',
  `select s.provider_id, s.number, s.status as ours, item.status as stripes, s.created_at
   from json_to_recordset($1) as item (id text, status text) join subscriptions s on s.provider_id = item.id
   where s.status <> item.status and s.updated_at < now() - make_interval(secs => $2) order by s.id`,
);

/** Those of ours whose state is another one there, unless something was heard of them just now. */
export function compareSubscriptions(
  db: Executor,
  page: readonly { id: string; status: string }[],
  graceSeconds: number,
): Promise<DifferingSubscription[]> {
  const items = page.map(({ id, status }) => ({ id, status }));
  return db.rows<DifferingSubscription>(subscriptions, [JSON.stringify(items), graceSeconds]);
}

export interface ListedInvoice {
  id: string;
  subscriptionId: string;
  status: string;
  createdAt: Date;
}

// An invoice is made by Stripe, so how young it is says nothing of how long its events are under way: our own row's age does.
const invoices = statement(
  'differing_invoices',
  `select item.id as provider_id, s.number, item.status, i.status as ours, i.order_id, item."createdAt" as created_at
   from json_to_recordset($1) as item (id text, "subscriptionId" text, status text, "createdAt" timestamptz)
   join subscriptions s on s.provider_id = item."subscriptionId"
   left join subscription_invoices i on i.provider_id = item.id
   where (i.id is null and item.status <> 'draft' and item."createdAt" not between now() - make_interval(secs => $2) and now())
     or (i.status <> item.status and i.updated_at < now() - make_interval(secs => $2))
   order by item.id`,
);

/** Those of our subscriptions that are not known here, or are in another state. */
export function compareInvoices(
  db: Executor,
  page: readonly ListedInvoice[],
  graceSeconds: number,
): Promise<DifferingInvoice[]> {
  return db.rows<DifferingInvoice>(invoices, [JSON.stringify(page), graceSeconds]);
}

const unsettled = statement(
  'unsettled_invoices',
  `select provider_id from subscription_invoices
   where status in ('draft', 'open') and updated_at < now() - greatest(make_interval(secs => $1), least((updated_at - created_at) / 2, interval '1 day'))
   order by updated_at limit 5000`,
);

/** Ours that are neither paid nor given up as far as we know, and of which nothing was heard for a while. */
export async function findUnsettledInvoices(db: Executor, graceSeconds: number): Promise<string[]> {
  const rows = await db.rows<{ provider_id: string }>(unsettled, [graceSeconds]);
  return rows.map(({ provider_id }) => provider_id);
}

// `offset 0`: as in db/reconciliation-balance.ts, each object is looked up by its key.
const unplaced = statement(
  'unplaced_intents',
  `select distinct c.intent_id from stripe_balance_transactions m join stripe_objects c on c.id = m.source_id and c.type = 'charge'
   where m.created_at >= $1 and c.intent_id is not null and c.order_id is null and exists (select from subscriptions)
     and not exists (select from payments p where p.provider_id = c.intent_id offset 0)
   limit 2000`,
);

/** Intents whose money Stripe has booked, and which no payment of ours stands for. */
export async function findUnplacedIntents(db: Executor, since: Date): Promise<string[]> {
  const rows = await db.rows<{ intent_id: string }>(unplaced, [since]);
  return rows.map(({ intent_id }) => intent_id);
}
