/** GET /v1/orders/{id}/events: an order's history as it grows, as Server-Sent Events that resume by Last-Event-ID. */
import type { Response } from 'express';
import type { OrderEvent } from '../db/order-events.ts';
import type { OrderFollowers } from './follow-orders.ts';

/** Comments keep proxies from closing a quiet stream. */
const HEARTBEAT_MS = 15_000;
/** What a slow reader may owe before it is cut off; it resumes by Last-Event-ID. */
const MAX_UNREAD_BYTES = 256 * 1024;

export function streamOrderEvents(res: Response, followers: OrderFollowers, orderId: string, after: number): void {
  // Who left while his key and order were looked up closes no second time: he would be followed for ever.
  if (res.closed) return;
  res.status(200).set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  res.flushHeaders();
  res.write('retry: 2000\n\n');
  if (res.req.method === 'HEAD') return void res.end();
  const write = (text: string) => {
    if (res.writableLength > MAX_UNREAD_BYTES) res.destroy();
    else res.write(text);
  };
  const onEvents = (events: OrderEvent[]) => write(events.map(format).join(''));
  const stop = followers.follow(orderId, after, onEvents, () => res.end());
  const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS);
  res.on('close', () => {
    clearInterval(heartbeat);
    stop();
  });
}

/** Unnamed, so that `onmessage` gets every type; the type stands in the data. */
function format(event: OrderEvent): string {
  const data = { sequence: event.sequence, type: event.type, data: event.data, created_at: event.created_at };
  return `id: ${event.sequence}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The event to resume after: the Last-Event-ID header, else `after` of the query, else the beginning. */
export function resumeAfter(header: unknown, query: number | undefined): number {
  const given = Number(header);
  return Number.isSafeInteger(given) && given >= 0 && header !== undefined && header !== '' ? given : (query ?? 0);
}
