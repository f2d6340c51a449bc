/** Reads a web push as the browser would that it was encrypted for: RFC 8291 over RFC 8188 (aes128gcm), in one record. */
import { createDecipheriv, createECDH, hkdfSync } from 'node:crypto';

export interface BrowserKeys {
  /** Of P-256, in base64url; `p256dh` is the public half, uncompressed. */
  privateKey: string;
  p256dh: string;
  /** 16 random bytes in base64url that the browser shares with the shop alone. */
  auth: string;
}

const SALT = 16;
const RECORD_SIZE = 4;
const TAG = 16;
const LAST_RECORD = 2;

/** Throws when the body is not for these keys, or not what the RFCs describe. */
export function decryptPush(body: Uint8Array, keys: BrowserKeys): string {
  const bytes = Buffer.from(body);
  const salt = bytes.subarray(0, SALT);
  const start = SALT + RECORD_SIZE + 1;
  const record = start + bytes.readUInt8(start - 1);
  if (bytes.length - record > bytes.readUInt32BE(SALT)) throw new RangeError('There is more than one record.');
  const { key, nonce } = deriveKeys(keys, salt, bytes.subarray(start, record));

  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(bytes.subarray(-TAG));
  const padded = Buffer.concat([decipher.update(bytes.subarray(record, -TAG)), decipher.final()]);
  // Zeros stand behind the delimiter, as many as somebody liked to hide the length with.
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== LAST_RECORD) throw new RangeError('The record does not end as the last one does.');
  return padded.subarray(0, end).toString('utf8');
}

/** @param sender the public key of the one message, which stands in its head */
function deriveKeys({ privateKey, p256dh, auth }: BrowserKeys, salt: Buffer, sender: Buffer) {
  const own = createECDH('prime256v1');
  own.setPrivateKey(privateKey, 'base64url');
  const both = Buffer.concat([Buffer.from('WebPush: info\0'), Buffer.from(p256dh, 'base64url'), sender]);
  const shared = hkdf(own.computeSecret(sender), Buffer.from(auth, 'base64url'), both, 32);
  return {
    key: hkdf(shared, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16),
    nonce: hkdf(shared, salt, Buffer.from('Content-Encoding: nonce\0'), 12),
  };
}

const hkdf = (secret: Buffer, salt: Buffer, info: Buffer, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, length));
