/** Orders in the states that a running shop leaves them in, written by the project's own functions: nothing to complain of. */

import { beginCheckout } from '../../db/begin-checkout.ts';
import { endOrder } from '../../db/cancel-order.ts';
import { type Database, statement } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { moveOrder } from '../../db/order-events.ts';
import { placeOrder, startOrder } from '../../db/place-order.ts';
import { type FollowUps, recordIntent } from '../../db/record-intent.ts';
import { insertFullRefund, settleRefund } from '../../db/refunds.ts';
import { recordLabel, startFulfillment } from '../../db/shipments.ts';
import { tell } from '../../db/tell.ts';
import type { Intent, IntentStatus } from '../../domain/judge-intent.ts';
import { seedVariants } from './catalogue.ts';

export interface SoundOrders {
  delivered: string;
  refunded: string;
  rejected: string;
  waiting: string;
  /** An order that was accepted a moment ago, its job open. */
  fresh: string;
}

const EMAIL = 'ada@example.com';
const API_KEY = '00000000-0000-7000-8000-000000000001';

/** Places five orders and carries each to its end, on a database that is empty otherwise. */
export async function seedSoundOrders(db: Database): Promise<SoundOrders> {
  await seedVariants(db, [
    { sku: 'TEE', units: 10 },
    { sku: 'LAST', units: 0 },
  ]);
  const orders = {
    delivered: await place(db, 'TEE', 2),
    refunded: await place(db, 'TEE', 1),
    rejected: await place(db, 'LAST', 1),
    waiting: await place(db, 'TEE', 3),
  };
  await deliver(db, orders.delivered);
  await refund(db, orders.refunded);
  await reject(db, orders.rejected);
  await checkOut(db, orders.waiting, 'requires_payment_method');
  await db.rows(statement('sound_mails', `update notifications set status = 'accepted'`));
  await db.rows(statement('sound_jobs', 'delete from outbox'));
  return { ...orders, fresh: await place(db, 'TEE', 1) };
}

async function place(db: Database, sku: string, quantity: number): Promise<string> {
  const { number, now, variants } = await startOrder(db, { skus: [sku], currency: 'usd' });
  const variant = variants[0]!;
  const [id, subtotal] = [uuidv7(), variant.amount! * quantity];
  await placeOrder(db, {
    id,
    number,
    paymentId: uuidv7(),
    attemptId: uuidv7(),
    createdAt: new Date(now),
    currency: 'usd',
    totals: { subtotal, shipping: 600, tax: 0, total: subtotal + 600 },
    customer: { email: EMAIL },
    shippingAddress: { line1: '1 Main Street', city: 'Springfield', country: 'US' },
    billingAddress: undefined,
    shippingMethod: 'standard',
    payment: { payment_method: 'pm_card_visa', confirm: true },
    metadata: {},
    livemode: false,
    expirySeconds: 1_800,
    lines: [
      { id: uuidv7(), variantId: variant.id, sku, name: sku, quantity, unitAmount: variant.amount!, weightGrams: 250 },
    ],
    job: { queue: 'check-out-order', jobId: `order-${id}`, payload: { order_id: id } },
    idempotency: {
      apiKeyId: API_KEY,
      key: id,
      requestHash: Buffer.from(id),
      status: 202,
      body: { id },
      location: `/v1/orders/${id}`,
    },
  });
  return id;
}

const job = (queue: string) => (orderId: string) => ({
  queue,
  jobId: `order-${orderId}`,
  payload: { order_id: orderId },
  orderId,
  availableAt: undefined,
});
const followUps: FollowUps = {
  fulfill: job('fulfill-order'),
  refund: job('issue-refund'),
  closeIntent: job('cancel-payment'),
};

async function checkOut(db: Database, orderId: string, status: IntentStatus): Promise<void> {
  await beginCheckout(db, orderId);
  const [order] = await db.rows<{ total: number }>(
    statement('sound_total', 'select total_amount as total from orders where id = $1'),
    [orderId],
  );
  const intent: Intent = {
    id: `pi_${orderId}`,
    status,
    amount: order!.total,
    amountReceived: status === 'succeeded' ? order!.total : 0,
    currency: 'usd',
    clientSecret: 'secret',
    nextActionUrl: null,
    chargeId: null,
    feeAmount: null,
    lastError: null,
    cancellationReason: null,
    orderId,
  };
  await recordIntent(db, orderId, intent, followUps);
}

async function deliver(db: Database, orderId: string): Promise<void> {
  await checkOut(db, orderId, 'succeeded');
  const start = await startFulfillment(db, orderId);
  const parcel = start!.parcels[0]!.id;
  const cost = { amount: 500, currency: 'usd' };
  const url = 'https://carrier.example/1';
  const label = { id: 'shp_1', carrier: 'demo', service: 'standard', tracking_number: '1', cost };
  await recordLabel(db, orderId, parcel, { ...label, tracking_url: url, label_url: url });
  const scanned = `update shipments set status = 'delivered', shipped_at = now(), delivered_at = now() where id = $1`;
  await db.rows(statement('sound_scan', scanned), [parcel]);
  for (const to of ['shipped', 'delivered'] as const) {
    await moveOrder(db, { orderId, status: to, fulfillmentStatus: to, event: `order.${to}` });
  }
  const about = { orderId, email: EMAIL };
  await tell(db, { ...about, event: 'shipment.shipped', cause: `shipment.shipped/${parcel}` });
  await tell(db, { ...about, event: 'order.delivered', cause: `order.delivered/${orderId}` });
}

async function refund(db: Database, orderId: string): Promise<void> {
  await checkOut(db, orderId, 'succeeded');
  await endOrder(db, orderId, 'canceled', 'changed my mind');
  const id = (await insertFullRefund(db, orderId, 'order_canceled'))!;
  await settleRefund(db, id, { providerId: `re_${id}`, status: 'succeeded' });
  await moveOrder(db, { orderId, paymentStatus: 'refunded', event: 'refund.succeeded' });
}

async function reject(db: Database, orderId: string): Promise<void> {
  const begun = await beginCheckout(db, orderId);
  const move = { status: 'rejected', fulfillmentStatus: 'canceled', event: 'order.rejected' } as const;
  await moveOrder(db, { orderId, ...move, ...(begun ? { shortages: begun.short } : {}) });
}
