import { createHmac } from 'node:crypto';
import type { Faults } from '../faults.ts';
import type { Store } from '../store.ts';
import { createDeliverer, type WebhookOptions } from '../webhooks/deliverer.ts';
import type { Deliveries } from '../webhooks/deliveries.ts';
import type { Target } from '../webhooks/lane.ts';
import { planDeliveries } from '../webhooks/plan-deliveries.ts';
import type { Objects } from './objects.ts';
import type { WebhookEndpoint } from './types.ts';

/** What an endpoint does not show of itself. */
export interface HiddenEndpoint {
  secret: string;
  connect: boolean;
}

type Endpoint = Target & { events: string[]; connect: boolean };

export interface Webhooks {
  deliveries: Deliveries;
  /** The enabled endpoints that want events of this type; those of a connected account go to endpoints with `connect` alone. */
  endpointsFor(type: string, account?: string): Endpoint[];
  /** Records the deliveries of an event, struck by whatever fault is asked for, and sends them after the commit. */
  enqueue(event: { seq: number; id: string; type: string; body: string }, endpoints: Endpoint[]): void;
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

/** Sends events to the endpoints that ask for their type. */
export function createWebhooks(parts: Parts): Webhooks {
  const { objects, faults, nowMs } = parts;
  let endpoints = readEndpoints(objects);
  const deliverer = createDeliverer({ ...parts, bodyOf: (id) => objects.findBody(id) }, endpoints);
  const endpointsFor = (type: string, account?: string) =>
    endpoints.filter(
      ({ events, connect }) => connect === (account !== undefined) && (events.includes('*') || events.includes(type)),
    );
  return {
    deliveries: deliverer.deliveries,
    endpointsFor,
    enqueue: (event, targets) => {
      for (const endpoint of targets) {
        for (const plan of planDeliveries(faults, 'stripe', event.type, nowMs()))
          deliverer.enqueue(event, endpoint, plan);
      }
    },
    resend: (id) => {
      const body = objects.findBody(id);
      const seq = objects.seqOf(id);
      if (body === undefined || seq === undefined || !id.startsWith('evt_')) return 0;
      const { type, account } = JSON.parse(body) as { type: string; account?: string };
      const targets = endpointsFor(type, account);
      for (const endpoint of targets)
        deliverer.enqueue({ seq, id, type, body }, endpoint, { at: nowMs(), lost: false });
      return targets.length;
    },
    reload: () => {
      endpoints = readEndpoints(objects);
      deliverer.setTargets(endpoints);
    },
    wake: deliverer.wake,
    close: deliverer.close,
  };
}

function readEndpoints(objects: Objects): Endpoint[] {
  const rows = objects.page({ kind: 'webhook_endpoint', where: {}, order: 'ASC', limit: 100 });
  return rows
    .map((row): WebhookEndpoint => JSON.parse(row.body))
    .filter((endpoint) => endpoint.status === 'enabled')
    .map(({ id, url, enabled_events }) => {
      const { secret = '', connect = false } = objects.hidden<HiddenEndpoint>(id);
      return { id, url, events: enabled_events, connect, headers: (body) => headersOf(body, secret) };
    });
}

/** `Stripe-Signature` is for this body at this moment. */
function headersOf(body: string, secret: string): Record<string, string> {
  const t = Math.floor(Date.now() / 1000);
  const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  return {
    'Content-Type': 'application/json; charset=utf-8',
    'Stripe-Signature': `t=${t},v1=${v1}`,
    'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
  };
}
