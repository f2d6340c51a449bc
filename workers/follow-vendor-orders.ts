/**
 * Brings the vendors' parts of an order to what the order says, and tells its vendors. Triggered by whatever changes an order that has
 * goods of a vendor (paid, held, edited, refunded, canceled, its parcels move).
 * lock the order → read what stands and what was told → compare (pure) → write and tell, all in one transaction. A second or late run
 * finds nothing to tell; two at once take turns at the order's row.
 */
import type { Database } from '../db/database.ts';
import { tellVendor } from '../db/tell-vendor.ts';
import { readVendorParts, writeVendorPart } from '../db/vendor-order-parts.ts';
import { followPart } from '../domain/vendors/order.ts';
import { done, type Outcome } from './outcome.ts';

export function createFollowVendorOrders({ db }: { db: Database }) {
  return async ({ order_id }: { order_id: string }): Promise<Outcome> => {
    const told = await db.transaction(async (tx) => {
      let news = 0;
      for (const part of await readVendorParts(tx, order_id)) {
        const change = followPart(part.kept, part);
        if (change.news.length === 0) continue;
        const id = await writeVendorPart(tx, part, change);
        await tellVendor(tx, id, change);
        news += change.news.length;
      }
      return news;
    });
    return done(told === 0 ? 'nothing new' : undefined);
  };
}
