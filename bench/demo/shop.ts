/** The demo's own goods, put on the shelf over the API, and the calls of a buyer. */
import type { Answer, HttpClient } from '../http-client.ts';
import type { Runtime } from '../running-system.ts';
import type { Buyer, Plan } from './plan-buyers.ts';

export interface Shop {
  http: HttpClient;
  sandbox: HttpClient;
  runtime: Runtime;
  signal: AbortSignal;
}

export interface PlacedOrder {
  id: string;
  order_token: string;
}

/** The API said no where the demo cannot go on. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** Imports one product with this run's variants; there is enough of each but the last one. */
export async function stockGoods(shop: Shop, { skus, lastUnits, buyers }: Plan, run: string): Promise<string> {
  const slug = `demo-run-${run.toLowerCase()}`;
  const product = { name: `Goods of demo run ${run}`, description: 'Made and sold by npm run demo.', status: 'active' };
  const location = await findLocation(shop);
  const line = (sku: string, name: string, units: number, position: number) => ({
    sku,
    name,
    weight_grams: 250,
    prices: [{ currency: 'usd', amount: 1_499 + position * 500 }],
    stock: [{ location, on_hand: units }],
    product_slug: slug,
    product,
  });
  const enough = buyers.reduce((sum, buyer) => sum + buyer.quantity, 0) + 100;
  const lines = [
    ...skus.usual.map((sku, index) => line(sku, sku.split('-').at(-1) ?? sku, enough, index)),
    line(skus.last, 'The last one', lastUnits, skus.usual.length),
  ];
  const answer = await shop.http.call<{ lines: { result: string }[] }>('POST', '/v1/products/import', {
    headers: { ...bearer(shop.runtime.secret_key), 'content-type': 'application/x-ndjson' },
    body: lines.map((each) => JSON.stringify(each)).join('\n'),
    signal: shop.signal,
  });
  const failed = answer.status >= 300 || answer.body.lines.some(({ result }) => result === 'failed');
  if (failed) throw unexpected('The demo goods were not taken', answer);
  return slug;
}

async function findLocation(shop: Shop): Promise<string> {
  const headers = bearer(shop.runtime.secret_key);
  const answer = await shop.http.call<{ data: { code: string }[] }>('GET', '/v1/locations', { headers });
  if (answer.status !== 200) throw unexpected('The locations could not be read', answer);
  const [first] = answer.body.data;
  if (first) return first.code;
  const body = { code: 'main', name: 'Main', country: 'US', position: 0 };
  const made = await shop.http.call('POST', '/v1/locations', { headers, body });
  if (made.status >= 300) throw unexpected('No location could be made', made);
  return body.code;
}

/** Takes the goods out of the shop; the orders keep them. */
export async function removeGoods(shop: Pick<Shop, 'http' | 'runtime'>, slug: string): Promise<void> {
  await shop.http.call('DELETE', `/v1/products/${slug}`, { headers: bearer(shop.runtime.secret_key) });
}

const address = { line1: '1 Main Street', city: 'Springfield', postal_code: '12345', country: 'US' };

export function placeOrder(shop: Shop, buyer: Buyer): Promise<Answer<PlacedOrder>> {
  return shop.http.call<PlacedOrder>('POST', '/v1/orders', {
    headers: { ...bearer(shop.runtime.publishable_key), 'idempotency-key': buyer.key },
    body: {
      customer: { email: buyer.email, name: 'Demo Buyer' },
      lines: [{ sku: buyer.sku, quantity: buyer.quantity }],
      currency: 'usd',
      shipping_address: address,
      ...(buyer.card ? { payment: { payment_method: buyer.card, confirm: true } } : {}),
    },
    signal: shop.signal,
  });
}

/** What proves that an order is the buyer's own. */
export const asBuyer = (shop: Shop, order: PlacedOrder) => ({
  ...bearer(shop.runtime.publishable_key),
  'order-token': order.order_token,
});

export function payAgain(shop: Shop, order: PlacedOrder, card: string): Promise<Answer<unknown>> {
  return shop.http.call('POST', `/v1/orders/${order.id}/pay`, {
    headers: asBuyer(shop, order),
    body: { payment_method: card },
    signal: shop.signal,
  });
}

export function cancelOrder(shop: Shop, order: PlacedOrder): Promise<Answer<unknown>> {
  return shop.http.call('POST', `/v1/orders/${order.id}/cancel`, {
    headers: bearer(shop.runtime.secret_key),
    body: { reason: 'changed my mind' },
    signal: shop.signal,
  });
}

/** Does in the sandbox what the customer does on the bank's page. */
export function authenticate(shop: Shop, intentId: string, outcome: Buyer['authenticates']): Promise<Answer<unknown>> {
  return shop.sandbox.call('POST', `/sandbox/stripe/control/payment_intents/${intentId}/authenticate`, {
    body: { outcome },
    signal: shop.signal,
  });
}

export function unexpected(what: string, { status, body }: Answer<unknown>): UnexpectedAnswerError {
  return new UnexpectedAnswerError(`${what}: ${status} ${JSON.stringify(body).slice(0, 400)}`);
}
