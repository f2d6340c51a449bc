/**
 * The sweeper's part for pictures: what waits without a job gets one, what no job could do is said to have failed, uploads that
 * nobody called complete are looked at, and what is not used any more is cleaned up. It touches no storage: jobs do.
 */
import type { Logger } from 'pino';
import { findOutdatedPictures, findUnusedPictures } from '../db/clean-up-pictures.ts';
import type { Database } from '../db/database.ts';
import { forgetOldTurns } from '../db/host-turns.ts';
import { reopenJobs } from '../db/outbox.ts';
import { failPicture, forgetOriginal } from '../db/pictures.ts';
import { failImage, queueUploadedImage } from '../db/product-images.ts';
import * as waiting from '../db/sweep-images.ts';
import { FETCH_PROBLEMS } from '../domain/fetch-problems.ts';
import type { RenditionPlan } from '../domain/image-presets.ts';
import { cleanStorage } from '../queues/clean-storage.ts';
import { cleanUpPicture } from '../queues/clean-up-picture.ts';
import { type Job, makeJob } from '../queues/define-queue.ts';
import { encodeLateFormats } from '../queues/encode-late-formats.ts';
import { fetchImage } from '../queues/fetch-image.ts';
import { processImage } from '../queues/process-image.ts';
import { planRebuild } from './plan-rebuild.ts';
import { ORIGINAL_MISSING } from './render-picture.ts';

export interface ImageSweepOptions {
  db: Database;
  log: Logger;
  staleSeconds: number;
  graceSeconds: number;
  rendition: Pick<RenditionPlan, 'recipe' | 'late'>;
}

const LIMIT = 500;
/** A picture's job that gave up for a reason of this house's rests for so many times the age at which a job is stale. */
const FAILED_REST = 20;
const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;

/** What each pass of the sweeper does, step by step; one that fails keeps no other from its work. */
export function imageSweepSteps(options: ImageSweepOptions): (() => Promise<void>)[] {
  const { db, rendition } = options;
  return [
    () => planRebuild(db, rendition.recipe),
    () => failGivenUp(options),
    () => takeOverdueUploads(options),
    () => reopenWaiting(options),
    () => removeUnused(options),
    () => doChores(options),
  ];
}

async function failGivenUp({ db }: ImageSweepOptions): Promise<void> {
  for (const { image_id: imageId, sha256, error } of await waiting.findGivenUp(db, LIMIT)) {
    const problem = problemOf(error);
    if (imageId) await failImage(db, imageId, problem);
    else if (sha256)
      await db.transaction(async (tx) => {
        // Whoever has the same bytes again cures it.
        if (problem === MISSING) await forgetOriginal(tx, sha256);
        await failPicture(tx, sha256, problem);
      });
  }
}

const MISSING = { code: ORIGINAL_MISSING, message: 'The file is not in storage any more: it must be given once more.' };

/** What went wrong at the other end is told as it is, what did in this house is for its own people. */
function problemOf({ code, message }: waiting.GivenUp['error']) {
  if (code && Object.hasOwn(FETCH_PROBLEMS, code)) return { code, message };
  if (code === ORIGINAL_MISSING) return MISSING;
  return { code: 'processing_failed', message: 'The picture could not be processed here. It can be tried again.' };
}

/** The upload may have come without anybody saying so: the job finds it, or rejects the image. */
async function takeOverdueUploads({ db, staleSeconds }: ImageSweepOptions): Promise<void> {
  for (const { id } of await waiting.findOverdueUploads(db, staleSeconds, LIMIT))
    await db.transaction(async (tx) => {
      if (await queueUploadedImage(tx, id)) await reopenJobs(tx, [makeJob(fetchImage, { image_id: id })]);
    });
}

async function reopenWaiting({ db, log, staleSeconds, rendition }: ImageSweepOptions): Promise<void> {
  const { recipe, late } = rendition;
  const restSeconds = staleSeconds * FAILED_REST;
  const unfinished = late.length > 0 ? await waiting.findUnfinishedPictures(db, staleSeconds, LIMIT, recipe) : [];
  const jobs: Job[] = [
    ...(await waiting.findUnfetchedImages(db, staleSeconds, LIMIT)).map(({ id }) =>
      makeJob(fetchImage, { image_id: id }),
    ),
    ...(
      await waiting.findUnprocessedPictures(db, { olderThanSeconds: staleSeconds, restSeconds, limit: LIMIT, recipe })
    ).map(({ sha256 }) => makeJob(processImage, { sha256, recipe })),
    ...unfinished.map(({ sha256 }) => makeJob(encodeLateFormats, { sha256, recipe })),
  ];
  const reopened = await reopenJobs(db, jobs, restSeconds);
  if (reopened > 0) log.info({ jobs: reopened }, 'sweep put waiting pictures back to work');
}

async function removeUnused({ db, graceSeconds, staleSeconds }: ImageSweepOptions): Promise<void> {
  const unused = await findUnusedPictures(db, { graceSeconds, restSeconds: staleSeconds * FAILED_REST, limit: LIMIT });
  await reopenJobs(
    db,
    unused.map((picture) => makeJob(cleanUpPicture, picture)),
  );
}

async function doChores(options: ImageSweepOptions): Promise<void> {
  const { db, graceSeconds, rendition } = options;
  if (await waiting.takeChore(db, 'old-variants', HOUR_SECONDS / 6)) {
    const old = await findOutdatedPictures(db, { recipe: rendition.recipe, graceSeconds, limit: LIMIT });
    await reopenJobs(
      db,
      old.map((picture) => makeJob(cleanUpPicture, picture)),
    );
  }
  if (await waiting.takeChore(db, 'host-turns', HOUR_SECONDS)) await forgetOldTurns(db);
  if (await waiting.takeChore(db, 'clean-storage', DAY_SECONDS))
    await reopenJobs(db, [makeJob(cleanStorage, { day: new Date().toISOString().slice(0, 10) })]);
}
