/** Storage and codec in memory, with switches for what may go wrong, and rows of pictures to work on. */
import { createHash } from 'node:crypto';
import { type Database, statement } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { claimPicture } from '../../db/pictures.ts';
import { holdAs } from '../../db/product-images.ts';
import { planRendition, planVariants } from '../../domain/image-presets.ts';
import { originalKey } from '../../domain/picture-keys.ts';
import type { Original, Rejected, Rendered, RenderRequest } from '../../providers/image-codec.ts';
import { ObjectMissingError, type ObjectStorage } from '../../providers/object-storage.ts';

type Kept = Pick<ObjectStorage, 'folder' | 'put' | 'read' | 'stat' | 'remove' | 'list'>;

export interface FakeStorage extends Kept {
  readonly objects: Map<string, { bytes: Uint8Array; modifiedAt: Date }>;
  /** Asked before each call; throws what should go wrong, or waits. */
  before: (call: 'put' | 'read' | 'remove', key: string) => Promise<void> | void;
}

export function createFakeStorage(): FakeStorage {
  const objects: FakeStorage['objects'] = new Map();
  const storage: FakeStorage = {
    objects,
    folder: undefined,
    before: () => {},
    async put(key, body) {
      await storage.before('put', key);
      objects.set(key, { bytes: body as Uint8Array, modifiedAt: new Date() });
    },
    async read(key) {
      await storage.before('read', key);
      const found = objects.get(key);
      if (!found) throw new ObjectMissingError(key);
      return found.bytes;
    },
    async stat(key) {
      const found = objects.get(key);
      return found && { bytes: found.bytes.byteLength, modifiedAt: found.modifiedAt };
    },
    async remove(key) {
      await storage.before('remove', key);
      objects.delete(key);
    },
    async *list(prefix) {
      for (const [key, { bytes, modifiedAt }] of [...objects])
        if (key.startsWith(prefix)) yield { key, bytes: bytes.byteLength, modifiedAt };
    },
  };
  return storage;
}

/** Pictures of 1000 × 500; what begins with "bad" is rejected. */
export function createFakeCodec() {
  const codec = {
    rendered: [] as { text: string; priority: string; formats: readonly string[] }[],
    before: (_text: string): Promise<void> | void => {},
    async render(
      given: Original,
      request: RenderRequest,
      priority: 'now' | 'late' = 'now',
    ): Promise<Rendered | Rejected> {
      const text = 'file' in given ? given.file : Buffer.from(given).toString('latin1').slice(HEAD.length);
      codec.rendered.push({ text, priority, formats: request.formats });
      await codec.before(text);
      if (text.startsWith('bad')) return { kind: 'rejected', code: 'corrupt', message: 'It is damaged.' };
      const variants = planVariants(1_000, 500, request).map((variant) => ({
        ...variant,
        bytes: Buffer.from(`${text} ${variant.preset} ${variant.format}`),
      }));
      const whole = { format: 'jpeg', width: 1_000, height: 500, hasAlpha: false } as const;
      const described = { thumbhash: 'AAAA', dominantColor: '#102030', perceptualHash: '0123456789abcdef' };
      const encode = Object.fromEntries(request.formats.map((format) => [format, 5]));
      return {
        kind: 'rendered',
        ...whole,
        ...(request.describe ? described : {}),
        variants,
        milliseconds: { decode: 7, encode },
      };
    },
  };
  return codec;
}

const HEAD = '\xff\xd8\xff';

/** Bytes that look like a JPEG as far as they are looked at here. */
export const jpegOf = (text: string): Buffer => Buffer.from(`${HEAD}${text}`, 'latin1');
export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const settings = {
  presets: [
    { name: '400x400', width: 400, height: 400 },
    { name: '800', width: 800 },
  ],
  focus: 'centre',
} as const;
const qualities = { avif: 50, webp: 78, jpeg: 78 };
/** Two presets in two formats at once (four variants), AVIF later (two). */
export const rendition = planRendition({ ...settings, formats: ['avif', 'webp', 'jpeg'], qualities });
export const otherRendition = planRendition({
  ...settings,
  formats: ['avif', 'webp', 'jpeg'],
  qualities: { ...qualities, jpeg: 50 },
});

const product = statement(
  'test_product',
  `insert into products (id, slug, name, status) values ($1, 'p-' || $1::uuid, 'P', 'active')`,
);
const image = statement(
  'test_image',
  `insert into product_images (id, product_id, source, source_url, sha256, status, problem, position, expires_at)
   values ($1, $2, $3, $4, $5, $6, $7, 1, $8)`,
);
const state = statement(
  'test_image_state',
  'select status, problem, sha256, version from product_images where id = $1',
);

export async function insertProduct(db: Database): Promise<string> {
  const id = uuidv7();
  await db.rows(product, [id]);
  return id;
}

export interface TestImage {
  source?: 'upload' | 'url' | 'presigned';
  url?: string;
  status?: string;
  expiresAt?: Date;
}

/** An image whose bytes are elsewhere. */
export async function insertImage(db: Database, productId: string, wish: TestImage = {}): Promise<string> {
  const id = uuidv7();
  const { source = 'url', status = 'queued', expiresAt = null } = wish;
  const url = source === 'url' ? (wish.url ?? `http://${id}.test/picture.jpg`) : null;
  await db.rows(image, [id, productId, source, url, null, status, null, expiresAt]);
  return id;
}

/** An uploaded image: its bytes are in storage, and it holds their picture. */
export async function uploadImage(
  db: Database,
  storage: Pick<ObjectStorage, 'put'>,
  productId: string,
  bytes: Buffer,
): Promise<string> {
  const id = uuidv7();
  const sha256 = hashOf(bytes);
  const claim = await claimPicture(db, { sha256, bytes: bytes.byteLength, format: 'jpeg' });
  if (!claim.stored) await storage.put(originalKey(sha256), bytes, { contentType: 'image/jpeg' });
  await db.transaction(async (tx) => {
    const { status, problem } = await holdAs(tx, sha256);
    await tx.rows(image, [id, productId, 'upload', null, sha256, status, problem && JSON.stringify(problem), null]);
  });
  return id;
}

export async function readImage(db: Database, id: string) {
  const [row] = await db.rows<{
    status: string;
    problem: { code: string } | null;
    sha256: string | null;
    version: number;
  }>(state, [id]);
  return row;
}
