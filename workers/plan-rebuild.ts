/**
 * Part of the schedule: while a rebuild runs, keeps a bounded number of its jobs open, and ends it when no picture is left to
 * rebuild but those whose job gave up. Any number may do this: a job that is there already stays as it is.
 */
import type { Database } from '../db/database.ts';
import {
  aimRebuild,
  countRebuildJobs,
  findPicturesToRebuild,
  findRunningRebuild,
  finishRebuild,
} from '../db/image-rebuilds.ts';
import { reopenJobs } from '../db/outbox.ts';
import { makeJob } from '../queues/define-queue.ts';
import { rebuildVariants } from '../queues/rebuild-variants.ts';

/** Enough for many decoders until the next look; a whole catalogue at once would fill the outbox. */
const OPEN_JOBS = 500;

/** @param recipe of the configuration */
export async function planRebuild(db: Database, recipe: string): Promise<void> {
  const rebuild = await findRunningRebuild(db);
  if (!rebuild) return;
  await aimRebuild(db, rebuild.id, recipe);
  const open = await countRebuildJobs(db, recipe);
  if (open >= OPEN_JOBS) return;
  const wish = { recipe, since: rebuild.created_at, limit: OPEN_JOBS - open };
  const pictures = await findPicturesToRebuild(db, wish);
  const jobs = pictures.map(({ sha256 }) => makeJob(rebuildVariants, { sha256, recipe }));
  await reopenJobs(db, jobs);
  if (open === 0 && jobs.length === 0) await finishRebuild(db, rebuild.id);
}
