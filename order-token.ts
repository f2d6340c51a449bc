/**
 * What lets a guest read one order: an HMAC of the order's id. Nothing is stored, and a replayed answer holds the same
 * token; the prefix says which secret version made it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface OrderTokens {
  issue(orderId: string): string;
  accepts(orderId: string, token: string): boolean;
}

export function createOrderTokens(secret: string): OrderTokens {
  const issue = (orderId: string) =>
    `ot_${createHmac('sha256', secret).update(`order-token/${orderId}`).digest('base64url')}`;
  return {
    issue,
    accepts(orderId, token) {
      const expected = Buffer.from(issue(orderId));
      const given = Buffer.from(token);
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
  };
}
