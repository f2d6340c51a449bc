import { expect, it } from '@jest/globals';
import { createRandom, shuffle, spreadOf } from './statistics.ts';

it('takes percentiles by nearest rank, whatever the order', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(spreadOf(values)).toEqual({ count: 200, p50: 100, p99: 198, max: 200 });
  expect(spreadOf([7])).toEqual({ count: 1, p50: 7, p99: 7, max: 7 });
  expect(spreadOf([])).toBeUndefined();
});

it('draws the same numbers for the same seed, and others for another', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, createRandom(seed));
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(draw(3).every((value) => value >= 0 && value < 1)).toBe(true);
});

it('shuffles without losing anybody', () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const mixed = shuffle(items, createRandom(5));
  expect(mixed).not.toEqual(items);
  expect(mixed.toSorted((a, b) => a - b)).toEqual(items);
});
