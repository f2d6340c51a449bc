/**
 * Lets any number of requests follow orders: SSE streams, and POSTs that wait. They wait for rows, never for the queue:
 * a signal names orders that changed, one statement reads the new events of all of them, and a look every second
 * finds what a lost signal would have told.
 */
import type { Database } from '../db/database.ts';
import { listen } from '../db/listen.ts';
import { findOrderEventsSince, type OrderEvent } from '../db/order-events.ts';

export interface OrderFollowers {
  /** Calls back with events after `after`, in order, each once; returns how to stop. `onEnd`: the process is going. */
  follow(orderId: string, after: number, onEvents: Follower['onEvents'], onEnd: () => void): () => void;
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

interface Follower {
  orderId: string;
  after: number;
  onEvents: (events: OrderEvent[]) => void;
  onEnd: () => void;
}

const POLL_MS = 1_000;
/** Sequences are int4, and one statement reads for all: what a client makes up must not fail everybody's. */
const LAST_SEQUENCE = 2_147_483_647;

export async function followOrders(
  db: Database,
  databaseUrl: string,
  onError: (error: Error) => void,
): Promise<OrderFollowers> {
  const followers = new Map<string, Set<Follower>>();
  let dirty = new Set<string>();
  let reading: Promise<void> | undefined;
  let ended = false;

  function touch(orderIds: Iterable<string>): void {
    for (const id of orderIds) if (followers.has(id)) dirty.add(id);
    if (dirty.size > 0) reading ??= read();
  }

  async function read(): Promise<void> {
    const orders = dirty;
    dirty = new Set();
    try {
      const asked = [...orders].flatMap((id) => [...(followers.get(id) ?? [])]);
      const oldest = new Map<string, number>();
      for (const { orderId, after } of asked) oldest.set(orderId, Math.min(after, oldest.get(orderId) ?? after));
      const events = await findOrderEventsSince(
        db,
        [...oldest].map(([orderId, after]) => ({ orderId, after })),
      );
      for (const [orderId, group] of Map.groupBy(events, (event) => event.order_id))
        deliver(followers.get(orderId), group);
    } catch (error) {
      onError(error as Error);
    } finally {
      reading = undefined;
      if (dirty.size > 0) reading = read();
    }
  }

  const timer = setInterval(() => touch(followers.keys()), POLL_MS);
  const listener = await listen(databaseUrl, 'stockroom_orders', touch, onError);

  const follow: OrderFollowers['follow'] = (orderId, after, onEvents, onEnd) => {
    const follower = { orderId, after: Math.min(after, LAST_SEQUENCE), onEvents, onEnd };
    const group = followers.get(orderId) ?? new Set();
    followers.set(orderId, group.add(follower));
    touch([orderId]);
    if (ended) setImmediate(onEnd);
    return () => {
      group.delete(follower);
      if (group.size === 0 && followers.get(orderId) === group) followers.delete(orderId);
    };
  };

  return {
    follow,
    get size() {
      return [...followers.values()].reduce((sum, group) => sum + group.size, 0);
    },
    waitFor: (...wish) => waitForEvent(follow, ...wish),
    end() {
      ended = true;
      for (const { onEnd } of [...followers.values()].flatMap((group) => [...group])) onEnd();
    },
    async close() {
      clearInterval(timer);
      await listener.close();
      await reading;
    },
  };
}

function deliver(group: Set<Follower> | undefined, events: OrderEvent[]): void {
  for (const follower of [...(group ?? [])]) {
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
