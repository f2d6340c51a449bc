import { createHmac } from 'node:crypto';
import type { Faults } from '../faults.ts';
import type { Store } from '../store.ts';
import { type Attempt, createDeliveries, type Deliveries, type DueDelivery } from './deliveries.ts';
import type { Objects } from './objects.ts';
import { createPost, type Post } from './post.ts';
import type { WebhookEndpoint } from './types.ts';

/** How events are delivered; times in milliseconds. */
export interface WebhookOptions {
  concurrency: number;
  timeoutMs: number;
  /** The first retry waits this long, each later one twice as long, up to `maxRetryMs`. */
  firstRetryMs: number;
  maxRetryMs: number;
  maxAttempts: number;
}

export const DEFAULT_WEBHOOK_OPTIONS: WebhookOptions = {
  concurrency: 32,
  timeoutMs: 10_000,
  firstRetryMs: 500,
  maxRetryMs: 8_000,
  maxAttempts: 100,
};

interface Endpoint {
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

export interface Webhooks {
  deliveries: Deliveries;
  /** The enabled endpoints that want events of this type. */
  endpointsFor(type: string): Endpoint[];
  /** Records the deliveries of an event, struck by whatever fault is asked for, and sends them after the commit. */
  enqueue(event: { seq: number; id: string; type: string }, endpoints: Endpoint[]): void;
  /** Delivers an event again to every endpoint that wants it (or to one). Returns to how many. */
  resend(eventId: string): number;
  /** Reads the endpoints anew after a change. */
  reload(): void;
  /** Looks for due deliveries, e.g. after the clock was advanced. */
  wake(): void;
  close(): void;
}

interface Parts {
  store: Store;
  objects: Objects;
  faults: Faults;
  nowMs(): number;
  options: WebhookOptions;
}

const FIRST_HOLD_MS = 100;
const MAX_HOLD_MS = 2000;
const MAX_TIMER_MS = 60_000;

/**
 * Sends events to their endpoints. Rows are the truth: what is pending is sent also after a restart; an attempt
 * that was not recorded before a kill is made again, as Stripe may deliver an event more than once.
 */
export function createWebhooks(parts: Parts): Webhooks {
  const { store, objects, faults, options } = parts;
  const deliveries = createDeliveries(store);
  const post = createPost(options.timeoutMs, options.concurrency);
  let endpoints: Endpoint[] = [];
  const reload = () => {
    endpoints = readEndpoints(objects, endpoints);
  };
  reload();
  const sender = createSender({ ...parts, deliveries, post, endpoints: () => endpoints });
  const endpointsFor = (type: string) =>
    endpoints.filter(({ events }) => events.includes('*') || events.includes(type));
  const enqueue: Webhooks['enqueue'] = (event, targets) => {
    for (const endpoint of targets) {
      for (const { at, lost } of planDeliveries(faults, event.type, parts.nowMs()))
        deliveries.insert(event, endpoint.id, at, lost);
    }
    if (targets.length > 0) store.afterCommit(sender.wake);
  };
  return {
    deliveries,
    endpointsFor,
    enqueue,
    resend: (eventId) => {
      const event = objects.find(eventId, 'event');
      const seq = objects.seqOf(eventId, 'event');
      if (!event || seq === undefined) return 0;
      const targets = endpointsFor(String(event.type));
      for (const endpoint of targets) {
        deliveries.insert({ seq, id: eventId, type: String(event.type) }, endpoint.id, parts.nowMs(), false);
      }
      store.afterCommit(sender.wake);
      return targets.length;
    },
    reload,
    wake: sender.wake,
    close: () => {
      sender.close();
      post.close();
    },
  };
}

function readEndpoints(objects: Objects, known: Endpoint[]): Endpoint[] {
  const rows = objects.page({ kind: 'webhook_endpoint', where: {}, order: 'ASC', limit: 100 });
  return rows
    .map((row): WebhookEndpoint => JSON.parse(row.body))
    .filter((endpoint) => endpoint.status === 'enabled')
    .map(({ id, url, enabled_events }) => {
      const { secret = '' } = objects.hidden<{ secret: string }>(id);
      const inFlight = known.find((old) => old.id === id)?.inFlight ?? new Set<number>();
      return { id, url, secret, events: enabled_events, inFlight, heldUntil: 0, holdMs: 0 };
    });
}

/** When an event is sent: once and at once, unless faults say otherwise. */
function planDeliveries(faults: Faults, type: string, now: number): { at: number; lost: boolean }[] {
  const plan = [{ at: now, lost: false }];
  for (const { kind, delay_ms } of faults.forWebhook('stripe', type)) {
    if (kind === 'webhook_lose') plan[0]!.lost = true;
    if (kind === 'webhook_double') plan.push({ at: now + (delay_ms ?? 0), lost: false });
    if (kind === 'webhook_delay') for (const entry of plan) entry.at += delay_ms ?? 5000;
    if (kind === 'webhook_reorder')
      for (const entry of plan) entry.at += Math.floor(Math.random() * (delay_ms ?? 2000));
  }
  return plan;
}

interface SenderParts extends Parts {
  deliveries: Deliveries;
  post: Post;
  endpoints(): Endpoint[];
}

function createSender(parts: SenderParts): { wake(): void; close(): void } {
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
export function sign(body: string, secret: string, t = Math.floor(Date.now() / 1000)): string {
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}
