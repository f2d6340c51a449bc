/**
 * Triggered by an event of the carrier's (`event_id`), or by the sweeper when it was silent (then the carrier is asked).
 * Derives the parcel's state from all that is known of it, moves the order after it and writes the messages. Late, repeated
 * and reordered news lead to the same end, because only the set of them counts; a crash before the messages leaves the job
 * open, and the next run sees what was not told yet. Gives up when the carrier does not know the parcel.
 */
import type { Database } from '../db/database.ts';
import { openException, resolveException } from '../db/exceptions.ts';
import { insertNotification } from '../db/notifications.ts';
import { findTrackedShipment, recordTracking, type TrackedShipment, touchShipment } from '../db/tracking.ts';
import {
  followUpdates,
  type Parcel,
  planTracking,
  type TrackingPlan,
  type TrackingUpdate,
} from '../domain/shipping.ts';
import { type CarrierProvider, CarrierRefusedError } from '../providers/carrier.ts';
import { type CarrierEvent, carrierEvent } from '../providers/carrier-events.ts';
import { done, giveUp, later } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export interface TrackShipmentDeps {
  db: Database;
  carrier: CarrierProvider;
}

type Payload = { order_id: string; shipment_id: string; event_id?: string | undefined };

/** News and the parcel's facts that came along with them. */
interface News {
  updates: TrackingUpdate[];
  shipment?: CarrierEvent['shipment'];
}

export function createTrackShipment({ db, carrier }: TrackShipmentDeps): Processor<Payload> {
  return async (payload) => {
    for (let tries = 0; tries < 5; tries++) {
      const tracked = await findTrackedShipment(db, payload.shipment_id, payload.order_id, payload.event_id);
      if (!tracked) return giveUp('shipment_not_found', `There is no shipment ${payload.shipment_id} of this order.`);
      const news = await readNews(carrier, tracked, payload);
      if (!news) return done('the carrier has nothing to say yet');
      if ('kind' in news) return news;
      const standing = await applyNews(db, payload, tracked, news);
      if (!standing) continue;
      await listTrouble(db, payload, tracked, standing);
      await tellCustomer(db, payload, tracked, standing);
      return done();
    }
    // Others write this order's history faster than we read it: nothing is wrong, so no attempt is used up.
    return later(200);
  };
}

async function readNews(carrier: CarrierProvider, tracked: TrackedShipment, payload: Payload) {
  if (payload.event_id) return newsOfEvent(tracked.event);
  if (!tracked.carrier_shipment_id) return undefined;
  try {
    return { updates: await carrier.track(tracked.carrier_shipment_id) } satisfies News;
  } catch (error) {
    if (error instanceof CarrierRefusedError) return giveUp('carrier_refused', error.message);
    throw error;
  }
}

function newsOfEvent(event: unknown): News | undefined {
  const parsed = carrierEvent.safeParse(event);
  return parsed.success ? { updates: [parsed.data.update], shipment: parsed.data.shipment } : undefined;
}

/** Where parcel and order stand after the news. */
interface Standing {
  parcel: Parcel;
  plan: TrackingPlan;
}

async function applyNews(
  db: Database,
  { order_id, shipment_id, event_id }: Payload,
  tracked: TrackedShipment,
  { updates, shipment }: News,
): Promise<Standing | undefined> {
  const known = new Set(tracked.known.map((update) => update.id));
  const fresh = updates.filter((update) => !known.has(update.id));
  const progress = followUpdates(tracked.status, [...tracked.known, ...fresh]);
  const after = { status: progress.status, shipped: tracked.shipped || progress.shippedAt !== undefined };
  const order = { status: tracked.order_status, fulfillmentStatus: tracked.fulfillment_status };
  const plan = planTracking(order, { status: tracked.status, shipped: tracked.shipped }, after, tracked.others);
  if (fresh.length === 0 && plan.events.length === 0 && !event_id) {
    await touchShipment(db, shipment_id);
    return { parcel: after, plan };
  }
  const facts = { shipment_id, tracking_number: shipment?.tracking_number };
  const recorded = await recordTracking(db, {
    orderId: order_id,
    shipmentId: shipment_id,
    eventId: event_id,
    lastEvent: tracked.last_event,
    status: plan.status,
    fulfillmentStatus: plan.fulfillmentStatus,
    shipmentStatus: after.status,
    shippedAt: progress.shippedAt,
    deliveredAt: progress.deliveredAt,
    carrier: shipment?.carrier,
    trackingNumber: shipment?.tracking_number,
    trackingUrl: shipment?.tracking_url,
    updates: fresh,
    events: eventsOf(plan, fresh, facts),
  });
  return recorded ? { parcel: after, plan } : undefined;
}

/** News that move nothing are told too: each change of what is known must count the order's events up. */
function eventsOf(plan: TrackingPlan, fresh: TrackingUpdate[], facts: object) {
  if (plan.events.length > 0) {
    return plan.events.map((type) => ({ type, data: type.startsWith('shipment.') ? facts : {} }));
  }
  return fresh.map(({ status, description }) => ({
    type: 'shipment.tracked',
    data: { ...facts, status, description },
  }));
}

/** A parcel that is stuck waits for a person; one that moves again does not. */
async function listTrouble(db: Database, payload: Payload, before: TrackedShipment, { parcel }: Standing) {
  const subject = payload.shipment_id;
  if (parcel.status === 'exception') {
    const detail = { order_status: before.order_status, carrier_shipment_id: before.carrier_shipment_id };
    await openException(db, { code: 'shipment_stuck', subject, orderId: payload.order_id, detail });
  } else if (before.status === 'exception') {
    await resolveException(db, 'shipment_stuck', subject, `The carrier reports it as ${parcel.status}.`);
  }
}

/** One message per parcel that left and one for the whole order: what is due is told by the state, not by the change. */
async function tellCustomer(db: Database, payload: Payload, tracked: TrackedShipment, { parcel, plan }: Standing) {
  const message = { orderId: payload.order_id, recipient: tracked.customer_email };
  const shipped = `shipment.shipped/${payload.shipment_id}`;
  if (parcel.shipped && plan.status !== 'canceled' && !tracked.told.includes(shipped)) {
    await insertNotification(db, { ...message, cause: shipped, template: 'shipped' });
  }
  const delivered = `order.delivered/${payload.order_id}`;
  if (plan.status === 'delivered' && !tracked.told.includes(delivered)) {
    await insertNotification(db, { ...message, cause: delivered, template: 'delivered' });
  }
}
