import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rejectPicture } from '../db/pictures.ts';
import { filesOf, formOf, jpegLike, pngLike } from '../test/support/forms.ts';
import { hashOf, type ImageApi, startImageApi } from '../test/support/image-api.ts';
import { Problem } from './problem.ts';

let at: ImageApi;
let isFull = false;
beforeAll(async () => {
  const assertCapacity = () => {
    if (isFull) throw new Problem({ status: 503, code: 'backlog_full', detail: 'full', retryAfterSeconds: 5 });
  };
  at = await startImageApi({ assertCapacity });
});
afterAll(() => at?.api.close());

const add = (id: string, form: FormData | object, headers?: Record<string, string>) =>
  at.send('POST', `/v1/products/${id}/images`, form, headers);
const jobs = async (queue: string) =>
  (await at.api.db.pool.query('select job_id, payload from outbox where queue = $1', [queue])).rows;

describe('files', () => {
  it('become images with an original, a job and what was said of them', async () => {
    const id = await at.makeProduct();
    const [first, second] = [pngLike('first'), jpegLike('second')];
    const form = formOf(
      ['alt', 'From the front'],
      ['files', first, 'front.png'],
      ['position', '7'],
      ['primary', 'true'],
      ['files', second, 'bäck.jpg'],
    );
    const { status, body, headers } = await add(id, form);
    expect([status, headers.get('location')]).toEqual([202, `/v1/products/${id}/images`]);
    expect(body.data).toEqual([
      { id: expect.any(String), file: 'front.png', status: 'queued' },
      { id: expect.any(String), file: 'bäck.jpg', status: 'queued' },
    ]);
    expect(await at.imagesOf(id)).toMatchObject([
      { id: body.data[0].id, alt: 'From the front', position: 0, primary: false, source: 'upload', format: 'png' },
      { id: body.data[1].id, alt: '', position: 7, primary: true, sha256: hashOf(second), bytes: 200 },
    ]);
    expect(at.storage.objects.get(`originals/${hashOf(first)}`)).toEqual({
      bytes: Uint8Array.from(first),
      contentType: 'image/png',
    });
    expect(await jobs('process-image')).toContainEqual({
      job_id: `picture-${hashOf(second)}-cafe0001`,
      payload: { sha256: hashOf(second), recipe: 'cafe0001' },
    });
  });

  it('are judged by content, one by one: what is wrong with one stops no other', async () => {
    const id = await at.makeProduct();
    const { status, body } = await add(
      id,
      filesOf(
        [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'drawing.png'],
        [Buffer.from('GIF89a~~~~~~~~~~~~~'), 'moving.jpg'],
        [Buffer.from('hello'), 'hello.jpg'],
        [Buffer.alloc(0), 'empty.png'],
        [pngLike('large', 100_001), 'large.png'],
        [pngLike('as large as may be', 100_000), 'good.svg'],
      ),
    );
    expect(status).toBe(202);
    const codes = body.data.map(
      ({ problem, status: became }: { problem?: { code: string }; status: string }) => problem?.code ?? became,
    );
    expect(codes).toEqual([
      'unsupported_format',
      'unsupported_format',
      'not_an_image',
      'empty',
      'too_many_bytes',
      'queued',
    ]);
    expect(body.data[1].problem.message).toContain('It is a GIF picture; taken are JPEG, PNG.');
    expect(await at.imagesOf(id)).toHaveLength(1);
  });

  it('whose content is known cost nothing: ready at once, stored once, no job', async () => {
    const file = pngLike('known');
    const sha256 = await at.makeReady(file);
    const puts = at.storage.puts;
    const id = await at.makeProduct();
    const { body } = await add(id, filesOf([file, 'a.png'], [file, 'b.png']));
    expect(body.data.map((each: { status: string }) => each.status)).toEqual(['ready', 'ready']);
    expect(at.storage.puts).toBe(puts);
    expect((await jobs('process-image')).map(({ payload }) => payload.sha256)).not.toContain(sha256);
  });

  it('whose content was rejected before are refused at the door', async () => {
    const file = pngLike('bad');
    const problem = { code: 'corrupt', message: 'Damaged.' };
    const id = await at.makeProduct();
    await add(id, filesOf([file, 'a.png']));
    await at.api.db.transaction((tx) => rejectPicture(tx, hashOf(file), problem));
    const { body } = await add(id, filesOf([file, 'b.png']));
    expect(body.data).toEqual([{ file: 'b.png', status: 'rejected', problem }]);
    expect(await at.imagesOf(id)).toMatchObject([{ status: 'rejected', problem }]);
  });

  it('under an Idempotency-Key are added once; another form under it is refused', async () => {
    const id = await at.makeProduct();
    const key = { 'Idempotency-Key': 'upload-1' };
    const first = await add(id, filesOf([pngLike('once'), 'a.png']), key);
    const again = await add(id, filesOf([pngLike('once'), 'a.png']), key);
    expect([again.status, again.body]).toEqual([202, first.body]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await at.imagesOf(id)).toHaveLength(1);
    expect(await add(id, filesOf([pngLike('other'), 'a.png']), key)).toMatchObject({ status: 422 });
    expect(await add(id, formOf(['alt', 'x'], ['files', pngLike('once'), 'a.png']), key)).toMatchObject({
      status: 422,
    });
  });

  it('wait for no picture that is being removed for ever: 503, and nothing is stored', async () => {
    const file = pngLike('removing');
    await at.makeReady(file);
    await at.api.db.pool.query(`update pictures set status = 'removing' where sha256 = $1`, [hashOf(file)]);
    const id = await at.makeProduct();
    const { status, body, headers } = await add(id, filesOf([file, 'a.png']));
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'picture_being_removed', '2']);
    expect(await at.imagesOf(id)).toEqual([]);
  });

  it('are refused whole while storage is away', async () => {
    const id = await at.makeProduct();
    const { put } = at.storage;
    at.storage.put = () => Promise.reject(new Error('no disk'));
    const refused = await add(id, filesOf([pngLike('no disk'), 'a.png']));
    at.storage.put = put;
    expect(refused).toMatchObject({ status: 503, body: { code: 'storage_unavailable', retryable: true } });
    expect(await add(id, filesOf([pngLike('no disk'), 'a.png']))).toMatchObject({ status: 202 });
    expect(at.storage.objects.has(`originals/${hashOf(pngLike('no disk'))}`)).toBe(true);
  });
});

describe('a product', () => {
  it('never has more than ten, however many come at once', async () => {
    const id = await at.makeProduct();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => add(id, filesOf([pngLike(`parallel ${n}`, 50_000), `${n}.png`]))),
    );
    const statuses = answers.map(({ status, body }) => (status === 202 ? body.data[0].status : body.code));
    expect(statuses.filter((status) => status === 'queued')).toHaveLength(10);
    expect(statuses.filter((status) => status === 'too_many_images')).toHaveLength(40);
    expect(await at.imagesOf(id)).toHaveLength(10);
    // Those without a place hold no picture either.
    const { rows } = await at.api.db.pool.query(
      `select count(*)::integer as held from pictures p where unused_since is null
       and not exists (select from product_images i where i.sha256 = p.sha256)`,
    );
    expect(rows).toEqual([{ held: 0 }]);
  }, 30_000);

  it('takes of a form what it has room for', async () => {
    const id = await at.makeProduct();
    const form = (from: number, count: number) =>
      filesOf(
        ...Array.from({ length: count }, (_, n): [Buffer, string] => [pngLike(`room ${from + n}`), `${from + n}.png`]),
      );
    await add(id, form(0, 8));
    const { status, body } = await add(id, form(8, 4));
    expect(status).toBe(202);
    expect(body.data.map((each: { status: string }) => each.status)).toEqual([
      'queued',
      'queued',
      'rejected',
      'rejected',
    ]);
    expect(body.data[3].problem.code).toBe('too_many_images');
    expect(await add(id, form(20, 1))).toMatchObject({ status: 409, body: { code: 'too_many_images' } });
  });

  it('must be there, take images, and be meant', async () => {
    const file = filesOf([pngLike('x'), 'x.png']);
    expect(await add('019a0000-0000-7000-8000-000000000000', file)).toMatchObject({ status: 404 });
    expect(await add('no-such-product', file)).toMatchObject({ status: 404, body: { code: 'product_not_found' } });
    const id = await at.makeProduct({ slug: 'by-slug' });
    expect(await add('by-slug', file)).toMatchObject({ status: 202 });
    await at.send('DELETE', `/v1/products/${id}`);
    expect(await add(id, file)).toMatchObject({ status: 409, body: { code: 'product_archived' } });
  });

  it('takes none while too many wait, and says when to come again', async () => {
    const id = await at.makeProduct();
    isFull = true;
    const answers = [
      await add(id, filesOf([pngLike('full'), 'x.png'])),
      await add(id, { images: [{ url: 'https://img.example/x.png' }] }),
      await at.send('POST', `/v1/products/${id}/images/uploads`, { images: [{ content_type: 'image/png', bytes: 5 }] }),
    ];
    isFull = false;
    for (const { status, headers } of answers) expect([status, headers.get('retry-after')]).toEqual([503, '5']);
  });
});

describe('addresses', () => {
  it('become images with a job that fetches them; the same again is the same image', async () => {
    const id = await at.makeProduct();
    const images = [
      { url: 'https://IMG.example/a b.png', alt: 'A' },
      { url: 'http://img.example/c.png', primary: true },
    ];
    const { status, body } = await add(id, { images });
    expect(status).toBe(202);
    expect(body.data).toEqual([
      { id: expect.any(String), url: 'https://img.example/a%20b.png', status: 'queued' },
      { id: expect.any(String), url: 'http://img.example/c.png', status: 'queued' },
    ]);
    expect((await jobs('fetch-image')).map(({ payload }) => payload.image_id)).toEqual(
      expect.arrayContaining(body.data.map((each: { id: string }) => each.id)),
    );
    expect((await add(id, { images })).body.data).toEqual(body.data);
    expect(await at.imagesOf(id)).toMatchObject([{ alt: 'A', source: 'url' }, { primary: true }]);
  });

  it('are http or https, without credentials, and no more than there is room for', async () => {
    const id = await at.makeProduct();
    for (const url of [
      'ftp://x.example/a',
      'file:///etc/passwd',
      'https://user:pw@x.example/',
      'nonsense',
      `https://x.example/${'ä'.repeat(1000)}`,
    ])
      expect(await add(id, { images: [{ url }] })).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    const many = Array.from({ length: 12 }, (_, n) => ({ url: `https://x.example/${n}` }));
    const { body } = await add(id, { images: many });
    expect(body.data.filter((each: { status: string }) => each.status === 'rejected')).toHaveLength(2);
    expect(await add(id, { images: [{ url: 'https://x.example/more' }] })).toMatchObject({ status: 409 });
  });

  it('fifty at once to one product make exactly ten', async () => {
    const id = await at.makeProduct();
    await Promise.all(Array.from({ length: 50 }, (_, n) => add(id, { images: [{ url: `https://x.example/p${n}` }] })));
    expect(await at.imagesOf(id)).toHaveLength(10);
  });
});
