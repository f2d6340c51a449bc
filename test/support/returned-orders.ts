/** Orders that were paid, sent and delivered, for tests of what comes back. */
import { type Database, statement } from '../../db/database.ts';
import { moveOrder } from '../../db/order-events.ts';
import { recordLabel, startFulfillment } from '../../db/shipments.ts';
import { createCheckOutOrder } from '../../workers/check-out-order.ts';
import type { FakePayments } from './fake-payments.ts';
import { run } from './money-shop.ts';
import { insertTestOrder, type TestOrder } from './orders.ts';

const scanned = statement(
  'test_parcels_delivered',
  `update shipments set status = 'delivered', shipped_at = now() - make_interval(days => $2) - interval '1 hour',
     delivered_at = now() - make_interval(days => $2) where order_id = $1`,
);

/** Returns the id of an order that arrived so many days ago. */
export async function deliveredOrder(
  db: Database,
  payments: FakePayments,
  wish: Omit<TestOrder, 'paymentMethod'>,
  daysAgo = 1,
): Promise<string> {
  const id = await insertTestOrder(db, { ...wish, paymentMethod: 'pm_card_visa' });
  await createCheckOutOrder({ db, payments, returnUrl: () => 'https://shop.example' })({ order_id: id }, run);
  const start = await startFulfillment(db, id);
  for (const parcel of start!.parcels)
    await recordLabel(db, id, parcel.id, {
      ...{ id: `shp_${parcel.id}`, carrier: 'Parcelwing', service: 'standard', tracking_number: '1' },
      ...{ tracking_url: 'https://carrier.example/1', label_url: 'https://carrier.example/l/1' },
      cost: { amount: 500, currency: 'usd' },
    });
  await db.rows(scanned, [id, daysAgo]);
  for (const to of ['shipped', 'delivered'] as const)
    await moveOrder(db, { orderId: id, status: to, fulfillmentStatus: to, event: `order.${to}` });
  return id;
}
