/** Orders of vendors whose money has changed, with all that their shares depend on. */
import type { VendorOrderFacts } from '../domain/vendors/facts.ts';
import { type Executor, statement } from './database.ts';

export interface VendorDue {
  id: number;
  order_id: string;
  since: Date;
  tries: number;
}

const any = statement('vendor_due_any', 'select exists (select from vendor_due where available_at <= now()) as due');

export async function areSharesDue(db: Executor): Promise<boolean> {
  const [row] = await db.rows<{ due: boolean }>(any);
  return row?.due === true;
}

const take = statement(
  'vendor_due_take',
  'select id, order_id, since, tries from vendor_due where available_at <= now() order by id limit $1',
);

export function findDueShares(tx: Executor, limit: number): Promise<VendorDue[]> {
  return tx.rows<VendorDue>(take, [limit]);
}

const remove = statement('vendor_due_delete', 'delete from vendor_due where id = any ($1::bigint[])');

/** Only the rows that were seen: a change that came meanwhile has a row of its own. */
export async function deleteDueShares(tx: Executor, ids: readonly number[]): Promise<void> {
  await tx.rows(remove, [ids]);
}

const delay = statement(
  'vendor_due_delay',
  `update vendor_due set tries = tries + 1, available_at = now() + least(interval '10 minutes', interval '1 second' * 2 ^ least(tries, 20))
   where id = any ($1::bigint[])`,
);

export async function delayDueShares(db: Executor, ids: readonly number[]): Promise<void> {
  await db.rows(delay, [ids]);
}

const oldest = statement(
  'vendor_due_oldest',
  'select coalesce(extract(epoch from now() - min(since)), 0)::float8 as seconds, count(*)::integer as orders from vendor_due',
);

/** How far vendors' shares are behind their orders' money. */
export async function readShareLag(db: Executor): Promise<{ seconds: number; orders: number }> {
  const [row] = await db.rows<{ seconds: number; orders: number }>(oldest);
  return row ?? { seconds: 0, orders: 0 };
}

// What credits gave back is refunded on the order that they came from; its rows name the credit, and its lines are this order's.
const refundOf = `json_build_object('id', r.id, 'cause', r.cause, 'status', r.status, 'amount', r.amount,
  'shippingAmount', r.shipping_amount, 'creditId', r.credit_id,
  'lines', coalesce((select json_agg(json_build_object('lineId', f.line_id, 'quantity', f.quantity, 'amount', f.amount) order by f.line_id)
    from refund_lines f where f.refund_id = r.id), '[]'))`;

const facts = statement(
  'vendor_order_facts',
  `select o.id as "orderId", o.currency, o.subtotal_amount as subtotal, o.shipping_amount as shipping, o.tax_amount as tax,
     o.adjustment_amount as adjustment, p.captured_amount as captured, p.disputed_amount as disputed, p.charge_id as "chargeId",
     coalesce((select json_agg(json_build_object('id', l.id, 'unitAmount', l.unit_amount, 'quantity', l.quantity,
         'vendorOrderId', v.vendor_order_id, 'commissionBps', coalesce(v.commission_bps, 0)) order by l.position)
       from order_lines l left join vendor_order_lines v on v.order_line_id = l.id where l.order_id = o.id), '[]') as lines,
     coalesce((select json_agg(${refundOf} order by r.id) from refunds r
       where r.order_id = o.id and not r.is_owed), '[]') as refunds,
     coalesce((select json_agg(json_build_object('id', c.id, 'amount', c.amount, 'returned', c.returned_amount,
         'refunds', coalesce((select json_agg(${refundOf} order by r.id) from refunds r where r.credit_id = c.id), '[]')) order by c.id)
       from order_credits c where c.to_order_id = o.id), '[]') as "creditsIn",
     coalesce((select json_agg(json_build_object('amount', c.amount,
         'lines', coalesce((select json_agg(json_build_object('lineId', x.line_id, 'quantity', x.good + x.damaged, 'amount', x.amount) order by x.line_id)
           from return_lines x where x.return_id::text = split_part(c.cause, '/', 2) and x.amount > 0 and x.good + x.damaged > 0), '[]')) order by c.id)
       from order_credits c where c.from_order_id = o.id and c.kind = 'exchange'), '[]') as "creditsOut",
     (select json_agg(json_build_object('vendorOrderId', v.id, 'vendorId', v.vendor_id, 'gross', s.gross_amount, 'refunded', s.refunded_amount,
         'disputed', s.disputed_amount, 'commission', s.commission_amount, 'payable', s.payable_amount,
         'releasable', s.releasable_amount, 'transferred', s.transferred_amount, 'settled', s.settled_amount, 'version', s.version,
         'dueAt', s.due_at, 'delaySeconds', t.delay_seconds) order by v.id)
       from vendor_orders v left join vendor_shares s on s.vendor_order_id = v.id
       left join vendor_payment_terms t on t.vendor_id = v.vendor_id where v.order_id = o.id) as shares,
     exists (select from vendor_due d where d.order_id = o.id) as "isDue"
   from unnest($1::uuid[]) as due (id) join orders o on o.id = due.id join payments p on p.order_id = o.id
   where exists (select from vendor_orders v where v.order_id = o.id)
   order by o.id`,
);

const lock = statement(
  'vendor_shares_lock',
  `select 1 from vendor_shares where order_id = any ($1::uuid[]) order by vendor_order_id for no key update`,
);

export function readVendorFacts(db: Executor, orderIds: readonly string[]): Promise<VendorOrderFacts[]> {
  return db.rows<VendorOrderFacts>(facts, [orderIds]);
}

/** So that what was transferred stands still. */
export async function lockShares(tx: Executor, orderIds: readonly string[]): Promise<void> {
  await tx.rows(lock, [orderIds]);
}
