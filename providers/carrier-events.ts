/** What the carrier sends: one scan of one parcel per event, signed with HMAC-SHA256 over `<t>.<body>`. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { trackingUpdate } from './carrier.ts';

export const carrierEvent = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
  type: z.string().max(100),
  shipment: z.object({
    id: z.string().max(200),
    /** Our own shipment id, as given with the label's purchase. */
    reference: z.string().max(200),
    metadata: z.record(z.string(), z.string()).default({}),
    carrier: z.string().max(200),
    tracking_number: z.string().max(200),
    tracking_url: z.string().max(2_000),
  }),
  update: trackingUpdate,
});

export type CarrierEvent = z.output<typeof carrierEvent>;

/** An event as it is recorded. */
export function newsEvent(event: CarrierEvent) {
  const { id, type, shipment } = event;
  const { carrier, tracking_number: trackingNumber, tracking_url: trackingUrl } = shipment;
  return { id, type, objectId: shipment.id, carrier, trackingNumber, trackingUrl, payload: event };
}

const SIGNATURE_TOLERANCE_SECONDS = 300;

/**
 * Whether `header` (`t=<unix seconds>,v1=<hex>`; several `v1` while a secret rolls) signs this body with this secret.
 * Both older and newer than five minutes is refused: a timestamp from the future could be replayed for ever.
 */
export function verifyCarrierSignature(body: Buffer, header: string | undefined, secret: string, nowMs = Date.now()) {
  const parts = (header ?? '').split(',').map((part) => part.trim().split('='));
  const time = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d{1,12}$/.test(time)) return false;
  if (Math.abs(nowMs / 1_000 - Number(time)) > SIGNATURE_TOLERANCE_SECONDS) return false;
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
  return parts.some(([name, value = '']) => {
    const given = Buffer.from(value, 'hex');
    return name === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
