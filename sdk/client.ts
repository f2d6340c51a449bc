/** `createStockroom` makes the client: all resources of the API, and help to follow an order. */
import { createCall, type FetchLike } from './call.ts';
import { createFollowOrder, type FollowOrder } from './follow-order.ts';
import { createResources, type Resources } from './generated.ts';

export interface ClientOptions {
  /** Where the API is, without `/v1`. */
  baseUrl: string;
  /** `sk_…` on a server, `pk_…` in a browser: never a secret key where customers can read it. */
  apiKey: string;
  fetch?: FetchLike | undefined;
  /** Attempts after the first, for all calls. Default: 3. */
  maxRetries?: number | undefined;
  /** For one attempt. Default: 30 seconds. */
  timeoutMs?: number | undefined;
}

export type Stockroom = Resources & { followOrder: FollowOrder };

/** Throws a TypeError when the address or the key cannot be one. */
export function createStockroom({
  baseUrl,
  apiKey,
  maxRetries = 3,
  timeoutMs = 30_000,
  ...options
}: ClientOptions): Stockroom {
  if (!URL.canParse(baseUrl)) throw new TypeError(`baseUrl is no address: ${JSON.stringify(baseUrl)}.`);
  if (!/^[sp]k_\S+$/.test(apiKey)) throw new TypeError('apiKey takes a key that begins with sk_ or pk_.');
  // Browsers want their fetch to be called as a function of the window.
  const ownFetch: FetchLike = (url, init) => globalThis.fetch(url, init);
  const resources = createResources(
    createCall({ baseUrl, apiKey, maxRetries, timeoutMs, fetch: options.fetch ?? ownFetch }),
  );
  return { ...resources, followOrder: createFollowOrder(resources.orders) };
}
