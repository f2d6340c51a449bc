/** The reader is held to the labelled pages, of those that were held out too. What it misses: `npm run bench:extraction`. */
import { describe, expect, it } from '@jest/globals';
import {
  figuresOf,
  judgePages,
  LEAST_PRECISION,
  LEAST_RECALL,
  localeFigures,
} from '../bench/extraction/measure-extraction.ts';

const sets = { open: judgePages('open'), 'held-out': judgePages('held-out') };
const all = Object.values(sets).flat();

describe.each(Object.entries(sets))('%s pages', (_, pages) => {
  it('give hardly a wrong price, and nearly all that are there', () => {
    const { precision, recall } = figuresOf(pages, 'price');
    expect(precision).toBeGreaterThanOrEqual(LEAST_PRECISION);
    expect(recall).toBeGreaterThanOrEqual(LEAST_RECALL);
  });

  it('are never said to be out of stock when they are not', () => {
    const { precision, recall } = figuresOf(pages, 'availability');
    expect(precision).toBeGreaterThanOrEqual(LEAST_PRECISION);
    expect(recall).toBeGreaterThanOrEqual(LEAST_RECALL);
  });

  it('that say nothing are told by the right reason', () => {
    expect(figuresOf(pages, 'reason').precision).toBeGreaterThanOrEqual(0.95);
  });
});

describe('all pages', () => {
  it('are read as well in every language', () => {
    const poor = localeFigures(all).filter(
      ({ wrong, missed, pages }) => wrong > pages / 20 || missed > Math.max(1, pages / 20),
    );
    expect(poor).toEqual([]);
  });

  it.each(['gtin', 'brand', 'sku', 'seller', 'condition'] as const)('say nothing wrong of %s', (field) => {
    expect(figuresOf(all, field).precision).toBeGreaterThanOrEqual(LEAST_PRECISION);
  });

  it.each(['list_price', 'unit_price', 'pack_count'] as const)('say hardly anything wrong of %s', (field) => {
    expect(figuresOf(all, field).precision).toBeGreaterThanOrEqual(0.95);
  });
});
