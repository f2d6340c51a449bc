import express, { type Router } from 'express';
import type { Deliveries } from '../webhooks/deliveries.ts';
import { fail } from './api.ts';
import type { Journey } from './journey.ts';
import type { Parcels } from './parcels.ts';

/** What a test or a person may ask of the sandbox beyond the carrier's own API. */
export function createControl(parts: { parcels: Parcels; journey: Journey; deliveries: Deliveries }): Router {
  const { parcels, journey, deliveries } = parts;
  const router = express.Router();
  router.use(express.json());
  router.get('/shipments', (req, res) => {
    const limit = Math.min(Number(req.query.limit) || 50, 500);
    res.json({
      data: parcels
        .list(limit)
        .map(({ id, reference, status, tracking_number }) => ({ id, reference, status, tracking_number })),
    });
  });
  // `{ "status": "exception" }` tells any scan; without it the parcel takes its next leg at once.
  router.post('/shipments/:id/advance', (req, res) => {
    const parcel = parcels.find(req.params.id);
    if (!parcel) return fail(res, 404, 'shipment_not_found', `No shipment ${req.params.id}.`);
    const wanted = (req.body as { status?: unknown } | undefined)?.status;
    if (wanted === undefined && parcel.status === 'delivered') {
      return fail(res, 409, 'already_delivered', 'The parcel has arrived.');
    }
    const status = journey.advance(parcel, wanted === undefined ? undefined : String(wanted).slice(0, 100));
    res.json({ id: parcel.id, status });
  });
  router.get('/deliveries', (_req, res) => {
    const { delivered: _well, ...others } = deliveries.count('carrier');
    res.json(others);
  });
  return router;
}
