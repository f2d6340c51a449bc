import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { startRemoving } from '../db/clean-up-pictures.ts';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { findPicture } from '../db/pictures.ts';
import { removeImages } from '../db/remove-images.ts';
import { originalKey, stagedKey } from '../domain/picture-keys.ts';
import { type PublicAnswer, PublicFetchError } from '../providers/public-fetch.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import {
  createFakeCodec,
  createFakeStorage,
  hashOf,
  insertImage,
  insertProduct,
  jpegOf,
  readImage,
  rendition,
  uploadImage,
} from '../test/support/fake-pictures.ts';
import { createFetchImage, type FetchImageDeps } from './fetch-image.ts';
import type { Outcome } from './outcome.ts';
import { createProcessImage } from './process-image.ts';

const run = { log: pino({ level: 'silent' }) };
const openJobs = statement('test_jobs', `select queue from outbox where payload ->> 'sha256' = $1`);
const restPicture = statement(
  'test_rest',
  `update pictures set unused_since = now() - interval '2 days' where sha256 = $1`,
);
const MAX_BYTES = 1_000;

describe('an image whose bytes are elsewhere', () => {
  let database: TestDatabase;
  let db: Database;
  let storage: ReturnType<typeof createFakeStorage>;
  let product: string;
  let answer: () => Promise<Partial<PublicAnswer>> | Partial<PublicAnswer>;
  let fetches = 0;
  let pictures = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    product = await insertProduct(db);
  });
  beforeEach(() => {
    storage = createFakeStorage();
    fetches = 0;
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  const publicFetch: FetchImageDeps['publicFetch'] = {
    fetch: async (url) => {
      fetches++;
      return { status: 200, headers: {}, bytes: Buffer.alloc(0), finalUrl: url, ...(await answer()) } as PublicAnswer;
    },
    close: async () => {},
  };
  const settings = { maxBytes: MAX_BYTES, timeoutMs: 1_000, fetchesPerHost: 1_000 };
  const deps = (changes: Partial<FetchImageDeps> = {}): FetchImageDeps => ({
    db,
    storage,
    publicFetch,
    settings,
    inputFormats: ['jpeg', 'png'],
    recipe: rendition.recipe,
    ...changes,
  });
  /** Its host may be asked a thousand times a second: who comes within a millisecond of the last one waits for his turn. */
  const fetchIt = async (id: string, changes?: Partial<FetchImageDeps>): Promise<Outcome> => {
    const outcome = await createFetchImage(deps(changes))({ image_id: id }, run);
    if (outcome.kind !== 'later' || outcome.delayMs > 10) return outcome;
    await delay(outcome.delayMs);
    return fetchIt(id, changes);
  };
  const newBytes = () => jpegOf(`fetched ${++pictures}`);
  const jobs = async (bytes: Buffer) =>
    (await db.rows<{ queue: string }>(openJobs, [hashOf(bytes)])).map(({ queue }) => queue);
  const give = (bytes: Uint8Array) => {
    answer = () => ({ bytes });
    return bytes;
  };

  it('holds them under their hash, with a job for the picture, once', async () => {
    const bytes = newBytes();
    give(bytes);
    const id = await insertImage(db, product);
    await fetchIt(id);
    await fetchIt(id);
    expect(fetches).toBe(1);
    expect(await readImage(db, id)).toMatchObject({ status: 'queued', sha256: hashOf(bytes) });
    expect(storage.objects.get(originalKey(hashOf(bytes)))?.bytes).toEqual(bytes);
    expect(await findPicture(db, hashOf(bytes))).toMatchObject({ status: 'new', format: 'jpeg', unused_since: null });
    expect(await jobs(bytes)).toEqual(['process-image']);
  });

  it('is what its bytes are known to be, at once and without another object', async () => {
    const good = newBytes();
    const uploaded = await uploadImage(db, storage, product, good);
    const codec = createFakeCodec();
    const render = createProcessImage({ db, storage, codec, rendition });
    await render({ sha256: hashOf(good), recipe: rendition.recipe }, run);
    storage.before = (call) => {
      if (call === 'put') throw new Error('it is there already');
    };
    give(good);
    const id = await insertImage(db, product);
    expect(await fetchIt(id)).toMatchObject({ kind: 'done', note: 'ready' });
    expect([await readImage(db, id), await readImage(db, uploaded)]).toMatchObject([
      { status: 'ready' },
      { status: 'ready' },
    ]);
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'empty'],
    ['a web page', Buffer.from('<html><body>Not found</body></html>'), 'unsupported_format'],
    ['a GIF, which is not taken here', Buffer.from('GIF89a......'), 'unsupported_format'],
    ['anything', Buffer.from('just some words'), 'not_an_image'],
    ['too much', jpegOf('x'.repeat(MAX_BYTES)), 'too_many_bytes'],
  ])('is rejected when it is %s', async (_, bytes, code) => {
    give(bytes);
    const id = await insertImage(db, product);
    expect(await fetchIt(id)).toMatchObject({ kind: 'done' });
    expect(await readImage(db, id)).toMatchObject({ status: 'rejected', problem: { code }, sha256: null });
    expect(storage.objects.size).toBe(0);
  });

  it('is told what its file is, when that is not taken here', async () => {
    give(Buffer.from('GIF89a......'));
    const id = await insertImage(db, product);
    await fetchIt(id);
    const message = expect.stringMatching(/It is a GIF picture; taken are JPEG/);
    expect(await readImage(db, id)).toMatchObject({ problem: { message } });
  });

  it('is rejected when its address is refused, tried again when its host fails, and comes later when the host asks for it', async () => {
    answer = () => {
      throw new PublicFetchError('address_not_public');
    };
    const refused = await insertImage(db, product);
    await fetchIt(refused);
    expect(await readImage(db, refused)).toMatchObject({ status: 'rejected', problem: { code: 'address_not_public' } });
    answer = () => ({ status: 502 });
    const failing = await insertImage(db, product);
    await expect(fetchIt(failing)).rejects.toMatchObject({ code: 'http_status' });
    answer = () => ({ status: 429, headers: { 'retry-after': '7' } });
    expect(await fetchIt(failing)).toEqual({ kind: 'later', delayMs: 7_000 });
    expect(await readImage(db, failing)).toMatchObject({ status: 'queued' });
  });

  it('is got again by the next run when one died after storing, or before it held the picture', async () => {
    const bytes = newBytes();
    give(bytes);
    const id = await insertImage(db, product);
    const dead = { ...db, transaction: () => Promise.reject(new Error('killed')) };
    await expect(fetchIt(id, { db: dead })).rejects.toThrow('killed');
    expect(await findPicture(db, hashOf(bytes))).toMatchObject({ status: 'new', stored_at: null });
    expect(await readImage(db, id)).toMatchObject({ status: 'queued', sha256: null });
    await fetchIt(id);
    expect(await readImage(db, id)).toMatchObject({ sha256: hashOf(bytes) });
    expect(await jobs(bytes)).toEqual(['process-image']);
  });

  it('leaves its picture unused when it was deleted while it was fetched', async () => {
    const bytes = newBytes();
    const id = await insertImage(db, product);
    answer = async () => {
      await db.transaction((tx) => removeImages(tx, [id]));
      return { bytes };
    };
    expect(await fetchIt(id)).toMatchObject({ kind: 'done' });
    expect(await findPicture(db, hashOf(bytes))).toMatchObject({ unused_since: expect.any(Date) });
    expect(await jobs(bytes)).toEqual([]);
  });

  it('waits for a clean-up of the same bytes to be over', async () => {
    const bytes = newBytes();
    give(bytes);
    const old = await uploadImage(db, storage, product, bytes);
    await db.transaction((tx) => removeImages(tx, [old]));
    await db.rows(restPicture, [hashOf(bytes)]);
    expect(await startRemoving(db, hashOf(bytes), 60)).toBe(true);
    const id = await insertImage(db, product);
    expect(await fetchIt(id)).toMatchObject({ kind: 'later' });
    expect(await readImage(db, id)).toMatchObject({ status: 'queued', sha256: null });
  });

  describe('by a presigned upload', () => {
    const staged = (id: string, bytes: Buffer) => storage.put(stagedKey(id), bytes, { contentType: 'image/jpeg' });

    it('moves from where it was put to under its hash', async () => {
      const bytes = newBytes();
      const id = await insertImage(db, product, { source: 'presigned' });
      await staged(id, bytes);
      await fetchIt(id);
      expect(await readImage(db, id)).toMatchObject({ status: 'queued', sha256: hashOf(bytes) });
      expect([...storage.objects.keys()]).toEqual([originalKey(hashOf(bytes))]);
    });

    it('is rejected when nothing came, or too much: that is not even read', async () => {
      const nothing = await insertImage(db, product, { source: 'presigned' });
      await fetchIt(nothing);
      expect(await readImage(db, nothing)).toMatchObject({ status: 'rejected', problem: { code: 'upload_expired' } });
      const large = await insertImage(db, product, { source: 'presigned' });
      await staged(large, jpegOf('x'.repeat(MAX_BYTES)));
      storage.before = (call) => {
        if (call === 'read') throw new Error('read');
      };
      await fetchIt(large);
      expect(await readImage(db, large)).toMatchObject({ status: 'rejected', problem: { code: 'too_many_bytes' } });
      expect(storage.objects.size).toBe(0);
    });
  });
});
