import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { type Database, openDatabase } from './database.ts';
import { uuidv7 } from './ids.ts';
import {
  claimPicture,
  failPicture,
  findPicture,
  leavePicture,
  lockPicture,
  type Rendering,
  recordLateVariants,
  recordRendering,
  rejectPicture,
} from './pictures.ts';
import { failImage, findProductImage, holdFetched, PictureGoneError, rejectImage } from './product-images.ts';

let database: TestDatabase;
let db: Database;
let productId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
  productId = uuidv7();
  await db.pool.query(`insert into products (id, slug, name) values ($1, 'p', 'P')`, [productId]);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const claim = (sha256: string) => claimPicture(db, { sha256, bytes: 10, format: 'png' });
const hold = (id: string, sha256: string) => db.transaction((tx) => holdFetched(tx, id, sha256));
const problem = { code: 'corrupt', message: 'Damaged.' };
const rendering: Rendering = {
  recipe: 'aaaaaaaa',
  width: 40,
  height: 30,
  hasAlpha: false,
  thumbhash: 'x',
  dominantColor: '#ffffff',
  perceptualHash: '0123456789abcdef',
  timings: { decode: 1 },
  variants: [{ preset: '800', format: 'webp', width: 40, height: 30, bytes: 5, key: 'variants/x/800.aaaaaaaa.webp' }],
};

async function queueImage(): Promise<string> {
  const id = uuidv7();
  const insert = `insert into product_images (id, product_id, source, source_url, status, position) values ($1, $2, 'url', $3, 'queued', 0)`;
  await db.pool.query(insert, [id, productId, `https://pictures.example/${id}`]);
  return id;
}

it('the same content is stored once and known to be there', async () => {
  const sha256 = hashOf('once');
  expect(await claim(sha256)).toEqual({ status: 'new', stored: false });
  expect(await hold(await queueImage(), sha256)).toBe('queued');
  expect(await claim(sha256)).toEqual({ status: 'new', stored: true });
  expect((await findPicture(db, sha256))!.unused_since).toBeNull();
});

it('a rendering makes every image ready that waits for it, and those that come later at once', async () => {
  const sha256 = hashOf('ready');
  const images = [await queueImage(), await queueImage()];
  await claim(sha256);
  for (const id of images) await hold(id, sha256);
  expect(await db.transaction((tx) => recordRendering(tx, sha256, rendering))).toBe(true);
  expect(await db.transaction((tx) => recordRendering(tx, sha256, rendering))).toBe(true);
  for (const id of images) expect(await findProductImage(db, id)).toMatchObject({ status: 'ready', version: 3 });
  expect(await hold(await queueImage(), sha256)).toBe('ready');
  const image = await findProductImage(db, images[0]!);
  expect(image!.picture).toMatchObject({
    width: 40,
    recipe: 'aaaaaaaa',
    variants: [{ preset: '800', format: 'webp' }],
  });
});

it('late formats are recorded for the recipe that stands, and for no other', async () => {
  const sha256 = hashOf('ready');
  const made = [{ ...rendering.variants[0]!, format: 'avif' as const, key: 'k' }];
  const record = (recipe: string) => db.transaction((tx) => recordLateVariants(tx, sha256, recipe, made));
  expect(await record('bbbbbbbb')).toBe(false);
  expect(await record('aaaaaaaa')).toBe(true);
  expect(await findPicture(db, sha256)).toMatchObject({ late_recipe: 'aaaaaaaa' });
});

it('a rejection is told to all who wait, and does not undo what stands ready', async () => {
  const sha256 = hashOf('bad');
  const id = await queueImage();
  await claim(sha256);
  await hold(id, sha256);
  expect(await db.transaction((tx) => rejectPicture(tx, sha256, problem))).toBe(true);
  expect(await findProductImage(db, id)).toMatchObject({ status: 'rejected', problem });
  expect(await hold(await queueImage(), sha256)).toBe('rejected');
  expect(await db.transaction((tx) => rejectPicture(tx, hashOf('ready'), problem))).toBe(false);
});

it('images that failed become ready when their picture does after all', async () => {
  const sha256 = hashOf('late success');
  const id = await queueImage();
  await claim(sha256);
  await hold(id, sha256);
  expect(await db.transaction((tx) => failPicture(tx, sha256, problem))).toBe(1);
  expect(await db.transaction((tx) => failPicture(tx, sha256, problem))).toBe(0);
  await db.transaction((tx) => recordRendering(tx, sha256, rendering));
  expect(await findProductImage(db, id)).toMatchObject({ status: 'ready', problem: null });
});

it('bytes that never came end an image once, and only while it has none', async () => {
  const id = await queueImage();
  expect(await rejectImage(db, id, problem)).toBe(true);
  expect(await failImage(db, id, problem)).toBe(false);
  expect(await hold(id, hashOf('once'))).toBeUndefined();
});

it('a picture is unused when its last image goes, and used again when it is held again', async () => {
  const sha256 = hashOf('unused');
  const id = await queueImage();
  await claim(sha256);
  await hold(id, sha256);
  await db.transaction(async (tx) => {
    await lockPicture(tx, sha256);
    await db.pool.query('delete from product_images where id = $1', [id]);
    await leavePicture(tx, sha256);
  });
  expect((await findPicture(db, sha256))!.unused_since).not.toBeNull();
  // The image of a late fetch is gone: nobody holds the picture by it.
  expect(await hold(id, sha256)).toBeUndefined();
  expect((await findPicture(db, sha256))!.unused_since).not.toBeNull();
  await hold(await queueImage(), sha256);
  expect((await findPicture(db, sha256))!.unused_since).toBeNull();
});

it('nothing holds a picture that is being removed', async () => {
  const sha256 = hashOf('removing');
  const id = await queueImage();
  await claim(sha256);
  await db.pool.query(`update pictures set status = 'removing' where sha256 = $1`, [sha256]);
  expect(await claim(sha256)).toEqual({ status: 'removing', stored: true });
  await expect(hold(id, sha256)).rejects.toThrow(PictureGoneError);
  expect(await db.transaction((tx) => recordRendering(tx, sha256, rendering))).toBe(false);
});
