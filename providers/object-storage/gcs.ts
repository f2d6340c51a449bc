/** Google Cloud Storage: Flystorage has no adapter for it in its present version, so this one fits its contract. */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { StatEntry } from '@flystorage/file-storage';
import { type Bucket, type FileMetadata, Storage } from '@google-cloud/storage';
import { type Backend, expiryOf, type GcsSettings } from './backend.ts';

const PAGE = 1_000;

export function openGcs({ bucket: name, endpoint, keyFile }: GcsSettings): Backend {
  const storage = new Storage({
    ...(endpoint ? { apiEndpoint: endpoint } : {}),
    ...(keyFile ? { keyFilename: keyFile } : {}),
  });
  const bucket = storage.bucket(name);
  return {
    async write(key, contents, { mimeType, cacheControl, abortSignal }) {
      const metadata = { ...(mimeType ? { contentType: mimeType } : {}), ...(cacheControl ? { cacheControl } : {}) };
      // In one request: a resumable upload, made for large files, would double the round trips. A second one writes the same bytes.
      const target = bucket.file(key).createWriteStream({ resumable: false, metadata });
      await pipeline(contents, target, ...(abortSignal ? [{ signal: abortSignal }] : []));
    },
    read: async (key) => opened(bucket.file(key).createReadStream()),
    deleteFile: async (key) => void (await bucket.file(key).delete()),
    stat: async (key) => entryOf(key, (await bucket.file(key).getMetadata())[0]),
    list: (folder) => list(bucket, `${folder}/`),
    async signedUrl(key, from, seconds) {
      const expires = from.getTime() + seconds * 1_000;
      const signed = { version: 'v4', action: 'read', accessibleAt: from, expires } as const;
      const [url] = await bucket.file(key).getSignedUrl(signed);
      return url;
    },
    async presign(key, wish) {
      const expires = expiryOf(wish);
      const range = { 'x-goog-content-length-range': `${wish.bytes},${wish.bytes}` };
      const signed = {
        version: 'v4',
        action: 'write',
        contentType: wish.contentType,
        extensionHeaders: range,
      } as const;
      const [url] = await bucket.file(key).getSignedUrl({ ...signed, expires });
      const headers = { 'Content-Type': wish.contentType, ...range };
      return { url, method: 'PUT', headers, expires_at: expires.toISOString() };
    },
  };
}

/** Waits for the answer's head, so that what is missing is told before anybody reads. */
function opened(stream: Readable): Promise<Readable> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.once('readable', () => resolve(stream));
    stream.once('end', () => resolve(stream));
  });
}

async function* list(bucket: Bucket, prefix: string): AsyncGenerator<StatEntry> {
  let pageToken: string | undefined;
  do {
    const [files, next] = await bucket.getFiles({
      prefix,
      maxResults: PAGE,
      autoPaginate: false,
      ...(pageToken ? { pageToken } : {}),
    });
    for (const { name, metadata } of files) yield entryOf(name, metadata);
    pageToken = (next as { pageToken?: string } | null)?.pageToken;
  } while (pageToken);
}

const entryOf = (path: string, { size, updated }: FileMetadata): StatEntry => ({
  path,
  type: 'file',
  isFile: true,
  isDirectory: false,
  size: Number(size),
  lastModifiedMs: Date.parse(String(updated)),
});
