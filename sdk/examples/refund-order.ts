/** Refunds what is left of an order. Asked again with the same key, it is the same refund. */
import { type Refund, type Stockroom, StockroomError } from '../index.ts';

/** Undefined when nothing is left to refund. */
export async function refundRest(stockroom: Stockroom, orderId: string, key: string): Promise<Refund | undefined> {
  try {
    return await stockroom.orders.refunds.create(orderId, {}, { idempotencyKey: key, waitSeconds: 10 });
  } catch (error) {
    if (error instanceof StockroomError && error.status === 409 && !error.retryable) return undefined;
    throw error;
  }
}
