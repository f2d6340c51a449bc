import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface EventKeys {
  /** Base64 SPKI, as SendGrid shows it: what the receiver verifies with. */
  publicKey: string;
  /** Base64 PKCS #8. */
  privateKey: string;
}

/** Makes the key pair that event batches are signed with. */
export function generateEventKeys(): EventKeys {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    publicKey: pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
  };
}

export function readPrivateKey(privateKey: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
}

/** The headers that SendGrid sends with a batch: ECDSA over the timestamp's text followed by the body. */
export function signatureHeaders(key: KeyObject, body: Buffer, nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const signature = sign('sha256', Buffer.concat([Buffer.from(timestamp), body]), key);
  return {
    'X-Twilio-Email-Event-Webhook-Signature': signature.toString('base64'),
    'X-Twilio-Email-Event-Webhook-Timestamp': timestamp,
  };
}
