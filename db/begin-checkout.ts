/** Checkout's first half: the stock of a pending order, all of it or none. */
import { type Executor, statement } from './database.ts';
import type { Shortage } from './stock.ts';

const begin = statement('begin_checkout', 'select begin_checkout($1) as short');

/** Reserves a pending order's stock. Empty: reserved (now or before). Undefined: the order is not pending any more. */
export async function beginCheckout(db: Executor, orderId: string): Promise<Shortage[] | undefined> {
  const [row] = await db.rows<{ short: Shortage[] | null }>(begin, [orderId]);
  return row?.short ?? undefined;
}
