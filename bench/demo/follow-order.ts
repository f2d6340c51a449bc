/** An order's events as a storefront follows them: Server-Sent Events, resumed where the stream broke. */
import { setTimeout as delay } from 'node:timers/promises';
import { asBuyer, type PlacedOrder, type Shop } from './shop.ts';

export interface OrderEvent {
  sequence: number;
  type: string;
  data: { payment_intent?: string };
}

/** How long an order may say nothing while its buyer waits. */
const SILENCE_MS = 60_000;
const RESUME_MS = 300;

/** Throws when the order is silent for a minute, or the run is aborted. */
export async function* followOrder(shop: Shop, order: PlacedOrder): AsyncGenerator<OrderEvent> {
  let after = 0;
  let heardAt = Date.now();
  while (Date.now() - heardAt < SILENCE_MS) {
    try {
      for await (const event of readStream(shop, order, after, heardAt + SILENCE_MS)) {
        after = event.sequence;
        heardAt = Date.now();
        yield event;
      }
    } catch (error) {
      if (shop.signal.aborted) throw error;
    }
    await delay(RESUME_MS, undefined, { signal: shop.signal });
  }
  throw new Error(`Order ${order.id} said nothing for ${SILENCE_MS / 1_000} s after event ${after}.`);
}

async function* readStream(shop: Shop, order: PlacedOrder, after: number, until: number): AsyncGenerator<OrderEvent> {
  const deadline = AbortSignal.timeout(Math.max(1, until - Date.now()));
  const incoming = await shop.http.stream(`/v1/orders/${order.id}/events`, {
    headers: { ...asBuyer(shop, order), 'last-event-id': String(after) },
    signal: AbortSignal.any([shop.signal, deadline]),
  });
  let rest = '';
  incoming.setEncoding('utf8');
  try {
    for await (const chunk of incoming) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = block.split('\n').find((line) => line.startsWith('data: '));
        if (data) yield JSON.parse(data.slice('data: '.length)) as OrderEvent;
      }
    }
  } finally {
    incoming.destroy();
  }
}
