/** Signs what an address says, so that only addresses that we gave out are honoured. Pure but for the secret. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** `purpose` keeps a signature for one thing from opening another. */
export const signatureOf = (secret: string, purpose: string, parts: readonly (string | number)[]): string =>
  createHmac('sha256', secret)
    .update(JSON.stringify([purpose, ...parts]))
    .digest('base64url');

export function isSignature(
  given: unknown,
  secret: string,
  purpose: string,
  parts: readonly (string | number)[],
): boolean {
  const expected = Buffer.from(signatureOf(secret, purpose, parts));
  const presented = Buffer.from(typeof given === 'string' ? given : '');
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}
