/** Merchandisers who give pictures while something breaks, and what must have become of each. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { copyOf } from '../bench/images/picture.ts';
import { loadConfig, renditionOf } from '../config.ts';
import { uuidv7 } from '../db/ids.ts';
import { planVariants } from '../domain/image-presets.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import type { System } from '../test/support/system.ts';
import { PATIENCE_MS } from './insist.ts';
import type { Check } from './scenario.ts';

/** Each content is given to two products; of every ten one is cut off in its middle. */
export interface Wish {
  text: 'good' | 'truncated';
  bytes: Buffer;
}

const SIZE = { width: 1600, height: 1200 };

export async function paintWishes(count: number): Promise<Wish[]> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const picture = await sharp({ create: { ...SIZE, channels: 3, background: '#345678', noise } })
    .blur(2)
    .jpeg({ quality: 85 })
    .toBuffer();
  const run = uuidv7();
  return Array.from({ length: count }, (_, index) => {
    const bytes = copyOf(picture, `${run} ${Math.floor(index / 2)}`);
    return Math.floor(index / 2) % 10 === 9
      ? { text: 'truncated', bytes: bytes.subarray(0, bytes.length / 2) }
      : { text: 'good', bytes };
  });
}

const PER_PRODUCT = 5;
/** Beyond this a request is taken for lost. */
const ANSWER_MS = 10_000;

/** Gives all, a product's at a time, and insists as a browser would. Returns the ids of the images that were accepted. */
export async function givePictures(
  system: System,
  wishes: readonly Wish[],
  pauseMs: number,
): Promise<Map<string, Wish>> {
  const accepted = new Map<string, Wish>();
  for (let from = 0; from < wishes.length; from += PER_PRODUCT) {
    const batch = wishes.slice(from, from + PER_PRODUCT);
    const sku = `pic-${uuidv7()}`;
    await seedVariants(system.db, [{ sku, units: 1 }]);
    const ids = await insistOnUpload(system, `p-${sku}`, batch);
    for (const [index, id] of ids.entries()) accepted.set(id, batch[index]!);
    await delay(pauseMs);
  }
  return accepted;
}

async function insistOnUpload(system: System, slug: string, batch: readonly Wish[]): Promise<string[]> {
  const end = Date.now() + PATIENCE_MS;
  let last = '';
  const key = uuidv7();
  while (Date.now() < end) {
    const form = new FormData();
    for (const { bytes } of batch)
      form.append('files', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), 'p.jpg');
    const headers = { authorization: `Bearer ${system.secretKey}`, 'idempotency-key': key };
    try {
      const response = await fetch(`${system.apiUrl}/v1/products/${slug}/images`, {
        method: 'POST',
        headers,
        body: form,
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const text = await response.text();
      if (response.status === 202) return (JSON.parse(text) as { data: { id: string }[] }).data.map(({ id }) => id);
      last = `${response.status} ${text.slice(0, 200)}`;
      if (response.status < 500) break;
    } catch (error) {
      last = String((error as Error).cause ?? error);
    }
    await delay(200);
  }
  throw new Error(`pictures were not taken: ${last}`);
}

/** When no picture is on its way any more, late formats included. */
export async function untilDecided(system: System, timeoutMs = 90_000): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    const { rows } = await system.db.pool.query(
      `select (select count(*)::integer from product_images where status in ('queued', 'failed'))
         + (select count(*)::integer from pictures where status = 'new' or (status = 'ready' and late_recipe is distinct from recipe)) as open`,
    );
    if (rows[0].open === 0) return true;
    await delay(300);
  }
  return false;
}

interface ImageRow {
  id: string;
  status: string;
  code: string | null;
  sha256: string;
}

/** Every accepted image has come out as it should, and storage holds what the rows say: no more, no less. */
export async function checkPictures(system: System, accepted: ReadonlyMap<string, Wish>): Promise<Check[]> {
  const { rows } = await system.db.pool.query<ImageRow>(
    `select id, status, problem ->> 'code' as code, sha256 from product_images where id = any($1)`,
    [[...accepted.keys()]],
  );
  const expected = (id: string) => (accepted.get(id)!.text === 'good' ? 'ready' : 'rejected truncated');
  const wrong = rows.filter((row) => [row.status, row.code].filter(Boolean).join(' ') !== expected(row.id));
  const hashes = new Set(rows.filter(({ status }) => status === 'ready').map(({ sha256 }) => sha256));
  const contents = new Set([...accepted.values()].map(({ bytes }) => bytes.toString('base64')));
  return [
    {
      what: 'every accepted picture has its row',
      held: rows.length === accepted.size,
      detail: `${rows.length} of ${accepted.size}`,
    },
    {
      what: 'every picture comes out as it should',
      held: wrong.length === 0,
      detail:
        wrong
          .slice(0, 5)
          .map((row) => `${row.id} is ${row.status} ${row.code ?? ''}`)
          .join(', ') || `${rows.length} pictures`,
    },
    { what: 'the same bytes are one picture', held: new Set(rows.map(({ sha256 }) => sha256)).size === contents.size },
    ...(await checkStorage(system, [...hashes])),
  ];
}

async function checkStorage(system: System, hashes: readonly string[]): Promise<Check[]> {
  const rendition = renditionOf(loadConfig(system.env));
  const wanted = planVariants(SIZE.width, SIZE.height, rendition).length;
  const { rows } = await system.db.pool.query<{ key: string; sha256: string }>(
    'select key, sha256 from picture_variants where sha256 = any($1) and recipe = $2',
    [hashes, rendition.recipe],
  );
  const bySha = Map.groupBy(rows, ({ sha256 }) => sha256);
  const incomplete = hashes.filter((hash) => bySha.get(hash)?.length !== wanted);
  const files = new Set(
    (await filesIn(join(system.env.STOCKROOM_MEDIA_DIR!, 'variants'))).map((file) => `variants/${file}`),
  );
  const lost = rows.filter(({ key }) => !files.has(key));
  return [
    {
      what: `every ready picture has its ${wanted} variants`,
      held: incomplete.length === 0,
      detail: `${hashes.length} pictures`,
    },
    { what: 'every variant is in storage', held: lost.length === 0, detail: `${rows.length} variants` },
    {
      what: 'storage holds nothing that is half written',
      held: [...files].every((file) => /\.(webp|jpg|avif)$/.test(file)),
    },
  ];
}

const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
