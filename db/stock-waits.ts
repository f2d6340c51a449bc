/** Paid recurring orders of which something is out of stock: held until it comes, or until their customer's choice is made good. */
import type { OutOfStockChoice } from '../domain/subscriptions/plan.ts';
import type { Decision, Substitute } from '../domain/subscriptions/shortage.ts';
import { type Executor, statement } from './database.ts';
import { openException } from './exceptions.ts';
import { appendOrderEvent } from './order-events.ts';
import type { Shortage } from './stock.ts';

const hold = statement(
  'hold_for_stock',
  `update orders set hold_reason = 'out_of_stock', shortages = $2, version = version + 1, updated_at = now()
   where id = $1 and status = 'pending' and kind = 'recurring' and hold_reason is null returning id`,
);
const begin = statement(
  'begin_stock_wait',
  `insert into stock_waits (order_id, subscription_id)
   select i.order_id, i.subscription_id from subscription_invoices i where i.order_id = $1 on conflict do nothing`,
);

/** Holds an order before its money is recorded, so that nothing is sent of it. False when it is held or not pending any more. */
export async function holdForStock(tx: Executor, orderId: string, shortages: readonly Shortage[]): Promise<boolean> {
  if ((await tx.rows(hold, [orderId, JSON.stringify(shortages)])).length === 0) return false;
  await tx.rows(begin, [orderId]);
  await appendOrderEvent(tx, orderId, 'order.held', { reason: 'out_of_stock', shortages });
  await openException(tx, {
    code: 'order_held',
    subject: orderId,
    orderId,
    detail: { reason: 'out_of_stock', shortages },
  });
  return true;
}

export interface WaitingOrder {
  id: string;
  status: string;
  payment_status: string;
  fulfillment_status: string;
  hold_reason: string | null;
  dispute_status: string | null;
  currency: string;
  shipping_amount: number;
  subscription_id: string;
  subscription_status: string;
  invoice_id: string;
  is_time_up: boolean;
}

const lock = statement(
  'lock_waiting_order',
  `select o.id, o.status, o.payment_status, o.fulfillment_status, o.hold_reason, o.dispute_status, o.currency, o.shipping_amount,
     w.subscription_id, s.status as subscription_status, i.id as invoice_id, w.created_at < now() - make_interval(secs => $2) as is_time_up
   from orders o join stock_waits w on w.order_id = o.id join subscriptions s on s.id = w.subscription_id
   join subscription_invoices i on i.order_id = o.id
   where o.id = $1 and w.ended_at is null for no key update of o, w`,
);

/** Undefined when it does not wait (any more). Who records money of it waits for the same lock. */
export async function lockWaitingOrder(
  tx: Executor,
  orderId: string,
  waitSeconds: number,
): Promise<WaitingOrder | undefined> {
  const [row] = await tx.rows<WaitingOrder>(lock, [orderId, waitSeconds]);
  return row;
}

const lines = statement(
  'lines_out_of_stock',
  `select l.id, l.name, l.sku, l.quantity, l.unit_amount as "unitAmount", r.value_amount - r.returned_amount as value,
     case r.outcome when 'substituted' then 'refund' else r.out_of_stock::text end as choice, r.substitute_sku as "substituteSku"
   from order_lines l join recurring_lines r on r.order_line_id = l.id
   where l.order_id = $1 and l.sku = any($2) order by l.position`,
);

export interface LineOutOfStock {
  id: string;
  name: string;
  sku: string;
  quantity: number;
  unitAmount: number;
  value: number;
  choice: OutOfStockChoice;
  substituteSku: string | null;
}

/** Lines of these SKUs, with what their customer wants; a substitute that is short as well is replaced by nothing more. */
export function findLinesOutOfStock(tx: Executor, orderId: string, skus: readonly string[]): Promise<LineOutOfStock[]> {
  return tx.rows<LineOutOfStock>(lines, [orderId, skus]);
}

const substitutes = statement(
  'substitutes_in_stock',
  `select v.id, v.sku, p.name || case when v.name = '' then '' else ' – ' || v.name end as name,
     coalesce(v.weight_grams, 0) as "weightGrams", r.amount as "unitAmount"
   from unnest($1::text[], $2::integer[]) as wanted (sku, quantity) join variants v on v.sku = wanted.sku
   join products p on p.id = v.product_id and p.status = 'active' and not p.withheld join prices r on r.variant_id = v.id and r.currency = $3
   where (select sum(s.on_hand - s.reserved) from stock_levels s where s.variant_id = v.id) >= wanted.quantity`,
);

/** What the lines may be replaced by: on sale, priced in the currency, and there. */
export async function findSubstitutes(
  tx: Executor,
  wanted: readonly Pick<LineOutOfStock, 'substituteSku' | 'quantity'>[],
  currency: string,
): Promise<Map<string, Substitute>> {
  const named = wanted.filter(({ substituteSku }) => substituteSku !== null);
  if (named.length === 0) return new Map();
  const values = [named.map((each) => each.substituteSku), named.map((each) => each.quantity), currency];
  return new Map((await tx.rows<Substitute>(substitutes, values)).map((each) => [each.sku, each]));
}

const drop = statement(
  'drop_order_line',
  `with l as (
     delete from order_lines where id = $1 returning order_id, total_amount
   ), o as (
     update orders o set subtotal_amount = o.subtotal_amount - l.total_amount, adjustment_amount = o.adjustment_amount + l.total_amount,
       revision = revision + 1, version = version + 1, updated_at = now()
     from l where o.id = l.order_id
   )
   update recurring_lines set outcome = $2, returned_amount = value_amount where order_line_id = $1`,
);
const substitute = statement(
  'substitute_order_line',
  `with l as (
     update order_lines l set variant_id = $2, sku = $3, name = $4, weight_grams = $5, unit_amount = $6::bigint, total_amount = $6::bigint * l.quantity
     from order_lines was where l.id = $1 and was.id = l.id returning l.order_id, was.total_amount - l.total_amount as less
   ), o as (
     update orders o set subtotal_amount = o.subtotal_amount - l.less, adjustment_amount = o.adjustment_amount + l.less,
       revision = revision + 1, version = version + 1, updated_at = now()
     from l where o.id = l.order_id
   )
   update recurring_lines set outcome = 'substituted', returned_amount = returned_amount + $7::bigint where order_line_id = $1`,
);

/**
 * Makes the order's lines what is sent of it. Its total stays, since that is the money that was taken: what is not sent becomes
 * a part of the adjustment, and goes back as such.
 */
export async function applyDecision(tx: Executor, orderId: string, decision: Decision): Promise<void> {
  const { line, outcome, returned } = decision;
  if (outcome === 'substituted') {
    const { by, unitAmount } = decision;
    await tx.rows(substitute, [line.id, by.id, by.sku, by.name, by.weightGrams, unitAmount, returned]);
  } else await tx.rows(drop, [line.id, outcome]);
  await appendOrderEvent(tx, orderId, `line.${outcome}`, {
    sku: line.sku,
    quantity: line.quantity,
    reason: 'out_of_stock',
    returned,
    ...(outcome === 'substituted' ? { substitute: decision.by.sku } : {}),
  });
}

const count = statement('count_order_lines', 'select count(*)::integer as lines from order_lines where order_id = $1');

export async function countLines(tx: Executor, orderId: string): Promise<number> {
  const [row] = await tx.rows<{ lines: number }>(count, [orderId]);
  return row!.lines;
}

const note = statement('note_stock_try', 'update stock_waits set tried_at = now() where order_id = $1');

export async function noteStockTry(tx: Executor, orderId: string): Promise<void> {
  await tx.rows(note, [orderId]);
}

const end = statement('end_stock_wait', 'update stock_waits set ended_at = now() where order_id = $1');

export async function endStockWait(tx: Executor, orderId: string): Promise<void> {
  await tx.rows(end, [orderId]);
}

// What is short of any line keeps the order waiting, so all of them are asked for. An order that has ended otherwise waits no more.
const ready = statement(
  'stock_waits_to_try',
  `select w.order_id from stock_waits w join orders o on o.id = w.order_id
   where w.ended_at is null and (
     w.created_at < now() - make_interval(secs => $2) or o.status <> 'paid' or w.tried_at < now() - make_interval(secs => $1) or not exists (
       select from (select variant_id, sum(quantity) as units from order_lines l where l.order_id = w.order_id group by variant_id) wanted
       where wanted.units > coalesce((select sum(s.on_hand - s.reserved) from stock_levels s where s.variant_id = wanted.variant_id), 0)
     )
   )
   order by w.created_at limit $3`,
);

/** Orders that wait for stock which has come, whose time is up, or which were not looked at for long: the oldest first. */
export async function findReadyWaits(
  db: Executor,
  { untriedSeconds, waitSeconds, limit }: { untriedSeconds: number; waitSeconds: number; limit: number },
): Promise<string[]> {
  return (await db.rows<{ order_id: string }>(ready, [untriedSeconds, waitSeconds, limit])).map(
    ({ order_id }) => order_id,
  );
}
