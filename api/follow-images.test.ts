import { get } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { rejectPicture } from '../db/pictures.ts';
import { filesOf, pngLike } from '../test/support/forms.ts';
import { hashOf, type ImageApi, startImageApi } from '../test/support/image-api.ts';
import { waitFor } from '../test/support/wait-for.ts';

let at: ImageApi;
beforeAll(async () => {
  at = await startImageApi();
});
afterAll(() => at?.api.close());

interface Told {
  id: string;
  type: string;
  image?: { id: string; status: string };
  open: number;
}

/** Follows a product's images; `told` grows with each event. */
function follow(productId: string, lastEventId?: string): { told: Told[]; lastId: () => string; stop: () => void } {
  const told: Told[] = [];
  let lastId = '';
  let text = '';
  const headers = {
    Authorization: `Bearer ${at.api.secretKey}`,
    ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
  };
  const request = get(`${at.api.apiUrl}/v1/products/${productId}/images/events`, { headers }, (response) => {
    response.on('error', () => {});
    response.on('data', (chunk) => {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const value = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        lastId = value('id') ?? lastId;
        const data = value('data');
        if (data) told.push(JSON.parse(data));
      }
    });
  });
  request.on('error', () => {});
  return { told, lastId: () => lastId, stop: () => void request.destroy() };
}

const brief = (told: Told[]) => told.map(({ type, id, image, open }) => [type, image?.id ?? id, image?.status, open]);
const upload = async (productId: string, ...files: Buffer[]) => {
  const form = filesOf(...files.map((file, n): [Buffer, string] => [file, `${n}.png`]));
  const { body } = await at.send('POST', `/v1/products/${productId}/images`, form);
  return body.data.map((each: { id: string }) => each.id) as string[];
};

it('who follows a product hears of each image as it is, and of every change until none is open', async () => {
  const productId = await at.makeProduct();
  const [good, bad] = [pngLike('sse good'), pngLike('sse bad')];
  const [first] = await upload(productId, good);
  const { told, stop } = follow(productId);
  await waitFor(() => told.length === 1);
  const [second] = await upload(productId, bad);
  await waitFor(() => told.length === 2);
  await at.makeReady(good);
  await at.api.db.transaction((tx) => rejectPicture(tx, hashOf(bad), { code: 'corrupt', message: 'Damaged.' }));
  await waitFor(() => told.length === 4);
  await at.send('DELETE', `/v1/images/${second}`);
  await waitFor(() => told.length === 5);
  stop();
  expect(brief(told.slice(0, 2))).toEqual([
    ['image', first, 'queued', 1],
    ['image', second, 'queued', 2],
  ]);
  expect(brief(told.slice(2, 4))).toEqual(
    expect.arrayContaining([
      ['image', first, 'ready', expect.any(Number)],
      ['image', second, 'rejected', expect.any(Number)],
    ]),
  );
  expect(brief(told.slice(3))).toEqual([
    ['image', expect.any(String), expect.any(String), 0],
    ['removed', second, undefined, 0],
  ]);
});

it('who comes back with Last-Event-ID hears what is new, also what went', async () => {
  const productId = await at.makeProduct();
  const [kept, changed, gone] = await upload(productId, pngLike('r1'), pngLike('r2'), pngLike('r3'));
  const before = follow(productId);
  await waitFor(() => before.told.length === 3);
  before.stop();
  await at.send('PATCH', `/v1/images/${changed}`, { alt: 'new' });
  await at.send('DELETE', `/v1/images/${gone}`);
  const after = follow(productId, before.lastId());
  await waitFor(() => after.told.length === 2);
  expect(brief(after.told)).toEqual([
    ['removed', gone, undefined, 2],
    ['image', changed, 'queued', 2],
  ]);
  after.stop();
  const made = follow(productId, "1'; drop table x,,,9.9.9");
  await waitFor(() => made.told.length === 2);
  expect(made.told.map(({ image }) => image!.id).sort()).toEqual([kept, changed].sort());
  made.stop();
});

it('nobody is followed once they have left, and a lost signal costs a second', async () => {
  const productId = await at.makeProduct();
  const { told, stop } = follow(productId);
  await upload(productId, pngLike('signal'));
  await waitFor(() => told.length === 1);
  // Behind the API's back: no signal tells of it.
  await at.api.db.pool.query('update product_images set version = 2 where product_id = $1', [productId]);
  await waitFor(() => told.length === 2);
  stop();
  const metrics = async () => (await fetch(`${at.api.apiUrl}/metrics`)).text();
  await waitFor(async () => (await metrics()).includes('stockroom_image_followers 0'));
});

it('nobody follows what is not there', async () => {
  expect(await at.send('GET', '/v1/products/nothing/images/events')).toMatchObject({ status: 404 });
});
