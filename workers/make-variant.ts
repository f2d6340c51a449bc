/**
 * Triggered by a request for a size that is not made for every picture: makes that one variant and records it. A second or late run
 * finds it there, or the picture gone; a run that died has left an object that the next one puts again.
 */
import { findVariant, recordVariant } from '../db/picture-variants.ts';
import { findPicture } from '../db/pictures.ts';
import { type ImageFormat, parsePresets } from '../domain/image-presets.ts';
import { done } from './outcome.ts';
import { endWithout, type PictureDeps, renderPicture } from './render-picture.ts';
import type { Processor } from './run-worker.ts';

export interface VariantWish {
  sha256: string;
  recipe: string;
  preset: string;
  format: ImageFormat;
}

export function createMakeVariant(deps: PictureDeps): Processor<VariantWish> {
  return async ({ sha256, recipe, preset, format }, { log, attempt }) => {
    const picture = await findPicture(deps.db, sha256);
    if (picture?.status !== 'ready') return done('there is no such picture');
    if (recipe !== deps.rendition.recipe) return done('the recipe is not of this configuration');
    if (await findVariant(deps.db, { sha256, recipe, preset, format })) return done('it is there');
    const presets = parsePresets(preset) ?? [];
    const end = await renderPicture(
      deps,
      { sha256, presets, formats: [format], describe: false, priority: 'now' },
      log,
    );
    if (end.kind !== 'stored') return endWithout(end, attempt);
    const [variant] = end.variants;
    const recorded = variant !== undefined && (await recordVariant(deps.db, sha256, recipe, variant));
    return done(recorded ? 'made' : 'the picture was removed meanwhile');
  };
}
