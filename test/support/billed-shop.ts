/** A shop with subscriptions and Stripe in memory: each period is billed by hand, and its events delivered as often as a test likes. */
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { type Database, openDatabase, statement } from '../../db/database.ts';
import { bookDueFacts } from '../../db/ledger-poster.ts';
import { insertJobs } from '../../db/outbox.ts';
import { findLiveLines, toPlan } from '../../db/subscription-lines.ts';
import { findSubscription } from '../../db/subscriptions.ts';
import type { InvoiceLine, ProviderInvoice } from '../../domain/subscriptions/invoice.ts';
import { itemsOf } from '../../domain/subscriptions/items.ts';
import type { OutOfStockChoice } from '../../domain/subscriptions/plan.ts';
import { createCheckOutOrder } from '../../workers/check-out-order.ts';
import { createCreditSubscription } from '../../workers/credit-subscription.ts';
import { createFulfillOrder } from '../../workers/fulfill-order.ts';
import { createIssueRefund } from '../../workers/issue-refund.ts';
import { readSubscription } from '../../workers/read-subscription.ts';
import { recordInvoice } from '../../workers/record-invoice.ts';
import { createSettleShortage } from '../../workers/settle-shortage.ts';
import { findRecurringJobs } from '../../workers/sweep-recurring.ts';
import { seedVariants } from './catalogue.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { createFakeBilling, type FakeBilling } from './fake-billing.ts';
import { createFakeInvoices, type FakeInvoices } from './fake-invoices.ts';
import { createFakePayments, type FakePayments } from './fake-payments.ts';
import { run } from './money-shop.ts';
import { placeTestSubscription } from './subscriptions.ts';

export interface Billing {
  /** What stands on the invoice beside the plan's lines. */
  extra?: Partial<InvoiceLine>[];
  /** Off each line, in percent. */
  discountPercent?: number;
  /** What of the customer's balance pays. */
  balance?: number;
  status?: ProviderInvoice['status'];
  reason?: string;
  attempts?: number;
}

const wish = statement(
  'test_line_wish',
  'update subscription_lines set out_of_stock = $3, substitute_sku = $4 where subscription_id = $1 and sku = $2',
);
const openJobs = statement(
  'test_open_jobs',
  `select queue, job_id, payload from outbox where status = 'pending' and queue = any($1) order by created_at, job_id`,
);
const closeJob = statement('test_close_job', 'delete from outbox where queue = $1 and job_id = $2');

export interface BilledShop {
  readonly db: Database;
  payments: FakePayments;
  billing: FakeBilling;
  invoices: FakeInvoices;
  stockWaitSeconds: number;
  subscribe(lines: readonly { sku: string; quantity: number }[]): Promise<string>;
  /** What is done with a line when it is short. */
  choose(subscriptionId: string, sku: string, choice: OutOfStockChoice, substitute?: string): Promise<void>;
  /** Makes an invoice at Stripe; nothing is heard of it yet. */
  bill(subscriptionId: string, billing?: Billing): Promise<ProviderInvoice>;
  /** Pays an open invoice at Stripe. */
  pay(invoice: ProviderInvoice): void;
  /** As any of its events would. */
  hear(invoice: ProviderInvoice): Promise<string>;
  /** Runs all jobs that are open, until none is. */
  work(): Promise<void>;
  restock(sku: string, units: number): Promise<void>;
  /** Has the jobs that the sweeper finds written, as if all were stale. */
  sweep(): Promise<void>;
  settle(orderId: string): Promise<void>;
  /** Ends it at Stripe, and is heard of. */
  end(subscriptionId: string): Promise<void>;
}

/** Declares the hooks that open and close it; to be called in a describe block. */
export function useBilledShop(variants: Parameters<typeof seedVariants>[1]): BilledShop {
  let database: TestDatabase;
  let db: Database;
  let ids: Map<string, string>;
  let count = 0;
  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    ids = await seedVariants(db, variants);
  });
  beforeEach(() => {
    Object.assign(shop, createStripe(), { stockWaitSeconds: 3_600 });
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  const deps = () => ({ db, payments: shop.payments, billing: shop.billing, invoices: shop.invoices });
  const processors = () => {
    const all = { ...deps(), returnUrl: () => 'https://shop.example', stockWaitSeconds: shop.stockWaitSeconds };
    return {
      'check-out-order': createCheckOutOrder(all),
      'settle-shortage': createSettleShortage(all),
      'credit-subscription': createCreditSubscription(all),
      'issue-refund': createIssueRefund(all),
      'fulfill-order': createFulfillOrder({ ...all, carrier: { buyLabel } as never }),
    };
  };

  async function runOpenJobs(): Promise<number> {
    const queues = processors();
    const jobs = await db.rows<{ queue: keyof typeof queues; job_id: string; payload: never }>(openJobs, [
      Object.keys(queues),
    ]);
    for (const { queue, job_id, payload } of jobs) {
      const outcome = await queues[queue](payload, run);
      if (outcome.kind === 'give_up') throw new Error(`${queue} gave up: ${outcome.message}`);
      if (outcome.kind === 'done') await db.rows(closeJob, [queue, job_id]);
    }
    return jobs.length;
  }

  const shop: BilledShop = {
    get db() {
      return db;
    },
    ...createStripe(),
    stockWaitSeconds: 3_600,
    async subscribe(lines) {
      const { id } = await placeTestSubscription(db, { lines, currency: 'usd' });
      const row = (await findSubscription(db, id))!;
      const plan = toPlan(row, await findLiveLines(db, [id]));
      const items = itemsOf(plan);
      for (const { price } of items) await shop.billing.ensureProduct(price!.productId, 'Goods');
      const made = { subscriptionId: id, number: row.number, customerId: `cus_${id}`, currency: 'usd', items };
      const terms = { paymentMethod: 'pm_card_visa', coupon: null, trialEnd: null };
      const { id: stripeId } = await shop.billing.createSubscription({ ...made, ...terms }, id);
      await db.pool.query('update customers set provider_id = $2 where id = $1', [row.customer_id, `cus_${id}`]);
      await readSubscription(deps(), stripeId);
      return id;
    },
    async choose(id, sku, choice, substitute) {
      await db.rows(wish, [id, sku, choice, substitute ?? null]);
    },
    async bill(id, billing = {}) {
      const stripe = [...shop.billing.subscriptions.values()].find((each) => each.subscriptionId === id)!;
      const invoiceId = `in_${++count}`;
      const lines = stripe.items.map((item): InvoiceLine => {
        const amount = item.unitAmount * item.quantity;
        const discount = Math.floor((amount * (billing.discountPercent ?? 0)) / 100);
        return { ...BLANK_LINE, id: `il_${item.id}`, item: item.id, quantity: item.quantity, amount, discount };
      });
      const extra = (billing.extra ?? []).map((line, at) => ({ ...BLANK_LINE, id: `il_${count}_${at}`, ...line }));
      const credits = shop.invoices.takeCredits(stripe.id, invoiceId);
      const all = [...lines, ...extra, ...credits];
      const invoice = invoiceOf({ id: invoiceId, subscriptionId: stripe.id, lines: all }, billing);
      shop.invoices.invoices.set(invoiceId, invoice);
      if (billing.status !== 'open') shop.pay(invoice);
      return invoice;
    },
    pay(invoice) {
      const captured = invoice.dueAmount;
      if (captured > 0) shop.payments.intents.set(`pi_${invoice.id}`, paidIntent(`pi_${invoice.id}`, captured));
      const paymentIntent = captured > 0 ? `pi_${invoice.id}` : null;
      const paid = { status: 'paid' as const, paidAmount: captured, capturedAmount: captured, paymentIntent };
      Object.assign(invoice, { ...paid, payments: captured > 0 ? 1 : 0, paidAt: new Date() });
    },
    hear: (invoice) => recordInvoice(deps(), invoice.id),
    async work() {
      for (let round = 0; round < 20; round++) if ((await runOpenJobs()) === 0) break;
      while ((await bookDueFacts(db)) > 0);
    },
    async sweep() {
      const { stockWaitSeconds } = shop;
      await insertJobs(db, await findRecurringJobs({ db, staleSeconds: -1, stockWaitSeconds }, 100));
    },
    async settle(orderId) {
      await processors()['settle-shortage']({ order_id: orderId }, run);
    },
    async end(id) {
      const stripe = [...shop.billing.subscriptions.values()].find((each) => each.subscriptionId === id)!;
      Object.assign(stripe, { status: 'canceled', endedAt: new Date() });
      await readSubscription(deps(), stripe.id);
    },
    async restock(sku, units) {
      const variant = ids.get(sku);
      await db.pool.query(
        `with l as (update stock_levels set on_hand = on_hand + $2 where variant_id = $1 returning location_id)
         insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, reason)
         select $1, location_id, 'received', $2, 0, 'test' from l`,
        [variant, units],
      );
    },
  };
  return shop;
}

const createStripe = () => ({
  payments: createFakePayments(),
  billing: createFakeBilling(),
  invoices: createFakeInvoices(),
});

const BLANK_LINE: InvoiceLine = {
  ...{ id: '', description: null, item: null, quantity: 1, amount: 0, discount: 0, proration: false, creditId: null },
};

function invoiceOf(
  about: Pick<ProviderInvoice, 'id' | 'subscriptionId' | 'lines'>,
  { balance = 0, status = 'paid', reason = 'subscription_cycle', attempts = 1 }: Billing,
): ProviderInvoice {
  const sum = (key: 'amount' | 'discount') => about.lines.reduce((all, line) => all + line[key], 0);
  const total = sum('amount') - sum('discount');
  const due = Math.max(0, total - balance);
  const now = new Date();
  return {
    ...about,
    ...{ number: null, status, billingReason: reason, currency: 'usd' },
    ...{ subtotalAmount: sum('amount'), discountAmount: sum('discount'), totalAmount: total, dueAmount: due },
    ...{ paidAmount: 0, balanceAmount: total - due, paymentIntent: null, capturedAmount: 0, payments: 0 },
    ...{ periodStart: now, periodEnd: now, attemptCount: attempts, nextAttemptAt: null, hostedUrl: null },
    ...{ createdAt: now, paidAt: null },
  };
}

const paidIntent = (id: string, amount: number) => ({
  ...{ id, status: 'succeeded' as const, amount, amountReceived: amount, currency: 'usd', clientSecret: null },
  ...{ nextActionUrl: null, chargeId: `ch_${id}`, feeAmount: 30, feeCurrency: 'usd', lastError: null },
  ...{ cancellationReason: null, orderId: null },
});

let labels = 0;
const buyLabel = async () => ({
  id: `shp_${++labels}`,
  ...{ carrier: 'test', service: 'standard', tracking_number: `T${labels}`, tracking_url: 'https://t.example' },
  ...{ label_url: 'https://l.example', cost: { amount: 500, currency: 'usd' } },
});
