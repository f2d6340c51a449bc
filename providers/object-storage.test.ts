/** One contract for every backend: what holds on the local disk holds in a bucket. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnNode } from '../test/support/spawn-node.ts';
import { startAzure } from './object-storage/azure-for-test.ts';
import { startGcs } from './object-storage/gcs-for-test.ts';
import { S3_KEYS, startS3 } from './object-storage/s3-for-test.ts';
import {
  type BackendSettings,
  createObjectStorage,
  ObjectMissingError,
  type ObjectStorage,
  ObjectTooLargeError,
} from './object-storage.ts';

interface Stand {
  backend: BackendSettings;
  /** The same place, but for a bucket that is not there. */
  elsewhere?: BackendSettings;
  close(): Promise<void>;
}

const JPEG = { contentType: 'image/jpeg' };
const HASH = 'ab'.repeat(32);
const variant = (name: string) => `variants/${HASH}/${name}.0123abcd.jpg`;
const open = (backend: BackendSettings, mediaUrl?: string) =>
  createObjectStorage({ backend, mediaUrl, signedSeconds: 3_600 });

const stands: Record<BackendSettings['kind'], () => Promise<Stand>> = {
  async local() {
    const folder = await mkdtemp(join(tmpdir(), 'stockroom-media-'));
    const backend = { kind: 'local', folder, publicUrl: 'http://shop.test', secret: 'a-secret' } as const;
    return { backend, close: () => rm(folder, { recursive: true }) };
  },
  async s3() {
    const { close, ...at } = await startS3('pictures');
    const backend = { kind: 's3', bucket: 'pictures', pathStyle: true, credentials: S3_KEYS, ...at } as const;
    return { backend, elsewhere: { ...backend, bucket: 'nowhere' }, close };
  },
  async azure() {
    const { close, connectionString } = await startAzure('pictures');
    const backend = { kind: 'azure', container: 'pictures', connectionString } as const;
    return { backend, elsewhere: { ...backend, container: 'nowhere' }, close };
  },
  async gcs() {
    const { close, ...at } = await startGcs('pictures');
    const backend = { kind: 'gcs', bucket: 'pictures', ...at } as const;
    return { backend, elsewhere: { ...backend, bucket: 'nowhere' }, close };
  },
};

async function keysIn(storage: ObjectStorage, folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of storage.list(folder)) found.push(key);
  return found.sort();
}

describe.each(Object.keys(stands) as BackendSettings['kind'][])('objects in %s', (kind) => {
  let stand: Stand;
  let storage: ObjectStorage;
  beforeAll(async () => {
    stand = await stands[kind]();
    storage = open(stand.backend);
  });
  afterAll(() => stand?.close());

  it('come back as they were put, from bytes and from a stream, large and empty', async () => {
    const large = randomBytes(3_000_000);
    for (const [name, bytes] of [
      ['1', large],
      ['2', Buffer.from('a')],
      ['3', Buffer.alloc(0)],
    ] as const) {
      await storage.put(variant(name), new Uint8Array(bytes), JPEG);
      expect(Buffer.compare(Buffer.from(await storage.read(variant(name))), bytes)).toBe(0);
    }
    await storage.put(variant('4'), Readable.from([large.subarray(0, 70_000), large.subarray(70_000)]), JPEG);
    expect(Buffer.compare(Buffer.from(await storage.read(variant('4'))), large)).toBe(0);
  });

  it('are replaced by the last one put, and told with size and time', async () => {
    const began = Date.now();
    await storage.put(`originals/${HASH}`, Buffer.from('first'), JPEG);
    await storage.put(`originals/${HASH}`, Buffer.from('second one'), JPEG);
    expect(Buffer.from(await storage.read(`originals/${HASH}`)).toString()).toBe('second one');
    const { bytes, modifiedAt } = (await storage.stat(`originals/${HASH}`))!;
    expect(bytes).toBe(10);
    expect(Math.abs(modifiedAt.getTime() - began)).toBeLessThan(10_000);
  });

  it('are told from what is not there', async () => {
    await expect(storage.read('originals/nothing')).rejects.toThrow(ObjectMissingError);
    expect(await storage.stat('originals/nothing')).toBeUndefined();
    await storage.put('staged/a', Buffer.from('x'), JPEG);
    await storage.remove('staged/a');
    await storage.remove('staged/a');
    expect(await storage.stat('staged/a')).toBeUndefined();
  });

  it('are not read beyond what the reader can bear', async () => {
    await storage.put('staged/big', randomBytes(200_000), JPEG);
    await expect(storage.read('staged/big', { atMost: 199_999 })).rejects.toThrow(ObjectTooLargeError);
    expect((await storage.read('staged/big', { atMost: 200_000 })).byteLength).toBe(200_000);
  });

  it('are listed by folder, through several pages, and a folder without any is empty', async () => {
    const keys = ['1', '2', '3', '4', '5'].map((name) => `variants/${'cd'.repeat(32)}/${name}.0123abcd.webp`);
    for (const key of keys) await storage.put(key, Buffer.from(key), { contentType: 'image/webp' });
    expect(await keysIn(storage, `variants/${'cd'.repeat(32)}/`)).toEqual(keys);
    expect(await keysIn(storage, 'variants/')).toEqual(expect.arrayContaining(keys));
    expect(await keysIn(storage, `variants/${'ef'.repeat(32)}/`)).toEqual([]);
    for await (const { key, bytes, modifiedAt } of storage.list(`variants/${'cd'.repeat(32)}/`))
      expect([bytes, modifiedAt]).toEqual([Buffer.byteLength(key), expect.any(Date)]);
  });

  it('are not seen by halves: a body that breaks off leaves what was there', async () => {
    await storage.put('staged/whole', Buffer.from('whole'), JPEG);
    const breaking = Readable.from(
      (async function* () {
        yield Buffer.from('ha');
        throw new Error('the sender is gone');
      })(),
    );
    await expect(storage.put('staged/whole', breaking, JPEG)).rejects.toThrow('the sender is gone');
    expect(Buffer.from(await storage.read('staged/whole')).toString()).toBe('whole');
  });

  it('have an address of a CDN or a public bucket when there is one', async () => {
    const url = await open(stand.backend, 'https://cdn.test/pictures').url(variant('800'));
    expect(url).toBe(`https://cdn.test/pictures/${HASH}/800.0123abcd.jpg`);
  });

  it.each([
    ...['', '/', 'variants', 'variants/', 'elsewhere/a', '/variants/a', 'variants//a', 'variants/../originals/a'],
    ...['variants/..', 'variants/.hidden', 'variants/a\0b', 'variants/a\\b', 'variants/a b', '../a', 'variants/a..b'],
    ...['variants/a/b/c/d', `variants/${'a'.repeat(200)}`, 'variants/%2e%2e', '.aside/a'],
  ])('never have the key %j', async (key) => {
    const refused = RangeError;
    await expect(storage.put(key, Buffer.from('x'), JPEG)).rejects.toThrow(refused);
    await expect(storage.read(key)).rejects.toThrow(refused);
    await expect(storage.stat(key)).rejects.toThrow(refused);
    await expect(storage.remove(key)).rejects.toThrow(refused);
    await expect(storage.url(key)).rejects.toThrow(refused);
    await expect(storage.presignUpload(key, { ...JPEG, bytes: 1, seconds: 60 })).rejects.toThrow(refused);
  });

  it('have no address when they are not for everybody', async () => {
    await expect(storage.url(`originals/${HASH}`)).rejects.toThrow(RangeError);
    await expect(open(stand.backend, 'https://cdn.test').url('staged/a')).rejects.toThrow(RangeError);
  });

  if (kind === 'local') return;

  it('are read by a signed address alone, which stays the same for a while', async () => {
    await storage.put(variant('shown'), Buffer.from('shown'), JPEG);
    const url = await storage.url(variant('shown'));
    expect(await storage.url(variant('shown'))).toBe(url);
    // As of another process.
    expect(await open(stand.backend).url(variant('shown'))).toBe(url);
    const shown = await fetch(url);
    expect([shown.status, shown.headers.get('content-type'), await shown.text()]).toEqual([200, 'image/jpeg', 'shown']);
    expect(shown.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const refused = [new URL(url).origin + new URL(url).pathname, url.replace('shown', 'other')];
    for (const address of refused) {
      const answer = await fetch(address);
      expect([address, answer.status >= 400 && answer.status !== 404]).toEqual([address, true]);
      await answer.body?.cancel();
    }
  });

  const put = async (
    { url, method, headers }: Awaited<ReturnType<ObjectStorage['presignUpload']>>,
    body: string,
    as = {},
  ) => {
    const answer = await fetch(url, { method, headers: { ...headers, ...as }, body });
    await answer.body?.cancel();
    return answer.ok;
  };

  it('are uploaded by a browser at a presigned address', async () => {
    const upload = await storage.presignUpload('staged/b', { contentType: 'image/png', bytes: 5, seconds: 60 });
    expect(Date.parse(upload.expires_at) - Date.now()).toBeGreaterThan(50_000);
    expect(await put({ ...upload, url: upload.url.replace('staged/b', 'staged/c') }, 'hello')).toBe(false);
    expect(await put(upload, 'hello')).toBe(true);
    expect(Buffer.from(await storage.read('staged/b')).toString()).toBe('hello');
    expect(await storage.stat('staged/c')).toBeUndefined();
    // Azure signs neither size nor type of an upload.
    if (kind === 'azure') return;
    expect(await put(upload, 'hello!')).toBe(false);
    expect(await put(upload, 'hell')).toBe(false);
    expect(await put(upload, 'other', { 'Content-Type': 'text/html' })).toBe(false);
    expect(Buffer.from(await storage.read('staged/b')).toString()).toBe('hello');
  });

  it('are not uploaded after the address has expired', async () => {
    const upload = await storage.presignUpload('staged/late', { ...JPEG, bytes: 5, seconds: 1 });
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect(await put(upload, 'hello')).toBe(false);
  });

  it('are not called missing when it is the bucket that is', async () => {
    const wrong = open(stand.elsewhere!);
    const error = await wrong.read('originals/x').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(ObjectMissingError);
    await expect(wrong.put('originals/x', Buffer.from('x'), JPEG)).rejects.toThrow();
  });
});

describe('the local disk', () => {
  const folders: string[] = [];
  const openLocal = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stockroom-media-'));
    folders.push(folder);
    return {
      folder,
      storage: open(
        { kind: 'local', folder, publicUrl: 'http://shop.test', secret: 'a-secret' },
        'http://shop.test/media',
      ),
    };
  };
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  it('shows variants to other users of the machine, and originals to none', async () => {
    const { folder, storage } = await openLocal();
    await storage.put(variant('800'), Buffer.from('x'), JPEG);
    await storage.put(`originals/${HASH}`, Buffer.from('x'), JPEG);
    const modes = [variant('800'), `originals/${HASH}`].map(
      async (key) => (await stat(join(folder, key))).mode & 0o777,
    );
    expect(await Promise.all(modes)).toEqual([0o644, 0o600]);
  });

  it('keeps nothing of a write that broke off, and clears away what a dead process left', async () => {
    const { folder, storage } = await openLocal();
    await mkdir(join(folder, '.aside'), { recursive: true });
    for (const name of ['old', 'young']) await writeFile(join(folder, '.aside', name), 'x');
    await utimes(join(folder, '.aside', 'old'), new Date(0), new Date(0));
    const breaking = Readable.from(
      (async function* () {
        yield Buffer.from('ha');
        throw new Error('gone');
      })(),
    );
    await expect(storage.put('staged/a', breaking, JPEG)).rejects.toThrow('gone');
    expect(await readdir(join(folder, '.aside'))).toEqual(['young']);
    expect(await keysIn(storage, 'staged/')).toEqual([]);
  });

  it('leaves no empty folder of a picture behind, while others put into it at the same time', async () => {
    const { folder, storage } = await openLocal();
    const turns = Array.from({ length: 40 }, async (_, turn) => {
      await storage.put(variant(String(turn)), Buffer.from('x'), JPEG);
      await storage.remove(variant(String(turn)));
    });
    await Promise.all(turns);
    expect(await readdir(join(folder, 'variants'))).toEqual([]);
  });

  it('never shows a reader half of an object that is being replaced', async () => {
    const { folder, storage } = await openLocal();
    const bodies = [Buffer.alloc(300_000, 'a'), Buffer.alloc(300_000, 'b')];
    await storage.put(variant('800'), bodies[0]!, JPEG);
    let writing = true;
    const seen = new Set<string>();
    const reading = (async () => {
      while (writing) seen.add([...new Set((await readFile(join(folder, variant('800')))).toString())].join());
    })();
    for (let turn = 0; turn < 50; turn++) await storage.put(variant('800'), bodies[turn % 2]!, JPEG);
    writing = false;
    await reading;
    expect([...seen].sort().join()).toMatch(/^(a|b|a,b)$/);
    expect([...seen].every((text) => text.length === 1)).toBe(true);
  });

  it('is served under the media address, and presigns uploads at the API', async () => {
    const { storage } = await openLocal();
    expect(await storage.url(variant('800'))).toBe(`http://shop.test/media/${HASH}/800.0123abcd.jpg`);
    const upload = await storage.presignUpload('staged/0190', { ...JPEG, bytes: 5, seconds: 60 });
    expect(upload).toMatchObject({ method: 'PUT', headers: { 'Content-Type': 'image/jpeg' } });
    expect(upload.url).toMatch(
      /^http:\/\/shop\.test\/v1\/uploads\/0190\?expires=\d+&bytes=5&type=image%2Fjpeg&signature=[\w-]{43}$/,
    );
    await expect(storage.presignUpload(`originals/${HASH}`, { ...JPEG, bytes: 5, seconds: 60 })).rejects.toThrow(
      RangeError,
    );
  });

  it('loads no client of a bucket', async () => {
    const { folder } = await openLocal();
    const script = `
      import { registerHooks } from 'node:module';
      const loaded = new Set();
      registerHooks({ load(url, context, next) { loaded.add(url); return next(url, context); } });
      const { createObjectStorage } = await import('./providers/object-storage.ts');
      const backend = { kind: 'local', folder: ${JSON.stringify(folder)}, publicUrl: 'http://a', secret: 'a-secret' };
      const storage = createObjectStorage({ backend, mediaUrl: 'http://a', signedSeconds: 600 });
      await storage.put('staged/a', Buffer.from('x'), { contentType: 'image/png' });
      console.log([...loaded].filter((url) => url.includes('node_modules')).join());`;
    const { lines, exited } = spawnNode(['--input-type=module', '-e', script]);
    expect([(await exited).code, lines.join('\n')]).toEqual([
      0,
      expect.stringMatching(/^file:[^,]*\/lru-cache\/[^,]*$/),
    ]);
  });

  it('says which folder cannot be written', async () => {
    const folder = join(tmpdir(), `stockroom-media-file-${process.pid}`);
    await writeFile(folder, '');
    folders.push(folder);
    await chmod(folder, 0o600);
    const storage = open({ kind: 'local', folder, publicUrl: 'http://shop.test', secret: 'a-secret' });
    await expect(storage.put('staged/a', Buffer.from('x'), JPEG)).rejects.toThrow(folder);
  });
});
