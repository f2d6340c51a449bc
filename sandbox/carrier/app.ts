import { createHmac } from 'node:crypto';
import express, { type Router } from 'express';
import { createFaultRouter, createFaults, type FaultAnswer, type Faults } from '../faults.ts';
import type { Store } from '../store.ts';
import { createDeliverer, DEFAULT_WEBHOOK_OPTIONS } from '../webhooks/deliverer.ts';
import { planDeliveries } from '../webhooks/plan-deliveries.ts';
import { createApi, fail } from './api.ts';
import { createControl } from './control.ts';
import { createJourney } from './journey.ts';
import { drawLabel } from './label.ts';
import { createParcels } from './parcels.ts';
import { showTracking } from './tracking-page.ts';

export interface CarrierSandboxOptions {
  store: Store;
  /** The registry that the other sandbox providers share; one of its own when left out. */
  faults?: Faults;
  webhook: { url: string; secret: string };
  /** 1 (default): a few seconds from door to door; 10: ten times as fast; 0: parcels move on request only. */
  speed?: number;
  /** Where this sandbox is reached, for labels and tracking pages; the host of the request when left out. */
  baseUrl?: string;
}

/** An Express router to mount at `/`: the API at `/carrier/v1`, pages at `/carrier/track` and `/carrier/labels`, control at `/carrier/control`. */
export type CarrierSandbox = Router & {
  /** Stops the parcels and the deliveries. The store is the caller's to close. */
  close(): void;
};

/** A carrier that sells labels, moves parcels by itself and tells of it by signed webhooks, over this store. */
export function createCarrierSandbox(options: CarrierSandboxOptions): CarrierSandbox {
  const { store, webhook, speed = 1, faults = createFaults() } = options;
  const parcels = createParcels(store);
  const target = { id: 'carrier', url: webhook.url, headers: (body: string) => headersOf(body, webhook.secret) };
  const deliverer = createDeliverer({ store, options: DEFAULT_WEBHOOK_OPTIONS, nowMs: Date.now }, [target]);
  const tell = (event: { id: string; type: string }) => {
    const body = JSON.stringify(event);
    for (const plan of planDeliveries(faults, 'carrier', event.type, Date.now()))
      deliverer.enqueue({ id: event.id, type: event.type, seq: null, body }, target, plan);
  };
  const journey = createJourney({ store, parcels, tell, speed });
  const router = express.Router();
  router.use(
    '/carrier/v1',
    faults.middleware('carrier', answerFault),
    createApi({ store, parcels, journey, baseUrl: options.baseUrl }),
  );
  router.use('/carrier/control/faults', createFaultRouter(faults, 'carrier'));
  router.use('/carrier/control', createControl({ parcels, journey, deliveries: deliverer.deliveries }));
  router.get('/carrier/labels/:id.svg', drawLabel(parcels));
  router.get('/carrier/track/:number', showTracking(parcels));
  return Object.assign(router, {
    close: () => {
      journey.close();
      deliverer.close();
    },
  });
}

/** `Carrier-Signature` for this body at this moment: HMAC-SHA256 over `<t>.<body>`. */
function headersOf(body: string, secret: string): Record<string, string> {
  const t = Math.floor(Date.now() / 1_000);
  const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  return {
    'Content-Type': 'application/json',
    'Carrier-Signature': `t=${t},v1=${v1}`,
    'User-Agent': 'Parcelwing/1.0',
  };
}

const answerFault: FaultAnswer = (fault, res) => {
  const status = fault.status ?? (fault.kind === 'rate_limit' ? 429 : 500);
  fail(res, status, status === 429 ? 'too_many_requests' : 'server_error', `fault on request: ${fault.kind}`);
};
