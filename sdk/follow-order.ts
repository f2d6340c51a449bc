/** An order's events until nothing more happens to it. */

import type { EventStreamOptions } from './event-stream.ts';
import type { Resources } from './generated.ts';

export interface OrderEvent {
  /** Counts from 1 within the order, without a gap. */
  sequence: number;
  /** `order.accepted`, `payment.succeeded`, `shipment.delivered`, … */
  type: string;
  data: Record<string, unknown>;
  created_at: string;
}

export interface FollowOptions extends EventStreamOptions {
  /** Needed with a publishable key. */
  orderToken?: string | undefined;
  /** Gives only the events after this sequence. */
  after?: number | undefined;
  /** Whether this event is the last of interest. Default: one of TERMINAL_EVENTS. */
  until?: ((event: OrderEvent) => boolean) | undefined;
}

/** After these an order's status never changes. A refund or a dispute may still come: follow on with an `until` of your own. */
export const TERMINAL_EVENTS: readonly string[] = [
  'order.delivered',
  'order.rejected',
  'order.canceled',
  'order.expired',
];

export type FollowOrder = (id: string, options?: FollowOptions) => AsyncGenerator<OrderEvent, void>;

export const createFollowOrder = (orders: Pick<Resources['orders'], 'events'>): FollowOrder =>
  async function* followOrder(id, options = {}) {
    const { after = 0, until = ({ type }: OrderEvent) => TERMINAL_EVENTS.includes(type), ...rest } = options;
    // From the beginning whatever `after` says: the end may lie before it, and then nothing would ever come.
    for await (const { data } of orders.events(id, {}, rest)) {
      const event = JSON.parse(data) as OrderEvent;
      if (event.sequence > after) yield event;
      if (until(event)) return;
    }
  };
