/** Addresses at which the API takes an upload for its own disk from somebody without a key, as a bucket would. */
import { STAGED } from '../../domain/picture-keys.ts';
import type { PresignedUpload, UploadWish } from './backend.ts';
import { isSignature, signatureOf } from './signature.ts';

const PURPOSE = 'upload';

/** What an address says in its query, as text. */
export interface UploadQuery {
  expires: string;
  bytes: string;
  type: string;
  signature: string;
}

export type UploadVerdict = 'fine' | 'forged' | 'expired';

export interface UploadAddresses {
  presign(key: string, wish: UploadWish, expires: Date): PresignedUpload;
  judge(imageId: string, query: UploadQuery, now?: number): UploadVerdict;
}

export function createUploadAddresses(publicUrl: string, secret: string): UploadAddresses {
  const base = publicUrl.replace(/\/+$/, '');
  return {
    presign(key, { bytes, contentType }, expires) {
      if (!key.startsWith(STAGED)) throw new RangeError(`${key} is not where uploads go`);
      const imageId = key.slice(STAGED.length);
      const query = { expires: String(Math.floor(expires.getTime() / 1_000)), bytes: String(bytes), type: contentType };
      const signature = signatureOf(secret, PURPOSE, partsOf(imageId, query));
      return {
        url: `${base}/v1/uploads/${imageId}?${new URLSearchParams({ ...query, signature })}`,
        method: 'PUT',
        headers: { 'Content-Type': contentType },
        expires_at: new Date(Number(query.expires) * 1_000).toISOString(),
      };
    },
    judge(imageId, { signature, ...query }, now = Date.now()) {
      if (!isSignature(signature, secret, PURPOSE, partsOf(imageId, query))) return 'forged';
      return Number(query.expires) * 1_000 < now ? 'expired' : 'fine';
    },
  };
}

const partsOf = (imageId: string, { expires, bytes, type }: Omit<UploadQuery, 'signature'>) => [
  imageId,
  expires,
  bytes,
  type,
];
