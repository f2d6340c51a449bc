/** Stripe's lists for reconciliation. After a failure the caller goes on from the last page that it has kept. */
import Stripe from 'stripe';
import type { EventObject } from '../domain/stripe-events.ts';
import type { BalanceMovement, StripeObject } from '../domain/stripe-objects.ts';
import { hostOf, type StripeOptions } from './payments.ts';
import { toMovement, toObject } from './payments-objects.ts';
import { patiently, walk } from './stripe-pages.ts';

export interface ListedEvent {
  id: string;
  type: string;
  createdAt: Date;
  object: EventObject;
}

export interface ListRange {
  /** Created at this time or later. */
  since: Date;
  /** The id that the page begins behind, to go on with a list that was left. */
  after?: string | undefined;
}

export interface MovementPage {
  movements: BalanceMovement[];
  /** What the movements came from, as far as it is of a type that is kept. */
  sources: StripeObject[];
}

export type ListedType = 'payment_intent' | 'refund' | 'dispute' | 'payout';

/** Pages are newest first. */
export interface StripeLists {
  /** @param undelivered only those that no endpoint has answered with 2xx */
  events(range: ListRange, types: readonly string[], undelivered: boolean): AsyncIterable<ListedEvent[]>;
  movements(range: ListRange): AsyncIterable<MovementPage>;
  /** All that left with a payout, its own movement among them. Only of automatic payouts. */
  movementsOf(payoutId: string): AsyncIterable<MovementPage>;
  objects(type: ListedType, range: ListRange): AsyncIterable<StripeObject[]>;
  /** Undefined when Stripe knows no such object. */
  retrieve(type: ListedType, id: string): Promise<StripeObject | undefined>;
  /** A payout with the movement that it is in Stripe's balance. */
  retrievePayout(id: string): Promise<{ payout: StripeObject; movement: BalanceMovement | undefined } | undefined>;
}

export function createStripeLists(options: StripeOptions): StripeLists {
  const stripe = new Stripe(options.secretKey, {
    timeout: options.timeoutMs,
    maxNetworkRetries: 2,
    telemetry: false,
    ...hostOf(options.apiBase),
  });
  const list = (
    type: ListedType,
    params: Stripe.PaginationParams & { created: Stripe.RangeQueryParam },
  ): Promise<Stripe.ApiList<Expandable>> => {
    if (type === 'payment_intent') return stripe.paymentIntents.list(params);
    if (type === 'refund') return stripe.refunds.list(params);
    if (type === 'dispute') return stripe.disputes.list(params);
    return stripe.payouts.list(params);
  };
  const one = (type: ListedType, id: string): Promise<Expandable> => {
    if (type === 'payment_intent') return stripe.paymentIntents.retrieve(id);
    if (type === 'refund') return stripe.refunds.retrieve(id);
    if (type === 'dispute') return stripe.disputes.retrieve(id);
    return stripe.payouts.retrieve(id);
  };
  const expand = ['data.source'];

  return {
    async *events({ since, after }, types, undelivered) {
      const fixed = { created: from(since), types: [...types], ...(undelivered ? { delivery_success: false } : {}) };
      const pages = walk<Stripe.Event>((page) => stripe.events.list({ ...fixed, ...page }), after);
      for await (const page of pages) yield page.map(toEvent);
    },
    async *movements({ since, after }) {
      const created = from(since);
      for await (const page of walk((cut) => stripe.balanceTransactions.list({ created, expand, ...cut }), after))
        yield toMovements(page);
    },
    async *movementsOf(payout) {
      for await (const page of walk((cut) => stripe.balanceTransactions.list({ payout, expand, ...cut })))
        yield toMovements(page);
    },
    async *objects(type, { since, after }) {
      const pages = walk<Expandable>((cut) => list(type, { created: from(since), ...cut }), after);
      for await (const page of pages) yield page.map(toObject).filter((each) => each !== undefined);
    },
    async retrieve(type, id) {
      const found = await unlessMissing(() => one(type, id));
      return found && toObject(found);
    },
    async retrievePayout(id) {
      const found = await unlessMissing(() => stripe.payouts.retrieve(id, { expand: ['balance_transaction'] }));
      const payout = found && toObject(found);
      if (!found || !payout) return undefined;
      const { balance_transaction: own } = found;
      return { payout, movement: own && typeof own === 'object' ? toMovement(own) : undefined };
    },
  };
}

type Expandable = Parameters<typeof toObject>[0] & { id: string };

const from = (since: Date) => ({ gte: Math.floor(since.getTime() / 1_000) });

async function unlessMissing<T extends { object?: string }>(request: () => Promise<T>): Promise<T | undefined> {
  try {
    const found = await patiently(request);
    if (typeof found?.object !== 'string') throw new Error('Stripe answered with something that is no object');
    return found;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.statusCode === 404 && error.code === 'resource_missing')
      return undefined;
    throw error;
  }
}

const toEvent = (event: Stripe.Event): ListedEvent => ({
  id: event.id,
  type: event.type,
  createdAt: new Date(event.created * 1_000),
  object: event.data.object as EventObject,
});

function toMovements(page: Stripe.BalanceTransaction[]): MovementPage {
  const sources = page.map(({ source }) => (source && typeof source === 'object' ? toObject(source) : undefined));
  return { movements: page.map(toMovement), sources: sources.filter((each) => each !== undefined) };
}
