import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { openRebuild } from '../db/image-rebuilds.ts';
import { claimPicture, findPicture } from '../db/pictures.ts';
import { removeImages } from '../db/remove-images.ts';
import { originalKey, stagedKey, variantKey, variantsOf } from '../domain/picture-keys.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import {
  createFakeCodec,
  createFakeStorage,
  hashOf,
  insertImage,
  insertProduct,
  jpegOf,
  otherRendition,
  readImage,
  rendition,
  uploadImage,
} from '../test/support/fake-pictures.ts';
import { createCleanStorage } from './clean-storage.ts';
import { createCleanUpPicture } from './clean-up-picture.ts';
import { createProcessImage } from './process-image.ts';
import { createRebuildVariants } from './rebuild-variants.ts';

const run = { log: pino({ level: 'silent' }) };
const GRACE = 3_600;
const LONG_AGO = new Date(Date.now() - 2 * GRACE * 1_000);
const agePicture = statement(
  'test_age_picture',
  `with p as (update pictures set unused_since = unused_since - interval '2 hours' where sha256 = $1)
   update picture_variants set created_at = created_at - interval '2 hours' where sha256 = $1`,
);
const endRebuilds = statement('test_end', `update image_rebuilds set status = 'done', finished_at = now()`);

describe('cleaning up', () => {
  let database: TestDatabase;
  let db: Database;
  let storage: ReturnType<typeof createFakeStorage>;
  let codec: ReturnType<typeof createFakeCodec>;
  let product: string;
  let pictures = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    product = await insertProduct(db);
  });
  beforeEach(() => {
    storage = createFakeStorage();
    codec = createFakeCodec();
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  const { recipe } = rendition;
  const deps = () => ({ db, storage, graceSeconds: GRACE, recipe });
  const cleanUp = (sha256: string, own = recipe) => createCleanUpPicture({ ...deps(), recipe: own })({ sha256 }, run);
  const cleanStorage = () => createCleanStorage(deps())({ day: '2026-11-21' }, run);
  const age = (sha256: string) => db.rows(agePicture, [sha256]);
  const process = (sha256: string) => createProcessImage({ db, storage, codec, rendition })({ sha256, recipe }, run);
  async function ready(bytes = jpegOf(`picture ${++pictures}`)) {
    const id = await uploadImage(db, storage, product, bytes);
    const sha256 = hashOf(bytes);
    await process(sha256);
    return { id, sha256, bytes };
  }
  async function unused() {
    const picture = await ready();
    await db.transaction((tx) => removeImages(tx, [picture.id]));
    await age(picture.sha256);
    return picture;
  }

  it('removes a picture that nobody has had for the grace, with all that was ever put for it, and again is harmless', async () => {
    const { sha256 } = await unused();
    await storage.put(variantKey(sha256, '800', 'deadbeef', 'webp'), Buffer.from('never recorded'), {
      contentType: '',
    });
    await cleanUp(sha256);
    await cleanUp(sha256);
    expect(storage.objects.size).toBe(0);
    expect(await findPicture(db, sha256)).toBeUndefined();
  });

  it('leaves alone what somebody has, has again, or had within the grace', async () => {
    const used = await ready();
    await age(used.sha256);
    const back = await unused();
    await uploadImage(db, storage, product, back.bytes);
    const fresh = await ready();
    await db.transaction((tx) => removeImages(tx, [fresh.id]));
    const before = [...storage.objects.keys()];
    for (const { sha256 } of [used, back, fresh]) await cleanUp(sha256);
    expect([...storage.objects.keys()]).toEqual(before);
    expect(await findPicture(db, back.sha256)).toMatchObject({ status: 'ready', unused_since: null });
  });

  it('goes on where a run died, and gives the bytes a fresh start afterwards', async () => {
    const { sha256, bytes } = await unused();
    storage.before = (call, key) => {
      if (call === 'remove' && key === originalKey(sha256)) throw new Error('killed');
    };
    await expect(cleanUp(sha256)).rejects.toThrow('killed');
    expect(await findPicture(db, sha256)).toMatchObject({ status: 'removing' });
    expect(await claimPicture(db, { sha256, bytes: bytes.byteLength, format: 'jpeg' })).toMatchObject({
      status: 'removing',
    });
    storage.before = () => {};
    await cleanUp(sha256);
    expect(storage.objects.size).toBe(0);
    const { id } = await ready(bytes);
    expect(await readImage(db, id)).toMatchObject({ status: 'ready' });
    expect(codec.rendered).toHaveLength(2);
  });

  it('removes nothing more in a run that slept while another finished and the same bytes came back', async () => {
    const { sha256, bytes } = await unused();
    let slept = false;
    storage.before = async (call) => {
      if (call !== 'remove' || slept) return;
      slept = true;
      await cleanUp(sha256);
      await ready(bytes);
    };
    expect(await cleanUp(sha256)).toMatchObject({ note: 'somebody else has removed it' });
    expect(storage.objects.has(originalKey(sha256))).toBe(true);
    expect(await findPicture(db, sha256)).toMatchObject({ status: 'ready' });
  });

  it('lets a rendering that comes late record nothing', async () => {
    const bytes = jpegOf(`picture ${++pictures}`);
    const sha256 = hashOf(bytes);
    const id = await uploadImage(db, storage, product, bytes);
    codec.before = async () => {
      await db.transaction((tx) => removeImages(tx, [id]));
      await age(sha256);
      await cleanUp(sha256);
    };
    expect(await process(sha256)).toMatchObject({ note: 'the picture was removed meanwhile' });
    expect(await findPicture(db, sha256)).toBeUndefined();
    for (const object of storage.objects.values()) object.modifiedAt = LONG_AGO;
    await cleanStorage();
    await cleanUp(sha256);
    expect(storage.objects.size).toBe(0);
  });

  describe('variants of another recipe', () => {
    const rebuilt = async () => {
      const picture = await ready();
      await createRebuildVariants({ db, storage, codec, rendition: otherRendition })(
        { sha256: picture.sha256, recipe: otherRendition.recipe },
        run,
      );
      return picture;
    };
    const recipes = (sha256: string) =>
      new Set(
        [...storage.objects.keys()].filter((key) => key.startsWith(variantsOf(sha256))).map((key) => key.split('.')[1]),
      );

    it('go after the grace, objects first', async () => {
      const { sha256 } = await rebuilt();
      await cleanUp(sha256, otherRendition.recipe);
      expect(recipes(sha256)).toEqual(new Set([recipe, otherRendition.recipe]));
      await age(sha256);
      await cleanUp(sha256, otherRendition.recipe);
      expect(recipes(sha256)).toEqual(new Set([otherRendition.recipe]));
      expect(await cleanUp(sha256, otherRendition.recipe)).toMatchObject({ note: '0 old variants removed' });
    });

    it('stay while they are of this configuration, or a rebuild runs that may lead back to them', async () => {
      const { sha256 } = await rebuilt();
      await age(sha256);
      await cleanUp(sha256, recipe);
      await openRebuild(db);
      await cleanUp(sha256, otherRendition.recipe);
      expect(recipes(sha256)).toEqual(new Set([recipe, otherRendition.recipe]));
      await db.rows(endRebuilds);
      await cleanUp(sha256, otherRendition.recipe);
      expect(recipes(sha256)).toEqual(new Set([otherRendition.recipe]));
    });
  });

  describe('the storage', () => {
    const put = async (key: string, modifiedAt = LONG_AGO) => {
      storage.objects.set(key, { bytes: Buffer.from('x'), modifiedAt });
    };

    it('loses what no row knows, and keeps what is wanted, known or young', async () => {
      const { sha256 } = await ready();
      for (const object of storage.objects.values()) object.modifiedAt = LONG_AGO;
      const known = [...storage.objects.keys()];
      const waiting = await insertImage(db, product, {
        source: 'presigned',
        status: 'awaiting_upload',
        expiresAt: new Date(),
      });
      const [orphan, ghost] = [hashOf(Buffer.from('orphan')), hashOf(Buffer.from('ghost'))];
      const kept = [stagedKey(waiting), originalKey(hashOf(Buffer.from('young')))];
      await put(kept[0]!);
      await put(kept[1]!, new Date());
      for (const key of [
        stagedKey('0191f0e4-7d3c-7a40-9c1d-0123456789ab'),
        originalKey(orphan),
        variantKey(ghost, '800', recipe, 'webp'),
        variantKey(sha256, '800', 'deadbeef', 'webp'),
      ])
        await put(key);
      expect(await cleanStorage()).toMatchObject({ kind: 'done', note: expect.stringContaining('2 pictures go') });
      for (const each of [orphan, ghost]) await cleanUp(each);
      expect([...storage.objects.keys()].sort()).toEqual([...known, ...kept].sort());
    });

    it('is left alone when it seems to be somebody else’s', async () => {
      for (let n = 0; n < 201; n++) await put(originalKey(hashOf(Buffer.from(`stranger ${n}`))));
      expect(await cleanStorage()).toMatchObject({ kind: 'give_up', code: 'storage_unknown' });
      expect(storage.objects.size).toBe(201);
    });
  });
});
