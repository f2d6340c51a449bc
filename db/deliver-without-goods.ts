/** Orders that only take money: a balance, an invoice of nothing but adjustments. */
import { type Database, statement } from './database.ts';
import { moveOrder } from './order-events.ts';

const goodless = statement(
  'lock_order_without_goods',
  `with o as materialized (select id, status, hold_reason from orders where id = $1 for no key update)
   select o.id from o where o.status = 'paid' and o.hold_reason is null and not exists (select from order_lines l where l.order_id = o.id)`,
);

/** Ends a paid order that has no lines: nothing of it is sent, and nobody is told of a parcel. False for any other order. */
export function deliverWithoutGoods(db: Database, orderId: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    if ((await tx.rows(goodless, [orderId])).length === 0) return false;
    const data = { by: 'no_goods' };
    await moveOrder(tx, { orderId, fulfillmentStatus: 'processing', event: 'order.settled', data });
    return moveOrder(tx, {
      orderId,
      status: 'delivered',
      fulfillmentStatus: 'delivered',
      event: 'order.delivered',
      data,
    });
  });
}
