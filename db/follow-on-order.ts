/** Orders that follow from another one of the same customer: an exchange, a replacement, what an edit costs. They take the whole way of an order. */
import type { OrderKind } from '../domain/order-money.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { placeOrder, startOrder } from './place-order.ts';

interface Parent {
  number: string;
  currency: string;
  customer_email: string;
  customer_name: string | null;
  customer_phone: string | null;
  locale: string | null;
  shipping_address: object;
  billing_address: object | null;
  shipping_method: string;
  livemode: boolean;
  customer_id: string | null;
  default_payment_method: string | null;
}

const parent = statement(
  'parent_of_order',
  `select o.number, o.currency, o.customer_email, o.customer_name, o.customer_phone, o.locale, o.shipping_address, o.billing_address, o.shipping_method,
     o.livemode, p.customer_id, c.default_payment_method
   from orders o join payments p on p.order_id = o.id left join customers c on c.id = p.customer_id where o.id = $1`,
);

export interface FollowOnLine {
  variantId: string;
  sku: string;
  name: string;
  quantity: number;
  unitAmount: number;
  weightGrams: number;
}

export interface FollowOnOrder {
  parentId: string;
  kind: Extract<OrderKind, 'exchange' | 'replacement' | 'balance'>;
  lines: readonly FollowOnLine[];
  /** Minor units of the parent's currency. */
  totals: { subtotal: number; shipping: number; tax: number; total: number; adjustment?: number };
  shippingAddress?: object | undefined;
  shippingMethod?: string | undefined;
  /** How long it waits for what is left to pay. */
  expirySeconds: number;
  metadata: Record<string, string>;
}

export interface FollowedOrder {
  id: string;
  number: string;
  /** A saved method of the customer's is charged for what is left to pay. */
  isCharged: boolean;
  parent: { number: string; email: string };
}

/**
 * Writes the order with its checkout job, in the caller's transaction; credits are granted to it there. What is left to pay is charged
 * to the customer's saved method, if there is one.
 */
export async function placeFollowOnOrder(tx: Executor, wish: FollowOnOrder): Promise<FollowedOrder> {
  const { parentId, kind, lines, totals, shippingAddress, shippingMethod, expirySeconds, metadata } = wish;
  const [from] = await tx.rows<Parent>(parent, [parentId]);
  if (!from) throw new Error(`there is no order ${parentId}`);
  const { number, now } = await startOrder(tx, { skus: [], currency: from.currency });
  const id = uuidv7();
  const payment = paymentOf(from, kind);
  await placeOrder(tx, {
    id,
    number,
    kind,
    parentId,
    paymentId: uuidv7(),
    attemptId: uuidv7(),
    createdAt: new Date(now),
    currency: from.currency,
    totals,
    customer: {
      email: from.customer_email,
      name: from.customer_name ?? undefined,
      phone: from.customer_phone ?? undefined,
    },
    locale: from.locale ?? undefined,
    shippingAddress: shippingAddress ?? from.shipping_address,
    billingAddress: from.billing_address ?? undefined,
    shippingMethod: shippingMethod ?? from.shipping_method,
    payment,
    metadata,
    livemode: from.livemode,
    expirySeconds,
    lines: lines.map((line) => ({ ...line, id: uuidv7() })),
    // As queues/check-out-order.ts makes it, which this folder does not know.
    job: { queue: 'check-out-order', jobId: `order-${id}`, payload: { order_id: id } },
    idempotency: undefined,
  });
  const { number: parentNumber, customer_email: email } = from;
  return { id, number, isCharged: 'confirm' in payment, parent: { number: parentNumber, email } };
}

/** A replacement costs nothing, and its own message is what tells of it. */
function paymentOf({ customer_id, default_payment_method }: Parent, kind: FollowOnOrder['kind']) {
  if (kind === 'replacement') return { has_receipt: true };
  if (!customer_id || !default_payment_method) return customer_id ? { customer_id } : {};
  return { customer_id, payment_method: default_payment_method, confirm: true, off_session: true };
}
