/**
 * Triggered by the sweeper for a parcel that comes back, of which the carrier has said nothing for a while. Asks, and records what is
 * new. Repeated and late answers lead to the same end. Gives up when the carrier does not know the parcel.
 */
import type { Database } from '../db/database.ts';
import { insertJobs } from '../db/outbox.ts';
import { findParcel } from '../db/return-parcels.ts';
import { recordScans, touchParcel } from '../db/return-tracking.ts';
import { type CarrierProvider, CarrierRefusedError } from '../providers/carrier.ts';
import { advanceReturn } from '../queues/advance-return.ts';
import { makeJob } from '../queues/define-queue.ts';
import { done, giveUp } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export interface TrackReturnDeps {
  db: Database;
  carrier: CarrierProvider;
}

export function createTrackReturn({
  db,
  carrier,
}: TrackReturnDeps): Processor<{ order_id: string; parcel_id: string }> {
  return async ({ order_id: orderId, parcel_id: parcelId }) => {
    const parcel = await findParcel(db, parcelId);
    if (!parcel?.carrier_shipment_id) return done('it has no label of ours');
    try {
      const updates = await carrier.track(parcel.carrier_shipment_id);
      await db.transaction(async (tx) => {
        const ret = await recordScans(tx, { orderId, parcelId, carrier: 'carrier' }, updates);
        if (ret?.status === 'arrived')
          await insertJobs(tx, [
            makeJob(advanceReturn, { order_id: orderId, return_id: ret.id, version: ret.version }),
          ]);
      });
      return done();
    } catch (error) {
      if (!(error instanceof CarrierRefusedError)) throw error;
      await touchParcel(db, parcelId);
      return giveUp('carrier_refused', error.message);
    }
  };
}
