import { expect, it } from '@jest/globals';
import { planRendition } from './image-presets.ts';
import { originalKey, recipeOfKey, stagedKey, variantKey, variantsOf } from './picture-keys.ts';

const SHA = 'a'.repeat(64);

it('names a variant by content, preset, recipe and format, and reads the recipe back', () => {
  const key = variantKey(SHA, '400x400', '0123abcd', 'jpeg');
  expect(key).toBe(`variants/${SHA}/400x400.0123abcd.jpg`);
  expect(key.startsWith(variantsOf(SHA))).toBe(true);
  expect(recipeOfKey(key)).toBe('0123abcd');
  expect([originalKey(SHA), stagedKey('id'), `variants/${SHA}/odd.webp`].map(recipeOfKey)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('leaves AVIF for later, unless it is all that is wanted', () => {
  const settings = { presets: [], qualities: { avif: 1, webp: 1, jpeg: 1 }, focus: 'centre' } as const;
  expect(planRendition({ ...settings, formats: ['avif', 'webp', 'jpeg'] })).toMatchObject({
    now: ['webp', 'jpeg'],
    late: ['avif'],
  });
  expect(planRendition({ ...settings, formats: ['avif'] })).toMatchObject({ now: ['avif'], late: [] });
  expect(planRendition({ ...settings, formats: ['webp'] })).toMatchObject({ now: ['webp'], late: [] });
});
