/** Orders as the API writes them, for tests below the API. */
import type { Database } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { findOrder, type OrderView } from '../../db/orders.ts';
import { type NewOrder, placeOrder } from '../../db/place-order.ts';
import type { CaptureMethod } from '../../domain/judge-intent.ts';

export interface TestOrder {
  /** By SKU, as `seedVariants` returned them. */
  variants: Map<string, string>;
  sku?: string;
  quantity?: number;
  paymentMethod?: string;
  captureMethod?: CaptureMethod;
  /** What the order says of its payment beside these. */
  payment?: NewOrder['payment'];
  expirySeconds?: number;
  /** Another kind of order than one of the shop; without lines (`quantity` 0) its total is the adjustment. */
  kind?: NewOrder['kind'];
  parentId?: string;
  adjustment?: number;
}

/** Writes an order of 20.00 usd per unit, to be confirmed when it has a payment method. Returns its id. */
export async function insertTestOrder(db: Database, wish: TestOrder): Promise<string> {
  const {
    variants,
    sku = [...variants.keys()][0]!,
    quantity = 1,
    paymentMethod,
    captureMethod,
    payment = {},
    expirySeconds = 1_800,
    kind,
    parentId,
    adjustment = 0,
  } = wish;
  const id = uuidv7();
  const subtotal = 2_000 * quantity;
  const line = {
    id: uuidv7(),
    variantId: variants.get(sku)!,
    sku,
    name: sku,
    quantity,
    unitAmount: 2_000,
    weightGrams: 100,
  };
  await placeOrder(db, {
    id,
    number: `ORD-T${id.slice(-8)}`,
    paymentId: uuidv7(),
    attemptId: uuidv7(),
    createdAt: new Date(),
    currency: 'usd',
    totals: { subtotal, shipping: 0, tax: 0, total: subtotal + adjustment, adjustment },
    ...(kind ? { kind } : {}),
    ...(parentId ? { parentId } : {}),
    customer: { email: `${id.slice(-8)}@example.com` },
    shippingAddress: { line1: '1 Main Street', city: 'Springfield', country: 'US' },
    billingAddress: undefined,
    shippingMethod: 'standard',
    payment: {
      ...(paymentMethod ? { payment_method: paymentMethod, confirm: true } : {}),
      ...(captureMethod ? { capture_method: captureMethod } : {}),
      ...payment,
    },
    metadata: {},
    livemode: false,
    expirySeconds,
    lines: quantity === 0 ? [] : [line],
    job: { queue: 'check-out-order', jobId: `order-${id}`, payload: { order_id: id } },
    idempotency: undefined,
  });
  return id;
}

export async function readOrder(db: Database, id: string): Promise<OrderView> {
  return (await findOrder(db, id))!;
}
