import type { Deliveries, Delivery } from './deliveries.ts';

/** Where events go. */
export interface Target {
  id: string;
  url: string;
  /** The headers of one attempt: each signs anew. */
  headers(body: string): Record<string, string>;
}

/** What is known of a target while the process runs. */
export interface Lane {
  target: Target;
  /** Deliveries on the wire, or back from it and not recorded yet. */
  busy: Set<number>;
  /** When the earliest row that waits is due; 0: not known, infinity: none waits. */
  nextAt: number;
  /** Nothing is sent before this time, because nobody listened there. */
  heldUntil: number;
  holdMs: number;
}

const FIRST_HOLD_MS = 100;
const MAX_HOLD_MS = 2_000;

export const openLane = (target: Target, busy = new Set<number>()): Lane => ({
  target,
  busy,
  nextAt: 0,
  heldUntil: 0,
  holdMs: 0,
});

/** Whether an event can go out at once, past no other that waits. */
export const isFree = (lane: Lane, concurrency: number, now: number): boolean =>
  lane.holdMs === 0 && lane.nextAt > now && lane.busy.size < concurrency;

/** A server that cannot be reached holds back all that waits for it, so that being down costs one try at a time. */
export function hold(lane: Lane, reached: boolean, now: number): void {
  if (reached) {
    lane.holdMs = 0;
    lane.heldUntil = 0;
  } else if (lane.heldUntil <= now) {
    lane.holdMs = Math.min(MAX_HOLD_MS, lane.holdMs * 2 || FIRST_HOLD_MS);
    lane.heldUntil = now + lane.holdMs;
  }
}

/** Reads what can be sent now, and keeps in mind when to look again. */
export function takeDue(lane: Lane, deliveries: Deliveries, concurrency: number, now: number): Delivery[] {
  // Where nobody listened, one delivery tries the ground for all the others.
  const free = (lane.holdMs > 0 ? 1 : concurrency) - lane.busy.size;
  if (free <= 0 || lane.nextAt > now || lane.heldUntil > now) return [];
  const limit = lane.busy.size + free + 1;
  const rows = deliveries.next(lane.target.id, limit);
  const waiting = rows.filter(({ id }) => !lane.busy.has(id));
  const due = waiting.filter(({ next_at }) => next_at <= now);
  if (due.length <= free)
    lane.nextAt = waiting[due.length]?.next_at ?? (rows.length === limit ? 0 : Number.POSITIVE_INFINITY);
  return due.slice(0, free);
}

/** When it is worth looking at this lane again; one that is full is looked at when an answer comes back. */
export function lookAt(lane: Lane, concurrency: number): number {
  if (lane.busy.size >= (lane.holdMs > 0 ? 1 : concurrency)) return Number.POSITIVE_INFINITY;
  return Math.max(lane.nextAt, lane.heldUntil);
}
