/** Buyers who order, pay, fail, hesitate and cancel while something breaks, and who try again as a browser would. */
import { setTimeout as delay } from 'node:timers/promises';
import { call, type OrderJson, orderBody } from '../test/support/client.ts';
import type { System } from '../test/support/system.ts';

export interface Accepted {
  key: string;
  order_id: string;
}

export interface CrowdOptions {
  orders: number;
  /** Buyers at once. */
  buyers: number;
  sku: string;
  /** Makes the keys and addresses of this crowd its own. */
  name: string;
  /** Pause of a buyer between two orders, to stretch the load. */
  pauseMs?: number;
  /** Which ways to take, in turn; default: all of them, mostly good cards. */
  ways?: readonly Way[];
  /** Goes on beyond `orders` until it is closed. */
  endless?: boolean;
}

export interface Crowd {
  /** Orders that were answered with 2xx. */
  accepted: Accepted[];
  /** Answers that a buyer should never get. */
  complaints: string[];
  /** Nobody starts another order; those begun are followed to their end. */
  close(): Promise<void>;
  done: Promise<void>;
}

export type Way =
  | 'good'
  | 'declined_then_good'
  | 'declined'
  | 'authenticated'
  | 'authentication_failed'
  | 'authentication_abandoned'
  | 'canceled_at_once'
  | 'canceled_when_paid'
  | 'refunded_slowly';

const WAYS: readonly Way[] = [
  'good',
  'declined_then_good',
  'good',
  'authenticated',
  'canceled_at_once',
  'good',
  'canceled_when_paid',
  'authentication_failed',
  'good',
  'refunded_slowly',
  'authenticated',
  'declined',
  'good',
  'authentication_abandoned',
];

const CARDS: Readonly<Record<Way, string>> = {
  good: 'pm_card_visa',
  declined_then_good: 'pm_card_visa_chargeDeclined',
  declined: 'pm_card_visa_chargeDeclinedInsufficientFunds',
  authenticated: 'pm_card_authenticationRequired',
  authentication_failed: 'pm_card_authenticationRequired',
  authentication_abandoned: 'pm_card_authenticationRequired',
  canceled_at_once: 'pm_card_visa',
  canceled_when_paid: 'pm_card_visa',
  refunded_slowly: 'pm_card_pendingRefund',
};

/** How long a buyer insists when nobody answers, and waits for his order to move. */
const PATIENCE_MS = 40_000;

export function startCrowd(system: System, options: CrowdOptions): Crowd {
  const crowd = { accepted: [] as Accepted[], complaints: [] as string[] };
  const ways = options.ways ?? WAYS;
  let next = 0;
  let open = options.endless ?? false;
  async function buyer(): Promise<void> {
    while (open || next < options.orders) {
      const number = next++;
      const way = ways[number % ways.length] ?? 'good';
      await visit(system, options, crowd, number, way).catch((error: Error) =>
        crowd.complaints.push(`${way}: ${error.message}`),
      );
      await delay(options.pauseMs ?? 0);
    }
  }
  const done = Promise.all(Array.from({ length: options.buyers }, buyer)).then(() => {});
  return {
    ...crowd,
    done,
    close() {
      open = false;
      return done;
    },
  };
}

async function visit(
  system: System,
  { sku, name }: CrowdOptions,
  { accepted }: Pick<Crowd, 'accepted'>,
  number: number,
  way: Way,
): Promise<void> {
  const key = `${name}-${number}`;
  const body = orderBody({ sku, card: CARDS[way], email: `${name}-${number}@example.com` });
  const placed = await insist(system, 'POST', '/v1/orders', { body, headers: { 'idempotency-key': key } });
  if (placed.status !== 202) throw new Error(`POST /v1/orders answered ${placed.status}`);
  accepted.push({ key, order_id: placed.body.id });
  await follow(system, placed.body.id, way);
}

async function follow(system: System, id: string, way: Way): Promise<void> {
  switch (way) {
    case 'declined_then_good':
      return payAgain(system, await until(system, id, (order) => order.payment.last_error !== null));
    case 'authenticated':
      return authenticate(system, await until(system, id, needsAction), 'success');
    case 'authentication_failed':
      return authenticate(system, await until(system, id, needsAction), 'fail');
    case 'canceled_when_paid':
    case 'refunded_slowly':
      await until(system, id, (order) => order.payment_status === 'paid');
      return cancel(system, id);
    case 'canceled_at_once':
      return cancel(system, id);
  }
}

const ENDED = new Set(['canceled', 'expired', 'rejected', 'delivered']);
const needsAction = (order: OrderJson) => order.payment_status === 'requires_action';

/** Waits for the order to be as wished; undefined when it ended, or the buyer has lost his patience. */
async function until(system: System, id: string, wished: (order: OrderJson) => boolean) {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const { status, body } = await insist(system, 'GET', `/v1/orders/${id}`);
    if (status !== 200) throw new Error(`GET of an accepted order answered ${status}`);
    if (wished(body)) return body;
    if (ENDED.has(body.status)) return undefined;
    await delay(150);
  }
  return undefined;
}

async function payAgain(system: System, order: OrderJson | undefined): Promise<void> {
  if (!order) return;
  const body = { payment_method: 'pm_card_visa' };
  const headers = { 'idempotency-key': `pay-${order.id}` };
  const { status } = await insist(system, 'POST', `/v1/orders/${order.id}/pay`, { body, headers });
  // 409: the order has ended meanwhile, or its first attempt has not been settled yet.
  if (status !== 202 && status !== 409) throw new Error(`pay answered ${status}`);
}

async function cancel(system: System, id: string): Promise<void> {
  const headers = { 'idempotency-key': `cancel-${id}` };
  const { status } = await insist(system, 'POST', `/v1/orders/${id}/cancel`, { body: {}, headers });
  // 409: it is being shipped already.
  if (status !== 200 && status !== 409) throw new Error(`cancel answered ${status}`);
}

async function authenticate(system: System, order: OrderJson | undefined, outcome: 'success' | 'fail'): Promise<void> {
  if (!order) return;
  const path = `/sandbox/stripe/control/payment_intents/${order.payment.provider_id}/authenticate`;
  await fetch(system.sandboxUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ outcome }),
  });
}

/** Asks until somebody answers: the Idempotency-Key makes it harmless. */
async function insist(system: System, method: string, path: string, options: Parameters<typeof call>[3] = {}) {
  const end = Date.now() + PATIENCE_MS;
  let last = '';
  while (Date.now() < end) {
    try {
      const answer = await call(system, method, path, options);
      const code = (answer.body as { code?: string } | undefined)?.code;
      if (answer.status < 500 && answer.status !== 429 && code !== 'idempotency_key_in_use') return answer;
      last = `${answer.status} ${code ?? ''}`;
    } catch (error) {
      last = String((error as Error).cause ?? error);
    }
    await delay(200);
  }
  throw new Error(`nobody answered ${method} ${path} for ${PATIENCE_MS / 1_000} s: ${last}`);
}
