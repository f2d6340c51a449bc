/** Captures an order whose money is to be taken when it is sent, within the run that sends it. A second run finds the capture. */
import { findLiveCapture, insertCapture } from '../db/captures.ts';
import { findOpenEdit } from '../db/order-edits.ts';
import { lockPayment } from '../db/payments.ts';
import { type CaptureDeps, sendCapture } from './send-capture.ts';

/** Does nothing for an order that is to be captured by hand. */
export async function captureForShipment(deps: CaptureDeps, orderId: string): Promise<void> {
  const capture = await deps.db.transaction(async (tx) => {
    const payment = await lockPayment(tx, orderId);
    if (payment?.capture_method !== 'at_shipment') return undefined;
    // What is to be sent is not decided yet.
    if (await findOpenEdit(tx, orderId)) return undefined;
    await insertCapture(tx, orderId);
    return findLiveCapture(tx, orderId);
  });
  if (capture) await sendCapture(deps, capture);
}
