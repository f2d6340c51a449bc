/** A whole run: stock the goods, send the buyers in, wait until all is settled, look at what must hold. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Database, openDatabase } from '../../db/database.ts';
import { checkInvariants, type Finding, type InvariantOptions } from '../../db/invariants.ts';
import { createHttpClient } from '../http-client.ts';
import { readMails, readStripe } from '../outside-facts.ts';
import type { Runtime } from '../running-system.ts';
import type { Purchase } from './buy.ts';
import { planBuyers } from './plan-buyers.ts';
import { type Display, startProgress } from './progress.ts';
import { makeReport, type Report } from './report.ts';
import { type Outcome, runBuyers } from './run-buyers.ts';
import { removeGoods, type Shop, stockGoods } from './shop.ts';
import { databaseNow, type Tally, tallyOrders } from './tally.ts';

export interface DemoOptions {
  orders: number;
  seed: number;
  concurrency: number;
  rate: number | undefined;
  /** How long to wait for the last parcel and message. */
  settleSeconds: number;
  display: Display;
}

export async function runDemo(runtime: Runtime, options: DemoOptions, signal: AbortSignal): Promise<Report> {
  const run = Date.now().toString(36).toUpperCase();
  const db = openDatabase({ url: runtime.database_url, applicationName: 'stockroom-demo', max: 2 });
  const http = createHttpClient(runtime.api_url);
  const sandbox = createHttpClient(runtime.sandbox_url);
  const shop: Shop = { http, sandbox, runtime, signal };
  const plan = planBuyers({ orders: options.orders, seed: options.seed, run });
  let goods: string | undefined;
  try {
    const since = await databaseNow(db);
    goods = await stockGoods(shop, plan, run);
    const outcome = await sendBuyers(shop, plan.buyers, options);
    const ids = outcome.purchases.map(({ orderId }) => orderId);
    const start = performance.now();
    const tally = await waitUntilSettled(db, ids, plan.skus.last, options, signal);
    const settledSeconds = (performance.now() - start) / 1_000;
    const findings = await checkUntilSteady(db, () => readOutside(runtime, outcome, since), signal);
    const { seed } = options;
    return makeReport({ plan, seed, run, apiUrl: runtime.api_url, outcome, tally, settledSeconds, findings });
  } finally {
    if (goods) await removeGoods(shop, goods).catch(() => {});
    http.close();
    sandbox.close();
    await db.close();
  }
}

async function sendBuyers(shop: Shop, buyers: Parameters<typeof runBuyers>[1], options: DemoOptions): Promise<Outcome> {
  const progress = startProgress('Buying', buyers.length, options.display);
  const start = performance.now();
  const seen = new Map<string, number>();
  let done = 0;
  const onDone = (purchase: Purchase | undefined) => {
    const ending = (purchase?.ending ?? 'in trouble').replaceAll('_', ' ');
    seen.set(ending, (seen.get(ending) ?? 0) + 1);
    const speed = (++done / (performance.now() - start)) * 1_000;
    progress.update(done, `${speed.toFixed(0)}/s  ${[...seen].map(([name, count]) => `${count} ${name}`).join(', ')}`);
  };
  try {
    return await runBuyers(shop, buyers, { concurrency: options.concurrency, rate: options.rate, onDone });
  } finally {
    progress.stop();
  }
}

const LOOK_EVERY_MS = 300;

/** Waits for parcels, messages and refunds; returns what is counted when all is settled, or when the time is up. */
async function waitUntilSettled(
  db: Database,
  ids: string[],
  lastSku: string,
  { settleSeconds, display }: DemoOptions,
  signal: AbortSignal,
): Promise<Tally> {
  const progress = startProgress('Settling', ids.length, display);
  const deadline = Date.now() + settleSeconds * 1_000;
  try {
    for (;;) {
      const tally = await tallyOrders(db, ids, lastSku);
      progress.update(tally.settled, tally.unsettled.join(', '));
      if (tally.settled === tally.orders || Date.now() > deadline) return tally;
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
  } finally {
    progress.stop();
  }
}

const LOOKS = 4;
const LOOK_AGAIN_MS = 1_500;

/** Stripe, mailboxes and rows are read one after the other: on a shop where others buy meanwhile, a difference is looked at again. */
async function checkUntilSteady(
  db: Database,
  read: () => Promise<InvariantOptions>,
  signal: AbortSignal,
): Promise<Finding[]> {
  for (let looks = 1; ; looks++) {
    const findings = await checkInvariants(db, await read());
    if (looks === LOOKS || findings.every(({ held }) => held)) return findings;
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
}

/** What clients, Stripe and mailboxes know of the run. A Stripe or a mailbox that is not the sandbox's is not asked. */
async function readOutside(runtime: Runtime, { purchases }: Outcome, since: Date): Promise<InvariantOptions> {
  const accepted = purchases.map(({ buyer, orderId }) => ({ key: buyer.key, order_id: orderId }));
  const ours = new Set(accepted.map(({ order_id }) => order_id));
  const stripe = await readStripe(runtime.sandbox_url, since);
  const mails = await readMails(runtime.sandbox_url, since);
  const isPlayed = stripe.intents.some(({ metadata }) => ours.has((metadata as { order_id?: string })?.order_id ?? ''));
  return { since, accepted, ...(isPlayed ? { stripe } : {}), ...(mails.length > 0 ? { mails } : {}) };
}
