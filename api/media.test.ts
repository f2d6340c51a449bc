/** What browsers, CDNs and nosy people ask of /media, of sizes on demand, and of presigned uploads to the local disk. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { recordVariant } from '../db/picture-variants.ts';
import { claimPicture, recordRendering } from '../db/pictures.ts';
import { createOnDemandAddresses } from '../providers/object-storage/on-demand-addresses.ts';
import { createUploadAddresses } from '../providers/object-storage/upload-addresses.ts';
import { createObjectStorage, type ObjectStorage } from '../providers/object-storage.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { waitFor } from '../test/support/wait-for.ts';

const SECRET = 'a-media-secret';
const HASH = 'ab'.repeat(32);
const RECIPE = '0123abcd';
const KEY = `variants/${HASH}/800.${RECIPE}.webp`;
const PATH = `/media/${HASH}/800.${RECIPE}.webp`;
const PICTURE = randomBytes(100_000);

let folder: string;
let storage: ObjectStorage;
let api: TestApi;
const addresses = createOnDemandAddresses({
  publicUrl: 'http://api.test/',
  secret: SECRET,
  presets: [{ name: '600' }, { name: '100x100' }],
  formats: ['jpeg', 'avif'],
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockroom-media-'));
  storage = createObjectStorage({
    backend: { kind: 'local', folder, publicUrl: 'http://api.test', secret: SECRET },
    mediaUrl: 'http://api.test/media',
    signedSeconds: 600,
  });
  const uploads = createUploadAddresses('http://api.test', SECRET);
  // One request a minute: pictures may not count.
  api = await startApi({
    media: { storage, onDemand: addresses, uploads, recipe: RECIPE, waitMs: 1_500 },
    rateLimits: { perKey: 1_000, perAddress: 20 },
  });
  await storage.put(KEY, PICTURE, { contentType: 'image/webp' });
  await storage.put(`originals/${HASH}`, Buffer.from('with GPS'), { contentType: 'image/jpeg' });
  await storage.put('staged/01900000-0000-7000-8000-000000000000', Buffer.from('staged'), {
    contentType: 'image/jpeg',
  });
});
afterAll(async () => {
  await api?.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (headers: Record<string, string> = {}, method = 'GET') => fetch(api.apiUrl + PATH, { method, headers });

describe('a variant', () => {
  it('is served whole, to anybody, to be kept for ever', async () => {
    const answer = await get({ origin: 'https://shop.example' });
    expect(answer.status).toBe(200);
    expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), PICTURE)).toBe(0);
    const headers = Object.fromEntries(answer.headers);
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'image/webp',
      'content-length': '100000',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      etag: expect.stringMatching(/^"[\w-]+"$/),
    });
    expect(headers).not.toHaveProperty('ratelimit-limit');
    expect(headers).not.toHaveProperty('set-cookie');
  });

  it.each([
    ['avif', 'image/avif'],
    ['jpg', 'image/jpeg'],
    ['webp', 'image/webp'],
  ])('has the type of its format: %s', async (extension, type) => {
    await storage.put(`variants/${HASH}/200x200.${RECIPE}.${extension}`, Buffer.from('x'), { contentType: type });
    const answer = await fetch(`${api.apiUrl}/media/${HASH}/200x200.${RECIPE}.${extension}`);
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([200, type, 'x']);
  });

  it('answers HEAD with the same headers and no body', async () => {
    const [whole, head] = [await get(), await get({}, 'HEAD')];
    await whole.arrayBuffer();
    const others = /^(date|x-request-id|connection|keep-alive)$/;
    const of = ({ headers }: Response) => [...headers].filter(([name]) => !others.test(name));
    expect(of(head)).toEqual(of(whole));
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('is not sent again to who has it', async () => {
    const { headers } = await get({}, 'HEAD');
    const etag = headers.get('etag')!;
    for (const given of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await get({ 'if-none-match': given });
      expect([given, answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([given, 304, 0]);
      expect(answer.headers.get('etag')).toBe(etag);
      expect(answer.headers.get('cache-control')).toContain('immutable');
    }
    const since = await get({ 'if-modified-since': headers.get('last-modified')! });
    const other = await get({ 'if-none-match': '"other"' });
    await other.arrayBuffer();
    expect([since.status, other.status]).toEqual([304, 200]);
  });

  it('has another ETag when other bytes are put under its key', async () => {
    const key = `variants/${HASH}/1200.${RECIPE}.webp`;
    const etag = async () => (await fetch(`${api.apiUrl}/media/${HASH}/1200.${RECIPE}.webp`)).headers.get('etag');
    await storage.put(key, Buffer.from('one'), { contentType: 'image/webp' });
    const first = await etag();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await storage.put(key, Buffer.from('two'), { contentType: 'image/webp' });
    expect(await etag()).not.toBe(first);
  });

  it.each([
    ['the first bytes', 'bytes=0-9', 0, 10],
    ['the middle', 'bytes=500-999', 500, 1_000],
    ['from somewhere on', 'bytes=99990-', 99_990, 100_000],
    ['the last bytes', 'bytes=-10', 99_990, 100_000],
    ['beyond its end', 'bytes=99990-200000', 99_990, 100_000],
  ])('is served in part: %s', async (_, range, from, to) => {
    const answer = await get({ range });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([206, `bytes ${from}-${to - 1}/100000`]);
    expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), PICTURE.subarray(from, to))).toBe(0);
  });

  it.each(['bytes=100000-', 'bytes=200000-300000', 'bytes=-0'])('has no part %s', async (range) => {
    const answer = await get({ range });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */100000']);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(answer.headers.get('cache-control') ?? '').not.toContain('immutable');
    expect(await answer.json()).toMatchObject({ code: 'range_not_satisfiable' });
  });

  it('is served whole to ranges that are none, that are many, and that belong to another version', async () => {
    const etag = (await get({}, 'HEAD')).headers.get('etag')!;
    const wholes = [
      { range: 'bytes=abc' },
      { range: 'lines=1-2' },
      { range: 'bytes=0-9,50-59' },
      { range: 'bytes=-200000' },
      { range: 'bytes=0-9', 'if-range': '"other"' },
      { range: 'bytes=0-9', 'if-range': `W/${etag}` },
      { range: 'bytes=0-9', 'if-range': 'Thu, 01 Jan 1970 00:00:00 GMT' },
    ];
    for (const headers of wholes) {
      const answer = await get(headers as Record<string, string>);
      expect([headers, answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([headers, 200, 100_000]);
    }
    const answer = await get({ range: 'bytes=0-9', 'if-range': etag });
    expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([206, 10]);
  });

  it('does not count towards a limit of requests', async () => {
    for (let turn = 0; turn < 60; turn++) {
      const answer = await get({}, 'HEAD');
      expect(answer.status).toBe(200);
    }
  });

  it('may be given up on halfway', async () => {
    await new Promise<void>((resolve) => {
      const req = httpRequest(api.apiUrl + PATH, (res) => res.once('data', () => void req.destroy()));
      req.once('close', resolve);
      req.on('error', () => {});
      req.end();
    });
    expect((await get({}, 'HEAD')).status).toBe(200);
  });
});

describe('what is no variant', () => {
  /** As it is: fetch would tidy the path up before it is sent. */
  const raw = (path: string) =>
    new Promise<{ status: number; type: string; body: string }>((resolve, reject) => {
      const req = httpRequest({ port: api.port, host: '127.0.0.1', path }, (res) => {
        let body = '';
        res.on('data', (chunk) => {
          body += chunk;
        });
        res.on('end', () => resolve({ status: res.statusCode!, type: res.headers['content-type'] ?? '', body }));
      });
      req.once('error', reject);
      req.end();
    });
  const file = `800.${RECIPE}.webp`;

  it.each([
    ['an unknown picture', `/media/${'cd'.repeat(32)}/${file}`],
    ['an unknown size', `/media/${HASH}/801.${RECIPE}.webp`],
    ['another format', `/media/${HASH}/800.${RECIPE}.png`],
    ['no recipe', `/media/${HASH}/800.webp`],
    ['the folder', `/media/${HASH}`],
    ['the folder with a slash', `/media/${HASH}/`],
    ['the top', '/media/'],
    ['the top without a slash', '/media'],
    ['an original', `/media/originals/${HASH}`],
    ['an original upwards', `/media/../originals/${HASH}`],
    ['an original upwards, from inside', `/media/${HASH}/../../originals/${HASH}`],
    ['an original upwards, encoded', `/media/%2e%2e/originals%2f${HASH}`],
    ['an original with encoded slashes', `/media/..%2foriginals/${HASH}`],
    ['an original with encoded slashes in the name', `/media/${HASH}/..%2f..%2foriginals%2f${HASH}`],
    ['an original with backslashes', `/media/${HASH}/..%5c..%5coriginals%5c${HASH}`],
    ['an original, encoded twice', `/media/${HASH}/%252e%252e%252foriginals%252f${HASH}`],
    ['an upload', '/media/staged/01900000-0000-7000-8000-000000000000'],
    ['a system file', '/media/../../../../../../etc/passwd'],
    ['a system file, absolute', '/media//etc/passwd'],
    ['a NUL at the end', `/media/${HASH}/${file}%00`],
    ['a NUL before another name', `/media/${HASH}/..%00/${file}`],
    ['a NUL in the hash', `/media/${HASH.slice(1)}%00/${file}`],
    ['a line break', `/media/${HASH}/${file}%0d%0aSet-Cookie:a`],
    ['capital letters', `/media/${HASH.toUpperCase()}/${file}`],
    ['what is being written', '/media/.aside/x'],
    ['more parts', `/media/${HASH}/${file}/x`],
    ['a very long name', `/media/${HASH}/${'8'.repeat(5_000)}.webp`],
  ])('is not found: %s', async (_, path) => {
    const { status, type, body } = await raw(path);
    expect([status, type]).toEqual([404, expect.stringContaining('application/problem+json')]);
    expect(body).not.toContain(folder);
  });

  it('is refused when its address cannot be decoded, and for other methods', async () => {
    expect((await raw(`/media/${HASH}/%zz`)).status).toBe(400);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await get({}, method);
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD']);
    }
    expect(await readFile(join(folder, KEY))).toHaveLength(100_000);
  });
});

describe('a size on demand', () => {
  const at = (url: string, method = 'GET') =>
    fetch(url.replace('http://api.test', api.apiUrl), { method, redirect: 'manual' });
  const offered = (sha256: string, preset: string, type: string) =>
    addresses.of(sha256).find((each) => each.preset === preset && each.type === type)!.url;

  async function makePicture(sha256: string) {
    await claimPicture(api.db, { sha256, bytes: 5, format: 'png' });
    await api.db.transaction((tx) =>
      recordRendering(tx, sha256, {
        recipe: RECIPE,
        width: 40,
        height: 30,
        hasAlpha: false,
        thumbhash: undefined,
        dominantColor: undefined,
        perceptualHash: undefined,
        timings: {},
        variants: [],
      }),
    );
    return sha256;
  }
  const jobs = () =>
    api.db.rows<{ job_id: string }>(statement('jobs', "select job_id from outbox where queue = 'make-variant'"));
  const record = async (sha256: string) => {
    const key = `variants/${sha256}/600.${RECIPE}.jpg`;
    await storage.put(key, Buffer.from('made'), { contentType: 'image/jpeg' });
    await recordVariant(api.db, sha256, RECIPE, {
      preset: '600',
      format: 'jpeg',
      width: 40,
      height: 30,
      bytes: 4,
      key,
    });
  };

  it('is offered in every preset and format that is configured, best format first', () => {
    const types = addresses.of(HASH).map(({ preset, type, url }) => [preset, type, new URL(url).pathname]);
    expect(types).toEqual([
      ['600', 'image/avif', `/media/on-demand/${HASH}/600.avif`],
      ['600', 'image/jpeg', `/media/on-demand/${HASH}/600.jpg`],
      ['100x100', 'image/avif', `/media/on-demand/${HASH}/100x100.avif`],
      ['100x100', 'image/jpeg', `/media/on-demand/${HASH}/100x100.jpg`],
    ]);
  });

  it('leads to the variant once it is made, by one job for all who wait', async () => {
    const sha256 = await makePicture('01'.repeat(32));
    const url = offered(sha256, '600', 'image/jpeg');
    const asked = Promise.all(Array.from({ length: 20 }, () => at(url)));
    await waitFor(async () => (await jobs()).length > 0);
    expect(await jobs()).toEqual([{ job_id: `variant-${sha256}-${RECIPE}-600-jpeg` }]);
    await record(sha256);
    for (const answer of await asked) {
      const { status, headers } = answer;
      expect([status, headers.get('location')]).toEqual([302, `http://api.test/media/${sha256}/600.${RECIPE}.jpg`]);
      expect(headers.get('cache-control')).toBe('public, max-age=300');
    }
    const shown = await at((await at(url)).headers.get('location')!);
    expect([shown.status, await shown.text()]).toEqual([200, 'made']);
    expect(await jobs()).toHaveLength(1);
  });

  it('is 503 with Retry-After while it takes longer than a request waits, and there the next time', async () => {
    const sha256 = await makePicture('02'.repeat(32));
    const url = offered(sha256, '600', 'image/jpeg');
    const began = Date.now();
    const answer = await at(url);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await answer.json()).toMatchObject({ code: 'picture_not_made_yet', retryable: true });
    expect(Date.now() - began).toBeGreaterThan(900);
    await record(sha256);
    expect((await at(url, 'HEAD')).status).toBe(302);
  });

  it('opens the job again that had given up, but not with every request', async () => {
    const sha256 = await makePicture('03'.repeat(32));
    const url = offered(sha256, '600', 'image/jpeg');
    await (await at(url)).body?.cancel();
    const ofPicture = [`%${sha256}%`];
    const read = statement('read_job', 'select status from outbox where job_id like $1');
    const end = statement(
      'end_job',
      `update outbox set status = 'failed', finished_at = now() - $2::interval where job_id like $1`,
    );
    const status = async () => (await api.db.rows<{ status: string }>(read, ofPicture))[0]?.status;
    const giveUp = (ago: string) => api.db.rows(end, [...ofPicture, ago]);
    await giveUp('1 second');
    await (await at(url)).body?.cancel();
    expect(await status()).toBe('failed');
    await giveUp('2 minutes');
    await (await at(url)).body?.cancel();
    expect(await status()).toBe('pending');
  });

  it('is made for nobody without our signature, and in no size that is not offered', async () => {
    const sha256 = await makePicture('04'.repeat(32));
    const url = offered(sha256, '600', 'image/jpeg');
    const forged = [
      url.replace(/signature=.*/, ''),
      url.replace(/signature=.*/, 'signature='),
      url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      url.replace('600.jpg', '601.jpg'),
      url.replace('600.jpg', '600.avif'),
      url.replace(sha256, HASH),
      url.replace(/signature=/, 'signature=x&signature='),
    ];
    const before = (await jobs()).length;
    for (const each of forged) {
      const answer = await at(each);
      expect([each, [400, 403].includes(answer.status)]).toEqual([each, true]);
      await answer.body?.cancel();
    }
    expect((await jobs()).length).toBe(before);
    const earlier = createOnDemandAddresses({
      publicUrl: 'http://api.test',
      secret: SECRET,
      presets: [{ name: '4000' }],
      formats: ['jpeg'],
    });
    expect((await at(earlier.of(sha256)[0]!.url)).status).toBe(403);
  });

  it('is not found for a picture that is not there, or not ready', async () => {
    const unknown = await at(offered('05'.repeat(32), '600', 'image/jpeg'));
    await claimPicture(api.db, { sha256: '06'.repeat(32), bytes: 5, format: 'png' });
    const unready = await at(offered('06'.repeat(32), '600', 'image/jpeg'));
    expect([unknown.status, unready.status]).toEqual([404, 404]);
  });
});

describe('an upload to the local disk', () => {
  let count = 0;
  const newId = () => `01900000-0000-7000-8000-${String(++count).padStart(12, '0')}`;
  const presign = (id: string, bytes = 5, seconds = 60) =>
    storage.presignUpload(`staged/${id}`, { contentType: 'image/png', bytes, seconds });
  const put = async (
    url: string,
    body: string | ReadableStream,
    headers: Record<string, string> = { 'Content-Type': 'image/png' },
  ) => {
    const init = { method: 'PUT', headers, body, duplex: 'half' } as RequestInit;
    const answer = await fetch(url.replace('http://api.test', api.apiUrl), init);
    const text = await answer.text();
    return { status: answer.status, code: text ? (JSON.parse(text) as { code: string }).code : undefined };
  };
  const kept = async (id: string) =>
    (await storage.stat(`staged/${id}`)) && Buffer.from(await storage.read(`staged/${id}`)).toString();

  it('is taken as a browser sends it, without a key, and may be repeated', async () => {
    const id = newId();
    const { url, method, headers } = await presign(id);
    expect(await put(url, 'hello', headers)).toEqual({ status: 204 });
    expect(await kept(id)).toBe('hello');
    expect(await put(url, 'again', headers)).toEqual({ status: 204 });
    expect([method, await kept(id)]).toEqual(['PUT', 'again']);
    const asks = await fetch(url.replace('http://api.test', api.apiUrl), {
      method: 'OPTIONS',
      headers: {
        origin: 'https://admin.example',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(asks.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(asks.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('content-type');
  });

  it('is refused when anything is not as it was signed', async () => {
    const id = newId();
    const { url } = await presign(id);
    const other = newId();
    const stream = () => new Blob(['hello']).stream();
    const tries: [string, string, string | ReadableStream, Record<string, string>?][] = [
      ['signature_invalid', url.replace(id, other), 'hello'],
      ['signature_invalid', url.replace('bytes=5', 'bytes=50'), 'h'.repeat(50)],
      ['signature_invalid', url.replace(/expires=\d+/, 'expires=99999999999'), 'hello'],
      [
        'signature_invalid',
        url.replace('type=image%2Fpng', 'type=text%2Fhtml'),
        'hello',
        { 'Content-Type': 'text/html' },
      ],
      ['validation_failed', url.replace(/&signature=.*/, ''), 'hello'],
      ['media_type_unsupported', url, 'hello', { 'Content-Type': 'text/html' }],
      ['size_not_as_announced', url, 'hello!'],
      ['size_not_as_announced', url, 'hell'],
      ['length_required', url, stream()],
      ['validation_failed', url.replace(id, '..%2foriginals%2fx'), 'hello'],
    ];
    for (const [code, address, body, headers] of tries) {
      const answer = await put(address, body, headers);
      expect([address, answer.code, answer.status >= 400 && answer.status < 500]).toEqual([address, code, true]);
    }
    expect([await kept(id), await kept(other)]).toEqual([undefined, undefined]);
  });

  it('is refused after its time', async () => {
    const id = newId();
    expect(await put((await presign(id, 5, -1)).url, 'hello')).toEqual({ status: 403, code: 'upload_expired' });
    expect(await kept(id)).toBeUndefined();
  });

  it('leaves nothing behind when it breaks off, and what was there before', async () => {
    const id = newId();
    const { url } = await presign(id, 1_000);
    expect(await put(url, 'x'.repeat(1_000))).toEqual({ status: 204 });
    const { pathname, search } = new URL(url);
    await new Promise<void>((resolve) => {
      const socket = connect(api.port, '127.0.0.1', () => {
        socket.write(
          `PUT ${pathname}${search} HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n\r\nhalf`,
        );
        setTimeout(() => socket.destroy(), 100);
      });
      socket.once('close', () => resolve());
    });
    await waitFor(async () => (await readdir(join(folder, '.aside'))).length === 0);
    expect(await kept(id)).toBe('x'.repeat(1_000));
  });
});

describe('an API whose pictures lie in a bucket', () => {
  it('serves none itself and takes no uploads', async () => {
    const other = await startApi();
    const { url } = await storage.presignUpload('staged/01900000-0000-7000-8000-000000000009', {
      contentType: 'image/png',
      bytes: 5,
      seconds: 60,
    });
    const asked = await fetch(other.apiUrl + PATH);
    const put = await fetch(url.replace('http://api.test', other.apiUrl), {
      method: 'PUT',
      body: 'hello',
      headers: { 'content-type': 'image/png' },
    });
    await other.close();
    expect([asked.status, put.status]).toEqual([404, 404]);
  });
});
