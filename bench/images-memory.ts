/** `npm run bench -- --images-memory N`: N pictures through the images pool, small ones and every twentieth of 12 megapixels; its memory. */
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { loadConfig, renditionOf } from '../config.ts';
import { storageSettingsOf } from '../config-storage.ts';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { insertJobs } from '../db/outbox.ts';
import { claimPicture } from '../db/pictures.ts';
import { holdAs } from '../db/product-images.ts';
import { originalKey, variantsOf } from '../domain/picture-keys.ts';
import { createObjectStorage, type ObjectStorage } from '../providers/object-storage.ts';
import { makeJob } from '../queues/define-queue.ts';
import { processImage } from '../queues/process-image.ts';
import { NODE_FLAGS } from '../start/node-flags.ts';
import { copyOf, hashOf, paintPicture } from './images/picture.ts';
import { median, show, slope, table } from './numbers.ts';
import { childrenOf, residentBytes, startNode } from './processes.ts';
import { say } from './progress.ts';
import type { Stores } from './stores.ts';
import { systemEnvironment } from './system-environment.ts';

interface Sample {
  seconds: number;
  pictures: number;
  /** MiB. */
  worker: number;
  largestDecoder: number;
  decoders: number;
}

export interface ImagesMemory {
  store: string;
  pictures: number;
  seconds: number;
  samples: Sample[];
}

/** Pictures under way at once: what is behind them waits in rows, as after an import. */
const AHEAD = 300;
const LARGE_EVERY = 20;
const MIB = 2 ** 20;

export async function benchImagesMemory(stores: Stores, store: string, pictures: number): Promise<ImagesMemory> {
  const bench = await open(stores);
  const began = performance.now();
  const samples: Sample[] = [];
  let given = 0;
  let done = 0;
  try {
    const paint = await createPainter();
    while (done < pictures) {
      for (; given < pictures && given - done < AHEAD; given++) await give(bench, paint(given));
      await delay(500);
      done += await takeAway(bench);
      samples.push({ seconds: (performance.now() - began) / 1_000, pictures: done, ...memoryOf(bench.worker.pid) });
      if (samples.length % 20 === 0) say(describe(samples.at(-1)!));
    }
  } finally {
    await bench.close();
  }
  return { store, pictures, seconds: (performance.now() - began) / 1_000, samples };
}

interface Bench {
  db: Database;
  storage: ObjectStorage;
  productId: string;
  recipe: string;
  worker: { pid: number };
  close(): Promise<void>;
}

const product = statement('bench_product', `insert into products (id, slug, name) values ($1, 'bench', 'Bench')`);

/** The images pool as it runs in production, and another process for relay and schedule. */
async function open(stores: Stores): Promise<Bench> {
  const databaseUrl = await stores.createDatabase('pictures');
  const dataDir = join(stores.dataDir, 'pictures');
  mkdirSync(dataDir);
  const nowhere = 'http://127.0.0.1:1';
  const places = { apiPort: 1, sandboxPort: 2, apiUrl: nowhere, sandboxUrl: nowhere, dataDir };
  const redis: Record<string, string> = stores.redisUrl ? { REDIS_URL: stores.redisUrl } : {};
  const env = { ...systemEnvironment(places), DATABASE_URL: databaseUrl, ...redis };
  const config = loadConfig(env);
  const start = (roles: string) =>
    startNode({
      role: roles,
      file: 'workers/main.ts',
      env: { ...env, WORKERS: roles },
      logFile: join(dataDir, `${roles}.log`),
      execArgv: [...NODE_FLAGS],
    });
  const [worker, others] = [start('images'), start('relay,scheduler')];
  const db = openDatabase({ url: databaseUrl, applicationName: 'bench', max: 4 });
  const productId = uuidv7();
  await db.rows(product, [productId]);
  return {
    db,
    productId,
    worker,
    storage: createObjectStorage(storageSettingsOf(config)),
    recipe: renditionOf(config).recipe,
    async close() {
      await Promise.all([worker.stop(), others.stop()]);
      await db.close();
    },
  };
}

/** Each picture has bytes of its own. */
async function createPainter(): Promise<(n: number) => Buffer> {
  const large = await paintPicture();
  const small = await sharp(large).resize(400).jpeg({ quality: 85 }).toBuffer();
  return (n) => copyOf(n % LARGE_EVERY === 0 ? large : small, n);
}

const image = statement(
  'bench_image',
  `insert into product_images (id, product_id, source, sha256, status, position) values ($1, $2, 'upload', $3, $4, 0)`,
);

/** What the API does with an upload. */
async function give({ db, storage, productId, recipe }: Bench, bytes: Buffer): Promise<void> {
  const sha256 = hashOf(bytes);
  await claimPicture(db, { sha256, bytes: bytes.byteLength, format: 'jpeg' });
  await storage.put(originalKey(sha256), bytes, { contentType: 'image/jpeg' });
  await db.transaction(async (tx) => {
    const { status } = await holdAs(tx, sha256);
    await tx.rows(image, [uuidv7(), productId, sha256, status]);
    await insertJobs(tx, [makeJob(processImage, { sha256, recipe })]);
  });
}

const finished = statement(
  'bench_finished',
  `with gone as (
     delete from product_images i using pictures p where p.sha256 = i.sha256 and (p.late_recipe = p.recipe or p.status = 'rejected')
     returning p.sha256, p.status
   ) select sha256, status from gone`,
);

/** Pictures that are whole leave the disk again, which would not hold them all. Returns how many there were. */
async function takeAway({ db, storage }: Bench): Promise<number> {
  const rows = await db.rows<{ sha256: string; status: string }>(finished);
  const bad = rows.find(({ status }) => status !== 'ready');
  if (bad) throw new Error(`the picture ${bad.sha256} was rejected: the machine is too busy to measure anything`);
  for (const { sha256 } of rows) {
    await storage.remove(originalKey(sha256));
    await rm(join(storage.folder!, variantsOf(sha256)), { recursive: true, force: true });
  }
  return rows.length;
}

function memoryOf(pid: number): Pick<Sample, 'worker' | 'largestDecoder' | 'decoders'> {
  const decoders = childrenOf(pid).map((child) => residentBytes(child) / MIB);
  return { worker: residentBytes(pid) / MIB, largestDecoder: Math.max(0, ...decoders), decoders: decoders.length };
}

const describe = ({ seconds, pictures, worker, largestDecoder }: Sample) =>
  `${show(seconds)} s, ${pictures} pictures, worker ${show(worker)} MiB, largest decoder ${show(largestDecoder)} MiB`;

export function printImagesMemory({ store, pictures, seconds, samples }: ImagesMemory): string {
  const row = (label: string, of: (sample: Sample) => number) => {
    const part = (from: number, to: number) =>
      median(samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to)).map(of));
    const later = samples
      .slice(Math.floor(samples.length / 2))
      .map((each) => [each.pictures / 1_000, of(each)] as const);
    return [label, part(0, 0.1), part(0.45, 0.55), part(0.9, 1), Math.max(...samples.map(of)), slope(later)];
  };
  return [
    `## Memory of the images pool, queues in ${store}`,
    '',
    `${pictures} pictures, every twentieth of 12 megapixels, in ${show(seconds)} s (${show(pictures / seconds)} a second, AVIF included).`,
    '',
    table(
      ['MiB resident', 'first tenth', 'middle', 'last tenth', 'highest', 'per 1,000 pictures'],
      [row('images worker', (each) => each.worker), row('largest decoder', (each) => each.largestDecoder)],
    ),
  ].join('\n');
}
