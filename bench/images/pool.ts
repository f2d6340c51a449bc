/** The images pool as it runs in production, in processes of its own; pictures are given as the API gives them. */
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig, renditionOf } from '../../config.ts';
import { storageSettingsOf } from '../../config-storage.ts';
import { openDatabase, statement } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';
import { insertJobs } from '../../db/outbox.ts';
import { claimPicture } from '../../db/pictures.ts';
import { holdAs } from '../../db/product-images.ts';
import { originalKey, variantsOf } from '../../domain/picture-keys.ts';
import { createObjectStorage } from '../../providers/object-storage.ts';
import { makeJob } from '../../queues/define-queue.ts';
import { processImage } from '../../queues/process-image.ts';
import { NODE_FLAGS } from '../../start/node-flags.ts';
import { type Child, startNode } from '../processes.ts';
import type { Stores } from '../stores.ts';
import { systemEnvironment } from '../system-environment.ts';
import { hashOf } from './picture.ts';

export interface ImagesPool {
  /** Runs the images pool; its children decode. */
  worker: Child;
  /** Runs relay and schedule. */
  others: Child;
  give(bytes: Buffer): Promise<void>;
  /** Pictures that are whole leave rows and disk again, which would not hold them all. Returns how many there were. */
  takeAway(): Promise<number>;
  close(): Promise<void>;
}

const product = statement('bench_product', `insert into products (id, slug, name) values ($1, 'bench', 'Bench')`);
const image = statement(
  'bench_image',
  `insert into product_images (id, product_id, source, sha256, status, position) values ($1, $2, 'upload', $3, $4, 0)`,
);
const finished = statement(
  'bench_finished',
  `with gone as (
     delete from product_images i using pictures p
     where p.sha256 = i.sha256 and (p.status = 'rejected' or (p.status = 'ready' and (not $1 or p.late_recipe = p.recipe)))
     returning p.sha256, p.status
   ) select sha256, status from gone`,
);

/** @param pictures settings of pictures other than the defaults */
export async function openImagesPool(stores: Stores, pictures: Record<string, string> = {}): Promise<ImagesPool> {
  const dataDir = join(stores.dataDir, 'pictures');
  mkdirSync(dataDir);
  const env = { ...environment(dataDir, stores), ...pictures, DATABASE_URL: await stores.createDatabase('pictures') };
  const config = loadConfig(env);
  const rendition = renditionOf(config);
  const storage = createObjectStorage(storageSettingsOf(config));
  const start = (roles: string) =>
    startNode({
      role: roles,
      file: 'workers/main.ts',
      env: { ...env, WORKERS: roles },
      logFile: join(dataDir, `${roles}.log`),
      execArgv: [...NODE_FLAGS],
    });
  const [worker, others] = [start('images'), start('relay,scheduler')];
  const db = openDatabase({ url: env.DATABASE_URL, applicationName: 'bench', max: 4 });
  const productId = uuidv7();
  await db.rows(product, [productId]);
  return {
    worker,
    others,
    async give(bytes) {
      const sha256 = hashOf(bytes);
      await claimPicture(db, { sha256, bytes: bytes.byteLength, format: 'jpeg' });
      await storage.put(originalKey(sha256), bytes, { contentType: 'image/jpeg' });
      await db.transaction(async (tx) => {
        const { status } = await holdAs(tx, sha256);
        await tx.rows(image, [uuidv7(), productId, sha256, status]);
        await insertJobs(tx, [makeJob(processImage, { sha256, recipe: rendition.recipe })]);
      });
    },
    async takeAway() {
      const rows = await db.rows<{ sha256: string; status: string }>(finished, [rendition.late.length > 0]);
      const bad = rows.find(({ status }) => status !== 'ready');
      if (bad) throw new Error(`the picture ${bad.sha256} was rejected: the machine is too busy to measure anything`);
      for (const { sha256 } of rows) {
        await storage.remove(originalKey(sha256));
        await rm(join(storage.folder!, variantsOf(sha256)), { recursive: true, force: true });
      }
      return rows.length;
    },
    async close() {
      await Promise.all([worker.stop(), others.stop()]);
      await db.close();
    },
  };
}

function environment(dataDir: string, { redisUrl }: Stores): Record<string, string> {
  const nowhere = 'http://127.0.0.1:1';
  const places = { apiPort: 1, sandboxPort: 2, apiUrl: nowhere, sandboxUrl: nowhere, dataDir };
  return { ...systemEnvironment(places), ...(redisUrl ? { REDIS_URL: redisUrl } : {}) };
}
