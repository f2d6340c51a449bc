/** The order of a paid invoice: made once, in one transaction, whoever hears of the payment first or again. */
import { type Credit, type InvoiceOrder, type OrderLine, orderOf } from '../domain/subscriptions/invoice.ts';
import { type Executor, statement } from './database.ts';
import { openException } from './exceptions.ts';
import { uuidv7 } from './ids.ts';
import { grantCredit } from './order-credits.ts';
import type { OutboxJob } from './outbox.ts';
import { type NewOrder, placeOrder, startOrder } from './place-order.ts';
import { lockOrderMoney } from './refunds.ts';
import { appendSubscriptionEvent } from './subscription-events.ts';
import { findBilledLines, type InvoiceRow, lockInvoice, tieInvoiceOrder } from './subscription-invoices.ts';
import { lockSubscription, type SubscriptionRow } from './subscriptions.ts';
import { tellSubscriber } from './tell-subscriber.ts';

/** Its money is taken already: there is nothing to expire, and whoever still owes it work finds it. */
const NEVER_SECONDS = 3_650 * 86_400;

/** The jobs that follow, made by the caller, since this folder does not know the queues. */
export interface OrderJobs {
  checkOut: (orderId: string) => OutboxJob;
}

/**
 * Makes the order of an invoice. Undefined, and nothing is written, when the invoice is not paid, makes no order, or has it.
 * @returns the order's id
 */
export async function makeRecurringOrder(
  tx: Executor,
  invoiceId: string,
  jobs: OrderJobs,
): Promise<string | undefined> {
  const subscriptionId = await findSubscriptionOf(tx, invoiceId);
  const subscription = subscriptionId === undefined ? undefined : await lockSubscription(tx, subscriptionId);
  const invoice = await lockInvoice(tx, invoiceId);
  if (!subscription || invoice?.status !== 'paid' || invoice.order_id !== null || invoice.orderless !== null)
    return undefined;
  const items = await findBilledLines(tx, subscription.id);
  const credits = await openCredits(tx, invoice);
  const plan = orderOf({ lines: invoice.lines, capturedAmount: invoice.captured_amount }, items, credits);
  const orderId = uuidv7();
  const lines = plan.lines.map((line) => ({ ...line, id: uuidv7() }));
  await placeOrder(
    tx,
    newOrder(await startedOrder(tx, invoice), { orderId, subscription, invoice, plan, lines, jobs }),
  );
  await keepLines(tx, orderId, lines);
  for (const credit of credits) await useCredit(tx, orderId, invoice, credit);
  await tiePayment(tx, orderId, invoice);
  if (!(await tieInvoiceOrder(tx, invoiceId, orderId))) throw new Error(`invoice ${invoiceId} has another order`);
  await tell(tx, subscription, invoice, orderId);
  return orderId;
}

const ofInvoice = statement(
  'subscription_of_invoice',
  'select subscription_id from subscription_invoices where id = $1',
);

async function findSubscriptionOf(tx: Executor, invoiceId: string): Promise<string | undefined> {
  const [row] = await tx.rows<{ subscription_id: string }>(ofInvoice, [invoiceId]);
  return row?.subscription_id;
}

const startedOrder = (tx: Executor, { currency }: InvoiceRow) => startOrder(tx, { skus: [], currency });

interface Parts {
  orderId: string;
  subscription: SubscriptionRow;
  invoice: InvoiceRow;
  plan: InvoiceOrder;
  lines: readonly (OrderLine & { id: string })[];
  jobs: OrderJobs;
}

/** A renewal's receipt is the subscription's own message, so the order's confirmation is not sent beside it. */
const isRenewal = ({ billing_reason }: InvoiceRow) => billing_reason === 'subscription_cycle';

function newOrder(
  started: { number: string; now: Date },
  { orderId, subscription, invoice, plan, ...rest }: Parts,
): NewOrder {
  const { subtotal, shipping, tax, total, adjustment } = plan;
  const named = { subscription_id: subscription.id, subscription_number: subscription.number };
  return {
    id: orderId,
    number: started.number,
    paymentId: uuidv7(),
    attemptId: uuidv7(),
    createdAt: new Date(started.now),
    currency: invoice.currency,
    totals: { subtotal, shipping, tax, total, adjustment },
    kind: 'recurring',
    customer: {
      email: subscription.customer_email,
      name: subscription.customer_name ?? undefined,
      phone: subscription.customer_phone ?? undefined,
    },
    locale: subscription.locale ?? undefined,
    shippingAddress: subscription.shipping_address,
    billingAddress: subscription.billing_address ?? undefined,
    shippingMethod: subscription.shipping_method,
    payment: { customer_id: subscription.customer_id, ...(isRenewal(invoice) ? { has_receipt: true } : {}) },
    metadata: { ...subscription.metadata, ...named, invoice: invoice.provider_id },
    livemode: subscription.livemode,
    expirySeconds: NEVER_SECONDS,
    lines: rest.lines,
    job: rest.jobs.checkOut(orderId),
    idempotency: undefined,
  };
}

const keep = statement(
  'keep_recurring_lines',
  `insert into recurring_lines (order_line_id, order_id, subscription_line_id, position, variant_id, sku, quantity, unit_amount,
     value_amount, out_of_stock, substitute_sku)
   select id, $1, "lineId", position, "variantId", sku, quantity, "unitAmount", value, "outOfStock", "substituteSku"
   from rows from (json_to_recordset($2) as (id uuid, "lineId" uuid, "variantId" uuid, sku text, quantity integer, "unitAmount" bigint,
     value bigint, "outOfStock" text, "substituteSku" text))
     with ordinality as item (id, "lineId", "variantId", sku, quantity, "unitAmount", value, "outOfStock", "substituteSku", position)`,
);

async function keepLines(tx: Executor, orderId: string, lines: Parts['lines']): Promise<void> {
  if (lines.length > 0) await tx.rows(keep, [orderId, JSON.stringify(lines)]);
}

const tie = statement(
  'tie_invoice_payment',
  `with p as (
     update payments set provider_id = $2 where order_id = $1 and $2::text is not null returning id
   )
   update payment_attempts set status = 'accepted', settled_at = now() where payment_id in (select id from payments where order_id = $1)`,
);

/** The intent has taken its money: the order's checkout reads it, and finds that it has. Where none took any, there is none to ask. */
async function tiePayment(tx: Executor, orderId: string, invoice: InvoiceRow): Promise<void> {
  await tx.rows(tie, [orderId, invoice.captured_amount > 0 ? invoice.payment_intent : null]);
}

const credits = statement(
  'credits_on_invoice',
  `select id, order_id as from_order_id, captured_amount as amount from subscription_credits
   where id = any($1::uuid[]) and subscription_id = $2 and status in ('pending', 'listed') order by order_id, id for no key update`,
);

interface OpenCredit extends Credit {
  from_order_id: string;
}

/**
 * What the invoice's lines took off for goods that were paid before and not sent, as far as it was captured then and is not captured
 * now. The rest is an adjustment like any other.
 */
async function openCredits(tx: Executor, invoice: InvoiceRow): Promise<OpenCredit[]> {
  const ids = invoice.lines.flatMap(({ creditId, amount }) => (creditId && amount < 0 ? [creditId] : []));
  if (ids.length === 0) return [];
  let room =
    invoice.lines.reduce((sum, line) => sum + Math.max(0, line.amount - line.discount), 0) - invoice.captured_amount;
  return (await tx.rows<OpenCredit>(credits, [ids, invoice.subscription_id])).map((credit) => {
    const amount = Math.max(0, Math.min(credit.amount, room));
    room -= amount;
    return { ...credit, amount };
  });
}

const used = statement(
  'use_subscription_credit',
  `update subscription_credits set status = 'used', invoice_id = $2, updated_at = now()
   where id = $1 and status in ('pending', 'listed') returning id`,
);
const lower = statement(
  'lower_order_by_credit',
  `with o as (
     update orders set total_amount = total_amount - $2, adjustment_amount = adjustment_amount - $2 where id = $1
   )
   update payments set amount = amount - $2 where order_id = $1`,
);

/** Money of the order that was short pays for this one; where it was given back meanwhile, the shop bears the discount, and is told. */
async function useCredit(tx: Executor, orderId: string, invoice: InvoiceRow, credit: OpenCredit): Promise<void> {
  const { id, from_order_id: fromOrderId, amount } = credit;
  await tx.rows(used, [id, invoice.id]);
  if (amount === 0) return;
  await lockOrderMoney(tx, fromOrderId);
  const cause = `skip/${id}`;
  if (await grantCredit(tx, { fromOrderId, toOrderId: orderId, kind: 'exchange', cause, amount })) return;
  await tx.rows(lower, [orderId, amount]);
  const detail = { credit_id: id, amount, currency: invoice.currency, credited_on: orderId };
  await openException(tx, { code: 'credit_given_twice', subject: id, orderId: fromOrderId, detail });
}

async function tell(tx: Executor, subscription: SubscriptionRow, invoice: InvoiceRow, orderId: string): Promise<void> {
  const { captured_amount: amount, currency } = invoice;
  const data = { order_id: orderId, invoice: invoice.provider_id, amount, currency };
  const type = isRenewal(invoice) ? 'subscription.renewed' : 'subscription.order_made';
  await appendSubscriptionEvent(tx, subscription.id, type, 'stripe', data);
  if (!isRenewal(invoice)) return;
  await tellSubscriber(tx, subscription.id, {
    event: 'subscription.renewed',
    cause: `subscription.renewed/${invoice.id}`,
    orderId,
    data: { paid: { amount, currency } },
  });
}
