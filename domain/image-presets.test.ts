import { describe, expect, it } from '@jest/globals';
import { parsePresets, planVariants, type RenditionSettings, recipeOf } from './image-presets.ts';

const presets = parsePresets('200x200,400x400,800,1200,1600')!;
const plan = (width: number, height: number) =>
  planVariants(width, height, { presets, formats: ['webp'] }).map(
    (each) => `${each.preset} ${each.width}x${each.height}`,
  );

describe('parsePresets', () => {
  it('reads boxes and widths', () => {
    expect(parsePresets('200x100, 800')).toEqual([
      { name: '200x100', width: 200, height: 100 },
      { name: '800', width: 800 },
    ]);
  });

  it.each(['', '0', '0x200', '200x', 'x200', '800,800', '800,,1200', '-1', '1e3', '5000', '200x9000', 'wide'])(
    'refuses %j',
    (text) => expect(parsePresets(text)).toBeUndefined(),
  );
});

describe('planVariants', () => {
  it('makes every size of a large picture', () => {
    expect(plan(4000, 3000)).toEqual([
      '200x200 200x200',
      '400x400 400x400',
      '800 800x600',
      '1200 1200x900',
      '1600 1600x1200',
    ]);
  });

  it('enlarges nothing: the first width that is not smaller than the picture is the picture, the rest is left out', () => {
    expect(plan(1000, 500)).toEqual(['200x200 200x200', '400x400 400x400', '800 800x400', '1200 1000x500']);
    expect(plan(800, 600).slice(2)).toEqual(['800 800x600']);
    expect(plan(300, 150)).toEqual(['200x200 150x150', '400x400 150x150', '800 300x150']);
  });

  it('keeps a box in its shape when the picture is too small for it', () => {
    const [box] = planVariants(100, 100, { presets: parsePresets('400x200')!, formats: ['webp'] });
    expect(box).toMatchObject({ width: 100, height: 50 });
  });

  it('gives every picture a variant with sides from 1 to what WebP can hold', () => {
    for (const [width, height] of [
      [1, 1],
      [1, 50_000_000],
      [50_000_000, 1],
      [3, 40_000],
      [2, 1_000_000],
    ] as const)
      for (const each of planVariants(width, height, { presets, formats: ['webp'] }))
        for (const side of [each.width, each.height]) {
          expect(side).toBeGreaterThanOrEqual(1);
          expect(side).toBeLessThanOrEqual(16_383);
        }
  });

  it('makes each size in every format', () => {
    const formats = planVariants(500, 500, { presets, formats: ['webp', 'jpeg'] }).map(({ format }) => format);
    expect(formats).toEqual(['webp', 'jpeg', 'webp', 'jpeg', 'webp', 'jpeg']);
  });
});

describe('recipeOf', () => {
  const settings: RenditionSettings = {
    presets,
    formats: ['avif', 'webp', 'jpeg'],
    qualities: { avif: 50, webp: 78, jpeg: 78 },
    focus: 'attention',
  };

  it('is eight hex digits and does not care for order', () => {
    expect(recipeOf(settings)).toMatch(/^[0-9a-f]{8}$/);
    expect(recipeOf({ ...settings, presets: presets.toReversed(), formats: ['jpeg', 'webp', 'avif'] })).toBe(
      recipeOf(settings),
    );
  });

  it('changes with each thing that changes how variants look', () => {
    const recipes = [
      settings,
      { ...settings, presets: presets.slice(1) },
      { ...settings, formats: ['webp', 'jpeg'] as const },
      { ...settings, qualities: { ...settings.qualities, jpeg: 79 } },
      { ...settings, focus: 'centre' as const },
    ].map(recipeOf);
    expect(new Set(recipes).size).toBe(recipes.length);
  });

  it('does not change with the quality of a format that is not made', () => {
    const withoutAvif = { ...settings, formats: ['webp', 'jpeg'] as const };
    expect(recipeOf({ ...withoutAvif, qualities: { ...settings.qualities, avif: 1 } })).toBe(recipeOf(withoutAvif));
  });
});
