/**
 * A step of the sweeper: tells operations, and whoever listens by webhook, that little of a variant is left. Each time is taken and told
 * in one transaction, so any number of sweepers tell it once.
 */
import type { Database, Executor } from '../db/database.ts';
import { hasLowStock, type LowStock, takeLowStock } from '../db/low-stock.ts';
import { appendShopEvent } from '../db/shop-events.ts';
import { tell } from '../db/tell.ts';

/** Of one transaction. */
const LIMIT = 100;

/** @param fallback the address for when no recipient of operations is known */
export async function tellLowStock(db: Database, fallback: string | undefined): Promise<void> {
  while (await hasLowStock(db)) {
    const taken = await db.transaction(async (tx) => {
      const low = await takeLowStock(tx, LIMIT);
      for (const each of low) await tellOne(tx, each, fallback);
      return low.length;
    });
    // What is left is in somebody else's hands.
    if (taken === 0) return;
  }
}

async function tellOne(tx: Executor, { id, ...item }: LowStock, fallback: string | undefined): Promise<void> {
  const { sku, available, threshold } = item;
  await appendShopEvent(tx, { type: 'stock.low', object: 'stock', objectId: sku, data: { available, threshold } });
  const data = { items: [{ ...item, location: null }] };
  const cause = `stock.low/${id}`;
  await tell(tx, { event: 'stock.low', orderId: null, cause, data, fallback: { operations: fallback } });
}
