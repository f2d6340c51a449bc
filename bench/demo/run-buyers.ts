/** Sends the buyers in: so many at a time, or so many a second; those who race, all at once half-way. */
import { setTimeout as delay } from 'node:timers/promises';
import { buy, type Purchase } from './buy.ts';
import type { Buyer } from './plan-buyers.ts';
import type { Shop } from './shop.ts';

export interface RunOptions {
  concurrency: number;
  /** Orders a second; undefined: as fast as `concurrency` lets them. */
  rate: number | undefined;
  onDone: (purchase: Purchase | undefined) => void;
}

export interface Failure {
  buyer: Buyer;
  error: Error;
}

export interface Outcome {
  purchases: Purchase[];
  failures: Failure[];
  seconds: number;
}

export async function runBuyers(shop: Shop, buyers: readonly Buyer[], options: RunOptions): Promise<Outcome> {
  const outcome: Outcome = { purchases: [], failures: [], seconds: 0 };
  const start = performance.now();
  const send = async (buyer: Buyer) => {
    try {
      const purchase = await buy(shop, buyer);
      outcome.purchases.push(purchase);
      options.onDone(purchase);
    } catch (error) {
      if (shop.signal.aborted) return;
      outcome.failures.push({ buyer, error: error as Error });
      options.onDone(undefined);
    }
  };
  const racers = buyers.filter((buyer) => buyer.races);
  const others = buyers.filter((buyer) => !buyer.races);
  const half = Math.floor(others.length / 2);
  let race: Promise<unknown> = Promise.resolve();
  await inTurn(others, options, shop.signal, (buyer, index) => {
    if (index === half) race = Promise.all(racers.map(send));
    return send(buyer);
  });
  if (others.length === 0) race = Promise.all(racers.map(send));
  await race;
  shop.signal.throwIfAborted();
  outcome.seconds = (performance.now() - start) / 1_000;
  return outcome;
}

type Send = (buyer: Buyer, index: number) => Promise<void>;

/** At a given rate buyers come when it is their time, whoever is still in the shop; else when somebody has left it. */
async function inTurn(buyers: readonly Buyer[], { rate, concurrency }: RunOptions, signal: AbortSignal, send: Send) {
  const start = performance.now();
  let next = 0;
  const walkIn = async () => {
    while (next < buyers.length && !signal.aborted) {
      const index = next++;
      await send(buyers[index] as Buyer, index);
    }
  };
  if (rate === undefined) {
    await Promise.all(Array.from({ length: Math.min(concurrency, buyers.length) }, walkIn));
    return;
  }
  const inside: Promise<void>[] = [];
  for (const [index, buyer] of buyers.entries()) {
    const early = start + (index * 1_000) / rate - performance.now();
    if (early > 0) await delay(early, undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    inside.push(send(buyer, index));
  }
  await Promise.all(inside);
}
