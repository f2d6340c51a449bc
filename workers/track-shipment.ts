/**
 * Triggered by an event of the carrier's (`event_id`) that the webhook could not record at once, or by the sweeper when the
 * carrier was silent (then it is asked). Derives the parcel's state from all that is known of it, and records it with the
 * order's and the messages, in one statement. Late, repeated and reordered news lead to the same end, because only the set
 * of them counts; a crash before the exceptions list follows leaves the job open. Gives up when the carrier does not know
 * the parcel.
 */
import type { Database } from '../db/database.ts';
import { openException, resolveException } from '../db/exceptions.ts';
import { type News, recordNews } from '../db/record-news.ts';
import { findTrackedShipment, type TrackedShipment, touchShipment } from '../db/tracking.ts';
import { type NewsPlan, planNews } from '../domain/shipping.ts';
import { type CarrierProvider, CarrierRefusedError } from '../providers/carrier.ts';
import { carrierEvent, newsEvent } from '../providers/carrier-events.ts';
import { done, giveUp, later } from './outcome.ts';
import type { Processor } from './run-worker.ts';

export interface TrackShipmentDeps {
  db: Database;
  carrier: CarrierProvider;
}

type Payload = { order_id: string; shipment_id: string; event_id?: string | undefined };

export function createTrackShipment({ db, carrier }: TrackShipmentDeps): Processor<Payload> {
  return async (payload) => {
    for (let tries = 0; tries < 5; tries++) {
      const tracked = await findTrackedShipment(db, payload.shipment_id, payload.order_id, payload.event_id);
      if (!tracked) return giveUp('shipment_not_found', `There is no shipment ${payload.shipment_id} of this order.`);
      const news = await readNews(carrier, tracked, payload);
      if (!news) return done('the carrier has nothing to say yet');
      if ('kind' in news) return news;
      const plan = await applyNews(db, tracked, news);
      if (!plan) continue;
      await listTrouble(db, tracked, plan);
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
  return parsed.success ? { updates: [parsed.data.update], event: newsEvent(parsed.data) } : undefined;
}

/** Returns what the news led to; undefined when the order moved meanwhile. */
async function applyNews(db: Database, tracked: TrackedShipment, news: News): Promise<NewsPlan | undefined> {
  const plan = planNews(tracked, news.updates);
  if (plan.fresh.length === 0 && plan.events.length === 0 && !news.event) {
    await touchShipment(db, tracked.shipment_id);
    return plan;
  }
  return (await recordNews(db, tracked, plan, news.event)) ? plan : undefined;
}

/** A parcel that is stuck waits for a person; one that moves again does not. */
async function listTrouble(db: Database, before: TrackedShipment, { parcel }: NewsPlan) {
  const { shipment_id: subject, order_id: orderId, order_status, carrier_shipment_id } = before;
  if (parcel.status === 'exception') {
    const detail = { order_status, carrier_shipment_id };
    await openException(db, { code: 'shipment_stuck', subject, orderId, detail });
  } else {
    // Also when it was not stuck before: an earlier run may have died between its record and this.
    await resolveException(db, 'shipment_stuck', subject, `The carrier reports it as ${parcel.status}.`);
  }
}
