/**
 * The signature of SendGrid's Event Webhook: ECDSA (P-256, SHA-256, DER) over the timestamp's text followed by the body's
 * bytes (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features).
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';

export const SIGNATURE_HEADER = 'x-twilio-email-event-webhook-signature';
export const TIMESTAMP_HEADER = 'x-twilio-email-event-webhook-timestamp';

/** Reads the key as SendGrid shows it (base64 SPKI), or as PEM. Throws when it is no EC public key. */
export function readEventKey(publicKey: string): KeyObject {
  const key = publicKey.includes('BEGIN')
    ? createPublicKey(publicKey)
    : createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  if (key.asymmetricKeyType !== 'ec') throw new TypeError(`not an EC key: ${key.asymmetricKeyType}`);
  return key;
}

export interface SignedEvents {
  signature: string | undefined;
  /** Unix seconds, as text: it is signed as it was sent. */
  timestamp: string | undefined;
  body: Buffer;
}

/** The vendor's verifier accepts any age, which lets a caught request be played again. */
export const TOLERANCE_SECONDS = 600;

/** Why the request is not authentic, in words, or undefined when it is. Never throws, whatever the headers hold. */
export function refuseEvents(key: KeyObject, signed: SignedEvents, nowMs: number): string | undefined {
  const { signature, timestamp, body } = signed;
  if (!signature || !timestamp) return 'The signature or its timestamp is missing.';
  if (!/^\d{1,12}$/.test(timestamp)) return 'The timestamp is not a number of seconds.';
  if (!isSignature(key, signature, timestamp, body)) return 'The signature does not match the body.';
  const ageSeconds = Math.abs(nowMs / 1_000 - Number(timestamp));
  if (ageSeconds > TOLERANCE_SECONDS) return `The signature is ${Math.round(ageSeconds)} s away from now.`;
  return undefined;
}

function isSignature(key: KeyObject, signature: string, timestamp: string, body: Buffer): boolean {
  try {
    return verify('sha256', Buffer.concat([Buffer.from(timestamp), body]), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
