/** GET /v1/orders/{id}/history: the answer to "what happened here", with a link to each job on the dashboard. */
import { z } from 'zod';
import type { Executor } from '../db/database.ts';
import { type HistoryEntry, readOrderHistory } from '../db/history.ts';

export const historyEntry = z
  .object({
    at: z.string(),
    kind: z.enum([
      'event',
      'job',
      'job_attempt',
      'payment_attempt',
      'capture',
      'refund',
      'dispute',
      'fraud_warning',
      'ledger',
      'stock',
      'provider_event',
      'notification',
      'message_attempt',
      'message_event',
      'tracking',
      'exception',
    ]),
    what: z.string(),
    detail: z.record(z.string(), z.unknown()),
    url: z.string().optional().meta({ description: 'Where operations can look at it' }),
  })
  .meta({ id: 'HistoryEntry' });

export const orderHistory = z.object({ order_id: z.uuid(), data: z.array(historyEntry) }).meta({ id: 'OrderHistory' });

/** Everything of an order in the order of time; jobs and messages link to the pages of operations. */
export async function readHistory(db: Executor, orderId: string, publicUrl: string) {
  const entries = await readOrderHistory(db, orderId);
  return { order_id: orderId, data: entries.map((entry) => withLink(entry, `${publicUrl}/ops`)) };
}

function withLink(entry: HistoryEntry, ops: string): HistoryEntry & { url?: string } {
  const { kind, what, detail } = entry;
  if (kind === 'job')
    return { ...entry, url: `${ops}/queues/queue/${what}/${encodeURIComponent(String(detail.job_id))}` };
  if (kind === 'notification') return { ...entry, url: `${ops}/messages/${detail.id}` };
  return entry;
}
