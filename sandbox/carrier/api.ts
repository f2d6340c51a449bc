import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { Store } from '../store.ts';
import { CARRIER, type Journey, trackingUrl } from './journey.ts';
import type { Address, Parcel, Parcels } from './parcels.ts';

/** Days and base price in cents of each service, and what a started kilogram adds. */
const SERVICES = {
  standard: { days: 4, base: 490, perKilogram: 60 },
  express: { days: 1, base: 1290, perKilogram: 140 },
} as const;

/** A label may wait for others to share a commit with. */
const GATHER_MS = 4;

/** Where no parcel can be sent: what a definite refusal is tried with. */
const NOT_SERVED = 'AQ';

export interface ApiParts {
  store: Store;
  parcels: Parcels;
  journey: Journey;
  baseUrl: string | undefined;
}

/** Rates, labels and tracking as JSON: every call with a bearer key, a purchase with an `Idempotency-Key`. */
export function createApi(parts: ApiParts): Router {
  const router = express.Router();
  router.use(authenticate, express.json({ limit: '64kb' }));
  router.post('/rates', (req, res) => {
    const order = readOrder(req.body, res);
    if (!order) return;
    const services = Object.keys(SERVICES) as (keyof typeof SERVICES)[];
    res.json({
      rates: services.map((service) => ({
        service,
        ...costOf(service, order.weight),
        delivery_days: SERVICES[service].days,
      })),
    });
  });
  router.post('/shipments', buyLabel(parts));
  router.get('/shipments/:id', (req, res) => {
    const parcel = parts.parcels.find(req.params.id);
    if (!parcel) return fail(res, 404, 'shipment_not_found', `No shipment ${req.params.id}.`);
    const events = parts.parcels.scans(parcel);
    parts.store.afterCommit(() => res.json({ ...show(parcel), events }));
  });
  router.use((req, res) => fail(res, 404, 'path_not_found', `Nothing at ${req.method} ${req.originalUrl}.`));
  return router;
}

export function fail(res: Response, status: number, code: string, message: string): void {
  res.status(status).json({ error: { code, message } });
}

const authenticate: RequestHandler = (req, res, next) => {
  if (/^Bearer \S+$/.test(req.get('authorization') ?? '')) next();
  else fail(res, 401, 'unauthorized', 'Send your key as a bearer token.');
};

function buyLabel({ store, parcels, journey, baseUrl }: ApiParts): RequestHandler {
  return (req, res) => {
    const key = req.get('idempotency-key');
    if (!key) return fail(res, 400, 'idempotency_key_missing', 'A purchase needs an Idempotency-Key.');
    const order = readOrder(req.body, res);
    if (!order) return;
    const facts = {
      metadata: order.metadata,
      from: order.from,
      to: order.to,
      weight_grams: order.weight,
      service: order.service,
      cost: costOf(order.service, order.weight),
      base_url: baseUrl ?? `${req.protocol}://${req.get('host')}`,
    };
    const { parcel, created } = store.transaction(() => {
      const bought = parcels.insert(key, order.reference, facts, journey.dueAt('label_purchased'));
      if (bought.created) journey.begin(bought.parcel);
      return bought;
    }, GATHER_MS);
    if (!created) res.set('Idempotent-Replayed', 'true');
    store.afterCommit(() => res.status(created ? 201 : 200).json(show(parcel)), GATHER_MS);
  };
}

function show(parcel: Parcel) {
  const { facts } = parcel;
  return {
    id: parcel.id,
    object: 'shipment',
    reference: parcel.reference,
    metadata: facts.metadata,
    status: parcel.status,
    carrier: CARRIER,
    service: facts.service,
    tracking_number: parcel.tracking_number,
    tracking_url: trackingUrl(parcel),
    label_url: `${facts.base_url}/carrier/labels/${parcel.id}.svg`,
    cost: facts.cost,
    parcel: { weight_grams: facts.weight_grams },
    from: facts.from,
    to: facts.to,
  };
}

function costOf(service: string, weightGrams: number) {
  const price = Object.hasOwn(SERVICES, service) ? SERVICES[service as keyof typeof SERVICES] : SERVICES.standard;
  return { amount: price.base + price.perKilogram * Math.ceil(weightGrams / 1_000), currency: 'usd' };
}

interface LabelOrder {
  reference: string;
  metadata: Record<string, string>;
  from: Address;
  to: Address;
  weight: number;
  service: string;
}

/** Reads a request for rates or a label, or answers what is wrong with it. */
function readOrder(body: Request['body'], res: Response): LabelOrder | undefined {
  const asked = (body ?? {}) as Record<string, unknown>;
  const { reference = '', metadata = {}, from, to, parcel, service = 'standard' } = asked;
  const weight = Number((parcel as { weight_grams?: unknown } | undefined)?.weight_grams);
  const refuse = (code: string, message: string) => {
    fail(res, 422, code, message);
    return undefined;
  };
  if (!isAddress(from) || !isAddress(to)) return refuse('address_invalid', '`from` and `to` need a `country`.');
  if (!Number.isInteger(weight) || weight < 0)
    return refuse('parcel_invalid', '`parcel.weight_grams` is a whole number.');
  if (to.country === NOT_SERVED) return refuse('address_not_served', `Nothing is delivered to ${NOT_SERVED}.`);
  return {
    reference: String(reference),
    metadata: metadata as Record<string, string>,
    from,
    to,
    weight,
    service: String(service).slice(0, 50),
  };
}

const isAddress = (value: unknown): value is Address =>
  typeof value === 'object' && value !== null && typeof (value as Address).country === 'string';
