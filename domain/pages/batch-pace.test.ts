import { describe, expect, it } from '@jest/globals';
import { batchPace } from './batch-pace.ts';

describe('the pace of batches', () => {
  it('is a page every six seconds at ten a minute', () =>
    expect(batchPace(10, 50)).toEqual({ size: 1, gapSeconds: 6 }));
  it('is slower than a page a minute when the budget is', () =>
    expect(batchPace(0.5, 50)).toEqual({ size: 1, gapSeconds: 120 }));

  it.each([
    [10, 50],
    [25, 50],
    [100, 7],
    [100, 50],
    [500, 50],
    [1_999, 500],
  ])('never puts more than %i into a minute, in batches of up to %i, whole or not', (perMinute, most) => {
    const { size, gapSeconds } = batchPace(perMinute, most);
    expect(size).toBeLessThanOrEqual(most);
    for (const sizes of [() => size, () => 1 + Math.floor(Math.random() * size)]) {
      const starts: { at: number; pages: number }[] = [];
      for (let at = 0; at < 300; ) {
        const pages = sizes();
        starts.push({ at, pages });
        at += pages * gapSeconds;
      }
      for (const { at } of starts) {
        // Sums of seconds are not exact: what starts as the minute ends belongs to the next one.
        const within = starts.filter((each) => each.at >= at && each.at < at + 60 - 1e-6);
        expect(within.reduce((sum, { pages }) => sum + pages, 0)).toBeLessThanOrEqual(perMinute);
      }
    }
  });
});
