/** Where the orders of a run stand, counted in the database. */
import { type Executor, statement } from '../../db/database.ts';

export interface Tally {
  orders: number;
  /** Nothing more will happen to them by itself. */
  settled: number;
  /** What the slowest ones wait for. */
  unsettled: string[];
  paid: number;
  paid_after_decline: number;
  paid_after_authentication: number;
  left_unpaid: number;
  out_of_stock: number;
  canceled: number;
  refunded: number;
  shipped: number;
  delivered: number;
  mails: number;
  mails_uncertain: number;
  last_units_sold: number;
}

// An order is settled when no state of it, of its parcels, messages and refunds waits for a job or the carrier. One that
// was declined and left waits for its expiry, which is half an hour away.
const count = statement(
  'demo_tally',
  `with o as materialized (
     select id, status, payment_status from orders where id = any($1)
   ), e as (
     select order_id, bool_or(type = 'payment.succeeded') as paid, bool_or(type = 'payment.failed') as declined,
       bool_or(type = 'payment.requires_action') as challenged
     from order_events where order_id in (select id from o) group by order_id
   ), busy as (
     select id as order_id, 'order ' || status as what from o
       where status in ('pending', 'authorized', 'paid', 'shipped') or payment_status in ('refund_pending', 'requires_action', 'processing')
     union all
     select order_id, 'job ' || queue from outbox
       where order_id in (select id from o) and status = 'pending' and queue <> 'expire-order'
     union all
     select order_id, 'message ' || status from notifications where order_id in (select id from o) and status in ('queued', 'sending')
     union all
     select order_id, 'parcel ' || status from shipments where order_id in (select id from o) and status in ('pending', 'label_purchased', 'in_transit')
     union all
     select order_id, 'refund ' || status from refunds where order_id in (select id from o) and status in ('pending', 'requested')
   )
   select count(*)::integer as orders,
     (count(*) - (select count(distinct order_id) from busy))::integer as settled,
     array(select what || ' × ' || count(*) from busy group by what order by count(*) desc limit 4) as unsettled,
     count(*) filter (where e.paid)::integer as paid,
     count(*) filter (where e.paid and e.declined)::integer as paid_after_decline,
     count(*) filter (where e.paid and e.challenged)::integer as paid_after_authentication,
     count(*) filter (where o.status = 'awaiting_payment')::integer as left_unpaid,
     count(*) filter (where o.status = 'rejected')::integer as out_of_stock,
     count(*) filter (where o.status in ('canceled', 'expired'))::integer as canceled,
     count(*) filter (where o.payment_status in ('refunded', 'partially_refunded'))::integer as refunded,
     count(*) filter (where o.status in ('shipped', 'delivered'))::integer as shipped,
     count(*) filter (where o.status = 'delivered')::integer as delivered,
     (select count(*) from notifications where order_id in (select id from o) and status in ('accepted', 'delivered', 'bounced', 'dropped'))::integer as mails,
     (select count(*) from notifications where order_id in (select id from o) and status = 'uncertain')::integer as mails_uncertain,
     (select coalesce(sum(quantity), 0) from reservations r join variants v on v.id = r.variant_id where v.sku = $2 and r.status <> 'released')::integer as last_units_sold
   from o join e on e.order_id = o.id`,
);

export async function tallyOrders(db: Executor, orderIds: readonly string[], lastSku: string): Promise<Tally> {
  const [row] = await db.rows<Tally>(count, [orderIds, lastSku]);
  return row as Tally;
}

const readNow = statement('demo_now', 'select now() as now');

/** The database's clock, by which orders are dated. */
export async function databaseNow(db: Executor): Promise<Date> {
  const [row] = await db.rows<{ now: Date }>(readNow);
  return (row as { now: Date }).now;
}
