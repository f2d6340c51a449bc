/** Customers on test clocks, what they subscribe to, and what they do when their cards or goods fail. */
import { statement } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import type { System } from '../test/support/system.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { insist } from './insist.ts';

/** What becomes of a subscriber. */
export type Fate =
  | 'plain'
  | 'declined'
  | 'authenticated'
  | 'wait'
  | 'skip'
  | 'substitute'
  | 'refund'
  | 'discount'
  | 'canceled';

/** By number, again and again: most are plain. */
const FATES: readonly Fate[] = [
  ...['plain', 'skip', 'declined', 'substitute', 'plain', 'refund', 'authenticated', 'plain', 'wait', 'discount'],
  ...['plain', 'plain', 'canceled', 'plain', 'plain', 'plain'],
] as Fate[];

export interface Subscriber {
  number: number;
  fate: Fate;
  /** Stripe's ids. */
  clock: string;
  customer: string;
  /** Saved cards: one that is taken, and one that is not. */
  card: string;
  otherCard: string;
  /** Ours. */
  id: string;
}

export const PLENTY = 'BEANS';
export const SCARCE = 'FILTERS';
const SUBSTITUTE = 'FILTERS-B';
const COUPON = 'ten-percent';

/** Stripe's API, as a person with the keys uses it. */
export async function stripe<T = { id: string }>(
  { sandboxUrl }: Pick<System, 'sandboxUrl'>,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  params: Readonly<Record<string, string>> = {},
): Promise<T> {
  const body = new URLSearchParams(params);
  const response = await fetch(`${sandboxUrl}/v1/${path}${method === 'GET' ? `?${body}` : ''}`, {
    method,
    headers: { authorization: 'Bearer sk_test_somebody00000000' },
    ...(method === 'POST' ? { body } : {}),
  });
  if (!response.ok)
    throw new Error(`Stripe answered ${method} ${path} with ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** Goods to subscribe to: one that there is enough of, and one that is hardly ever there. */
export async function stockShelves(system: System): Promise<void> {
  await seedVariants(system.db, [
    { sku: PLENTY, units: 1_000_000, amount: 1_500 },
    { sku: SCARCE, units: 0, amount: 700 },
    { sku: SUBSTITUTE, units: 1_000_000, amount: 550 },
  ]);
  await stripe(system, 'POST', 'coupons', { id: COUPON, percent_off: '10', duration: 'forever' });
}

const receive = statement(
  'faults_receive_stock',
  `with l as (
     update stock_levels s set on_hand = on_hand + $2, updated_at = now() from variants v where v.sku = $1 and s.variant_id = v.id
     returning s.variant_id, s.location_id
   )
   insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, reason)
   select variant_id, location_id, 'received', $2, 0, 'delivery' from l`,
);

export async function receiveStock(system: System, sku: string, units: number): Promise<void> {
  await system.db.rows(receive, [sku, units]);
}

const known = statement(
  'faults_known_customer',
  `insert into customers (id, email, name, provider_id) values ($1, $2, $3, $4)`,
);

/** Makes a customer on a clock, with two cards, and has them subscribe over the API. */
export async function subscribe(system: System, number: number, clock: string): Promise<Subscriber> {
  const fate = FATES[number % FATES.length]!;
  const email = `subscriber-${number}@example.com`;
  const { id: customer } = await stripe(system, 'POST', 'customers', { email, test_clock: clock });
  const attach = async (method: string) =>
    (await stripe(system, 'POST', `payment_methods/${method}/attach`, { customer })).id;
  const card = await attach('pm_card_visa');
  const otherCard = await attach(
    fate === 'authenticated' ? 'pm_card_authenticationRequired' : 'pm_card_chargeCustomerFail',
  );
  const customerId = uuidv7();
  await system.db.rows(known, [customerId, email, `Subscriber ${number}`, customer]);
  const { status, body } = await insist(system, 'POST', '/v1/subscriptions', {
    body: bodyOf(fate, customerId, card),
    headers: { 'idempotency-key': `subscriber-${number}` },
  });
  if (status !== 202) throw new Error(`POST /v1/subscriptions answered ${status} ${JSON.stringify(body)}`);
  return { number, fate, clock, customer, card, otherCard, id: body.id };
}

function bodyOf(fate: Fate, id: string, card: string) {
  const choice = fate === 'wait' || fate === 'skip' || fate === 'substitute' || fate === 'refund' ? fate : undefined;
  const filters = {
    sku: SCARCE,
    quantity: 2,
    out_of_stock: choice,
    ...(fate === 'substitute' ? { substitute_sku: SUBSTITUTE } : {}),
  };
  return {
    customer: { id },
    lines: [{ sku: PLENTY, quantity: 1 }, ...(choice ? [filters] : [])],
    currency: 'usd',
    interval: 'month',
    shipping_address: { line1: '1 Main Street', city: 'Springfield', postal_code: '12345', country: 'US' },
    payment_method: card,
    ...(fate === 'discount' ? { coupon: COUPON } : {}),
  };
}

interface Clock {
  status: string;
  frozen_time: number;
}

export const openClock = (system: System, frozenTime: number) =>
  stripe(system, 'POST', 'test_helpers/test_clocks', { frozen_time: String(frozenTime) });

export async function advance(system: System, clock: string, frozenTime: number): Promise<void> {
  await stripe(system, 'POST', `test_helpers/test_clocks/${clock}/advance`, { frozen_time: String(frozenTime) });
  await waitFor(
    async () => (await stripe<Clock>(system, 'GET', `test_helpers/test_clocks/${clock}`)).status === 'ready',
    { timeoutMs: 120_000, everyMs: 20, describe: `clock ${clock} to get there` },
  );
}

const stripeIdOf = statement('faults_stripe_subscription', 'select provider_id from subscriptions where id = $1');

/** Stripe's id, once it is there. */
export async function stripeId(system: System, id: string): Promise<string> {
  const find = async () => {
    const [row] = await system.db.rows<{ provider_id: string | null }>(stripeIdOf, [id]);
    return row?.provider_id;
  };
  const found = await waitFor(async () => (await find()) ?? false, {
    timeoutMs: 60_000,
    describe: `subscription ${id}`,
  });
  return found as string;
}

/** Has the next renewals charged to another card. */
export async function chargeTo(system: System, { id }: Subscriber, card: string): Promise<void> {
  await stripe(system, 'POST', `subscriptions/${await stripeId(system, id)}`, { default_payment_method: card });
}

interface OpenInvoice {
  id: string;
  payments?: { data: { payment: { payment_intent?: string } }[] };
}

/** Confirms at the bank what waits for it. */
export async function authenticateOpen(system: System, { id }: Subscriber): Promise<void> {
  const subscription = await stripeId(system, id);
  const filter = { subscription, status: 'open', 'expand[0]': 'data.payments' };
  const { data } = await stripe<{ data: OpenInvoice[] }>(system, 'GET', 'invoices', filter);
  for (const { payment } of data.flatMap(({ payments }) => payments?.data ?? [])) {
    const url = `${system.sandboxUrl}/sandbox/stripe/control/payment_intents/${payment.payment_intent}/authenticate`;
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ outcome: 'success' }),
    });
  }
}
