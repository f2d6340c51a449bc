import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { claimPicture, recordRendering } from '../db/pictures.ts';
import { filesOf, pngLike } from '../test/support/forms.ts';
import { hashOf, type ImageApi, rendering, startImageApi } from '../test/support/image-api.ts';

let at: ImageApi;
beforeAll(async () => {
  at = await startImageApi();
});
afterAll(() => at?.api.close());

/** An image of the product whose picture has this perceptual hash. Returns its id. */
async function show(productId: string, name: string, perceptualHash: bigint): Promise<string> {
  const file = pngLike(name);
  const sha256 = hashOf(file);
  const { db } = at.api;
  await claimPicture(db, { sha256, bytes: file.length, format: 'png' });
  const hash = perceptualHash.toString(16).padStart(16, '0');
  await db.transaction((tx) => recordRendering(tx, sha256, { ...rendering, perceptualHash: hash }));
  const { body } = await at.send('POST', `/v1/products/${productId}/images`, filesOf([file, `${name}.png`]));
  return body.data[0].id;
}
/** Each bit turned over whose place (from the right) is named. */
const turned = (hash: bigint, ...places: number[]) =>
  places.reduce((bits, place) => bits ^ (1n << BigInt(place)), hash);
const BASE = 0x9123456789abcdefn;

it('what looks like an image is found among all products, the nearest first, wherever the bits differ', async () => {
  const [p, q] = [await at.makeProduct(), await at.makeProduct()];
  const base = await show(p, 'base', BASE);
  // One bit in six of seven parts each: the part that is left leads there.
  const six = await show(q, 'six', turned(BASE, 63, 54, 45, 36, 27, 18));
  const last = await show(q, 'last', turned(BASE, 0, 10, 19, 28, 37, 46));
  const one = await show(q, 'one', turned(BASE, 5));
  await show(q, 'seven', turned(BASE, 63, 54, 45, 36, 27, 18, 17));
  const again = await show(q, 'base', BASE);
  const { status, body } = await at.send('GET', `/v1/images/${base}/duplicates`);
  const found = body.data.map((each: { distance: number; same_bytes: boolean; image: { id: string } }) => [
    each.image.id,
    each.distance,
    each.same_bytes,
  ]);
  expect([status, found]).toEqual([
    200,
    [
      [again, 0, true],
      [one, 1, false],
      [six, 6, false],
      [last, 6, false],
    ],
  ]);
  expect(body.data.filter((each: { image: { primary: boolean } }) => each.image.primary)).toHaveLength(1);
  expect((await at.send('GET', `/v1/images/${base}/duplicates?limit=1`)).body.data).toHaveLength(1);
});

it('an image names those of its own product that show the same, to secret keys', async () => {
  const p = await at.makeProduct();
  const hash = 0x8f0f0f0f0f0f0f0fn;
  const [a, b, c] = [
    await show(p, 'a', hash),
    await show(p, 'b', turned(hash, 3)),
    await show(p, 'c', ~hash & (2n ** 64n - 1n)),
  ];
  const seen = (await at.imagesOf(p)).map((each: { id: string; looks_like: string[] }) => [each.id, each.looks_like]);
  expect(seen).toEqual([
    [a, [b]],
    [b, [a]],
    [c, []],
  ]);
  const asShop = { Authorization: `Bearer ${at.api.publishableKey}` };
  expect((await at.send('GET', `/v1/images/${a}`, undefined, asShop)).body).not.toHaveProperty('looks_like');
  expect((await at.send('GET', `/v1/images/${a}/duplicates`, undefined, asShop)).status).toBe(403);
});

it('there is no list of what looks like nothing', async () => {
  const p = await at.makeProduct();
  const { body } = await at.send('POST', `/v1/products/${p}/images`, filesOf([pngLike('waits'), 'waits.png']));
  expect((await at.send('GET', `/v1/images/${body.data[0].id}/duplicates`)).body).toEqual({ data: [] });
  expect((await at.send('GET', `/v1/images/01900000-0000-7000-8000-000000000000/duplicates`)).status).toBe(404);
});

it('in a list of all products an image comes first only where it does at its product', async () => {
  const p = await at.makeProduct();
  const ids = [await show(p, 'first', 1n), await show(p, 'second', 2n)];
  const { data } = (await at.send('GET', '/v1/images?status=ready&limit=100')).body;
  const mine = data.filter((each: { id: string }) => ids.includes(each.id));
  expect(mine.map((each: { id: string; primary: boolean }) => [each.id, each.primary])).toEqual([
    [ids[1], false],
    [ids[0], true],
  ]);
});
