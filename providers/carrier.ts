/** The carrier: who takes parcels, what it charges, and where they are. */
import http from 'node:http';
import https from 'node:https';
import { z } from 'zod';

export type CarrierAddress = Readonly<Record<string, unknown>>;

export interface CarrierParcel {
  weight_grams: number;
}

export interface CarrierRate {
  service: string;
  /** Minor units of `currency`. */
  amount: number;
  currency: string;
  delivery_days: number;
}

export interface LabelRequest {
  /** Our shipment: the carrier sells one label per shipment, however often it is asked. */
  shipmentId: string;
  /** Comes back with each of the carrier's events. */
  orderId: string;
  /** Of a parcel that comes back. */
  returnId?: string;
  from: CarrierAddress;
  to: CarrierAddress;
  parcel: CarrierParcel;
  service: string;
}

const label = z.object({
  id: z.string().min(1),
  carrier: z.string(),
  service: z.string(),
  tracking_number: z.string().min(1),
  tracking_url: z.string(),
  label_url: z.string(),
  cost: z.object({ amount: z.int(), currency: z.string() }),
});

export type Label = z.output<typeof label>;

/** One scan of a parcel; its id is the same in the carrier's events and in its answers. */
export const trackingUpdate = z.object({
  id: z.string().min(1).max(200),
  status: z.string().min(1).max(100),
  description: z.string().max(1_000).default(''),
  occurred_at: z.iso.datetime({ offset: true }),
});

export type CarrierUpdate = z.output<typeof trackingUpdate>;

export interface CarrierProvider {
  rates(from: CarrierAddress, to: CarrierAddress, parcel: CarrierParcel): Promise<CarrierRate[]>;
  /** Buys a label, or returns the one that was bought for this shipment before. */
  buyLabel(request: LabelRequest): Promise<Label>;
  /** Everything the carrier has seen of a parcel. */
  track(carrierShipmentId: string): Promise<CarrierUpdate[]>;
}

/** The carrier says no, and would say it again: the request itself is at fault. */
export class CarrierRefusedError extends Error {
  override readonly name = 'CarrierRefusedError';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(`The carrier refused (${status} ${code}): ${message}`);
    this.status = status;
    this.code = code;
  }
}

/** Nobody knows whether the carrier did it: ask again with the same key. */
export class CarrierUnavailableError extends Error {
  override readonly name = 'CarrierUnavailableError';
  readonly code = 'carrier_unavailable';
}

export interface CarrierOptions {
  /** Such as `https://api.carrier.example`; `/v1/…` is appended. */
  baseUrl: string;
  apiKey: string;
  timeoutMs?: number;
  maxSockets?: number;
}

export function createCarrier(options: CarrierOptions): CarrierProvider {
  const call = createCaller(options);
  return {
    async rates(from, to, parcel) {
      return ratesAnswer.parse(await call('POST', '/v1/rates', { from, to, parcel })).rates;
    },
    async buyLabel({ shipmentId, orderId, returnId, ...rest }) {
      const metadata = { order_id: orderId, ...(returnId ? { return_id: returnId } : {}) };
      const body = { reference: shipmentId, metadata, ...rest };
      return label.parse(await call('POST', '/v1/shipments', body, shipmentId));
    },
    async track(carrierShipmentId) {
      return trackAnswer.parse(await call('GET', `/v1/shipments/${encodeURIComponent(carrierShipmentId)}`)).events;
    },
  };
}

const ratesAnswer = z.object({
  rates: z.array(z.object({ service: z.string(), amount: z.int(), currency: z.string(), delivery_days: z.int() })),
});
const trackAnswer = z.object({ events: z.array(trackingUpdate) });
const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

type Call = (method: 'GET' | 'POST', path: string, body?: object, idempotencyKey?: string) => Promise<unknown>;

function createCaller({ baseUrl, apiKey, timeoutMs = 10_000, maxSockets = 32 }: CarrierOptions): Call {
  const base = baseUrl.replace(/\/$/, '');
  const client = base.startsWith('https:') ? https : http;
  const agent = new client.Agent({ keepAlive: true, maxSockets });
  return async (method, path, body, idempotencyKey) => {
    const payload = body ? JSON.stringify(body) : undefined;
    const headers = {
      Authorization: `Bearer ${apiKey}`,
      ...(payload ? { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(payload) } : {}),
      ...(idempotencyKey ? { 'Idempotency-Key': idempotencyKey } : {}),
    };
    // The signal ends the whole exchange, also one that trickles; a socket timeout would only see silence.
    const signal = AbortSignal.timeout(timeoutMs);
    const request = client.request(base + path, { method, headers, agent, signal });
    const { status, text } = await exchange(request, payload);
    if (status >= 200 && status < 300) return JSON.parse(text);
    throw failure(status, text);
  };
}

function exchange(request: http.ClientRequest, payload: string | undefined) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const lost = (error: Error) => reject(new CarrierUnavailableError('The carrier did not answer.', { cause: error }));
    request.on('error', lost);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', lost);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    request.end(payload);
  });
}

/** 4xx is definite, except what says "not now", and a wrong key of ours, which is no fault of the order’s. */
const NOT_NOW = new Set([401, 403, 408, 409, 425, 429]);

function failure(status: number, text: string): Error {
  const said = refusal.safeParse(parseLoosely(text));
  const { code, message } = said.success ? said.data.error : { code: 'unknown', message: text.slice(0, 200) };
  if (status < 400 || status >= 500 || NOT_NOW.has(status)) {
    return new CarrierUnavailableError(`The carrier answered ${status} ${code}: ${message}`);
  }
  return new CarrierRefusedError(status, code, message);
}

function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
