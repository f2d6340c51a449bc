/** One buyer's way through the shop: places the order, follows it, and does what a person would do about each turn. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from '../http-client.ts';
import { followOrder, type OrderEvent } from './follow-order.ts';
import type { Buyer } from './plan-buyers.ts';
import { authenticate, cancelOrder, type PlacedOrder, payAgain, placeOrder, type Shop, unexpected } from './shop.ts';

export type Ending = 'paid' | 'declined' | 'out_of_stock' | 'canceled';

export interface Purchase {
  buyer: Buyer;
  orderId: string;
  postMs: number;
  /** From the POST to the news of the payment; for buyers whom nothing held up. */
  paidMs: number | undefined;
  ending: Ending;
}

/** Throws when the API refuses, or the order is silent. */
export async function buy(shop: Shop, buyer: Buyer): Promise<Purchase> {
  const start = performance.now();
  const { order, postMs } = await place(shop, buyer);
  for await (const event of followOrder(shop, order)) {
    const ending = await react(shop, buyer, order, event);
    if (!ending) continue;
    const undisturbed = ending === 'paid' && buyer.card === 'pm_card_visa';
    const paidMs = undisturbed ? performance.now() - start : undefined;
    return { buyer, orderId: order.id, postMs, paidMs, ending };
  }
  throw new Error(`The events of order ${order.id} ended.`);
}

const TRIES = 8;

/** The same key makes a second try harmless, so whatever looks passing is tried again. */
async function place(shop: Shop, buyer: Buyer): Promise<{ order: PlacedOrder; postMs: number }> {
  for (let tries = 1; ; tries++) {
    const clicks = await Promise.allSettled(
      Array.from({ length: buyer.clicksTwice ? 2 : 1 }, () => placeOrder(shop, buyer)),
    );
    const answers = clicks.flatMap((click) => (click.status === 'fulfilled' ? [click.value] : []));
    const taken = answers.filter(({ status }) => status === 202 || status === 201);
    const [first] = taken;
    if (first) {
      assertOneOrder(taken);
      return { order: first.body, postMs: first.ms };
    }
    shop.signal.throwIfAborted();
    const [answer] = answers;
    const passing = !answer || answer.status === 409 || answer.status === 429 || answer.status >= 500;
    if (answer && !passing) throw unexpected('The order was refused', answer);
    if (tries === TRIES)
      throw answer ? unexpected('The order was refused', answer) : (clicks[0] as PromiseRejectedResult).reason;
    const seconds = Number(answer?.headers['retry-after']) || 0.25 * 2 ** tries;
    await delay(Math.min(seconds, 10) * 1_000, undefined, { signal: shop.signal });
  }
}

function assertOneOrder(answers: Answer<PlacedOrder>[]): void {
  const ids = new Set(answers.map(({ body }) => body.id));
  if (ids.size > 1) throw new Error(`One Idempotency-Key made ${ids.size} orders: ${[...ids].join(', ')}`);
}

/** Returns how it ended, when it did. */
async function react(shop: Shop, buyer: Buyer, order: PlacedOrder, event: OrderEvent): Promise<Ending | undefined> {
  switch (event.type) {
    case 'payment.created':
      return buyer.cancels === 'unpaid' ? cancel(shop, order) : undefined;
    case 'payment.requires_action':
      return finishAuthentication(shop, buyer, event);
    case 'payment.failed':
      return tryAgain(shop, buyer, order);
    case 'payment.succeeded':
      return buyer.cancels === 'paid' ? cancel(shop, order) : 'paid';
    case 'order.rejected':
      return 'out_of_stock';
    case 'order.canceled':
    case 'order.expired':
    case 'payment.canceled':
      return 'canceled';
    default:
      return undefined;
  }
}

/** Whose parcel is being packed cannot cancel any more: then the order is simply paid. */
async function cancel(shop: Shop, order: PlacedOrder): Promise<Ending> {
  const answer = await cancelOrder(shop, order);
  if (answer.status === 200) return 'canceled';
  if (answer.status === 409) return 'paid';
  throw unexpected('The order could not be canceled', answer);
}

async function finishAuthentication(shop: Shop, buyer: Buyer, event: OrderEvent): Promise<undefined> {
  const answer = await authenticate(shop, event.data.payment_intent ?? '', buyer.authenticates);
  if (answer.status !== 200) throw unexpected('3-D Secure could not be finished', answer);
}

async function tryAgain(shop: Shop, buyer: Buyer, order: PlacedOrder): Promise<Ending | undefined> {
  if (!buyer.paysAgainWith) return 'declined';
  const answer = await payAgain(shop, order, buyer.paysAgainWith);
  if (answer.status >= 300) throw unexpected('The second payment was refused', answer);
  return undefined;
}
