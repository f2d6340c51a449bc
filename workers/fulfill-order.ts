/**
 * Triggered by an order becoming paid (and by the sweeper). Sells the reserved stock, makes one shipment per location and
 * buys a label for each. A second run finds the order past `unfulfilled` and only the parcels without a label; the carrier
 * sells one label per shipment id, so that a crash between purchase and record buys nothing twice. Gives up when the
 * carrier refuses a parcel or nothing is reserved: both need a person. An order that is held waits for its release;
 * a hold that comes between two labels keeps the second from being bought; so does one of which an edit is not settled. One whose
 * money is to be taken at shipment is captured first; when that is refused, it stays as it is and a person is told. An order
 * without lines (a balance, an invoice of nothing but adjustments) has nothing to send: it is delivered at once. Where orders wait a while
 * before they are sent, so that they can be edited, a run that comes too early is put off.
 */
import type { Database } from '../db/database.ts';
import { deliverWithoutGoods } from '../db/deliver-without-goods.ts';
import { findOpenEdit } from '../db/order-edits.ts';
import { isHeld, releaseSentOrder } from '../db/order-holds.ts';
import { readyForMs } from '../db/paid-since.ts';
import { type FulfillmentStart, recordLabel, startFulfillment, type UnlabeledParcel } from '../db/shipments.ts';
import { type CarrierProvider, CarrierRefusedError } from '../providers/carrier.ts';
import type { PaymentProvider } from '../providers/payments.ts';
import { captureForShipment } from './capture-for-shipment.ts';
import { done, giveUp, later } from './outcome.ts';
import type { Processor } from './run-worker.ts';
import type { CaptureDeps } from './send-capture.ts';

export interface FulfillOrderDeps {
  db: Database;
  carrier: CarrierProvider;
  payments: PaymentProvider;
  /** How long a paid order waits before it is sent, and may be edited. */
  fulfillmentDelaySeconds?: number;
}

type Payload = { order_id: string };

export function createFulfillOrder({ db, carrier, payments, ...options }: FulfillOrderDeps): Processor<Payload> {
  const delayMs = (options.fulfillmentDelaySeconds ?? 0) * 1_000;
  return async ({ order_id }) => {
    const waitMs = delayMs > 0 ? delayMs - (await readyForMs(db, order_id)) : 0;
    if (waitMs > 0) return later(waitMs);
    const found = await startOnce(db, order_id);
    const order = found?.status === 'authorized' ? await afterCapture({ db, payments }, order_id) : found;
    if (!order) return giveUp('order_not_found', `There is no order ${order_id}.`);
    if (order.hold_reason) return held(db, order_id, order);
    if (order.parcels.length === 0) return withoutParcels(db, order_id, order);
    const refusals: string[] = [];
    for (const [at, parcel] of order.parcels.entries()) {
      if (at > 0 && (await isHeld(db, order_id))) return done('held while its labels were bought');
      const refusal = await labelParcel({ db, carrier }, order_id, order, parcel);
      if (refusal) refusals.push(refusal);
    }
    return refusals.length === 0 ? done() : giveUp('carrier_refused', refusals.join('; '));
  };
}

/** How often an order is looked at again that has changed while the statement waited for it. */
const MAX_LOOKS = 3;

/** A run beside this one may have begun, or an edit be made, while the statement waited for the order's lock, unseen. */
async function startOnce(db: Database, orderId: string): Promise<FulfillmentStart | undefined> {
  let order = await startFulfillment(db, orderId);
  for (let looked = 1; looked < MAX_LOOKS && order?.parcels.length === 0 && isWaiting(order); looked++)
    order = await startFulfillment(db, orderId);
  return order;
}

/** Of an order that is paid when it is sent, the money is taken now: nothing leaves that is not paid. */
async function afterCapture(deps: CaptureDeps, orderId: string): Promise<FulfillmentStart | undefined> {
  await captureForShipment(deps, orderId);
  return startOnce(deps.db, orderId);
}

/** A run that died after its last label may have left a hold behind that holds nothing. */
async function held(db: Database, orderId: string, { hold_reason, parcels }: FulfillmentStart) {
  if (parcels.length === 0 && (await releaseSentOrder(db, orderId))) return done('held too late');
  return done(`held: ${hold_reason}`);
}

const isWaiting = (order: FulfillmentStart) => order.status === 'paid' && order.fulfillment_status === 'unfulfilled';

async function withoutParcels(db: Database, orderId: string, order: FulfillmentStart) {
  if (isWaiting(order) && (await deliverWithoutGoods(db, orderId))) return done('it has no goods');
  if (isWaiting(order) && (await findOpenEdit(db, orderId))) return done('an edit of it is not settled');
  if (isWaiting(order)) return giveUp('stock_not_reserved', 'The order is paid, but no stock is reserved for it.');
  return done(`nothing to ship: the order is ${order.status}, ${order.fulfillment_status}`);
}

async function labelParcel(
  { db, carrier }: Pick<FulfillOrderDeps, 'db' | 'carrier'>,
  orderId: string,
  order: FulfillmentStart,
  parcel: UnlabeledParcel,
): Promise<string | undefined> {
  try {
    const label = await carrier.buyLabel({
      shipmentId: parcel.id,
      orderId,
      from: parcel.location,
      to: { name: order.customer_name ?? undefined, ...order.shipping_address },
      parcel: { weight_grams: parcel.weight_grams },
      service: order.shipping_method,
    });
    await recordLabel(db, orderId, parcel.id, label);
    return undefined;
  } catch (error) {
    if (error instanceof CarrierRefusedError) return `shipment ${parcel.id}: ${error.message}`;
    throw error;
  }
}
