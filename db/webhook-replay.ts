/** Sending on request: a test, what failed, or all that happened in a time. */
import { ofOrder, ofShop, TEST_EVENT } from '../domain/webhook-events.ts';
import type { Executor } from './database.ts';
import { uuidv7 } from './ids.ts';
import { findEventsBetween, putDeliveries, replayFailedDeliveries } from './webhook-deliveries.ts';

/** What one request replays at most. */
export const MOST_REPLAYED = 10_000;

/** Writes a test for the endpoint. Returns the delivery's id. */
export async function insertTestDelivery(tx: Executor, endpointId: string): Promise<string> {
  const data = { object: 'webhook_endpoint', id: endpointId, order_id: null, sequence: 1 };
  const test = { id: `evt_test_${uuidv7()}`, type: TEST_EVENT, occurredAt: new Date(), orderId: null, data };
  const [id] = await putDeliveries(tx, endpointId, [test]);
  return id!;
}

export async function replayFailed(tx: Executor, endpointId: string): Promise<{ replayed: number; has_more: boolean }> {
  const count = await replayFailedDeliveries(tx, endpointId, MOST_REPLAYED);
  return { replayed: count, has_more: count === MOST_REPLAYED };
}

/** All that happened in a time, whether it was told or not; undefined when it is more than one request may ask for. */
export async function replayTime(
  tx: Executor,
  { id: endpointId, vendor_id }: { id: string; vendor_id: string | null },
  time: { since: Date; until: Date },
  filters: readonly string[],
): Promise<{ replayed: number; has_more: false } | undefined> {
  const events = await findEventsBetween(tx, time, filters, MOST_REPLAYED + 1, vendor_id);
  if (events.length > MOST_REPLAYED) return undefined;
  const told = events.map((event) => (event.source === 'order' ? ofOrder(event) : ofShop(event)));
  return { replayed: (await putDeliveries(tx, endpointId, told)).length, has_more: false };
}
