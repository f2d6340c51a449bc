import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase, statement } from '../db/database.ts';
import { cancelRebuild, openRebuild, readRebuildProgress } from '../db/image-rebuilds.ts';
import { insertJobs, reopenJobs } from '../db/outbox.ts';
import { findPicture } from '../db/pictures.ts';
import { requeueImage } from '../db/product-images.ts';
import { removeImages } from '../db/remove-images.ts';
import { originalKey, stagedKey } from '../domain/picture-keys.ts';
import type { Queue } from '../queues/connection.ts';
import { openQueueStore, type QueueStore } from '../queues/connection.ts';
import { makeJob } from '../queues/define-queue.ts';
import { fetchImage } from '../queues/fetch-image.ts';
import { allQueues } from '../queues/index.ts';
import { processImage } from '../queues/process-image.ts';
import { describeEachStore } from '../test/support/each-store.ts';
import {
  createFakeCodec,
  createFakeStorage,
  hashOf,
  insertImage,
  insertProduct,
  jpegOf,
  otherRendition,
  readImage,
  rendition,
  uploadImage,
} from '../test/support/fake-pictures.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { startImagesPool } from './images-pool.ts';
import { type Relay, startRelay } from './relay-outbox.ts';
import { runWorker } from './run-worker.ts';
import { restoreLostJobs } from './sweep.ts';
import { imageSweepSteps } from './sweep-images.ts';

const log = pino({ level: 'silent' });
const open = statement(
  'test_open',
  `select count(*)::integer as jobs from outbox where status = 'pending' and available_at <= now()`,
);
const ageAll = statement(
  'test_age_all',
  `with p as (update pictures set unused_since = unused_since - interval '2 days', updated_at = updated_at - interval '2 days'),
   v as (update picture_variants set created_at = created_at - interval '2 days'),
   c as (delete from image_chores),
   o as (update outbox set finished_at = finished_at - interval '2 days', last_error = last_error)
   update product_images set updated_at = updated_at - interval '2 days'`,
);
const dropJobs = statement('test_drop_jobs', 'delete from outbox');
const images = allQueues.filter(({ pool }) => pool === 'images').map(({ name }) => name);

describeEachStore('pictures in the pool', (store) => {
  let db: Database;
  let queueStore: QueueStore;
  let relay: Relay;
  let storage: ReturnType<typeof createFakeStorage>;
  let codec: ReturnType<typeof createFakeCodec>;
  let product: string;
  let answer: () => { status?: number; bytes?: Uint8Array };
  let pictures = 0;
  const workers: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    db = openDatabase({ url: store.databaseUrl, applicationName: 'test' });
    const shared = { databaseUrl: store.databaseUrl, poolSize: 4, applicationName: 'test', onError: () => {} };
    queueStore = openQueueStore({ ...shared, redisUrl: store.redisUrl });
    relay = await startRelay({ ...shared, db, store: queueStore, queueNames: images, log, attempts: 2 });
    product = await insertProduct(db);
  });
  beforeEach(() => {
    storage = createFakeStorage();
    codec = createFakeCodec();
    answer = () => ({ status: 404 });
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
    await db.rows(dropJobs);
    await cancelRebuild(db);
  });
  afterAll(async () => {
    await relay.close();
    await queueStore.close();
    await db.close();
  });

  const work = (of = rendition) => {
    const run = {
      store: queueStore,
      db,
      log,
      attempts: 2,
      backoffMs: 10,
      backoffMaxMs: 20,
      lockMs: 5_000,
      stalledMs: 1_000,
    };
    const tools = {
      storage,
      codec,
      rendition: of,
      inputFormats: ['jpeg'] as const,
      fetching: { maxBytes: 10_000, timeoutMs: 1_000, fetchesPerHost: 1_000 },
      publicFetch: {
        fetch: async (url: string) => ({
          status: 200,
          headers: {},
          bytes: Buffer.alloc(0),
          finalUrl: url,
          ...answer(),
        }),
        close: async () => {},
      },
      graceSeconds: 3_600,
      processes: 2,
    };
    workers.push(
      ...startImagesPool({ ...tools, db }, (queue, processor, concurrency = 4) =>
        runWorker(queue, processor, { ...run, concurrency }),
      ),
    );
  };
  const sweep = async (of = rendition) => {
    const options = { db, log, staleSeconds: 1, graceSeconds: 3_600, rendition: of };
    for (const step of imageSweepSteps(options)) await step();
  };
  const idle = () =>
    waitFor(async () => (await db.rows<{ jobs: number }>(open))[0]!.jobs === 0, { describe: 'the jobs to be done' });
  const newBytes = () => jpegOf(`picture ${++pictures} in ${store.kind}`);
  const status = async (id: string) => (await readImage(db, id))?.status;
  const queues = () => new Map<string, Queue>(images.map((name) => [name, queueStore.openQueue(name)]));
  const jobOf = (bytes: Buffer) => makeJob(processImage, { sha256: hashOf(bytes), recipe: rendition.recipe });

  it('go from an address to all variants, decoded once for those with the same bytes', async () => {
    work();
    const bytes = newBytes();
    answer = () => ({ bytes });
    const ids = [await insertImage(db, product), await insertImage(db, product)];
    await insertJobs(
      db,
      ids.map((id) => makeJob(fetchImage, { image_id: id })),
    );
    await waitFor(async () => (await findPicture(db, hashOf(bytes)))?.late_recipe === rendition.recipe);
    await idle();
    expect(await Promise.all(ids.map(status))).toEqual(['ready', 'ready']);
    expect(codec.rendered.map(({ priority }) => priority)).toEqual(['now', 'late']);
  });

  it('get jobs for all that waits without one, and the queue store may be lost', async () => {
    const uploaded = await Promise.all(
      [newBytes(), newBytes()].map((bytes) => uploadImage(db, storage, product, bytes)),
    );
    const bytes = newBytes();
    answer = () => ({ bytes });
    const fetched = await insertImage(db, product);
    await db.rows(ageAll);
    await sweep();
    await waitFor(async () => (await queueStore.openQueue('process-image').getJobCountByTypes('waiting')) === 2);
    if (store.redis) await store.redis.flush();
    else for (const queue of queues().values()) await queue.obliterate({ force: true });
    work();
    await restoreLostJobs({ db, log, staleSeconds: 0 }, queues());
    await waitFor(async () => (await status(fetched)) === 'ready', { timeoutMs: 20_000 });
    await idle();
    expect(await Promise.all(uploaded.map(status))).toEqual(['ready', 'ready']);
    await db.rows(dropJobs);
    await db.rows(statement('test_unlate', 'update pictures set late_recipe = null'));
    await db.rows(ageAll);
    await sweep();
    await idle();
    expect(codec.rendered.filter(({ priority }) => priority === 'late').length).toBeGreaterThanOrEqual(3);
  });

  it('have failed when their job gave up, and can be tried again', async () => {
    work();
    answer = () => ({ status: 503 });
    const unreachable = await insertImage(db, product);
    answer = () => ({ status: 500 });
    const bytes = newBytes();
    const unstorable = await uploadImage(db, storage, product, bytes);
    storage.before = () => {
      throw new Error('the bucket says no');
    };
    await insertJobs(db, [makeJob(fetchImage, { image_id: unreachable }), jobOf(bytes)]);
    await idle();
    await sweep();
    expect(await readImage(db, unreachable)).toMatchObject({ status: 'failed', problem: { code: 'http_status' } });
    expect(await readImage(db, unstorable)).toMatchObject({ status: 'failed', problem: { code: 'processing_failed' } });
    await sweep();
    storage.before = () => {};
    const later = newBytes();
    answer = () => ({ bytes: later });
    // The one by its person; the other, whose trouble was in this house, by the sweep when it has rested.
    await db.transaction((tx) => requeueImage(tx, unreachable));
    await db.rows(ageAll);
    await db.rows(statement('test_forget', `delete from outbox where queue = 'fetch-image'`));
    await sweep();
    await waitFor(async () => (await status(unreachable)) === 'ready' && (await status(unstorable)) === 'ready');
    await idle();
  });

  it('whose originals are lost have failed, and are cured by whoever gives the same bytes again', async () => {
    work();
    const bytes = newBytes();
    const id = await uploadImage(db, storage, product, bytes);
    storage.objects.delete(originalKey(hashOf(bytes)));
    await insertJobs(db, [jobOf(bytes)]);
    await idle();
    await sweep();
    expect(await readImage(db, id)).toMatchObject({ status: 'failed', problem: { code: 'original_missing' } });
    const again = await uploadImage(db, storage, product, bytes);
    await reopenJobs(db, [jobOf(bytes)]);
    await waitFor(async () => (await status(id)) === 'ready' && (await status(again)) === 'ready');
    await idle();
  });

  it('by presigned uploads are looked for when their time is up', async () => {
    work();
    const overdue = {
      source: 'presigned',
      status: 'awaiting_upload',
      expiresAt: new Date(Date.now() - 60_000),
    } as const;
    const [came, never] = [await insertImage(db, product, overdue), await insertImage(db, product, overdue)];
    const young = await insertImage(db, product, { ...overdue, expiresAt: new Date(Date.now() + 60_000) });
    await storage.put(stagedKey(came), newBytes(), { contentType: 'image/jpeg' });
    await sweep();
    await waitFor(async () => (await status(came)) === 'ready' && (await status(never)) === 'rejected');
    await idle();
    expect(await status(young)).toBe('awaiting_upload');
  });

  it('go when nobody has had them for the grace', async () => {
    work();
    const bytes = newBytes();
    const id = await uploadImage(db, storage, product, bytes);
    await insertJobs(db, [jobOf(bytes)]);
    await waitFor(async () => (await status(id)) === 'ready');
    await idle();
    await db.transaction((tx) => removeImages(tx, [id]));
    await sweep();
    expect(await findPicture(db, hashOf(bytes))).toBeDefined();
    await db.rows(ageAll);
    await sweep();
    await waitFor(async () => (await findPicture(db, hashOf(bytes))) === undefined);
    await idle();
    expect(storage.objects.has(originalKey(hashOf(bytes)))).toBe(false);
  });

  it('are rebuilt by another recipe, behind what is new; what cannot be is left out; and it goes on after an interruption', async () => {
    work();
    const all = [newBytes(), newBytes(), newBytes()];
    const ids = await Promise.all(all.map((bytes) => uploadImage(db, storage, product, bytes)));
    await insertJobs(db, all.map(jobOf));
    await waitFor(async () => (await Promise.all(ids.map(status))).every((each) => each === 'ready'));
    await idle();
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
    await db.rows(statement('test_only', 'update pictures set status = $2, rejection = $3 where sha256 <> all($1)'), [
      all.map(hashOf),
      'rejected',
      '{}',
    ]);
    storage.objects.delete(originalKey(hashOf(all[2]!)));
    const before = codec.rendered.length;

    const { rebuild, opened } = await openRebuild(db);
    expect([opened, (await openRebuild(db)).opened]).toEqual([true, false]);
    await sweep(otherRendition);
    expect(await readRebuildProgress(db)).toMatchObject({ id: rebuild.id, total: 3, remaining: 3, failed: 0 });
    await db.rows(dropJobs);
    work(otherRendition);
    await waitFor(async () => {
      await sweep(otherRendition);
      return (await readRebuildProgress(db))?.status === 'done';
    });
    expect(await readRebuildProgress(db)).toMatchObject({ status: 'done', total: 3, remaining: 1, failed: 1 });
    expect(await findPicture(db, hashOf(all[0]!))).toMatchObject({ recipe: otherRendition.recipe });
    expect(await Promise.all(ids.map(status))).toEqual(['ready', 'ready', 'ready']);
    expect(codec.rendered.slice(before).every(({ priority }) => priority === 'late')).toBe(true);
    await idle();
  });
});
