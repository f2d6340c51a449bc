/** Orders that were paid some days ago, written in sets, with the ids that their payments have at Stripe. */
import { type Database, statement } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';

export interface PaidOrder {
  id: string;
  paymentId: string;
  /** What the ids at Stripe end in. */
  name: string;
  amount: number;
  currency: string;
  fee: number;
}

const insert = statement(
  'insert_paid_orders',
  `with item as materialized (
     select * from json_to_recordset($1) as item (id uuid, "paymentId" uuid, name text, amount bigint, currency text, fee bigint)
   ), o as (
     insert into orders (id, number, status, payment_status, currency, subtotal_amount, shipping_amount, tax_amount, total_amount,
       customer_email, shipping_address, shipping_method, expires_at, created_at)
     select id, 'ORD-' || name, 'paid', 'paid', currency, amount, 0, 0, amount, 'buyer@example.com', '{}', 'standard', $2, $2 from item
   ), e as (
     insert into order_events (order_id, sequence, type) select id, 1, 'order.accepted' from item
   ), p as (
     insert into payments (id, order_id, provider_id, status, currency, amount, captured_amount, fee_amount, charge_id, created_at, updated_at)
     select "paymentId", id, 'pi_' || name, 'succeeded', currency, amount, amount, fee, 'ch_' || name, $2, $2 from item
   )
   insert into payment_attempts (id, payment_id, number, status) select gen_random_uuid(), "paymentId", 1, 'accepted' from item`,
);

/** Amounts differ from order to order; one in ten is in yen, one in ten in dinars. */
export function makePaidOrders(count: number, from = 0): PaidOrder[] {
  return Array.from({ length: count }, (_, n) => {
    const at = from + n;
    const currency = at % 10 === 3 ? 'jpy' : at % 10 === 7 ? 'kwd' : 'usd';
    const amount = 1_000 + at * 10;
    const name = String(at).padStart(6, '0');
    return { id: uuidv7(), paymentId: uuidv7(), name, amount, currency, fee: feeFor(amount) };
  });
}

/** What Stripe takes of a charge. */
export const feeFor = (amount: number): number => Math.round(amount * 0.029) + 30;

export async function insertPaidOrders(db: Database, orders: readonly PaidOrder[], at: Date): Promise<void> {
  for (let from = 0; from < orders.length; from += 1_000)
    await db.rows(insert, [JSON.stringify(orders.slice(from, from + 1_000)), at]);
}

const refund = statement(
  'insert_paid_refund',
  `with r as (
     insert into refunds (id, order_id, payment_id, provider_id, cause, amount, currency, status, created_at, updated_at)
     select $2::uuid, id, (select id from payments where order_id = $1), $3, 'test/' || $2::uuid, $4, currency, 'succeeded', created_at, created_at
     from orders where id = $1
   )
   update payments set refunded_amount = $4 where order_id = $1`,
);

/** A refund of ours that has succeeded, with the id that it has at Stripe. */
export async function insertPaidRefund(
  db: Database,
  { id }: Pick<PaidOrder, 'id'>,
  { refundId, providerId, amount }: { refundId: string; providerId: string; amount: number },
): Promise<void> {
  await db.rows(refund, [id, refundId, providerId, amount]);
}
