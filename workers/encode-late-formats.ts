/**
 * Triggered when a picture has become ready (and by the sweeper): makes the formats that take long, while no other picture waits
 * for a decoder. It is guarded by the recipe that the picture stands ready in: a second, late or stale run records nothing, and a
 * run that died has left objects that the next one puts again.
 */
import { findPicture, recordLateVariants } from '../db/pictures.ts';
import { done } from './outcome.ts';
import { endWithout, type PictureDeps, renderPicture } from './render-picture.ts';
import type { Processor } from './run-worker.ts';

export function createEncodeLateFormats(deps: PictureDeps): Processor<{ sha256: string; recipe: string }> {
  const { presets, late, recipe: own } = deps.rendition;
  return async ({ sha256, recipe }, { log, attempt }) => {
    const picture = await findPicture(deps.db, sha256);
    if (picture?.status !== 'ready' || picture.recipe !== recipe) return done('the picture is not of this recipe');
    if (picture.late_recipe === recipe) return done('it has them');
    if (recipe !== own) return done('the recipe is not of this configuration');
    const end = await renderPicture(deps, { sha256, presets, formats: late, describe: false, priority: 'late' }, log);
    if (end.kind !== 'stored') return endWithout(end, attempt);
    const recorded = await deps.db.transaction((tx) => recordLateVariants(tx, sha256, recipe, end.variants));
    return done(recorded ? `${end.variants.length} variants` : 'the picture is of another recipe, or gone');
  };
}
