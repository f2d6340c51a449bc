/**
 * What the news of a carrier means for a parcel and its order: pure, and the same whatever the order in which news come,
 * because a parcel's state is derived from the set of all that is known of it.
 */
import { type FulfillmentStatus, fulfillmentTransitions, type OrderStatus, orderTransitions } from './order-status.ts';

export type ShipmentStatus = 'pending' | 'label_purchased' | 'in_transit' | 'delivered' | 'exception';

/** Something a carrier says of a parcel, once per `id`; words we do not act on are kept as they are. */
export interface TrackingUpdate {
  id: string;
  status: string;
  description: string;
  /** RFC 3339. */
  occurred_at: string;
}

/** Words of carriers that mean one of our states. */
const meanings: Readonly<Record<string, ShipmentStatus>> = {
  in_transit: 'in_transit',
  out_for_delivery: 'in_transit',
  available_for_pickup: 'in_transit',
  delivered: 'delivered',
  exception: 'exception',
  undeliverable: 'exception',
  failure: 'exception',
  return_to_sender: 'exception',
  lost: 'exception',
};

const meaningOf = (update: TrackingUpdate): ShipmentStatus | undefined =>
  Object.hasOwn(meanings, update.status) ? meanings[update.status] : undefined;

export interface ParcelProgress {
  status: ShipmentStatus;
  /** RFC 3339; when it left, as far as the carrier told: also set by a later scan when the first was lost. */
  shippedAt: string | undefined;
  deliveredAt: string | undefined;
}

/** Where a parcel stands: delivered is final, otherwise the latest scan counts; without any it stays as it is. */
export function followUpdates(before: ShipmentStatus, updates: readonly TrackingUpdate[]): ParcelProgress {
  const scans = updates
    .filter((update) => meaningOf(update))
    .toSorted((a, b) => Date.parse(a.occurred_at) - Date.parse(b.occurred_at));
  const delivered = scans.find((scan) => meaningOf(scan) === 'delivered');
  const moved = scans.find((scan) => meaningOf(scan) !== 'exception');
  const last = scans.at(-1);
  return {
    status: delivered || before === 'delivered' ? 'delivered' : ((last && meaningOf(last)) ?? before),
    shippedAt: moved?.occurred_at,
    deliveredAt: delivered?.occurred_at,
  };
}

/** How far one parcel of an order is. */
export interface Parcel {
  status: ShipmentStatus;
  shipped: boolean;
}

export interface TrackedOrder {
  status: OrderStatus;
  fulfillmentStatus: FulfillmentStatus;
}

export interface TrackingPlan extends TrackedOrder {
  /** Types of the events to record, oldest first. */
  events: string[];
}

/**
 * Where an order stands after one of its parcels moved from `before` to `after`, with the other parcels as they are.
 * Each move passes the transition tables; when the parcel's departure was never told, `shipped` still comes before `delivered`.
 */
export function planTracking(
  order: TrackedOrder,
  before: Parcel,
  after: Parcel,
  others: readonly Parcel[],
): TrackingPlan {
  const plan: TrackingPlan = { ...order, events: parcelEvents(before, after) };
  const all = [after, ...others];
  if (all.some((parcel) => parcel.shipped)) moveFulfillment(plan, 'partially_shipped', all.length > 1);
  if (all.every((parcel) => parcel.shipped)) {
    moveFulfillment(plan, 'shipped');
    moveStatus(plan, 'shipped');
  }
  if (all.every((parcel) => parcel.status === 'delivered')) {
    moveFulfillment(plan, 'delivered');
    moveStatus(plan, 'delivered');
  }
  return plan;
}

function parcelEvents(before: Parcel, after: Parcel): string[] {
  const events: string[] = [];
  const movesAgain = after.status === 'in_transit' && before.status === 'exception';
  if ((after.shipped && !before.shipped) || movesAgain) events.push('shipment.in_transit');
  if (after.status === before.status) return events;
  if (after.status === 'delivered') events.push('shipment.delivered');
  if (after.status === 'exception') events.push('shipment.exception');
  return events;
}

function moveFulfillment(plan: TrackingPlan, to: FulfillmentStatus, wanted = true): void {
  const targets: readonly string[] = fulfillmentTransitions[plan.fulfillmentStatus];
  if (wanted && targets.includes(to)) plan.fulfillmentStatus = to;
}

function moveStatus(plan: TrackingPlan, to: 'shipped' | 'delivered'): void {
  const targets: readonly string[] = orderTransitions[plan.status];
  if (!targets.includes(to)) return;
  plan.status = to;
  plan.events.push(`order.${to}`);
}

/** What is known of a parcel and its order when news of it come. */
export interface KnownParcel extends Parcel {
  known: readonly TrackingUpdate[];
  others: readonly Parcel[];
  order_status: OrderStatus;
  fulfillment_status: FulfillmentStatus;
}

export interface NewsPlan extends TrackingPlan {
  /** The news that were not known yet. */
  fresh: TrackingUpdate[];
  progress: ParcelProgress;
  /** The parcel after the news. */
  parcel: Parcel;
  /** What the customer must be told: that this parcel left, that all of the order has arrived. */
  tell: ('shipped' | 'delivered')[];
  /** A parcel got stuck, or a stuck one moves again: a person's list must follow. */
  concernsPerson: boolean;
}

/** Weighs news of a parcel together with all that was known of it. Repeated and reordered news lead to the same end. */
export function planNews(before: KnownParcel, updates: readonly TrackingUpdate[]): NewsPlan {
  const known = new Set(before.known.map((update) => update.id));
  const fresh = updates.filter((update) => !known.has(update.id));
  const progress = followUpdates(before.status, [...before.known, ...fresh]);
  const parcel = { status: progress.status, shipped: before.shipped || progress.shippedAt !== undefined };
  const order = { status: before.order_status, fulfillmentStatus: before.fulfillment_status };
  const plan = planTracking(order, before, parcel, before.others);
  const tell: NewsPlan['tell'] = [];
  if (parcel.shipped && !before.shipped && plan.status !== 'canceled') tell.push('shipped');
  if (plan.status === 'delivered' && before.order_status !== 'delivered') tell.push('delivered');
  const concernsPerson = parcel.status === 'exception' || before.status === 'exception';
  return { ...plan, fresh, progress, parcel, tell, concernsPerson };
}
