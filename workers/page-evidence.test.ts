import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '../db/ids.ts';
import type { FetchedPage } from '../domain/pages/fetched-page.ts';
import { createObjectStorage, ObjectMissingError, type ObjectStorage } from '../providers/object-storage.ts';
import { type PublicFetch, PublicFetchError } from '../providers/public-fetch.ts';
import { keepEvidence, loadPage, removePage, savePage } from './page-evidence.ts';

let folder: string;
let storage: ObjectStorage;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pages-'));
  storage = createObjectStorage({
    backend: { kind: 'local', folder, publicUrl: 'http://shop.test', secret: 's' },
    mediaUrl: 'http://shop.test/media',
    signedSeconds: 60,
  });
});
afterEach(() => rm(folder, { recursive: true }));

const page = (more: Partial<FetchedPage> = {}): FetchedPage => ({
  url: 'https://rival.example/p/1',
  finalUrl: 'https://rival.example/p/1',
  status: 200,
  contentType: 'text/html',
  html: '<h1>Kettle</h1><script src="/x.js"></script>',
  fetchedAt: '2026-11-30T23:59:59.000Z',
  source: 'built_in',
  json: null,
  screenshotUrl: null,
  rule: 'allow: /',
  credits: 0,
  ...more,
});

const keysIn = async (prefix: string) => {
  const keys: string[] = [];
  for await (const { key } of storage.list(prefix)) keys.push(key);
  return keys;
};

describe('a raw page', () => {
  it('is one object of its scrape, the last that was saved, and goes once it was read', async () => {
    const id = uuidv7();
    await savePage(storage, id, page({ html: 'first' }));
    const key = await savePage(storage, id, page({ html: 'second ✓' }));
    expect(await keysIn('pages/')).toEqual([key]);
    expect(await loadPage(storage, key)).toEqual(page({ html: 'second ✓' }));
    await removePage(storage, key);
    await removePage(storage, key);
    await expect(loadPage(storage, key)).rejects.toThrow(ObjectMissingError);
  });

  it('is nobody’s to be served', async () => {
    await expect(storage.url('pages/x.json.gz')).rejects.toThrow(RangeError);
    await expect(storage.url(`evidence/2026-11/${'a'.repeat(64)}.html.gz`)).rejects.toThrow(RangeError);
  });
});

describe('evidence', () => {
  const tools = (fetch?: PublicFetch['fetch']) => ({ storage, publicFetch: fetch && { fetch } });

  it('is the trimmed page, by month and content, kept once', async () => {
    const kept = await keepEvidence(tools(), page());
    expect(kept).toMatchObject({ key: `evidence/2026-11/${kept.sha256}.html.gz`, modelKey: null, screenshotKey: null });
    expect(gunzipSync(await storage.read(kept.key)).toString()).toBe('<!doctype html><h1>Kettle</h1>');
    const before = await storage.stat(kept.key);
    expect(await keepEvidence(tools(), page())).toEqual(kept);
    expect(await storage.stat(kept.key)).toEqual(before);
  });

  it('has what a model read, as it came', async () => {
    const { modelKey } = await keepEvidence(tools(), page({ json: { price: 12 } }));
    expect(JSON.parse(gunzipSync(await storage.read(modelKey ?? '')).toString())).toEqual({ price: 12 });
  });

  const png = Uint8Array.from(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
  const answer =
    (bytes: Uint8Array, status = 200) =>
    async () => ({ status, headers: {}, bytes, finalUrl: '' });
  const withPicture = page({ source: 'firecrawl', screenshotUrl: 'https://pictures.example/1.png' });

  it('has a screenshot, when it is a picture', async () => {
    const { screenshotKey } = await keepEvidence(tools(answer(png)), withPicture);
    expect(screenshotKey).toMatch(/^evidence\/2026-11\/[0-9a-f]{64}\.png$/);
  });

  it.each([
    ['a page', answer(Buffer.from('<html></html>'))],
    ['missing', answer(new Uint8Array(), 404)],
    ['too large', async () => Promise.reject(new PublicFetchError('too_many_bytes'))],
  ] as [string, PublicFetch['fetch']][])('goes without a screenshot that is %s', async (_what, fetch) => {
    expect(await keepEvidence(tools(fetch), withPicture)).toMatchObject({ screenshotKey: null });
  });
});
