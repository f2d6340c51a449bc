/** Invoices of subscriptions, as they were last read at Stripe. A later reading replaces an earlier one, never the other way. */
import type { BilledLine, InvoiceLine, InvoiceStatus, ProviderInvoice } from '../domain/subscriptions/invoice.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface InvoiceRow {
  id: string;
  subscription_id: string;
  provider_id: string;
  number: string | null;
  status: InvoiceStatus;
  billing_reason: string | null;
  currency: string;
  subtotal_amount: number;
  discount_amount: number;
  total_amount: number;
  due_amount: number;
  paid_amount: number;
  captured_amount: number;
  balance_amount: number;
  payment_intent: string | null;
  period_start: Date | null;
  period_end: Date | null;
  attempt_count: number;
  next_attempt_at: Date | null;
  hosted_invoice_url: string | null;
  lines: InvoiceLine[];
  order_id: string | null;
  orderless: string | null;
  created_at: Date;
  paid_at: Date | null;
}

const columns = `i.id, i.subscription_id, i.provider_id, i.number, i.status, i.billing_reason, i.currency, i.subtotal_amount, i.discount_amount,
  i.total_amount, i.due_amount, i.paid_amount, i.captured_amount, i.balance_amount, i.payment_intent, i.period_start, i.period_end,
  i.attempt_count, i.next_attempt_at, i.hosted_invoice_url, i.lines, i.order_id, i.orderless, i.created_at, i.paid_at`;

const lock = statement(
  'lock_invoice',
  `select ${columns} from subscription_invoices i where i.provider_id = $1 for no key update`,
);

// What was paid stays paid: Stripe has no way back from it, whatever an earlier reading says.
const keep = statement(
  'keep_invoice',
  `insert into subscription_invoices as i (id, subscription_id, provider_id, number, status, billing_reason, currency, subtotal_amount,
     discount_amount, total_amount, due_amount, paid_amount, captured_amount, balance_amount, payment_intent, period_start, period_end,
     attempt_count, next_attempt_at, hosted_invoice_url, lines, orderless, reading, created_at, paid_at)
   select $1, $2, item.id, number, status, "billingReason", currency, "subtotalAmount", "discountAmount", "totalAmount", "dueAmount",
     "paidAmount", "capturedAmount", "balanceAmount", "paymentIntent", "periodStart", "periodEnd", "attemptCount", "nextAttemptAt",
     "hostedUrl", lines, $4, $5, "createdAt", "paidAt"
   from json_to_record($3) as item (id text, number text, status text, "billingReason" text, currency text, "subtotalAmount" bigint,
     "discountAmount" bigint, "totalAmount" bigint, "dueAmount" bigint, "paidAmount" bigint, "capturedAmount" bigint, "balanceAmount" bigint,
     "paymentIntent" text, "periodStart" timestamptz, "periodEnd" timestamptz, "attemptCount" integer, "nextAttemptAt" timestamptz,
     "hostedUrl" text, lines jsonb, "createdAt" timestamptz, "paidAt" timestamptz)
   on conflict (provider_id) do update set number = excluded.number, status = excluded.status,
     subtotal_amount = excluded.subtotal_amount, discount_amount = excluded.discount_amount, total_amount = excluded.total_amount,
     due_amount = excluded.due_amount, paid_amount = excluded.paid_amount, captured_amount = excluded.captured_amount,
     balance_amount = excluded.balance_amount, payment_intent = excluded.payment_intent, period_start = excluded.period_start,
     period_end = excluded.period_end, attempt_count = excluded.attempt_count, next_attempt_at = excluded.next_attempt_at,
     hosted_invoice_url = excluded.hosted_invoice_url, lines = excluded.lines, orderless = excluded.orderless,
     reading = excluded.reading, paid_at = excluded.paid_at, updated_at = now()
   where i.reading < excluded.reading and i.order_id is null and (i.status <> 'paid' or excluded.status = 'paid')
   returning ${columns}`,
);

export interface KeptInvoice {
  now: InvoiceRow;
  /** As it was known before; undefined for a new one. */
  before: InvoiceRow | undefined;
}

/**
 * Keeps what was read of an invoice, in the caller's transaction. Undefined when something later is known, or its order is made:
 * there is nothing more to learn from it then.
 * @param orderless why a paid one makes no order
 */
export async function keepInvoice(
  tx: Executor,
  subscriptionId: string,
  { invoice, reading, orderless }: { invoice: ProviderInvoice; reading: number; orderless: string | null },
): Promise<KeptInvoice | undefined> {
  const [before] = await tx.rows<InvoiceRow>(lock, [invoice.id]);
  const values = [uuidv7(), subscriptionId, JSON.stringify(invoice), orderless, reading];
  const [now] = await tx.rows<InvoiceRow>(keep, values);
  return now && { now, before };
}

const find = statement('find_invoice', `select ${columns} from subscription_invoices i where i.id = $1`);

export async function findInvoice(db: Executor, id: string): Promise<InvoiceRow | undefined> {
  const [row] = await db.rows<InvoiceRow>(find, [id]);
  return row;
}

const lockById = statement(
  'lock_invoice_by_id',
  `select ${columns} from subscription_invoices i where i.id = $1 for no key update`,
);

export async function lockInvoice(tx: Executor, id: string): Promise<InvoiceRow | undefined> {
  const [row] = await tx.rows<InvoiceRow>(lockById, [id]);
  return row;
}

const tie = statement(
  'tie_invoice_order',
  `update subscription_invoices set order_id = $2, updated_at = now()
   where id = $1 and order_id is null and status = 'paid' and orderless is null returning id`,
);

/** False when it has its order. */
export async function tieInvoiceOrder(tx: Executor, id: string, orderId: string): Promise<boolean> {
  return (await tx.rows(tie, [id, orderId])).length > 0;
}

const items = statement(
  'billed_items',
  `select l.id, l.kind, l.provider_item_id as item, l.variant_id as "variantId", l.sku, l.name, l.unit_amount as "unitAmount",
     l.weight_grams as "weightGrams", coalesce(l.out_of_stock, s.out_of_stock) as "outOfStock", l.substitute_sku as "substituteSku"
   from subscription_lines l join subscriptions s on s.id = l.subscription_id
   where l.subscription_id = $1 and l.provider_item_id is not null`,
);

/** All lines that the subscription has or had at Stripe: an invoice may name one that was removed since. */
export function findBilledLines(db: Executor, subscriptionId: string): Promise<BilledLine[]> {
  return db.rows<BilledLine>(items, [subscriptionId]);
}

const bySubscription = statement(
  'find_subscription_of_provider',
  'select id from subscriptions where provider_id = $1',
);

export async function findSubscriptionId(db: Executor, providerId: string): Promise<string | undefined> {
  const [row] = await db.rows<{ id: string }>(bySubscription, [providerId]);
  return row?.id;
}

const list = statement(
  'list_invoices',
  `select ${columns}, o.number as order_number, o.status as order_status
   from subscription_invoices i left join orders o on o.id = i.order_id
   where i.subscription_id = $1 and ($2::uuid is null or i.id < $2) order by i.id desc limit $3`,
);

export type ListedInvoice = InvoiceRow & { order_number: string | null; order_status: string | null };

/** Newest first. */
export function listInvoices(
  db: Executor,
  subscriptionId: string,
  after: string | undefined,
  limit: number,
): Promise<ListedInvoice[]> {
  return db.rows<ListedInvoice>(list, [subscriptionId, after ?? null, limit]);
}

const unmade = statement(
  'invoices_without_order',
  `select i.id from subscription_invoices i
   where i.status = 'paid' and i.order_id is null and i.orderless is null and i.updated_at < now() - make_interval(secs => $1)
   order by i.updated_at limit $2`,
);

/** Paid, and without their order. */
export async function findUnmadeInvoices(db: Executor, olderThanSeconds: number, limit: number): Promise<string[]> {
  return (await db.rows<{ id: string }>(unmade, [olderThanSeconds, limit])).map(({ id }) => id);
}
