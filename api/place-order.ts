/** POST /v1/orders: price it, write it, answer; the checkout pool does the rest. */

import { findAnswer } from '../db/idempotency.ts';
import { uuidv7 } from '../db/ids.ts';
import type { OrderView } from '../db/orders.ts';
import { type NewOrder, type OrderStart, placeOrder, startOrder } from '../db/place-order.ts';
import { preferredLocale } from '../domain/accept-language.ts';
import {
  type PricedLine,
  type PricingHooks,
  priceOrder,
  type Totals,
  UnknownShippingMethodError,
} from '../domain/pricing.ts';
import type { OrderTokens } from '../order-token.ts';
import { checkOutOrder } from '../queues/check-out-order.ts';
import { makeJob } from '../queues/define-queue.ts';
import { findReplay, type IdempotentRequest } from './middleware/idempotency.ts';
import type { NewOrderBody } from './order-schemas.ts';
import { type PlanPaymentDeps, planPayment } from './plan-payment.ts';
import { type FieldError, invalid } from './problem.ts';
import { renderOrder } from './render-order.ts';

export interface PlaceOrderDeps extends PlanPaymentDeps {
  tokens: OrderTokens;
  pricing: PricingHooks;
  expirySeconds: number;
}

export interface Placed {
  orderId: string;
  body: unknown;
  replayed: boolean;
}

interface Caller {
  livemode: boolean;
  /** Whether it has a secret key. */
  isServer: boolean;
  /** The buyer's address on the Internet, as far as it is known. */
  ip: string | undefined;
  /** The languages that its browser asks for. */
  languages: string | undefined;
  request: IdempotentRequest | undefined;
}

/** Accepts an order once per idempotency key. Throws 400 for what cannot be sold as asked, 422 for a reused key. */
export async function acceptOrder(deps: PlaceOrderDeps, body: NewOrderBody, caller: Caller): Promise<Placed> {
  const order = await price(deps, body, caller).catch(async (refusal: Error) => {
    // What was sold then may not be sold now: a repetition gets the answer of the first all the same.
    if (caller.request && (await findAnswer(deps.db, caller.request))) return undefined;
    throw refusal;
  });
  if (order && (await placeOrder(deps.db, order.row)))
    return { orderId: order.row.id, body: order.answer, replayed: false };
  const record = await findReplay(deps.db, caller.request!);
  return { orderId: (record.body as { id: string }).id, body: record.body, replayed: true };
}

/** The order as it will be written, and the answer to it. */
async function price(deps: PlaceOrderDeps, body: NewOrderBody, caller: Caller) {
  const { livemode, ip, request } = caller;
  const locale = body.locale ?? preferredLocale(caller.languages);
  const payment = await planPayment(deps, body, caller);
  const started = await startOrder(deps.db, {
    skus: [...new Set(body.lines.map((line) => line.sku))],
    currency: body.currency,
  });
  const lines = priceLines(body, started);
  const totals = total(deps.pricing, body, lines);
  const id = uuidv7();
  const row = newOrder(deps, body, { id, started, lines, totals, payment, livemode, ip, locale });
  const answer = renderOrder(freshView(row), deps.tokens.issue(id));
  if (request) row.idempotency = { ...request, status: 202, body: answer, location: `/v1/orders/${id}` };
  return { row, answer };
}

function priceLines(body: NewOrderBody, { variants }: OrderStart): PricedLine[] {
  const bySku = new Map(variants.map((variant) => [variant.sku, variant]));
  const errors: FieldError[] = [];
  const lines = body.lines.map((line, index) => {
    const variant = bySku.get(line.sku);
    const pointer = `/lines/${index}/sku`;
    if (!variant) errors.push({ pointer, code: 'sku_unknown', message: `${line.sku} is not sold here.` });
    else if (variant.amount === null)
      errors.push({ pointer, code: 'price_missing', message: `${line.sku} has no price in ${body.currency}.` });
    return {
      variantId: variant?.id ?? '',
      sku: line.sku,
      name: variant?.name ?? '',
      quantity: line.quantity,
      unitAmount: variant?.amount ?? 0,
      weightGrams: variant?.weight_grams ?? 0,
    };
  });
  if (errors.length > 0) throw invalid(errors);
  return lines;
}

/** Stripe's largest amount is eight digits of minor units (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
export const MAX_TOTAL = 99_999_999;

function total(pricing: PricingHooks, body: NewOrderBody, lines: PricedLine[]): Totals {
  const quote = {
    lines,
    currency: body.currency,
    country: body.shipping_address.country,
    shippingMethod: body.shipping_method,
  };
  try {
    const totals = priceOrder(quote, pricing);
    if (totals.total <= MAX_TOTAL) return totals;
  } catch (error) {
    if (error instanceof UnknownShippingMethodError) {
      throw invalid([{ pointer: '/shipping_method', code: 'shipping_method_unknown', message: error.message }]);
    }
    if (!(error instanceof RangeError)) throw error;
  }
  throw invalid([
    { pointer: '/lines', code: 'total_too_large', message: `The total passes ${MAX_TOTAL} minor units.` },
  ]);
}

interface Parts {
  id: string;
  started: OrderStart;
  lines: PricedLine[];
  totals: Totals;
  payment: NewOrder['payment'];
  livemode: boolean;
  ip: string | undefined;
  locale: string | undefined;
}

function newOrder(
  deps: PlaceOrderDeps,
  body: NewOrderBody,
  { id, started, lines, totals, payment, livemode, ip, locale }: Parts,
): NewOrder {
  return {
    id,
    number: started.number,
    paymentId: uuidv7(),
    attemptId: uuidv7(),
    createdAt: new Date(started.now),
    currency: body.currency,
    totals,
    customer: body.customer,
    customerIp: ip,
    locale,
    shippingAddress: body.shipping_address,
    billingAddress: body.billing_address,
    shippingMethod: body.shipping_method,
    payment,
    metadata: body.metadata ?? {},
    livemode,
    expirySeconds: deps.expirySeconds,
    lines: lines.map((line) => ({ ...line, id: uuidv7() })),
    job: makeJob(checkOutOrder, { order_id: id }),
    idempotency: undefined,
  };
}

/** The order as it will stand when it is written, so that the answer needs no second read. */
function freshView(order: NewOrder): OrderView {
  return {
    id: order.id,
    number: order.number,
    status: 'pending',
    payment_status: 'pending',
    fulfillment_status: 'unfulfilled',
    currency: order.currency,
    subtotal_amount: order.totals.subtotal,
    shipping_amount: order.totals.shipping,
    tax_amount: order.totals.tax,
    adjustment_amount: order.totals.adjustment ?? 0,
    total_amount: order.totals.total,
    credit_amount: 0,
    kind: order.kind ?? 'sale',
    parent_id: order.parentId ?? null,
    revision: 1,
    customer_email: order.customer.email,
    customer_name: order.customer.name ?? null,
    customer_phone: order.customer.phone ?? null,
    locale: order.locale ?? null,
    shipping_address: order.shippingAddress as Record<string, string>,
    billing_address: (order.billingAddress as Record<string, string> | undefined) ?? null,
    shipping_method: order.shippingMethod,
    payment_options: {},
    metadata: order.metadata as Record<string, string>,
    status_reason: null,
    dispute_status: null,
    hold_reason: null,
    shortages: null,
    livemode: order.livemode,
    last_event: 1,
    version: 1,
    expires_at: new Date(order.createdAt.getTime() + order.expirySeconds * 1_000),
    created_at: order.createdAt,
    updated_at: order.createdAt,
    lines: order.lines.map((line) => ({
      id: line.id,
      sku: line.sku,
      name: line.name,
      quantity: line.quantity,
      unit_amount: line.unitAmount,
      total_amount: line.unitAmount * line.quantity,
    })),
    payment: freshPayment(order),
    shipments: [],
    refunds: [],
    returns: [],
  };
}

function freshPayment({ paymentId, payment, totals }: NewOrder): OrderView['payment'] {
  return {
    id: paymentId,
    provider_id: null,
    status: 'pending',
    capture_method: payment.capture_method ?? 'automatic',
    capture_before: null,
    amount: totals.total,
    customer_id: payment.customer_id ?? null,
    captured_amount: 0,
    refunded_amount: 0,
    refunding_amount: 0,
    credited_amount: 0,
    credit_left: 0,
    disputed_amount: 0,
    client_secret: null,
    next_action_url: null,
    last_error: null,
  };
}
