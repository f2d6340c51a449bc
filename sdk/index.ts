/** A typed client for Stockroom. Runs where fetch and WebCrypto are: Node, browsers, edge runtimes. */

export type { FetchLike, RawBody, RequestOptions } from './call.ts';
export { type ClientOptions, createStockroom, type Stockroom } from './client.ts';
export { type FieldError, StockroomError } from './errors.ts';
export type { ServerEvent } from './event-stream.ts';
export { type FollowOptions, type OrderEvent, TERMINAL_EVENTS } from './follow-order.ts';
export * from './generated.ts';
export type { List } from './list.ts';
export {
  signWebhook,
  verifyWebhook,
  type WebhookEvent,
  type WebhookHeaders,
  WebhookVerificationError,
} from './webhooks.ts';
