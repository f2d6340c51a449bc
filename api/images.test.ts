import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failPicture, findPicture, rejectPicture } from '../db/pictures.ts';
import { failImage, rejectImage } from '../db/product-images.ts';
import { filesOf, formOf, pngLike } from '../test/support/forms.ts';
import { hashOf, type ImageApi, startImageApi } from '../test/support/image-api.ts';

let at: ImageApi;
let send: ImageApi['send'];
beforeAll(async () => {
  at = await startImageApi();
  send = at.send;
});
afterAll(() => at?.api.close());

const publishable = () => ({ Authorization: `Bearer ${at.api.publishableKey}` });
const nobody = '01900000-0000-7000-8000-000000000000';

/** Uploads files; returns the ids of their images. */
async function upload(productId: string, ...files: Buffer[]): Promise<string[]> {
  const form = filesOf(...files.map((file, n): [Buffer, string] => [file, `${n}.png`]));
  const { body } = await send('POST', `/v1/products/${productId}/images`, form);
  return body.data.map((each: { id: string }) => each.id);
}

const openJobs = async (queue: string) =>
  (await at.api.db.pool.query(`select job_id from outbox where queue = $1 and status = 'pending'`, [queue])).rows.map(
    (row) => row.job_id,
  );

describe('an image', () => {
  it('that is ready has all that a page needs, and publishable keys see nothing else', async () => {
    const productId = await at.makeProduct();
    const ready = pngLike('ready');
    await at.makeReady(ready);
    const [waiting, id] = await upload(productId, pngLike('waiting'), ready);
    const expected = {
      id,
      product_id: productId,
      status: 'ready',
      alt: '',
      primary: true,
      position: 1,
      src: 'http://media.test/x/800.cafe0001.jpg',
      width: 400,
      height: 300,
      thumbhash: 'abc=',
      dominant_color: '#a1b2c3',
      sources: [
        { type: 'image/webp', srcset: 'http://media.test/x/800.cafe0001.webp 40w', sizes: '100vw' },
        { type: 'image/jpeg', srcset: 'http://media.test/x/800.cafe0001.jpg 40w', sizes: '100vw' },
      ],
      thumbnails: [
        {
          preset: '200x200',
          width: 40,
          height: 30,
          src: 'http://media.test/x/200x200.cafe0001.jpg',
          sources: [{ type: 'image/jpeg', srcset: 'http://media.test/x/200x200.cafe0001.jpg' }],
        },
      ],
      on_demand: [],
      version: 1,
    };
    const seen = [
      (await send('GET', `/v1/images/${id}`, undefined, publishable())).body,
      (await send('GET', `/v1/products/${productId}/images`, undefined, publishable())).body.data,
      (await send('GET', `/v1/products/${productId}`, undefined, publishable())).body.images,
    ];
    expect(seen).toEqual([expected, [expected], [expected]]);
    expect(await send('GET', `/v1/images/${waiting}`, undefined, publishable())).toMatchObject({ status: 404 });
    expect((await send('GET', `/v1/images/${waiting}`)).body).toMatchObject({
      status: 'queued',
      src: null,
      format: 'png',
    });
    expect(await at.imagesOf(productId)).toMatchObject([
      { id: waiting, primary: false },
      { id, source: 'upload' },
    ]);
  });

  it('of a product that is not active is nobody’s with a publishable key', async () => {
    const productId = await at.makeProduct({ status: 'draft' });
    const file = pngLike('draft');
    await at.makeReady(file);
    const [id] = await upload(productId, file);
    for (const path of [`/v1/images/${id}`, `/v1/products/${productId}/images`])
      expect(await send('GET', path, undefined, publishable())).toMatchObject({ status: 404 });
    expect(await send('GET', `/v1/images/${id}`)).toMatchObject({ status: 200 });
  });

  it('is changed under If-Match; the same change again changes nothing', async () => {
    const productId = await at.makeProduct();
    const [first, second] = await upload(productId, pngLike('c1'), pngLike('c2'));
    const changed = await send(
      'PATCH',
      `/v1/images/${second}`,
      { alt: 'B', primary: true, position: 0 },
      { 'If-Match': '"v1"' },
    );
    expect(changed).toMatchObject({ status: 200, body: { alt: 'B', primary: true, position: 0, version: 2 } });
    expect(changed.headers.get('etag')).toBe('"v2"');
    const stale = await send('PATCH', `/v1/images/${second}`, { alt: 'C' }, { 'If-Match': '"v1"' });
    expect(stale).toMatchObject({ status: 412, body: { current_version: '"v2"' } });
    expect((await send('PATCH', `/v1/images/${second}`, { alt: 'B' })).body.version).toBe(2);
    await send('PATCH', `/v1/images/${first}`, { primary: true });
    expect(await at.imagesOf(productId)).toMatchObject([
      { id: second, primary: false, position: 0 },
      { id: first, primary: true, position: 1 },
    ]);
    for (const body of [{}, { alt: 5 }, { position: -1 }, { status: 'ready' }])
      expect(await send('PATCH', `/v1/images/${first}`, body)).toMatchObject({ status: 400 });
  });

  it('is answered with 304 to who has it, and 404, 405, 415 as everywhere', async () => {
    const productId = await at.makeProduct();
    const [id] = await upload(productId, pngLike('cached'));
    const { headers } = await send('GET', `/v1/images/${id}`);
    expect(await send('GET', `/v1/images/${id}`, undefined, { 'If-None-Match': headers.get('etag')! })).toMatchObject({
      status: 304,
    });
    for (const method of ['GET', 'PATCH', 'DELETE'])
      expect(await send(method, `/v1/images/${nobody}`, method === 'PATCH' ? { alt: 'x' } : undefined)).toMatchObject({
        status: 404,
        body: { code: 'image_not_found' },
      });
    expect(await send('POST', `/v1/images/${nobody}/retry`)).toMatchObject({ status: 404 });
    expect(await send('POST', `/v1/images/${nobody}/uploaded`)).toMatchObject({ status: 404 });
    expect(await send('PUT', `/v1/images/${id}`, {})).toMatchObject({ status: 405 });
    expect(await send('GET', '/v1/images/nonsense')).toMatchObject({ status: 400 });
    const text = { 'Content-Type': 'text/plain' };
    expect(await send('POST', `/v1/products/${productId}/images`, { images: [] }, text)).toMatchObject({
      status: 415,
      body: { detail: 'Send the body as application/json or multipart/form-data.' },
    });
  });

  it('is deleted under If-Match; its picture goes when nobody else shows it, and stays when it comes back', async () => {
    const file = pngLike('shared');
    const [one, other] = [await at.makeProduct(), await at.makeProduct()];
    const [first] = await upload(one, file);
    const [second] = await upload(other, file);
    const unusedSince = async () => (await findPicture(at.api.db, hashOf(file)))!.unused_since;
    expect(await send('DELETE', `/v1/images/${first}`, undefined, { 'If-Match': '"v9"' })).toMatchObject({
      status: 412,
    });
    expect(await send('DELETE', `/v1/images/${first}`, undefined, { 'If-Match': '"v1"' })).toMatchObject({
      status: 204,
    });
    expect(await unusedSince()).toBeNull();
    await send('DELETE', `/v1/images/${second}`);
    expect(await unusedSince()).not.toBeNull();
    expect(await send('DELETE', `/v1/images/${second}`)).toMatchObject({ status: 404 });
    await upload(one, file);
    expect(await unusedSince()).toBeNull();
  });

  it('shared by many is deleted everywhere at once, and its picture is unused once', async () => {
    const file = pngLike('shared by many');
    const ids = await Promise.all(
      Array.from({ length: 12 }, async () => (await upload(await at.makeProduct(), file))[0]!),
    );
    const answers = await Promise.all(ids.map((id) => send('DELETE', `/v1/images/${id}`)));
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(204));
    expect((await findPicture(at.api.db, hashOf(file)))!.unused_since).not.toBeNull();
  });
});

describe('a new order', () => {
  it('names all images of the product', async () => {
    const productId = await at.makeProduct();
    const ids = await upload(productId, pngLike('o1'), pngLike('o2'), pngLike('o3'));
    const order = (images: unknown) => send('PUT', `/v1/products/${productId}/images/order`, { images });
    const reversed = ids.toReversed();
    expect((await order(reversed)).body.data.map((each: { id: string }) => each.id)).toEqual(reversed);
    expect(await at.imagesOf(productId)).toMatchObject([{ version: 2 }, { version: 1 }, { version: 2 }]);
    expect(await order(ids.slice(1))).toMatchObject({ status: 409, body: { code: 'images_differ', images: reversed } });
    expect(await order([...ids.slice(1), nobody])).toMatchObject({ status: 409 });
    expect(await order([ids[0], ids[0], ids[1]])).toMatchObject({ status: 400 });
  });
});

describe('what came to nothing', () => {
  it('is listed by status, a page at a time, and tried again', async () => {
    const productId = await at.makeProduct();
    const url = (n: number) => ({ url: `https://img.example/failing-${n}` });
    const { body } = await send('POST', `/v1/products/${productId}/images`, { images: [url(1), url(2), url(3)] });
    const ids: string[] = body.data.map((each: { id: string }) => each.id);
    for (const id of ids) await failImage(at.api.db, id, { code: 'fetch_timeout', message: 'Too slow.' });
    await at.api.db.pool.query(
      `update outbox set status = 'failed', finished_at = now() - interval '1 s' where queue = 'fetch-image'`,
    );
    const first = (await send('GET', '/v1/images?status=failed&limit=2')).body;
    const second = (await send('GET', `/v1/images?limit=2&cursor=${first.next_cursor}`)).body;
    expect([...first.data, ...second.data].map((each) => each.id)).toEqual(ids.toSorted().toReversed());
    expect(second).toMatchObject({ has_more: false, data: [{ problem: { code: 'fetch_timeout' } }] });
    const answer = await send('POST', `/v1/images/${ids[0]}/retry`);
    expect(answer).toMatchObject({ status: 202, body: { status: 'queued', problem: null } });
    expect(await openJobs('fetch-image')).toContain(`image-${ids[0]}`);
    expect((await send('POST', `/v1/images/${ids[0]}/retry`)).body.version).toBe(answer.body.version);
    expect(await send('GET', '/v1/images?status=lost')).toMatchObject({ status: 400 });
    expect(await send('GET', '/v1/images?cursor=nonsense')).toMatchObject({ status: 400 });
  });

  it('by the picture’s fault is judged anew when it is tried again, if there is room', async () => {
    const productId = await at.makeProduct();
    const file = pngLike('judged anew');
    const [id] = await upload(productId, file);
    const problem = { code: 'too_many_pixels', message: 'Too many.' };
    await at.api.db.transaction((tx) => rejectPicture(tx, hashOf(file), problem));
    // Rejected images take no place.
    await upload(productId, ...Array.from({ length: 10 }, (_, n) => pngLike(`place ${n}`)));
    expect(await send('POST', `/v1/images/${id}/retry`)).toMatchObject({
      status: 409,
      body: { code: 'too_many_images' },
    });
    const [, second] = await at.imagesOf(productId);
    await send('DELETE', `/v1/images/${second.id}`);
    expect(await send('POST', `/v1/images/${id}/retry`)).toMatchObject({ status: 202, body: { status: 'queued' } });
    expect(await findPicture(at.api.db, hashOf(file))).toMatchObject({ status: 'new', rejection: null });
    expect(await openJobs('process-image')).toContain(`picture-${hashOf(file)}-cafe0001`);
  });

  it('by ours is tried again with the bytes that are there', async () => {
    const file = pngLike('ours');
    const [id] = await upload(await at.makeProduct(), file);
    await at.api.db.transaction((tx) => failPicture(tx, hashOf(file), { code: 'storage', message: 'Away.' }));
    expect((await send('GET', `/v1/images/${id}`)).body.status).toBe('failed');
    expect(await send('POST', `/v1/images/${id}/retry`)).toMatchObject({ status: 202, body: { status: 'queued' } });
  });
});

describe('an upload to storage', () => {
  const begin = (productId: string, images: object[]) =>
    send('POST', `/v1/products/${productId}/images/uploads`, { images });

  it('is begun, made, told of, and fetched by a job', async () => {
    const productId = await at.makeProduct();
    const { status, body } = await begin(productId, [{ content_type: 'image/png', bytes: 5, alt: 'A', primary: true }]);
    const [{ id, upload: place }] = body.data;
    expect([status, place]).toEqual([
      201,
      {
        url: `http://storage.test/staged/${id}`,
        method: 'PUT',
        headers: { 'Content-Type': 'image/png' },
        expires_at: expect.any(String),
      },
    ]);
    expect(await at.imagesOf(productId)).toMatchObject([
      { id, status: 'awaiting_upload', alt: 'A', expires_at: expect.any(String) },
    ]);
    expect(await send('POST', `/v1/images/${id}/uploaded`)).toMatchObject({
      status: 409,
      body: { code: 'upload_missing' },
    });
    await at.storage.put(`staged/${id}`, Buffer.from('12345'), { contentType: 'image/png' });
    const told = await Promise.all([1, 2, 3].map(() => send('POST', `/v1/images/${id}/uploaded`)));
    expect(told.map((each) => [each.status, each.body.status])).toEqual(Array(3).fill([202, 'queued']));
    expect((await openJobs('fetch-image')).filter((job) => job === `image-${id}`)).toHaveLength(1);
  });

  it('is refused for what would not be taken, and where there is no room for all', async () => {
    const productId = await at.makeProduct();
    const png = { content_type: 'image/png', bytes: 5 };
    expect(await begin(productId, [{ content_type: 'image/png', bytes: 100_001 }])).toMatchObject({ status: 422 });
    expect(await begin(productId, [{ content_type: 'image/gif', bytes: 5 }])).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/images/0/content_type', code: 'unsupported_format' }] },
    });
    expect(await begin(productId, [{ content_type: 'image/svg+xml', bytes: 5 }])).toMatchObject({ status: 400 });
    expect(await begin(productId, Array(11).fill(png))).toMatchObject({ status: 409 });
    const answers = await Promise.all(Array.from({ length: 15 }, () => begin(productId, [png])));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
  });

  it('that has expired cannot be completed or tried again', async () => {
    const { body } = await begin(await at.makeProduct(), [{ content_type: 'image/png', bytes: 5 }]);
    const { id } = body.data[0];
    await rejectImage(at.api.db, id, { code: 'upload_expired', message: 'Expired.' });
    for (const step of ['uploaded', 'retry'])
      expect(await send('POST', `/v1/images/${id}/${step}`)).toMatchObject({
        status: 409,
        body: { code: 'upload_expired' },
      });
    const [uploaded] = await upload(await at.makeProduct(), pngLike('no upload'));
    expect(await send('POST', `/v1/images/${uploaded}/uploaded`)).toMatchObject({
      status: 409,
      body: { code: 'no_upload' },
    });
  });
});

describe('progress', () => {
  it('counts images and pictures, and /metrics says the same', async () => {
    const productId = await at.makeProduct();
    await send('POST', `/v1/products/${productId}/images`, formOf(['file', pngLike('counted'), 'a.png']));
    const { body } = await send('GET', '/v1/images/progress');
    const { rows } = await at.api.db.pool.query(
      'select count(*)::integer as n, count(*) filter (where status = $1)::integer as queued from product_images',
      ['queued'],
    );
    expect(body.awaiting_upload + body.queued + body.ready + body.rejected + body.failed).toBe(rows[0].n);
    expect(body).toMatchObject({ queued: rows[0].queued, recipe: 'cafe0001', pictures: { outdated: 0 } });
    expect(body.pictures.current).toBeGreaterThan(0);
    expect(body.pictures.late).toBe(body.pictures.current);
    const metrics = await (await fetch(`${at.api.apiUrl}/metrics`)).text();
    expect(metrics).toContain(`stockroom_images{status="queued"} ${rows[0].queued}`);
    expect(metrics).toMatch(/stockroom_image_oldest_seconds \d/);
  });
});
