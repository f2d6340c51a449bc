/** Uploads into a folder, as a shop without a bucket has it: what arrives lies there whole, under its hash, once, and nothing else does. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createObjectStorage, type ObjectStorage } from '../providers/object-storage.ts';
import { filesOf, jpegLike, pngLike } from './support/forms.ts';
import { hashOf, type ImageApi, startImageApi } from './support/image-api.ts';

let folder: string;
let storage: ObjectStorage;
let at: ImageApi;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stockroom-uploads-'));
  storage = createObjectStorage({
    backend: { kind: 'local', folder, publicUrl: 'http://api.test', secret: 'a secret for tests' },
    mediaUrl: 'http://api.test/media',
    signedSeconds: 60,
  });
  at = await startImageApi({ storage });
});
afterAll(async () => {
  await at?.api.close();
  rmSync(folder, { recursive: true, force: true });
});

const filesIn = (name: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => path.startsWith(name));

it('originals lie under their hash, each once, with the bytes that were sent', async () => {
  const [id, other] = [await at.makeProduct(), await at.makeProduct()];
  const files = [pngLike('local 1', 99_000), jpegLike('local 2', 1), pngLike('local 3', 66_000)];
  const form = () => filesOf(...files.map((file, n): [Buffer, string] => [file, `${n}`]));
  const answers = await Promise.all([id, other].map((each) => at.send('POST', `/v1/products/${each}/images`, form())));
  expect(answers.map(({ status }) => status)).toEqual([202, 202]);
  const good = files.filter((file) => file.length > 1);
  expect(filesIn('').sort()).toEqual(good.map((file) => `originals/${hashOf(file)}`).sort());
  for (const file of good) expect(readFileSync(join(folder, 'originals', hashOf(file)))).toEqual(file);
});

it('parallel uploads of the same bytes to many products are one file', async () => {
  const file = pngLike('the same', 50_000);
  const products = await Promise.all(Array.from({ length: 20 }, () => at.makeProduct()));
  const answers = await Promise.all(
    products.map((id) => at.send('POST', `/v1/products/${id}/images`, filesOf([file, 'a.png']))),
  );
  expect(answers.map(({ body }) => body.data[0].status)).toEqual(Array(20).fill('queued'));
  expect(filesIn(`originals/${hashOf(file)}`)).toHaveLength(1);
  const { rows } = await at.api.db.pool.query('select count(*)::integer as jobs from outbox where job_id like $1', [
    `picture-${hashOf(file)}-%`,
  ]);
  expect(rows).toEqual([{ jobs: 1 }]);
});

it('an upload that was presigned is seen when it is there', async () => {
  const id = await at.makeProduct();
  const file = pngLike('presigned');
  const begun = await at.send('POST', `/v1/products/${id}/images/uploads`, {
    images: [{ content_type: 'image/png', bytes: file.length }],
  });
  const [{ id: imageId, upload }] = begun.body.data;
  expect(upload).toMatchObject({ method: 'PUT', url: expect.stringContaining(`/v1/uploads/${imageId}`) });
  expect(await at.send('POST', `/v1/images/${imageId}/uploaded`)).toMatchObject({ status: 409 });
  await storage.put(`staged/${imageId}`, file, { contentType: 'image/png' });
  expect(await at.send('POST', `/v1/images/${imageId}/uploaded`)).toMatchObject({
    status: 202,
    body: { status: 'queued' },
  });
});
