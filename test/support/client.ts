/** Talks to the API as a storefront does. */
import type { System } from './system.ts';
import { waitFor } from './wait-for.ts';

export interface ApiAnswer<T> {
  status: number;
  headers: Headers;
  body: T;
}

export interface OrderJson {
  id: string;
  number: string;
  status: string;
  payment_status: string;
  fulfillment_status: string;
  order_token: string;
  shortages: { sku: string; requested: number; available: number }[] | null;
  totals: Record<'subtotal' | 'shipping' | 'tax' | 'total', { amount: number; currency: string }>;
  payment: {
    provider_id: string | null;
    status: string;
    client_secret: string | null;
    next_action_url: string | null;
    captured: { amount: number };
    refunded: { amount: number };
    last_error: { code: string } | null;
  };
  lines: { sku: string; quantity: number }[];
  refunds: { status: string; cause: string; amount: { amount: number } }[];
  shipments: { status: string; tracking_number: string | null }[];
}

export interface CallOptions {
  key?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export async function call<T = OrderJson>(
  system: Pick<System, 'apiUrl' | 'secretKey'>,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<ApiAnswer<T>> {
  const response = await fetch(system.apiUrl + path, {
    method,
    headers: {
      authorization: `Bearer ${options.key ?? system.secretKey}`,
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : undefined) as T };
}

export interface OrderWish {
  sku: string;
  quantity?: number;
  /** A test card to pay with at once; none: the order awaits its payment. */
  card?: string;
  email?: string;
  currency?: string;
  captureMethod?: 'automatic' | 'manual' | 'at_shipment';
}

export function orderBody({
  sku,
  quantity = 1,
  card,
  email = 'ada@example.com',
  currency = 'usd',
  captureMethod,
}: OrderWish) {
  return {
    customer: { email, name: 'Ada Example' },
    lines: [{ sku, quantity }],
    currency,
    shipping_address: { line1: '1 Main Street', city: 'Springfield', postal_code: '12345', country: 'US' },
    ...(card || captureMethod
      ? {
          payment: {
            ...(card ? { payment_method: card, confirm: true } : {}),
            ...(captureMethod ? { capture_method: captureMethod } : {}),
          },
        }
      : {}),
  };
}

let orders = 0;
/** Places an order under a key of its own. */
export function placeOrder(
  system: System,
  wish: OrderWish,
  headers: Record<string, string> = {},
): Promise<ApiAnswer<OrderJson>> {
  const key = `order-${process.pid}-${++orders}`;
  return call(system, 'POST', '/v1/orders', { body: orderBody(wish), headers: { 'idempotency-key': key, ...headers } });
}

/** Waits until an order stands where `accept` wants it. */
export function waitForOrder(
  system: System,
  id: string,
  accept: (order: OrderJson) => boolean,
  timeoutMs = 20_000,
): Promise<OrderJson> {
  let last = '';
  return waitFor(
    async () => {
      const { body } = await call(system, 'GET', `/v1/orders/${id}`);
      last = `${body.status}/${body.payment_status}/${body.fulfillment_status}`;
      return accept(body) && body;
    },
    { timeoutMs, everyMs: 50, describe: `order ${id}` },
  ).catch((error: Error) => {
    throw new Error(`${error.message} (${last})`);
  });
}
