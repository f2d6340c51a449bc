import type { Faults } from '../faults.ts';
import type { Store } from '../store.ts';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import type { Objects } from './objects.ts';
import { createPost } from './post.ts';
import { createSender, type Endpoint, type WebhookOptions } from './send-deliveries.ts';
import type { WebhookEndpoint } from './types.ts';

export const DEFAULT_WEBHOOK_OPTIONS: WebhookOptions = {
  concurrency: 32,
  timeoutMs: 10_000,
  firstRetryMs: 500,
  maxRetryMs: 8_000,
  maxAttempts: 100,
};

export interface Webhooks {
  deliveries: Deliveries;
  /** The enabled endpoints that want events of this type. */
  endpointsFor(type: string): Endpoint[];
  /** Records the deliveries of an event, struck by whatever fault is asked for, and sends them after the commit. */
  enqueue(event: { seq: number; id: string; type: string }, endpoints: Endpoint[]): void;
  /** Delivers an event again to every endpoint that wants it. Returns to how many. */
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
