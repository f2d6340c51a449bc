/**
 * Stock held by orders (it is sold by the statement that begins to fulfil, see shipments.ts): each call is one function of migrations/0007_create_stock_functions.sql, which takes its
 * locks in (variant, location) order, so that no two orders deadlock. Lock the order's row before calling, when at all.
 */
import { type Executor, statement } from './database.ts';

/** A SKU of which an order asks for more units than are free, over all locations. */
export interface Shortage {
  sku: string;
  requested: number;
  available: number;
}

const reserve = statement('reserve_stock', 'select sku, requested, available from reserve_stock($1)');

/**
 * Reserves every line of an order or none. Returns what is short; an empty answer means that all is reserved (now, or by
 * an earlier call).
 */
export function reserveStock(tx: Executor, orderId: string): Promise<Shortage[]> {
  return tx.rows<Shortage>(reserve, [orderId]);
}

const release = statement('release_stock', 'select release_stock($1) as units');

/** The undo of {@link reserveStock}: frees what the order still holds. Returns the units freed, 0 the second time. */
export async function releaseStock(tx: Executor, orderId: string): Promise<number> {
  const [freed] = await tx.rows<{ units: number }>(release, [orderId]);
  return freed?.units ?? 0;
}
