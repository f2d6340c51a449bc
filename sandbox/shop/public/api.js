/** The order API as a storefront calls it: a publishable key, problem+json for errors, an idempotency key for each order. */
import { settings } from './settings.js';

/** An answer that is not 2xx, as RFC 9457 describes it. `status` 0: no answer came. */
export class ApiError extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title ?? 'The shop did not answer.');
    this.status = problem.status ?? 0;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
    this.retryable = problem.retryable ?? this.status === 0;
  }
}

/** @param {{method?: string, body?: object, headers?: Record<string, string>}} [options] */
export async function call(path, { method = 'GET', body, headers = {} } = {}) {
  const response = await fetch(settings.apiUrl + path, {
    method,
    headers: {
      Authorization: `Bearer ${settings.publishableKey}`,
      ...(body ? { 'Content-Type': 'application/json' } : {}),
      ...headers,
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  }).catch(() => {
    throw new ApiError({ detail: 'The shop cannot be reached. Nothing is lost: try again.', retryable: true });
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError({ status: response.status, ...answer });
  return answer;
}

export function listProducts({ query, category, currency, cursor }) {
  const parameters = new URLSearchParams({ limit: '36' });
  if (currency) parameters.set('currency', currency);
  if (query) parameters.set('q', query);
  else parameters.set('sort', 'name');
  if (category) parameters.set('category', category);
  if (cursor) parameters.set('cursor', cursor);
  return call(`/v1/products?${parameters}`);
}

/** `key` makes a repeated click, or a repeated try after a lost answer, the same order. */
export const placeOrder = (body, key) =>
  call('/v1/orders', { method: 'POST', body, headers: { 'Idempotency-Key': key, Prefer: 'wait=10' } });

export const readOrder = (id, token) =>
  call(`/v1/orders/${encodeURIComponent(id)}`, { headers: { 'Order-Token': token } });

export const payOrder = (id, token, paymentMethod) =>
  call(`/v1/orders/${encodeURIComponent(id)}/pay`, {
    method: 'POST',
    body: { payment_method: paymentMethod },
    headers: { 'Order-Token': token, 'Idempotency-Key': crypto.randomUUID(), Prefer: 'wait=10' },
  });

export const readPushKey = () => call('/v1/push/key');

const pushesOf = (id) => `/v1/orders/${encodeURIComponent(id)}/push-subscriptions`;

export const savePush = (id, token, subscription) =>
  call(pushesOf(id), { method: 'POST', body: subscription, headers: { 'Order-Token': token } });

export const removePush = (id, token, endpoint) =>
  call(`${pushesOf(id)}?${new URLSearchParams({ endpoint })}`, { method: 'DELETE', headers: { 'Order-Token': token } });

/** Every event of the order from its first on; the browser resumes by itself after a lost connection. */
export function followOrder(id, token) {
  const parameters = new URLSearchParams({ key: settings.publishableKey, token });
  return new EventSource(`${settings.apiUrl}/v1/orders/${encodeURIComponent(id)}/events?${parameters}`);
}
