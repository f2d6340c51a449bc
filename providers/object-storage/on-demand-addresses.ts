/**
 * Addresses of sizes that are made when somebody asks for them. Which there are is configured, and each picture's are signed: so
 * nobody can have the shop render what it did not offer.
 */
import { IMAGE_FORMATS, type ImageFormat } from '../../domain/image-presets.ts';
import { EXTENSIONS } from '../../domain/picture-keys.ts';
import { isSignature, signatureOf } from './signature.ts';

const PURPOSE = 'on-demand';

export interface OnDemandOptions {
  /** Of the API, which serves them. */
  publicUrl: string;
  secret: string;
  presets: readonly { name: string }[];
  formats: readonly ImageFormat[];
}

export interface OnDemandAddress {
  preset: string;
  /** Media type. */
  type: string;
  url: string;
}

export interface OnDemandAddresses {
  of(sha256: string): OnDemandAddress[];
  /** What an address of ours asks for; undefined for any other, be it forged or of a size that is not offered any more. */
  read(sha256: string, file: string, signature: unknown): { preset: string; format: ImageFormat } | undefined;
}

export function createOnDemandAddresses({ publicUrl, secret, presets, formats }: OnDemandOptions): OnDemandAddresses {
  const base = `${publicUrl.replace(/\/+$/, '')}/media/on-demand`;
  const offered = presets.flatMap(({ name: preset }) =>
    IMAGE_FORMATS.filter((format) => formats.includes(format)).map((format) => ({ preset, format })),
  );
  const fileOf = ({ preset, format }: (typeof offered)[number]) => `${preset}.${EXTENSIONS[format]}`;
  return {
    of: (sha256) =>
      offered.map((each) => {
        const file = fileOf(each);
        const signature = signatureOf(secret, PURPOSE, [sha256, file]);
        const url = `${base}/${sha256}/${file}?signature=${signature}`;
        return { preset: each.preset, type: `image/${each.format}`, url };
      }),
    read(sha256, file, signature) {
      if (!isSignature(signature, secret, PURPOSE, [sha256, file])) return undefined;
      return offered.find((each) => fileOf(each) === file);
    },
  };
}
