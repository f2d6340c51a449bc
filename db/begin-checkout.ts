/** Checkout's first half: the stock of pending orders, all of an order's or none. */
import { type Executor, FEW, setStatement } from './database.ts';
import { columns, type PaymentRow, tables } from './payments.ts';
import type { Shortage } from './stock.ts';

export interface BegunCheckout {
  /** Empty: all is reserved (now or before). */
  short: Shortage[];
  payment: PaymentRow;
}

// The payment is read as it stood when the statement began, but for the event that the reservation itself has added: what
// somebody else changes meanwhile is found by the guards of what is written next.
const begin = setStatement<{ order_id: string }, PaymentRow & { short: Shortage[]; reserved_event: number }>(
  'begin_checkout',
  (item) => item.order_id,
  `with item as materialized (select n, order_id from json_to_recordset($1) as item (n integer, order_id uuid) where ${FEW})
   select item.n, begun.short, begun.last_event as reserved_event, ${columns}
   from begin_checkout(array(select order_id from item)) begun
   join item on item.order_id = begun.order_id, ${tables}
   where p.order_id = begun.order_id`,
);

/** Reserves a pending order's stock, and reads its payment on the way. Undefined: the order is not pending any more. */
export async function beginCheckout(db: Executor, orderId: string): Promise<BegunCheckout | undefined> {
  const [row] = await db.each(begin, { order_id: orderId });
  if (!row) return undefined;
  const { short, reserved_event, ...payment } = row;
  return { short, payment: { ...payment, last_event: reserved_event } };
}
