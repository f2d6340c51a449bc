/** The whole way of a picture, with real processes: presigned upload, decoding, srcset, sizes on demand; on a disk and in a bucket. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { S3_KEYS, startS3 } from '../providers/object-storage/s3-for-test.ts';
import { NODE_FLAGS } from '../start/node-flags.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { type System, startSystem } from './support/system.ts';
import { waitFor } from './support/wait-for.ts';

const places = {
  local: async () => ({ env: {}, close: async () => {} }),
  s3: async () => {
    const { endpoint, region, close } = await startS3('pictures');
    const env = {
      STOCKROOM_STORAGE: 's3',
      STOCKROOM_S3_BUCKET: 'pictures',
      STOCKROOM_S3_REGION: region,
      STOCKROOM_S3_ENDPOINT: endpoint,
      STOCKROOM_S3_PATH_STYLE: 'true',
      STOCKROOM_S3_ACCESS_KEY_ID: S3_KEYS.accessKeyId,
      STOCKROOM_S3_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey,
    };
    return { env, close };
  },
};

describe.each(['local', 's3'] as const)('with pictures in %s', (kind) => {
  let place: Awaited<ReturnType<(typeof places)['s3']>>;
  let database: TestDatabase;
  let system: System;
  beforeAll(async () => {
    place = (await places[kind]()) as typeof place;
    database = await createTestDatabase();
    const env = { ...place.env, STOCKROOM_IMAGE_PROCESSES: '1', NODE_OPTIONS: NODE_FLAGS.join(' ') };
    system = await startSystem({ databaseUrl: database.url, workers: ['images,relay,scheduler'], env });
  }, 60_000);
  afterAll(async () => {
    await system?.stop();
    await database?.drop();
    await place?.close();
  });

  // biome-ignore lint/suspicious/noExplicitAny: a test asserts the shape of what it reads
  async function call(method: string, path: string, body?: unknown): Promise<any> {
    const headers = { authorization: `Bearer ${system.secretKey}`, 'content-type': 'application/json' };
    const answer = await fetch(system.apiUrl + path, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  it('an upload by a browser becomes variants that anybody can see, and further sizes when asked for', async () => {
    const photo = await sharp({ create: { width: 1_500, height: 1_000, channels: 3, background: '#c04020' } })
      .jpeg()
      .toBuffer();
    const product = await call('POST', '/v1/products', {
      name: 'Cup',
      slug: 'cup',
      status: 'active',
      variants: [{ sku: 'CUP', prices: [{ currency: 'usd', amount: 500 }] }],
    });
    const images = [{ content_type: 'image/jpeg', bytes: photo.byteLength, alt: 'a cup' }];
    const { data } = await call('POST', `/v1/products/${product.id}/images/uploads`, { images });
    const { id, upload } = data[0];
    const sent = await fetch(upload.url, {
      method: upload.method,
      headers: upload.headers,
      body: new Uint8Array(photo),
    });
    expect([sent.ok, await sent.text()]).toEqual([true, '']);
    await call('POST', `/v1/images/${id}/uploaded`);
    const image = await waitFor(
      async () => {
        const [found] = (await call('GET', `/v1/products/${product.id}/images`)).data;
        return found.status === 'ready' && found;
      },
      { timeoutMs: 20_000, describe: 'the image to be ready' },
    );
    const shown = await fetch(image.src);
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(shown.headers.get('cache-control')).toContain('immutable');
    expect((await sharp(await shown.arrayBuffer()).metadata()).width).toBe(800);

    const wanted = image.on_demand.find(
      (each: { preset: string; type: string }) => each.preset === '600' && each.type === 'image/webp',
    );
    const began = Date.now();
    const [made, again] = await Promise.all([fetch(wanted.url), fetch(wanted.url)]);
    expect([made.status, again.status, made.headers.get('content-type')]).toEqual([200, 200, 'image/webp']);
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(await sharp(await made.arrayBuffer()).metadata()).toMatchObject({ width: 600, height: 400, format: 'webp' });
    await again.body?.cancel();
    const original = await fetch(image.src.replace(/variants\/.*|media\/.*/, `originals/${image.sha256}`));
    expect(original.ok).toBe(false);
    await original.body?.cancel();
  });

  it('the API stays small', () => {
    const { pid } = system.processes.get('api')!.child;
    const mebibytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) / 1_024;
    if (process.env.SHOW_MEMORY) console.log(kind, mebibytes);
    expect(mebibytes).toBeGreaterThan(20);
    expect(mebibytes).toBeLessThan(200);
  });
});
