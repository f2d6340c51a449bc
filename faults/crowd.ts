/** Buyers who order, pay, fail, hesitate and cancel while something breaks, and who try again as a browser would. */
import { setTimeout as delay } from 'node:timers/promises';
import { orderBody } from '../test/support/client.ts';
import type { System } from '../test/support/system.ts';
import { insist } from './insist.ts';
import { type Steps, stepsOf, WAYS, type Way } from './ways.ts';

export interface Accepted {
  key: string;
  order_id: string;
}

export interface CrowdOptions {
  orders: number;
  /** Buyers at once. */
  buyers: number;
  sku: string;
  /** Makes the keys and addresses of this crowd its own. */
  name: string;
  /** Pause of a buyer between two orders, to stretch the load. */
  pauseMs?: number;
  /** Which ways to take, in turn; default: all of them. */
  ways?: readonly (Way | Steps)[];
  /** Goes on beyond `orders` until it is closed. */
  endless?: boolean;
}

export interface Crowd {
  /** Orders that were answered with 2xx. */
  accepted: Accepted[];
  /** Answers that a buyer should never get. */
  complaints: string[];
  /** Nobody starts another order; those begun are followed to their end. */
  close(): Promise<void>;
  done: Promise<void>;
}

export function startCrowd(system: System, options: CrowdOptions): Crowd {
  const crowd = { accepted: [] as Accepted[], complaints: [] as string[] };
  const ways = options.ways ?? WAYS;
  let next = 0;
  let open = options.endless ?? false;
  async function buyer(): Promise<void> {
    while (open || next < options.orders) {
      const number = next++;
      const way = ways[number % ways.length] ?? 'good';
      const steps = typeof way === 'string' ? stepsOf(way) : way;
      await visit(system, options, crowd, number, steps).catch((error: Error) =>
        crowd.complaints.push(`${typeof way === 'string' ? way : way.card}: ${error.message}`),
      );
      await delay(options.pauseMs ?? 0);
    }
  }
  const done = Promise.all(Array.from({ length: options.buyers }, buyer)).then(() => {});
  return {
    ...crowd,
    done,
    close() {
      open = false;
      return done;
    },
  };
}

async function visit(
  system: System,
  { sku, name }: CrowdOptions,
  { accepted }: Pick<Crowd, 'accepted'>,
  number: number,
  { card, capture, follow }: Steps,
): Promise<void> {
  const key = `${name}-${number}`;
  const wish = { sku, card, email: `${name}-${number}@example.com` };
  const body = orderBody(capture ? { ...wish, captureMethod: capture } : wish);
  const placed = await insist(system, 'POST', '/v1/orders', { body, headers: { 'idempotency-key': key } });
  if (placed.status !== 202) throw new Error(`POST /v1/orders answered ${placed.status}`);
  accepted.push({ key, order_id: placed.body.id });
  await follow?.(system, placed.body.id);
}
