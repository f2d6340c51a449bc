/** A competitor's page in storage: whole until it is read, and what of it is kept as evidence. Each of these may be done twice. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { FetchedPage } from '../domain/pages/fetched-page.ts';
import { type EvidenceKind, evidenceKey, pageKey } from '../domain/pages/page-keys.ts';
import { trimPage } from '../domain/pages/trim-page.ts';
import { sniff } from '../providers/image-codec.ts';
import type { ObjectStorage } from '../providers/object-storage.ts';
import { type PublicFetch, PublicFetchError } from '../providers/public-fetch.ts';

export type PageStorage = Pick<ObjectStorage, 'put' | 'read' | 'remove' | 'stat'>;

const compress = promisify(gzip);
const decompress = promisify(gunzip);
/** Beyond what any fetcher may bring: what is larger was not written by us. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024;
const GZIP = { contentType: 'application/gzip' };

/** Returns the key. A page that is saved again replaces the one before. */
export async function savePage(
  storage: Pick<PageStorage, 'put'>,
  scrapeId: string,
  page: FetchedPage,
): Promise<string> {
  const key = pageKey(scrapeId);
  await storage.put(key, await compress(JSON.stringify(page)), GZIP);
  return key;
}

/** Throws `ObjectMissingError` when it was removed, as it is once it was read. */
export async function loadPage(storage: Pick<PageStorage, 'read'>, key: string): Promise<FetchedPage> {
  const bytes = await decompress(await storage.read(key), { maxOutputLength: MAX_PAGE_BYTES });
  return JSON.parse(bytes.toString('utf8')) as FetchedPage;
}

export const removePage = (storage: Pick<PageStorage, 'remove'>, key: string): Promise<void> => storage.remove(key);

/** Where an observation's evidence lies; the hash is the trimmed page's, before compression. */
export interface KeptEvidence {
  key: string;
  sha256: string;
  modelKey: string | null;
  screenshotKey: string | null;
}

export interface EvidenceTools {
  storage: PageStorage;
  /** For screenshots, which lie with the source; undefined: none are kept. */
  publicFetch: Pick<PublicFetch, 'fetch'> | undefined;
}

/**
 * To be called before the observation's row is written: what a run leaves without one goes with its month.
 * @param trimmed what is kept of the page's text, where it was trimmed already
 */
export async function keepEvidence(
  tools: EvidenceTools,
  page: FetchedPage,
  trimmed = trimPage(page.html),
): Promise<KeptEvidence> {
  const at = new Date(page.fetchedAt);
  const html = await keep(tools.storage, at, Buffer.from(trimmed), 'html.gz');
  const model = hasContent(page.json)
    ? await keep(tools.storage, at, Buffer.from(JSON.stringify(page.json)), 'json.gz')
    : undefined;
  const screenshotKey = page.screenshotUrl ? await keepScreenshot(tools, at, page.screenshotUrl) : null;
  return { key: html.key, sha256: html.sha256, modelKey: model?.key ?? null, screenshotKey };
}

const hasContent = (json: unknown) => json !== null && json !== undefined;

async function keep(storage: PageStorage, at: Date, bytes: Buffer, kind: EvidenceKind) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const key = evidenceKey(at, sha256, kind);
  const isPacked = kind.endsWith('.gz');
  if (!(await storage.stat(key)))
    await storage.put(
      key,
      isPacked ? await compress(bytes) : bytes,
      isPacked ? GZIP : { contentType: `image/${kind}` },
    );
  return { key, sha256 };
}

const SCREENSHOT_LIMITS = { maxBytes: 5 * 1024 * 1024, timeoutMs: 15_000, maxRedirects: 2, accept: 'image/*' };
const PICTURES: Readonly<Record<string, EvidenceKind>> = { png: 'png', jpeg: 'jpg', webp: 'webp' };

/** An observation is worth as much without its picture: whatever is wrong with it, there is none. */
async function keepScreenshot({ storage, publicFetch }: EvidenceTools, at: Date, url: string): Promise<string | null> {
  if (!publicFetch) return null;
  try {
    const { status, bytes } = await publicFetch.fetch(url, SCREENSHOT_LIMITS);
    const kind = PICTURES[sniff(bytes) ?? ''];
    return status === 200 && kind ? (await keep(storage, at, Buffer.from(bytes), kind)).key : null;
  } catch (error) {
    if (error instanceof PublicFetchError) return null;
    throw error;
  }
}

/** The trimmed page as it was kept. Throws `ObjectMissingError` when its time was up. */
export async function readEvidence(storage: Pick<PageStorage, 'read'>, key: string): Promise<string> {
  const bytes = await decompress(await storage.read(key), { maxOutputLength: MAX_PAGE_BYTES });
  return bytes.toString('utf8');
}
