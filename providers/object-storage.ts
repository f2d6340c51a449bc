/**
 * Where pictures lie: on a local disk, in S3 or what speaks like it, in Azure Blob Storage or in Google Cloud Storage. Keys are
 * ours (domain/picture-keys.ts). A backend's client is loaded at its first use, so that nobody pays for one that was not chosen.
 */
import { Readable } from 'node:stream';
import { LRUCache } from 'lru-cache';
import { VARIANTS } from '../domain/picture-keys.ts';
import type { Backend, BackendSettings, PresignedUpload, UploadWish } from './object-storage/backend.ts';
import { assertFolder, assertKey, isServed } from './object-storage/keys.ts';
import { isMissing, ObjectMissingError } from './object-storage/missing.ts';
import { once } from './object-storage/once.ts';
import { readAll } from './object-storage/read-all.ts';

export { ObjectMissingError } from './object-storage/missing.ts';
export { ObjectTooLargeError } from './object-storage/read-all.ts';
export type { BackendSettings, PresignedUpload, UploadWish };

export interface StoredObject {
  key: string;
  bytes: number;
  modifiedAt: Date;
}

export interface ObjectStorage {
  readonly kind: BackendSettings['kind'];
  /** Where the objects lie, when that is on this machine's disk. */
  readonly folder: string | undefined;
  /** Replaces what is there; a half-written object is never seen. */
  put(key: string, body: Uint8Array | Readable, options: { contentType: string }): Promise<void>;
  /** Throws {@link ObjectMissingError}, and `ObjectTooLargeError` for what has more bytes than are asked for at most. */
  read(key: string, options?: { atMost?: number }): Promise<Uint8Array>;
  stat(key: string): Promise<Omit<StoredObject, 'key'> | undefined>;
  /** Also fine when it is not there. */
  remove(key: string): Promise<void>;
  /** All objects in a folder and those below it; the folder ends with a slash. */
  list(folder: string): AsyncIterable<StoredObject>;
  /** Where anybody may read a variant: for good, or for the signed time (half of it at least). */
  url(key: string): Promise<string>;
  /** What somebody without a key of ours needs to upload one object of this size and type, until it expires. */
  presignUpload(key: string, wish: UploadWish): Promise<PresignedUpload>;
}

export interface ObjectStorageSettings {
  backend: BackendSettings;
  /** What stands before `<sha256>/<file>` of a variant that everybody may read; undefined: addresses are signed. */
  mediaUrl: string | undefined;
  signedSeconds: number;
}

/** A backend that has not answered by then is taken for lost; a job then goes again. */
const TIMEOUT_MS = 30_000;
/** Variants never change under their key; the rest is nobody's to keep. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
const PRIVATE = 'private, no-store';

export function createObjectStorage({
  backend: settings,
  mediaUrl,
  signedSeconds,
}: ObjectStorageSettings): ObjectStorage {
  const open = once(() => openBackend(settings));
  const sign = createSigner(open, signedSeconds);
  return {
    kind: settings.kind,
    folder: settings.kind === 'local' ? settings.folder : undefined,
    async put(key, body, { contentType }) {
      assertKey(key);
      const cacheControl = isServed(key) ? IMMUTABLE : PRIVATE;
      // How long a stream takes is its sender's matter.
      const patience = body instanceof Readable ? {} : inTime();
      await (await open()).write(key, toStream(body), { mimeType: contentType, cacheControl, ...patience });
    },
    async read(key, { atMost = Number.POSITIVE_INFINITY } = {}) {
      assertKey(key);
      const backend = await open();
      return tellMissing(key, async () => readAll(key, await backend.read(key, inTime()), atMost));
    },
    async stat(key) {
      assertKey(key);
      const backend = await open();
      const found = await backend.stat(key, inTime()).catch(undefinedWhenMissing);
      return found?.isFile ? toStat(found.size, found.lastModifiedMs) : undefined;
    },
    async remove(key) {
      assertKey(key);
      await (await open()).deleteFile(key, inTime()).catch(undefinedWhenMissing);
    },
    async *list(folder) {
      assertFolder(folder);
      for await (const entry of (await open()).list(folder.slice(0, -1), { deep: true }))
        if (entry.isFile) yield { key: entry.path, ...toStat(entry.size, entry.lastModifiedMs) };
    },
    async url(key) {
      assertKey(key);
      if (!isServed(key)) throw new RangeError(`${key} is not for everybody to read`);
      return mediaUrl ? `${mediaUrl}/${key.slice(VARIANTS.length)}` : sign(key);
    },
    async presignUpload(key, wish) {
      assertKey(key);
      return (await open()).presign(key, wish);
    },
  };
}

async function openBackend(settings: BackendSettings): Promise<Backend> {
  switch (settings.kind) {
    case 'local':
      return (await import('./object-storage/local.ts')).openLocal(settings);
    case 's3':
      return (await import('./object-storage/s3.ts')).openS3(settings);
    case 'azure':
      return (await import('./object-storage/azure.ts')).openAzure(settings);
    case 'gcs':
      return (await import('./object-storage/gcs.ts')).openGcs(settings);
  }
}

/** All addresses change together, at every half of their time: until then a browser's cache finds again what it has. */
function createSigner(open: () => Promise<Backend>, seconds: number): (key: string) => Promise<string> {
  const signed = new LRUCache<string, { from: number; address: string }>({ max: 10_000 });
  const halfMs = (seconds / 2) * 1_000;
  return async (key) => {
    const from = Math.floor(Date.now() / halfMs) * halfMs;
    const known = signed.get(key);
    if (known?.from === from) return known.address;
    const address = await (await open()).signedUrl(key, new Date(from), seconds);
    signed.set(key, { from, address });
    return address;
  };
}

const inTime = () => ({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) });

// A stream made of a plain Uint8Array would give its bytes one by one.
const toStream = (body: Uint8Array | Readable) =>
  body instanceof Readable
    ? body
    : Readable.from(body.byteLength > 0 ? [Buffer.from(body.buffer, body.byteOffset, body.byteLength)] : [], {
        objectMode: false,
      });

const toStat = (bytes = 0, modifiedMs = 0) => ({ bytes, modifiedAt: new Date(modifiedMs) });

function undefinedWhenMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

async function tellMissing<T>(key: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw isMissing(error) ? new ObjectMissingError(key, { cause: error }) : error;
  }
}
