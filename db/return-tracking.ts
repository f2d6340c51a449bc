/** Records what a carrier says of a parcel that comes back, whoever heard it and in whatever order, with what follows for its return. */
import { followUpdates, type ShipmentStatus, type TrackingUpdate } from '../domain/shipping.ts';
import { type Executor, statement } from './database.ts';
import { openException, resolveException } from './exceptions.ts';
import { lockOrderMoney } from './refunds.ts';
import { countParcelsOnTheWay, findParcel, followParcel, insertScans, listScans } from './return-parcels.ts';
import { lockReturn, moveReturn, type ReturnRow, tellReturn } from './returns.ts';

const touch = statement('touch_return_parcel', 'update return_parcels set updated_at = now() where id = $1');

/** Notes that the carrier was asked, so that it is not asked again at once. */
export async function touchParcel(db: Executor, id: string): Promise<void> {
  await db.rows(touch, [id]);
}

/**
 * Keeps scans of a parcel and moves its return with them. Only the set of all scans counts, so late, repeated and reordered ones lead
 * to the same end. Undefined when there is no such parcel of the order; else where the return then stands.
 */
export async function recordScans(
  tx: Executor,
  { orderId, parcelId, carrier }: { orderId: string; parcelId: string; carrier: string },
  updates: readonly TrackingUpdate[],
): Promise<ReturnRow | undefined> {
  await lockOrderMoney(tx, orderId);
  const parcel = await findParcel(tx, parcelId);
  if (parcel?.order_id !== orderId) return undefined;
  const ret = (await lockReturn(tx, parcel.return_id))!;
  if ((await insertScans(tx, parcelId, updates)) === 0) {
    await touchParcel(tx, parcelId);
    return ret;
  }
  const progress = followUpdates(scannable(parcel.status), await listScans(tx, parcelId));
  await followParcel(tx, parcelId, progress);
  await listTrouble(tx, ret, parcelId, progress.status);
  if (progress.status === 'delivered') await arrive(tx, ret, carrier, parcelId);
  else if (progress.shippedAt && (await moveReturn(tx, ret.id, 'in_transit')))
    await tellReturn(tx, ret, { type: 'in_transit', actor: carrier, data: { parcel_id: parcelId } });
  return lockReturn(tx, ret.id);
}

/** A label that was called off and is used all the same is followed like any other. */
const scannable = (status: string): ShipmentStatus =>
  status === 'failed' || status === 'canceled' ? 'label_purchased' : (status as ShipmentStatus);

/** With the last parcel the return has arrived; before, it is under way. */
async function arrive(tx: Executor, ret: ReturnRow, carrier: string, parcelId: string): Promise<void> {
  const isLast = (await countParcelsOnTheWay(tx, ret.id)) === 0;
  const to = isLast ? 'arrived' : 'in_transit';
  if (await moveReturn(tx, ret.id, to))
    await tellReturn(tx, ret, { type: to, actor: carrier, data: { parcel_id: parcelId } });
  else if (ret.status === 'lapsed' || ret.status === 'canceled')
    await openException(tx, {
      code: 'return_arrived_late',
      subject: ret.id,
      orderId: ret.order_id,
      detail: { number: ret.number, status: ret.status },
    });
}

/** A parcel that is stuck waits for a person; one that moves again does not. */
async function listTrouble(tx: Executor, { order_id: orderId, number }: ReturnRow, parcelId: string, status: string) {
  const code = 'return_parcel_stuck';
  if (status === 'exception') await openException(tx, { code, subject: parcelId, orderId, detail: { number } });
  else await resolveException(tx, code, parcelId, `The carrier reports it as ${status}.`);
}
