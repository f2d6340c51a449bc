/** Who sends a push, as push services check it (RFC 8292): a token signed with the key that it names. */
import { createPublicKey, verify } from 'node:crypto';

const DAY_SECONDS = 86_400;

/** The sender's public key in base64url, or what is wrong with the header. */
export function checkVapid(
  header: string | undefined,
  origin: string,
  nowSeconds: number,
): { key: string } | { problem: string } {
  const parts = new Map(
    (header ?? '')
      .replace(/^vapid\s+/i, '')
      .split(',')
      .map((part) => pair(part.trim())),
  );
  const [token, key] = [parts.get('t'), parts.get('k')];
  if (!/^vapid /i.test(header ?? '') || !token || !key) return { problem: 'Authorization must be vapid t=…, k=…' };
  const [head, claims, signature] = token.split('.');
  if (!head || !claims || !signature || !isSigned(`${head}.${claims}`, signature, key)) {
    return { problem: 'the token is not signed with the key' };
  }
  const { alg } = read(head);
  const { aud, exp, sub } = read(claims);
  if (alg !== 'ES256') return { problem: 'alg must be ES256' };
  if (aud !== origin) return { problem: `aud must be ${origin}` };
  if (typeof exp !== 'number' || exp <= nowSeconds) return { problem: 'the token has expired' };
  if (exp > nowSeconds + DAY_SECONDS) return { problem: 'exp is more than a day ahead' };
  if (typeof sub !== 'string' || !/^(mailto:|https:)/.test(sub)) return { problem: 'sub must be mailto: or https:' };
  return { key };
}

function pair(part: string): [string, string] {
  const at = part.indexOf('=');
  return [part.slice(0, at), part.slice(at + 1)];
}

function isSigned(text: string, signature: string, key: string): boolean {
  const point = Buffer.from(key, 'base64url');
  if (point.length !== 65) return false;
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
  try {
    const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x!, y: y! }, format: 'jwk' });
    const options = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
    return verify('sha256', Buffer.from(text), options, Buffer.from(signature, 'base64url'));
  } catch {
    // No point of the curve.
    return false;
  }
}

function read(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}
