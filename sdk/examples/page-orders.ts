/** Adds up what was ordered since a day, by currency, however many pages that takes. */
import type { Stockroom } from '../index.ts';

export async function sumOrders(stockroom: Stockroom, since: string): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  for await (const { totals } of stockroom.orders.list({ created_from: since, limit: 2 })) {
    const { amount, currency } = totals.total;
    sums.set(currency, (sums.get(currency) ?? 0) + amount);
  }
  return sums;
}
