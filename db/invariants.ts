/**
 * What must always hold (docs: invariants 1 to 7), asked of the database itself: each rule looks for rows that must not be.
 * Read-only, safe on a running system. What is known from outside (answers a client got, Stripe's objects, the mailbox) may
 * be passed in and is compared with the rows; it should be read when the system has settled.
 */
import { type Executor, statement } from './database.ts';
import { acceptedOrders } from './invariants/accepted-orders.ts';
import { claims } from './invariants/claims.ts';
import { drift } from './invariants/drift.ts';
import { history, replayHistories } from './invariants/history.ts';
import { images } from './invariants/images.ts';
import { keptPrices } from './invariants/kept-prices.ts';
import { ledger } from './invariants/ledger.ts';
import { messages } from './invariants/messages.ts';
import { money } from './invariants/money.ts';
import { pageBatches } from './invariants/page-batches.ts';
import { priceAlerts } from './invariants/price-alerts.ts';
import { returns } from './invariants/returns.ts';
import { askRule, type Rule, type RuleValues } from './invariants/rule.ts';
import { scrapes } from './invariants/scrapes.ts';
import { stock } from './invariants/stock.ts';
import { subscriptions } from './invariants/subscriptions.ts';
import { vendorParts } from './invariants/vendor-parts.ts';
import { recountShares, vendors } from './invariants/vendors.ts';
import { waiting } from './invariants/waiting.ts';
import { webhooks } from './invariants/webhooks.ts';

export interface Finding {
  /** Its number in the list of what must always hold. */
  invariant: number;
  title: string;
  held: boolean;
  violations: number;
  /** Facts of some violations, each with the `rule` it breaks. */
  examples: object[];
  /** What is no violation and worth knowing. */
  notes: string[];
}

/** Stripe's objects as its lists answer them; more members do no harm. */
export interface StripeFacts {
  intents: readonly {
    id: string;
    status: string;
    amount_received?: number;
    currency: string;
    metadata?: object | null;
  }[];
  charges?: readonly {
    id: string;
    status: string;
    captured?: boolean;
    amount_captured?: number;
    payment_intent?: unknown;
  }[];
  refunds?: readonly {
    id: string;
    status: string | null;
    amount: number;
    currency: string;
    payment_intent?: unknown;
    metadata?: object | null;
  }[];
  disputes?: readonly { id: string; status: string; amount: number; payment_intent?: unknown }[];
  /** Invoices, with the subscription that each is of. */
  invoices?: readonly { id: string; status: string | null; parent?: unknown }[];
  /** Balance transactions, each with what moved it. */
  movements?: readonly { source: unknown; amount: number; currency: string; exchange_rate: number | null }[];
}

export interface InvariantOptions {
  /** Work younger than this may still be under way; default 30. */
  graceSeconds?: number;
  /** Nothing may stand without an owner for longer; default 300. */
  waitSeconds?: number;
  /** How many examples to return per rule; default 5. */
  examples?: number;
  /** What from outside is given covers the orders accepted since then; default: all orders. */
  since?: Date;
  /** Orders that a client holds a 2xx for, with the Idempotency-Key it sent. */
  accepted?: readonly { key: string | null; order_id: string }[];
  stripe?: StripeFacts;
  /** Messages that arrived, by the notification they name. */
  mails?: readonly { notification_id: string | null; recipient: string }[];
  /** When the mailbox was read: what was sent later cannot lie in it. */
  mailsReadAt?: Date;
}

const titles: Readonly<Record<number, string>> = {
  1: 'Accepted means kept',
  2: 'Money moves once',
  3: 'Stock is conserved',
  4: 'The ledger balances: double entry, per order and currency',
  5: 'Order never goes backwards',
  6: 'One message per cause',
  7: 'Nothing waits for ever',
};

const rules: readonly Rule[] = [
  ...acceptedOrders,
  ...money,
  ...stock,
  ...vendors,
  ...vendorParts,
  ...ledger,
  ...history,
  ...messages,
  ...subscriptions,
  ...waiting,
  ...images,
  ...webhooks,
  ...returns,
  ...scrapes,
  ...drift,
  ...priceAlerts,
  ...keptPrices,
  ...pageBatches,
  ...claims,
];

/** Asks all rules, one after the other; the findings come by the invariants' numbers, 1 to 7. */
export async function checkInvariants(db: Executor, options: InvariantOptions = {}): Promise<Finding[]> {
  const findings = Object.keys(titles).map((number) => newFinding(Number(number), options));
  const values = toValues(options);
  const add = (invariant: number, { count, examples }: { count: number; examples: object[] }) => {
    const finding = findings[invariant - 1]!;
    finding.violations += count;
    finding.held = finding.violations === 0;
    finding.examples.push(...examples);
  };
  for (const each of rules) add(each.invariant, await askRule(db, each, values));
  add(4, await recountShares(db, values.limit));
  add(5, await replayHistories(db, values.limit));
  findings[5]!.notes.push(...(await describeHeld(db)));
  return findings;
}

function newFinding(invariant: number, { stripe, mails }: InvariantOptions): Finding {
  const notes: string[] = [];
  if (invariant === 4) {
    notes.push(stripe ? 'compared with Stripe to the cent' : 'Stripe was not asked: our own rows only');
  }
  if (invariant === 6 && mails) notes.push(`compared with ${mails.length} messages in the mailbox`);
  return { invariant, title: titles[invariant] ?? '', held: true, violations: 0, examples: [], notes };
}

function toValues(options: InvariantOptions): RuleValues {
  const { graceSeconds = 30, waitSeconds = 300, examples = 5, since, accepted, stripe, mails, mailsReadAt } = options;
  const facts = { since: since?.toISOString(), accepted, ...stripe, mails, mails_read_at: mailsReadAt?.toISOString() };
  return { graceSeconds, waitSeconds, limit: examples, facts: JSON.stringify(facts) };
}

const countHeld = statement(
  'invariant_6_held',
  `select count(*)::integer as messages from notifications where status = 'uncertain'`,
);

/** A message that nobody can decide about is held, which is what should be done with it. */
async function describeHeld(db: Executor): Promise<string[]> {
  const [row] = await db.rows<{ messages: number }>(countHeld);
  return row?.messages ? [`${row.messages} uncertain message(s) are held, not guessed`] : [];
}
