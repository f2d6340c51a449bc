/** A marketplace on a stage: vendors with accounts at the sandbox, orders of several of them, and what all of it comes to. */
import { setTimeout as delay } from 'node:timers/promises';
import { statement } from '../db/database.ts';
import { readVendorFacts } from '../db/vendor-facts.ts';
import { toMoney } from '../domain/vendors/facts.ts';
import type { OrderMoney } from '../domain/vendors/order-money.ts';
import { splitOrder } from '../domain/vendors/share.ts';
import type { ConnectProvider } from '../providers/connect.ts';
import { createStripeConnect } from '../providers/connect-stripe.ts';
import { orderBody } from '../test/support/client.ts';
import type { System } from '../test/support/system.ts';
import { seedVendor, type TestVendor } from '../test/support/vendor-shop.ts';
import { insist } from './insist.ts';
import type { Check } from './scenario.ts';
import { stepsOf, type Way } from './ways.ts';

const connectOf = ({ sandboxUrl }: System): ConnectProvider =>
  createStripeConnect({ secretKey: 'sk_test_of_the_faults', apiBase: sandboxUrl, timeoutMs: 10_000 });

const tie = statement('faults_tie_account', 'update vendors set account_id = $2, commission_bps = $3 where id = $1');

/** Active vendors, each with an account that Stripe transfers to, a place, stock, and a commission of its own. */
export async function openVendors(system: System, count: number): Promise<TestVendor[]> {
  const connect = connectOf(system);
  const vendors: TestVendor[] = [];
  for (let at = 0; at < count; at++) {
    const vendor = await seedVendor(system.db, `stall-${at}`, 1_337 + at * 911);
    const about = {
      vendorId: vendor.id,
      email: `stall-${at}@vendor.example`,
      country: 'US',
      businessName: `Stall ${at}`,
    };
    const { id } = await connect.createAccount(about, `account-${vendor.id}`);
    const opened = await fetch(`${system.sandboxUrl}/sandbox/stripe/control/accounts/${id}/onboard`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
    });
    if (!opened.ok) throw new Error(`the sandbox did not open ${id}: ${opened.status}`);
    await system.db.rows(tie, [vendor.id, id, [250, 0, 1_333, 10_000][at % 4]]);
    vendors.push(vendor);
  }
  await fillBalance(system);
  return vendors;
}

/** What is paid again comes out of what is available: a charge of a stranger's that Stripe does not hold back. */
async function fillBalance({ sandboxUrl }: System): Promise<void> {
  const body = new URLSearchParams({
    ...{ amount: '90000000', currency: 'usd', confirm: 'true', payment_method: 'pm_card_bypassPending' },
    ...{ 'automatic_payment_methods[enabled]': 'true', 'automatic_payment_methods[allow_redirects]': 'never' },
  });
  const headers = { authorization: 'Bearer sk_test_of_the_faults' };
  const answer = await fetch(`${sandboxUrl}/v1/payment_intents`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`the sandbox did not take the stranger's money: ${await answer.text()}`);
}

/** Buyers in turn: each order has goods of one to three vendors, and now and then of the shop. */
export async function buyFrom(
  system: System,
  vendors: readonly TestVendor[],
  { orders, ways, sku, pauseMs = 0 }: { orders: number; ways: readonly Way[]; sku: string; pauseMs?: number },
): Promise<string[]> {
  const complaints: string[] = [];
  let next = 0;
  const buyer = async () => {
    while (next < orders) {
      const number = next++;
      const way = ways[number % ways.length]!;
      await buy(system, vendors, { number, way, sku }).catch((error: Error) =>
        complaints.push(`${way}: ${error.message}`),
      );
      await delay(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: 8 }, buyer));
  return complaints;
}

async function buy(
  system: System,
  vendors: readonly TestVendor[],
  { number, way, sku }: { number: number; way: Way; sku: string },
): Promise<void> {
  const { card, capture, follow } = stepsOf(way);
  const wish = { sku, card, email: `buyer-${number}@example.com` };
  const body = orderBody(capture ? { ...wish, captureMethod: capture } : wish);
  const chosen = Array.from({ length: 1 + (number % 3) }, (_, at) => vendors[(number + at * 2) % vendors.length]!);
  const lines = [
    ...[...new Set(chosen)].map((vendor, at) => ({ sku: vendor.sku, quantity: 1 + ((number + at) % 2) })),
    ...(number % 4 === 0 ? [{ sku, quantity: 1 }] : []),
  ];
  const key = `market-${number}`;
  const placed = await insist(system, 'POST', '/v1/orders', {
    body: { ...body, lines },
    headers: { 'idempotency-key': key },
  });
  if (placed.status !== 202)
    throw new Error(`POST /v1/orders answered ${placed.status}: ${JSON.stringify(placed.body)}`);
  await follow?.(system, placed.body.id);
}

const parts = statement('faults_vendor_orders', 'select distinct order_id from vendor_orders order by order_id');
const rows = statement(
  'faults_vendor_transfers',
  `select t.id, t.kind, t.status, t.amount, t.currency::text, t.provider_id from vendor_transfers t order by t.id`,
);
const uneven = statement(
  'faults_uneven_shares',
  `select vendor_order_id, payable_amount, transferred_amount, settled_amount, waits_for from vendor_shares
   where transferred_amount + settled_amount <> payable_amount`,
);

interface Row {
  id: string;
  kind: 'transfer' | 'reversal';
  status: string;
  amount: number;
  provider_id: string | null;
}

/** What our rows say against what Stripe has made, each once; and all shares against the money of their orders. */
export async function checkVendors(system: System): Promise<Check[]> {
  const ours = await system.db.rows<Row>(rows);
  const theirs = await readAtStripe(connectOf(system));
  const wrong = [
    ...ours.filter(({ id, status, provider_id: made }) => status === 'succeeded' && theirs.get(made!)?.rowId !== id),
    ...ours.filter(({ amount, provider_id: made }) => made !== null && theirs.get(made)?.amount !== amount),
    ...[...theirs].filter(([made]) => !ours.some(({ provider_id: known }) => known === made)),
  ];
  const orders = await system.db.rows<{ order_id: string }>(parts);
  const facts = await readVendorFacts(
    system.db,
    orders.map(({ order_id: id }) => id),
  );
  const off = facts.map((each) => toMoney(each)).filter((money) => restOf(money) !== 0);
  const open = await system.db.rows<object>(uneven);
  const reversals = ours.filter(({ kind, status }) => kind === 'reversal' && status === 'succeeded').length;
  return [
    {
      what: 'each transfer and reversal was made once',
      held: wrong.length === 0,
      detail: JSON.stringify(wrong.slice(0, 3)),
    },
    {
      what: 'money moved both ways',
      held: ours.length > 0 && reversals > 0,
      detail: `${ours.length} rows, ${reversals} reversals`,
    },
    {
      what: 'payables, commission, tax and shipping are all that is left',
      held: off.length === 0,
      detail: JSON.stringify(off[0]),
    },
    {
      what: 'vendors have been paid exactly what they have',
      held: open.length === 0,
      detail: JSON.stringify(open.slice(0, 3)),
    },
  ];
}

/** Captured less what went back, less what everybody has of it. */
function restOf(money: OrderMoney): number {
  const { vendors, ownGoods, shipping, tax, unsold } = splitOrder(money);
  const had = vendors.reduce(
    (sum, { payable, commission }) => sum + payable + commission,
    ownGoods + shipping + tax + unsold,
  );
  const back = money.givenBack.reduce((sum, { amount }) => sum + amount, money.disputed);
  return money.received - back - had;
}

async function readAtStripe(connect: ConnectProvider): Promise<Map<string, { rowId: string | null; amount: number }>> {
  const found = new Map<string, { rowId: string | null; amount: number }>();
  for await (const page of connect.listTransfers({ since: new Date(0) })) {
    for (const { id, rowId, amount } of page) {
      found.set(id, { rowId, amount });
      for (const reversal of await connect.listReversals(id)) found.set(reversal.id, reversal);
    }
  }
  return found;
}

const busy = statement(
  'faults_vendor_money_open',
  `select (select count(*) from vendor_due) + (select count(*) from vendor_transfers where status = 'pending')
     + (select count(*) from vendor_shares where pay_at is not null) as rows`,
);

/** Until nothing is to be counted, paid or taken back; refusals come again after their time. */
export async function settleVendors(system: System, timeoutMs = 60_000): Promise<Check> {
  const end = Date.now() + timeoutMs;
  let left = -1;
  let hurried = 0;
  while (Date.now() < end) {
    if (Date.now() > hurried + 5_000) {
      hurried = Date.now();
      await system.db.rows(hurry);
    }
    left = (await system.db.rows<{ rows: number }>(busy))[0]!.rows;
    if (left === 0) return { what: 'vendors are paid in time', held: true };
    await delay(300);
  }
  return { what: 'vendors are paid in time', held: false, detail: `${left} are open` };
}

const hurry = statement(
  'faults_vendor_money_hurry',
  `update vendor_shares set pay_at = now() where pay_at > now() + interval '15 seconds'`,
);
