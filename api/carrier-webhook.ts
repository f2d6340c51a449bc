/** `POST /webhooks/carrier`: verify, record or keep with a job, answer. */
import express, { type Request, type Router } from 'express';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { insertJobs } from '../db/outbox.ts';
import { recordEventAtOnce } from '../db/record-news.ts';
import { keepReturnEvent } from '../db/return-parcels.ts';
import { recordScans } from '../db/return-tracking.ts';
import { insertCarrierEvent } from '../db/tracking.ts';
import { type CarrierEvent, carrierEvent, newsEvent, verifyCarrierSignature } from '../providers/carrier-events.ts';
import { advanceReturn } from '../queues/advance-return.ts';
import { id, makeJob } from '../queues/define-queue.ts';
import { trackShipment } from '../queues/track-shipment.ts';
import { fieldErrors, Problem } from './problem.ts';

export interface CarrierWebhookOptions {
  db: Database;
  secret: string;
  log: Logger;
}

const PATHS = ['/webhooks/carrier', '/v1/webhooks/carrier'];

/** Answers 200 with `{ received, outcome }`; throws {@link Problem} 400 for what is not signed or not an event. */
export function createCarrierWebhook({ db, secret, log }: CarrierWebhookOptions): Router {
  // An empty secret would accept what anybody signs with nothing.
  if (secret.trim() === '') throw new RangeError('the secret of the carrier webhook is empty');
  const router = express.Router();
  // The signature is over the bytes as they came.
  router.post(PATHS, express.raw({ type: () => true, limit: '64kb' }), async (req, res) => {
    const event = readEvent(req, secret);
    const outcome = await takeEvent(db, event);
    log.debug({ event_id: event.id, outcome }, 'carrier event');
    res.json({ received: true, outcome });
  });
  return router;
}

function readEvent(req: Request, secret: string): CarrierEvent {
  const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
  if (!verifyCarrierSignature(body, req.get('carrier-signature'), secret)) {
    throw new Problem({
      status: 400,
      code: 'signature_invalid',
      detail: 'The Carrier-Signature header does not sign this body, or its time is more than 5 minutes off.',
    });
  }
  const parsed = carrierEvent.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  throw new Problem({
    status: 400,
    code: 'event_malformed',
    detail: 'The body is signed, but it is no carrier event.',
    errors: fieldErrors(parsed.error),
  });
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/**
 * Records the event at once when nothing but the parcel, its order and their messages follow from it, else keeps it with a
 * job. Parcels that others send with the same carrier account are none of ours: said, and kept nowhere when they name no id.
 */
async function takeEvent(db: Database, event: CarrierEvent): Promise<'kept' | 'duplicate' | 'ignored'> {
  const shipmentId = event.shipment.reference;
  const orderId = event.shipment.metadata.order_id ?? '';
  if (!id.safeParse(shipmentId).success || !id.safeParse(orderId).success) return 'ignored';
  if (event.shipment.metadata.return_id) return takeReturnEvent(db, event, orderId);
  const news = newsEvent(event);
  const recorded = await recordEventAtOnce(db, shipmentId, orderId, event.update, news);
  if (recorded !== 'left') return recorded === 'recorded' ? 'kept' : recorded;
  const job = makeJob(trackShipment, { order_id: orderId, shipment_id: shipmentId, event_id: event.id });
  const kept = await insertCarrierEvent(db, { ...news, shipmentId, orderId, job });
  if (!kept.known) return 'ignored';
  return kept.new ? 'kept' : 'duplicate';
}

/** A parcel that comes back: recorded at once with what follows for its return; a job tells whom its arrival concerns. */
function takeReturnEvent(
  db: Database,
  event: CarrierEvent,
  orderId: string,
): Promise<'kept' | 'duplicate' | 'ignored'> {
  const { shipment, update } = event;
  return db.transaction(async (tx) => {
    const parcel = { orderId, parcelId: shipment.reference, carrier: shipment.carrier };
    const ret = await recordScans(tx, parcel, [update]);
    if (!ret) return 'ignored';
    if (!(await keepReturnEvent(tx, newsEvent(event)))) return 'duplicate';
    const job = makeJob(advanceReturn, { order_id: orderId, return_id: ret.id, version: ret.version });
    if (ret.status === 'arrived') await insertJobs(tx, [job]);
    return 'kept';
  });
}
