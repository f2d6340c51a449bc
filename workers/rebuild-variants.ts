/**
 * Triggered by a rebuild (see plan-rebuild.ts): makes the variants of a ready picture anew by the recipe of the configuration, behind
 * all pictures that are new. The old variants are shown until the new ones are recorded, and stay for the grace. A second, late or
 * stale run finds the picture's recipe to be the job's, or the job's not to be this process's.
 */
import { reopenJobs } from '../db/outbox.ts';
import { findPicture, recordRendering } from '../db/pictures.ts';
import { makeJob } from '../queues/define-queue.ts';
import { encodeLateFormats } from '../queues/encode-late-formats.ts';
import { done } from './outcome.ts';
import { endWithout, type PictureDeps, renderPicture, toRendering } from './render-picture.ts';
import type { Processor } from './run-worker.ts';

export function createRebuildVariants(deps: PictureDeps): Processor<{ sha256: string; recipe: string }> {
  const { presets, now, late, recipe: own } = deps.rendition;
  return async ({ sha256, recipe }, { log, attempt }) => {
    const picture = await findPicture(deps.db, sha256);
    if (picture?.status !== 'ready' || picture.recipe === recipe) return done('there is nothing to rebuild');
    if (recipe !== own) return done('the recipe is not of this configuration');
    const end = await renderPicture(deps, { sha256, presets, formats: now, describe: true, priority: 'late' }, log);
    // It is shown as it was: somebody is told, and the rebuild goes on without it.
    if (end.kind !== 'stored') return endWithout(end, attempt);
    const recorded = await deps.db.transaction(async (tx) => {
      if (!(await recordRendering(tx, sha256, toRendering(recipe, end)))) return false;
      if (late.length > 0) await reopenJobs(tx, [makeJob(encodeLateFormats, { sha256, recipe })]);
      return true;
    });
    return done(recorded ? `${end.variants.length} variants` : 'the picture was removed meanwhile');
  };
}
