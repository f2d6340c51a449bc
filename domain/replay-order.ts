/**
 * Replays an order's history over the transition tables. An event's type alone does not always say which states it moved
 * (a `payment.created` may tell of a move or only of a fact), so the replay keeps every standing that the events allow; a
 * history is sound when each event leads somewhere and the last standings hold the one that the order's row shows.
 */
import { fulfillmentTransitions, orderTransitions, paymentTransitions } from './order-status.ts';

export interface Standing {
  status: string;
  payment: string;
  fulfillment: string;
}

/** States that an event moves to; each must be a legal move from where the order stands. */
type Moves = Partial<Standing>;
/** An event may also move nothing, where `stays` names the state that the order is in already. */
type Option = Moves | { stays: Moves };

const awaiting = (payment: string): Option[] => [{ status: 'awaiting_payment', payment }, { payment }];
const ended = (status: string): Moves => ({ status, fulfillment: 'canceled' });
const stays = (axis: keyof Standing, ...states: string[]): Option[] =>
  states.map((state) => ({ stays: { [axis]: state } }));

const beganRefund: Option[] = [...stays('payment', 'refund_pending', 'refunded'), { payment: 'refund_pending' }];
const endedRefund: Option[] = [
  ...stays('payment', 'paid', 'partially_captured', 'refund_pending', 'partially_refunded', 'refunded'),
  { payment: 'paid' },
  { payment: 'partially_captured' },
  { payment: 'refund_pending' },
  { payment: 'partially_refunded' },
];

/** What each event may have moved; a type that is not here tells a fact and moves nothing. */
const optionsOf: Readonly<Record<string, readonly Option[]>> = {
  'order.rejected': [ended('rejected')],
  'order.canceled': [ended('canceled')],
  'order.expired': [ended('expired')],
  // Told before the first move of a payment that went further at once.
  'payment.created': [
    ...stays('status', 'pending'),
    ...awaiting('requires_payment_method'),
    ...awaiting('requires_confirmation'),
  ],
  'payment.requires_action': awaiting('requires_action'),
  'payment.processing': awaiting('processing'),
  'payment.failed': [...stays('payment', 'requires_payment_method'), ...awaiting('requires_payment_method')],
  'payment.authorized': [{ status: 'authorized', payment: 'authorized' }],
  'payment.succeeded': [{ status: 'paid', payment: 'paid' }],
  'payment.partially_captured': [{ status: 'paid', payment: 'partially_captured' }],
  'payment.succeeded_late': [{ payment: 'paid' }, { payment: 'partially_captured' }],
  'payment.canceled': [
    { payment: 'canceled' },
    { ...ended('canceled'), payment: 'canceled' },
    { ...ended('expired'), payment: 'canceled' },
  ],
  'payment.authorization_expired': [{ ...ended('canceled'), payment: 'canceled' }],
  // An order that has ended is told how its intent stands until that is closed.
  'payment.open_late': [
    {},
    { payment: 'requires_payment_method' },
    { payment: 'requires_confirmation' },
    { payment: 'requires_action' },
    { payment: 'processing' },
    { payment: 'authorized' },
  ],
  // Of several refunds each is told, and the payment stands where all of them together put it.
  'refund.created': beganRefund,
  'refund.requested': beganRefund,
  'refund.requires_action': beganRefund,
  'refund.succeeded': [
    ...stays('payment', 'refund_pending', 'partially_refunded', 'refunded'),
    { payment: 'partially_refunded' },
    { payment: 'refunded' },
  ],
  // Money of another order goes back there; of an order that was never paid itself, nothing moves.
  'credit.returned': [
    ...stays('payment', ...Object.keys(paymentTransitions)),
    { payment: 'refund_pending' },
    { payment: 'partially_refunded' },
    { payment: 'refunded' },
  ],
  'refund.failed': endedRefund,
  'refund.canceled': endedRefund,
  // Of an order without goods: there is nothing to allocate.
  'order.settled': [{ fulfillment: 'processing' }],
  'stock.allocated': [{ fulfillment: 'processing' }],
  'shipment.in_transit': [{}, { fulfillment: 'partially_shipped' }],
  'order.shipped': [{ status: 'shipped', fulfillment: 'shipped' }],
  'order.delivered': [{ status: 'delivered', fulfillment: 'delivered' }],
};

const tables = { status: orderTransitions, payment: paymentTransitions, fulfillment: fulfillmentTransitions } as const;
const START: Standing = { status: 'pending', payment: 'pending', fulfillment: 'unfulfilled' };

/** Why a history does not lead to where the order stands; undefined when it does. */
export interface Contradiction {
  problem: 'does_not_begin_accepted' | 'illegal_move' | 'ends_elsewhere';
  /** Index of the event that leads nowhere; the number of events when only the end is wrong. */
  at: number;
  event: string | undefined;
  /** Where the order may have stood before that event, or stands by its history. */
  standings: Standing[];
}

/** @param events types in the order of their sequence */
export function replayOrder(events: readonly string[], stands: Standing): Contradiction | undefined {
  if (events[0] !== 'order.accepted') {
    return { problem: 'does_not_begin_accepted', at: 0, event: events[0], standings: [] };
  }
  let standings = [START];
  for (let at = 1; at < events.length; at++) {
    const event = events[at] as string;
    const next = step(standings, event);
    if (next.length === 0) return { problem: 'illegal_move', at, event, standings };
    standings = next;
  }
  if (standings.some((each) => isSame(each, stands))) return undefined;
  return { problem: 'ends_elsewhere', at: events.length, event: undefined, standings };
}

function step(standings: readonly Standing[], event: string): Standing[] {
  if (event === 'order.accepted') return [];
  const options = optionsOf[event] ?? [{}];
  const reached = standings.flatMap((from) => options.flatMap((option) => follow(from, option)));
  return reached.filter((each, index) => reached.findIndex((other) => isSame(each, other)) === index);
}

/** Where an option leads; nowhere when the tables do not allow it. */
function follow(from: Standing, option: Option): Standing[] {
  if ('stays' in option) return axes(option.stays).every((axis) => from[axis] === option.stays[axis]) ? [from] : [];
  const isLegal = axes(option).every((axis) => {
    const targets = (tables[axis] as Readonly<Record<string, readonly string[]>>)[from[axis]];
    return targets?.includes(option[axis] ?? '') ?? false;
  });
  return isLegal ? [{ ...from, ...option }] : [];
}

const axes = (moves: Moves) => Object.keys(moves) as (keyof Standing)[];
const isSame = (a: Standing, b: Standing) => axes(a).every((axis) => a[axis] === b[axis]);
