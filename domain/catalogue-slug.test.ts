import { describe, expect, it } from '@jest/globals';
import { looksLikeId, SLUG_PATTERN, slugOf } from './catalogue-slug.ts';

describe('slugOf', () => {
  it.each([
    ['Blue T-Shirt', 'blue-t-shirt'],
    ['Crème brûlée (6×)', 'creme-brulee-6'],
    ["Men's  Socks!", 'mens-socks'],
    ['日本語 ポスター', '日本語-ポスター'],
    ['हिन्दी किताब', 'हिन्दी-किताब'],
    ['--- a ---', 'a'],
  ])('makes %j', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
    expect(slug).toMatch(SLUG_PATTERN);
  });

  it.each(['', '!!!', '☃', '0191f0e4-7d3c-7a40-9c1d-0123456789ab'])('makes none of %j', (name) =>
    expect(slugOf(name)).toBeUndefined(),
  );

  it('keeps to the length that a slug may have', () => expect(slugOf('x'.repeat(500))).toHaveLength(100));
});

it('knows an id from a slug', () => {
  expect(looksLikeId('0191F0E4-7D3C-7A40-9C1D-0123456789AB')).toBe(true);
  expect(looksLikeId('blue-t-shirt')).toBe(false);
});
