import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { findPicture, forgetOriginal, renewPicture } from '../db/pictures.ts';
import { removeImages } from '../db/remove-images.ts';
import { originalKey, variantsOf } from '../domain/picture-keys.ts';
import { ImageCodecClosedError, OriginalUnreadableError } from '../providers/image-codec.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import {
  createFakeCodec,
  createFakeStorage,
  hashOf,
  insertProduct,
  jpegOf,
  otherRendition,
  readImage,
  rendition,
  uploadImage,
} from '../test/support/fake-pictures.ts';
import { createEncodeLateFormats } from './encode-late-formats.ts';
import { createMakeVariant } from './make-variant.ts';
import { createProcessImage } from './process-image.ts';
import { createRebuildVariants } from './rebuild-variants.ts';
import type { PictureDeps } from './render-picture.ts';

const run = { log: pino({ level: 'silent' }) };
const variantsIn = statement(
  'test_variants',
  'select recipe, preset, format, key from picture_variants where sha256 = $1 order by recipe, preset, format',
);
const openJobs = statement('test_jobs', `select queue from outbox where payload ->> 'sha256' = $1 order by queue`);

describe('a picture', () => {
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

  const deps = (changes: Partial<PictureDeps> = {}): PictureDeps => ({ db, storage, codec, rendition, ...changes });
  const { recipe } = rendition;
  const newBytes = (text = `picture ${++pictures}`) => jpegOf(text);
  const upload = async (bytes: Buffer) => ({
    id: await uploadImage(db, storage, product, bytes),
    sha256: hashOf(bytes),
  });
  const processIt = (sha256: string, changes?: Partial<PictureDeps>, of = recipe) =>
    createProcessImage(deps(changes))({ sha256, recipe: of }, run);
  const late = (sha256: string, changes?: Partial<PictureDeps>, attempt = 1) =>
    createEncodeLateFormats(deps(changes))({ sha256, recipe }, { ...run, attempt });
  const variants = (sha256: string) => db.rows<{ recipe: string; format: string; key: string }>(variantsIn, [sha256]);
  const jobs = async (sha256: string) =>
    (await db.rows<{ queue: string }>(openJobs, [sha256])).map(({ queue }) => queue);
  const stored = (sha256: string) => [...storage.objects.keys()].filter((key) => key.startsWith(variantsOf(sha256)));

  it('becomes ready with all variants in storage, and is told late formats by a job', async () => {
    const { id, sha256 } = await upload(newBytes());
    expect(await processIt(sha256)).toMatchObject({ kind: 'done' });
    expect(await readImage(db, id)).toMatchObject({ status: 'ready', problem: null });
    expect(await findPicture(db, sha256)).toMatchObject({ status: 'ready', recipe, width: 1_000, late_recipe: null });
    expect((await variants(sha256)).map(({ key }) => key).sort()).toEqual(stored(sha256).sort());
    expect(stored(sha256)).toHaveLength(4);
    expect(await jobs(sha256)).toEqual(['encode-late-formats']);
  });

  it('is decoded once for two product images with the same bytes, however often its job runs', async () => {
    const bytes = newBytes();
    const first = await upload(bytes);
    const second = await upload(bytes);
    await processIt(first.sha256);
    await processIt(first.sha256);
    expect(codec.rendered).toHaveLength(1);
    for (const { id } of [first, second]) expect(await readImage(db, id)).toMatchObject({ status: 'ready' });
    const third = await upload(bytes);
    expect(await readImage(db, third.id)).toMatchObject({ status: 'ready' });
    expect(await jobs(first.sha256)).toEqual(['encode-late-formats']);
  });

  it('comes to the same by two runs at once', async () => {
    const { id, sha256 } = await upload(newBytes());
    await Promise.all([processIt(sha256), processIt(sha256)]);
    expect(await readImage(db, id)).toMatchObject({ status: 'ready', version: 2 });
    expect(await variants(sha256)).toHaveLength(4);
  });

  it('is rejected with its reason, for everyone who has it, and is decoded anew only when somebody asks', async () => {
    const bytes = newBytes('bad one');
    const { id, sha256 } = await upload(bytes);
    await processIt(sha256);
    await processIt(sha256);
    expect(codec.rendered).toHaveLength(1);
    expect(await readImage(db, id)).toMatchObject({ status: 'rejected', problem: { code: 'corrupt' } });
    expect(await readImage(db, (await upload(bytes)).id)).toMatchObject({ status: 'rejected' });
    expect(stored(sha256)).toEqual([]);
    await db.transaction((tx) => renewPicture(tx, sha256));
    await processIt(sha256);
    expect(codec.rendered).toHaveLength(2);
  });

  it('is made whole by the next run when one died between storing and recording', async () => {
    const { id, sha256 } = await upload(newBytes());
    let puts = 0;
    storage.before = (call) => {
      if (call === 'put' && ++puts === 4) throw new Error('killed');
    };
    await expect(processIt(sha256)).rejects.toThrow('killed');
    expect(await readImage(db, id)).toMatchObject({ status: 'queued' });
    expect(await variants(sha256)).toEqual([]);
    storage.before = () => {};
    const dead = { ...db, transaction: () => Promise.reject(new Error('killed')) };
    await expect(processIt(sha256, { db: dead })).rejects.toThrow('killed');
    expect(stored(sha256)).toHaveLength(4);
    expect(await findPicture(db, sha256)).toMatchObject({ status: 'new' });
    await processIt(sha256);
    expect(await readImage(db, id)).toMatchObject({ status: 'ready' });
    expect(stored(sha256)).toHaveLength(4);
  });

  it('is tried again, and not judged, while the storage is away', async () => {
    const { id, sha256 } = await upload(newBytes());
    storage.before = () => {
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    };
    await expect(processIt(sha256)).rejects.toThrow('ECONNREFUSED');
    expect(await readImage(db, id)).toMatchObject({ status: 'queued' });
  });

  it('waits for another process, without using up an attempt, when this one closes its decoders', async () => {
    const { sha256 } = await upload(newBytes());
    codec.before = () => {
      throw new ImageCodecClosedError('The image codec was closed.');
    };
    expect(await processIt(sha256)).toMatchObject({ kind: 'later' });
  });

  it('whose original is not in storage is tried again, and is ready when it is back', async () => {
    const { id, sha256 } = await upload(newBytes());
    const kept = storage.objects.get(originalKey(sha256))!;
    storage.objects.delete(originalKey(sha256));
    await expect(processIt(sha256)).rejects.toMatchObject({ code: 'original_missing' });
    expect(await readImage(db, id)).toMatchObject({ status: 'queued' });
    await forgetOriginal(db, sha256);
    storage.objects.set(originalKey(sha256), kept);
    await processIt(sha256);
    expect(await readImage(db, id)).toMatchObject({ status: 'ready' });
  });

  it('whose file is not on the disk is tried again, and any other trouble of the disk is told as it is', async () => {
    const { sha256 } = await upload(newBytes());
    const onDisk = { storage: { ...storage, folder: '/pictures' } };
    codec.before = () => {
      throw new OriginalUnreadableError({ code: 'ENOENT', message: 'no such file' });
    };
    await expect(processIt(sha256, onDisk)).rejects.toMatchObject({ code: 'original_missing' });
    codec.before = () => {
      throw new OriginalUnreadableError({ code: 'EIO', message: 'i/o error' });
    };
    await expect(processIt(sha256, onDisk)).rejects.toMatchObject({ code: 'EIO' });
  });

  it('is made by the recipe of the process, whatever recipe its job was written for', async () => {
    const { id, sha256 } = await upload(newBytes());
    await processIt(sha256, {}, otherRendition.recipe);
    expect(await findPicture(db, sha256)).toMatchObject({ status: 'ready', recipe });
    await processIt(sha256, { rendition: otherRendition }, otherRendition.recipe);
    expect(await findPicture(db, sha256)).toMatchObject({ recipe });
    expect(await readImage(db, id)).toMatchObject({ status: 'ready', version: 2 });
  });

  it('that loses its last product image while it is rendered is kept for the grace, and not shown', async () => {
    const bytes = newBytes();
    const { id, sha256 } = await upload(bytes);
    codec.before = async () => {
      await db.transaction((tx) => removeImages(tx, [id]));
    };
    expect(await processIt(sha256)).toMatchObject({ kind: 'done' });
    expect(await findPicture(db, sha256)).toMatchObject({ status: 'ready', unused_since: expect.any(Date) });
    const again = await upload(bytes);
    expect(await readImage(db, again.id)).toMatchObject({ status: 'ready' });
    expect(codec.rendered).toHaveLength(1);
  });

  describe('with formats that come later', () => {
    it('gets them once, behind what is new', async () => {
      const { id, sha256 } = await upload(newBytes());
      await processIt(sha256);
      await late(sha256);
      await late(sha256);
      expect(codec.rendered.map(({ priority, formats }) => [priority, formats])).toEqual([
        ['now', ['webp', 'jpeg']],
        ['late', ['avif']],
      ]);
      expect(await variants(sha256)).toHaveLength(6);
      expect(await findPicture(db, sha256)).toMatchObject({ late_recipe: recipe });
      expect(await readImage(db, id)).toMatchObject({ status: 'ready' });
    });

    it('does not get them by a run that is late, stale, or beside a rebuild', async () => {
      const { sha256 } = await upload(newBytes());
      expect(await late(sha256)).toMatchObject({ kind: 'done' });
      await processIt(sha256);
      await late(sha256, { rendition: otherRendition });
      expect(codec.rendered).toHaveLength(1);
      codec.before = async () => {
        codec.before = () => {};
        await createRebuildVariants(deps({ rendition: otherRendition }))(
          { sha256, recipe: otherRendition.recipe },
          run,
        );
      };
      expect(await late(sha256)).toMatchObject({ kind: 'done' });
      expect(await findPicture(db, sha256)).toMatchObject({ recipe: otherRendition.recipe, late_recipe: null });
    });

    it('gives up after some tries where a format cannot be made: it is shown without', async () => {
      const { id, sha256 } = await upload(newBytes());
      await processIt(sha256);
      const slow = {
        render: () => Promise.resolve({ kind: 'rejected', code: 'decode_timeout', message: '' } as const),
      };
      await expect(late(sha256, { codec: slow })).rejects.toMatchObject({ code: 'decode_timeout' });
      expect(await late(sha256, { codec: slow }, 4)).toMatchObject({ kind: 'give_up', code: 'decode_timeout' });
      expect(await readImage(db, id)).toMatchObject({ status: 'ready' });
    });
  });

  describe('that is rebuilt', () => {
    const rebuild = (sha256: string, changes: Partial<PictureDeps> = { rendition: otherRendition }) =>
      createRebuildVariants(deps(changes))({ sha256, recipe: otherRendition.recipe }, run);

    it('is shown as it was until the new variants are recorded, and keeps the old ones for the grace', async () => {
      const { id, sha256 } = await upload(newBytes());
      await processIt(sha256);
      codec.before = async () => {
        expect(await findPicture(db, sha256)).toMatchObject({ status: 'ready', recipe });
      };
      await rebuild(sha256);
      await rebuild(sha256);
      expect(codec.rendered.map(({ priority }) => priority)).toEqual(['now', 'late']);
      expect(await findPicture(db, sha256)).toMatchObject({ recipe: otherRendition.recipe });
      expect(await readImage(db, id)).toMatchObject({ status: 'ready' });
      expect(stored(sha256)).toHaveLength(8);
    });

    it('is left alone by a process of another configuration, and stays as it is when it cannot be made anew', async () => {
      const { id, sha256 } = await upload(newBytes());
      await processIt(sha256);
      expect(await rebuild(sha256, {})).toMatchObject({ kind: 'done' });
      codec.before = () => {};
      const refusing = {
        render: () => Promise.resolve({ kind: 'rejected', code: 'too_many_pixels', message: '' } as const),
      };
      expect(await rebuild(sha256, { rendition: otherRendition, codec: refusing })).toMatchObject({ kind: 'give_up' });
      expect(await findPicture(db, sha256)).toMatchObject({ status: 'ready', recipe });
      expect(await readImage(db, id)).toMatchObject({ status: 'ready' });
    });
  });

  it('gets a variant that was asked for, once', async () => {
    const { sha256 } = await upload(newBytes());
    const wish = { sha256, recipe, preset: '640', format: 'webp' } as const;
    const make = () => createMakeVariant(deps())(wish, run);
    expect(await make()).toMatchObject({ kind: 'done' });
    expect(codec.rendered).toHaveLength(0);
    await processIt(sha256);
    await make();
    await make();
    expect(codec.rendered).toHaveLength(2);
    expect(storage.objects.has(`${variantsOf(sha256)}640.${recipe}.webp`)).toBe(true);
    expect(await variants(sha256)).toContainEqual(expect.objectContaining({ preset: '640', format: 'webp' }));
  });
});
