import { createHmac } from 'node:crypto';
import type { Store } from '../store.ts';
import type { Attempt, Deliveries, DueDelivery } from './deliveries.ts';
import type { Objects } from './objects.ts';
import type { Post } from './post.ts';

/** How events are delivered; times in milliseconds. */
export interface WebhookOptions {
  concurrency: number;
  timeoutMs: number;
  /** The first retry waits this long, each later one twice as long, up to `maxRetryMs`. */
  firstRetryMs: number;
  maxRetryMs: number;
  maxAttempts: number;
}

export interface Endpoint {
  id: string;
  url: string;
  secret: string;
  events: string[];
  /** Deliveries on the wire. */
  inFlight: Set<number>;
  /** Nothing is sent before this time, because nobody listened there. */
  heldUntil: number;
  holdMs: number;
}

const FIRST_HOLD_MS = 100;
const MAX_HOLD_MS = 2000;
const MAX_TIMER_MS = 60_000;

export interface SenderParts {
  store: Store;
  objects: Objects;
  options: WebhookOptions;
  nowMs(): number;
  deliveries: Deliveries;
  post: Post;
  endpoints(): Endpoint[];
}

/** Sends what is due, a bounded number at a time per endpoint, and records how each attempt ended. */
export function createSender(parts: SenderParts): { wake(): void; close(): void } {
  const { store, objects, deliveries, post, options, nowMs } = parts;
  let ended: Attempt[] = [];
  let awake = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  /** Runs once per turn of the event loop, however many commits and answers there were in it. */
  const wake = () => {
    if (awake || closed) return;
    awake = true;
    setImmediate(run);
  };
  const run = () => {
    awake = false;
    if (closed) return;
    if (ended.length > 0) {
      const attempts = ended;
      ended = [];
      store.transaction(() => {
        for (const attempt of attempts) deliveries.record(attempt);
      });
    }
    const waits = parts.endpoints().map(sendDue);
    clearTimeout(timer);
    timer = setTimeout(wake, Math.min(MAX_TIMER_MS, ...waits));
    timer.unref();
  };
  /** Sends what is due to one endpoint; returns in how many ms to look again. */
  const sendDue = (endpoint: Endpoint): number => {
    const now = nowMs();
    if (endpoint.heldUntil > now) return endpoint.heldUntil - now;
    // Where nobody listened, one delivery tries the ground for all the others.
    const limit = endpoint.holdMs > 0 ? 1 : options.concurrency;
    const free = limit - endpoint.inFlight.size;
    if (free <= 0) return MAX_TIMER_MS;
    const waiting = deliveries
      .next(endpoint.id, endpoint.inFlight.size + free)
      .filter(({ id }) => !endpoint.inFlight.has(id));
    for (const delivery of waiting) {
      if (delivery.next_at > now) return delivery.next_at - now;
      send(endpoint, delivery);
    }
    return MAX_TIMER_MS;
  };
  const send = (endpoint: Endpoint, delivery: DueDelivery) => {
    const body = objects.findBody(delivery.event_id, 'event') ?? '{}';
    endpoint.inFlight.add(delivery.id);
    post.send(endpoint.url, body, sign(body, endpoint.secret), (status, error) => {
      endpoint.inFlight.delete(delivery.id);
      if (closed) return;
      hold(endpoint, status, nowMs());
      ended.push(judge(delivery, { status, error, now: nowMs(), options }));
      wake();
    });
  };
  wake();
  return {
    wake,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** A server that cannot be reached holds back all that waits for it, so that being down costs one try at a time. */
function hold(endpoint: Endpoint, status: number | null, now: number): void {
  if (status !== null) {
    endpoint.holdMs = 0;
    endpoint.heldUntil = 0;
  } else if (endpoint.heldUntil <= now) {
    endpoint.holdMs = Math.min(MAX_HOLD_MS, endpoint.holdMs * 2 || FIRST_HOLD_MS);
    endpoint.heldUntil = now + endpoint.holdMs;
  }
}

function judge(
  delivery: DueDelivery,
  {
    status,
    error,
    now,
    options,
  }: { status: number | null; error: string | null; now: number; options: WebhookOptions },
): Attempt {
  const base = { id: delivery.id, status, error };
  // Nobody listening is not counted against the event: it is sent when somebody does.
  if (status === null) return { ...base, state: 'pending', attempts: delivery.attempts, nextAt: now };
  const attempts = delivery.attempts + 1;
  if (status >= 200 && status < 300) return { ...base, state: 'delivered', attempts, nextAt: now };
  const wait = Math.min(options.maxRetryMs, options.firstRetryMs * 2 ** (attempts - 1)) * (0.75 + Math.random() / 2);
  return {
    ...base,
    state: attempts >= options.maxAttempts ? 'failed' : 'pending',
    attempts,
    nextAt: Math.round(now + wait),
  };
}

/** `Stripe-Signature` for this body at this moment; each attempt signs anew. */
function sign(body: string, secret: string, t = Math.floor(Date.now() / 1000)): string {
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}
