/** What a person may ask of an order that was accepted: to end it, and to pay for it again. */
import type { OrderStatus } from '../domain/order-status.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { moveOrder } from './order-events.ts';
import { releaseStock } from './stock.ts';

/**
 * Ends an order that has not been shipped and frees its stock, in the caller's transaction. Returns false when the
 * order stands where that is not possible any more, or was done before.
 */
export async function endOrder(
  tx: Executor,
  orderId: string,
  to: 'canceled' | 'expired' | 'rejected',
  reason: string,
): Promise<boolean> {
  const status: OrderStatus = to;
  const moved = await moveOrder(tx, {
    orderId,
    status,
    fulfillmentStatus: 'canceled',
    event: `order.${to}`,
    data: { reason },
    reason,
  });
  if (moved) await releaseStock(tx, orderId);
  return moved;
}

const insertAttempt = statement(
  'insert_payment_attempt',
  `insert into payment_attempts (id, payment_id, number, payment_method)
   select $2, p.id, (select max(number) + 1 from payment_attempts where payment_id = p.id), $3
   from payments p
   where p.order_id = $1 and p.provider_id is not null and p.status in ('requires_payment_method', 'requires_confirmation', 'requires_action')
     and not exists (select from payment_attempts a where a.payment_id = p.id and a.status = 'pending' and a.number > 1)
   returning id`,
);

/** Adds an attempt to pay the order's PaymentIntent; undefined when it is not payable or an attempt is under way. */
export async function insertPaymentAttempt(
  tx: Executor,
  orderId: string,
  paymentMethod: string,
): Promise<string | undefined> {
  const id = uuidv7();
  return (await tx.rows(insertAttempt, [orderId, id, paymentMethod])).length > 0 ? id : undefined;
}
