/**
 * Triggered by a capture that was asked for (and by the sweeper while it is open): takes the money by {@link sendCapture}. A second
 * run finds the row settled; a run beside this one, or the webhook, leads to the same end. What Stripe refuses is not tried again.
 */
import { findCapture } from '../db/captures.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';
import { type CaptureDeps, sendCapture } from './send-capture.ts';

export function createCapturePayment(deps: CaptureDeps): Processor<{ order_id: string; capture_id: string }> {
  return async ({ capture_id: captureId }) => {
    const capture = await findCapture(deps.db, captureId);
    return done(capture ? await sendCapture(deps, capture) : 'there is no such capture');
  };
}
