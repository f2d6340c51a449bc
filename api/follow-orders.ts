/** Lets any number of requests follow orders: SSE streams, and POSTs that wait. One statement reads the new events of all of them. */
import type { Database } from '../db/database.ts';
import { findOrderEventsSince, type OrderEvent } from '../db/order-events.ts';
import { type Follower, followRows } from './follow-rows.ts';

export interface OrderFollowers {
  /** Calls back with events after `after`, in order, each once; returns how to stop. `onEnd`: the process is going. */
  follow(orderId: string, after: number, onEvents: OrderFollower['onEvents'], onEnd: () => void): () => void;
  /** Resolves with the first event that `until` accepts, or undefined when the time is over. */
  waitFor(
    orderId: string,
    after: number,
    until: (event: OrderEvent) => boolean,
    timeoutMs: number,
  ): Promise<OrderEvent | undefined>;
  readonly size: number;
  /** Ends all that follow, and all that come later at once. */
  end(): void;
  close(): Promise<void>;
}

interface OrderFollower extends Follower {
  after: number;
  onEvents: (events: OrderEvent[]) => void;
}

/** Sequences are int4, and one statement reads for all: what a client makes up must not fail everybody's. */
const LAST_SEQUENCE = 2_147_483_647;

export async function followOrders(
  db: Database,
  databaseUrl: string,
  onError: (error: Error) => void,
): Promise<OrderFollowers> {
  const followers = await followRows<OrderFollower>({
    databaseUrl,
    channel: 'stockroom_orders',
    onError,
    async read(asked) {
      const oldest = [...asked].map(([orderId, group]) => ({
        orderId,
        after: Math.min(...[...group].map((follower) => follower.after), LAST_SEQUENCE),
      }));
      const events = await findOrderEventsSince(db, oldest);
      for (const [orderId, ofOrder] of Map.groupBy(events, (event) => event.order_id))
        deliver(asked.get(orderId) ?? [], ofOrder);
    },
  });
  const follow: OrderFollowers['follow'] = (orderId, after, onEvents, onEnd) =>
    followers.add(orderId, { after: Math.min(after, LAST_SEQUENCE), onEvents, onEnd });
  return {
    follow,
    get size() {
      return followers.size;
    },
    waitFor: (...wish) => waitForEvent(follow, ...wish),
    end: followers.end,
    close: followers.close,
  };
}

function deliver(group: Iterable<OrderFollower>, events: OrderEvent[]): void {
  for (const follower of [...group]) {
    const fresh = events.filter((event) => event.sequence > follower.after);
    const last = fresh.at(-1);
    if (!last) continue;
    follower.after = last.sequence;
    follower.onEvents(fresh);
  }
}

function waitForEvent(
  follow: OrderFollowers['follow'],
  ...[orderId, after, until, timeoutMs]: Parameters<OrderFollowers['waitFor']>
): Promise<OrderEvent | undefined> {
  return new Promise((resolve) => {
    const finish = (event: OrderEvent | undefined) => {
      clearTimeout(timeout);
      stop();
      resolve(event);
    };
    const look = (events: OrderEvent[]) => {
      const found = events.find(until);
      if (found) finish(found);
    };
    const timeout = setTimeout(() => finish(undefined), timeoutMs);
    const stop = follow(orderId, after, look, () => finish(undefined));
  });
}
