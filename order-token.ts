/**
 * What lets a guest read one order, and a subscriber their subscription: an HMAC of its id. Nothing is stored, and a replayed answer
 * holds the same token; the prefix says what it opens.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface OrderTokens {
  issue(orderId: string): string;
  accepts(orderId: string, token: string): boolean;
}

export type SubscriptionTokens = OrderTokens;

export const createOrderTokens = (secret: string): OrderTokens => createTokens(secret, 'ot', 'order-token');

export const createSubscriptionTokens = (secret: string): SubscriptionTokens =>
  createTokens(secret, 'st', 'subscription-token');

/** @param kind keeps a token of another kind, made with the same secret, from being one of these */
function createTokens(secret: string, prefix: string, kind: string): OrderTokens {
  const issue = (id: string) => `${prefix}_${createHmac('sha256', secret).update(`${kind}/${id}`).digest('base64url')}`;
  return {
    issue,
    accepts(id, token) {
      const expected = Buffer.from(issue(id));
      const given = Buffer.from(token);
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
  };
}
