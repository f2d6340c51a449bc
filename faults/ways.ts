/** The ways that buyers take: they pay, fail, hesitate, cancel, have their money held, send goods back, go to their bank. */
import { setTimeout as delay } from 'node:timers/promises';
import type { OrderJson } from '../test/support/client.ts';
import type { System } from '../test/support/system.ts';
import { insist, PATIENCE_MS } from './insist.ts';

export interface Steps {
  card: string;
  /** Whose money is held first, and until when. */
  capture?: 'manual' | 'at_shipment';
  /** Something happens to the money that nobody tells but an event of Stripe's. */
  byEventAlone?: true;
  /** What follows the order. */
  follow?(system: System, id: string): Promise<void>;
}

const GOOD = 'pm_card_visa';
const AUTHENTICATED = 'pm_card_authenticationRequired';

/** Each by its name; the order of this list is the one in which buyers take them. */
const STEPS = {
  good: { card: GOOD },
  declined_then_good: {
    card: 'pm_card_visa_chargeDeclined',
    follow: async (system, id) =>
      payAgain(system, await until(system, id, (order) => order.payment.last_error !== null)),
  },
  refunded_in_part: { card: GOOD, follow: refundTwice },
  authenticated: { card: AUTHENTICATED, follow: (system, id) => authenticate(system, id, 'success') },
  canceled_at_once: { card: GOOD, follow: cancel },
  captured: { card: GOOD, capture: 'manual', follow: (system, id) => capture(system, id, {}) },
  disputed_and_won: {
    card: 'pm_card_createDispute',
    byEventAlone: true,
    follow: (system, id) => answerDispute(system, id, 'winning_evidence'),
  },
  canceled_when_paid: { card: GOOD, follow: cancelWhenPaid },
  authentication_failed: { card: AUTHENTICATED, follow: (system, id) => authenticate(system, id, 'fail') },
  captured_at_shipment: { card: GOOD, capture: 'at_shipment' },
  refunded_slowly: { card: 'pm_card_pendingRefund', follow: cancelWhenPaid },
  returned: { card: GOOD, follow: sendBack },
  released: { card: GOOD, capture: 'manual', follow: cancelWhenHeld },
  declined: { card: 'pm_card_visa_chargeDeclinedInsufficientFunds' },
  refund_sent_back: { card: 'pm_card_refundFail', byEventAlone: true, follow: refundTwice },
  captured_in_part: { card: GOOD, capture: 'manual', follow: (system, id) => capture(system, id, { amount: 100 }) },
  refunded_at_dashboard: { card: GOOD, byEventAlone: true, follow: refundAtDashboard },
  disputed_and_lost: {
    card: 'pm_card_createDispute',
    byEventAlone: true,
    follow: (system, id) => answerDispute(system, id, 'losing_evidence'),
  },
  asked_by_the_bank: {
    card: 'pm_card_createDisputeInquiry',
    byEventAlone: true,
    follow: (system, id) => answerDispute(system, id, 'winning_evidence'),
  },
  authentication_abandoned: { card: AUTHENTICATED },
} satisfies Record<string, Steps>;

export type Way = keyof typeof STEPS;

export const stepsOf = (way: Way): Steps => STEPS[way];

export const WAYS = Object.keys(STEPS) as Way[];
/** Those that end well without a single event. */
export const WAYS_WITHOUT_EVENTS = WAYS.filter((way) => !stepsOf(way).byEventAlone);

const ENDED = new Set(['canceled', 'expired', 'rejected', 'delivered']);

/** Waits for the order to be as wished; undefined when it ended, or the buyer has lost his patience. */
export async function until(system: System, id: string, wished: (order: OrderJson) => boolean) {
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

const untilTaken = (system: System, id: string) => until(system, id, (order) => order.payment.captured.amount > 0);
const untilHeld = (system: System, id: string) => until(system, id, (order) => order.payment_status === 'authorized');

/** Asks as {@link insist} does, and complains of another answer than those expected. */
export async function ask(
  system: System,
  path: string,
  body: object,
  key: string,
  expected: readonly number[],
): Promise<void> {
  const answer = await insist(system, 'POST', path, { body, headers: { 'idempotency-key': key } });
  if (expected.includes(answer.status)) return;
  throw new Error(`POST ${path} answered ${answer.status} ${JSON.stringify(answer.body)}`);
}

async function payAgain(system: System, order: OrderJson | undefined): Promise<void> {
  if (!order) return;
  // 409: the order has ended meanwhile, or its first attempt has not been settled yet.
  await ask(system, `/v1/orders/${order.id}/pay`, { payment_method: GOOD }, `pay-${order.id}`, [202, 409]);
}

// 409: it is being shipped already.
function cancel(system: System, id: string): Promise<void> {
  return ask(system, `/v1/orders/${id}/cancel`, {}, `cancel-${id}`, [200, 409]);
}

async function cancelWhenPaid(system: System, id: string): Promise<void> {
  await untilTaken(system, id);
  await cancel(system, id);
}

async function cancelWhenHeld(system: System, id: string): Promise<void> {
  await untilHeld(system, id);
  await cancel(system, id);
}

async function capture(system: System, id: string, body: { amount?: number }): Promise<void> {
  if (await untilHeld(system, id)) await ask(system, `/v1/orders/${id}/capture`, body, `capture-${id}`, [202]);
}

/** Two parts at once, each asked for under a key of its own. */
async function refundTwice(system: System, id: string): Promise<void> {
  if (!(await untilTaken(system, id))) return;
  const part = (amount: number) => ask(system, `/v1/orders/${id}/refunds`, { amount }, `refund-${amount}-${id}`, [202]);
  await Promise.all([part(300), part(450)]);
}

/** What was delivered comes back: its price is refunded, and it stands on the shelf again. */
async function sendBack(system: System, id: string): Promise<void> {
  const order = await until(system, id, ({ status }) => status === 'delivered');
  if (!order) return;
  const lines = order.lines.map(({ sku, quantity }) => ({ sku, quantity }));
  await ask(system, `/v1/orders/${id}/refunds`, { lines, restock: true }, `return-${id}`, [202]);
}

async function authenticate(system: System, id: string, outcome: 'success' | 'fail'): Promise<void> {
  const order = await until(system, id, ({ payment_status }) => payment_status === 'requires_action');
  if (order) await atStripe(system, `payment_intents/${order.payment.provider_id}/authenticate`, { outcome });
}

async function refundAtDashboard(system: System, id: string): Promise<void> {
  const order = await untilTaken(system, id);
  if (order) await atStripe(system, `charges/${order.payment.provider_id}/refund`, { amount: 500 });
}

/** News of a dispute that are lost come by reconciliation, when nobody waits any more. */
const NEWS_MS = 15_000;

/** Hands in evidence with the words by which the sandbox's bank decides. */
async function answerDispute(system: System, id: string, words: string): Promise<void> {
  const end = Date.now() + NEWS_MS;
  while (Date.now() < end) {
    const { body } = await insist(system, 'GET', `/v1/disputes?order_id=${id}`);
    const [dispute] = (body as unknown as { data: { id: string }[] }).data;
    if (dispute) {
      const evidence = { texts: { uncategorized_text: words } };
      return ask(system, `/v1/disputes/${dispute.id}/evidence`, evidence, `evidence-${id}`, [202]);
    }
    await delay(300);
  }
}

/** What somebody does in Stripe's dashboard, or at the bank. */
export async function atStripe<T>(system: System, path: string, body: object): Promise<T> {
  const response = await fetch(`${system.sandboxUrl}/sandbox/stripe/control/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.ok) return (await response.json()) as T;
  throw new Error(`The sandbox answered ${path} with ${response.status}: ${await response.text()}`);
}
