/** A site is new for a while; afterwards no change passes by itself, and no single page is taken for a site. */
import { describe, expect, it } from '@jest/globals';
import { failuresRise, hasSiteChanged, isExtractionFailure, statusOfNewShape, vanishedFields } from './judge-drift.ts';

const at = new Date('2026-11-20T12:00:00Z');
const daysAgo = (days: number) => new Date(at.getTime() - days * 86_400_000);

describe('a shape that was not seen before', () => {
  it('is learned while the site is new, by readings and by days', () => {
    expect(statusOfNewShape({ readings: 0, since: null }, at)).toBe('learned');
    expect(statusOfNewShape({ readings: 19, since: daysAgo(2) }, at)).toBe('learned');
  });

  it('waits for a person afterwards', () => {
    expect(statusOfNewShape({ readings: 20, since: daysAgo(1) }, at)).toBe('unconfirmed');
    expect(statusOfNewShape({ readings: 2, since: daysAgo(3) }, at)).toBe('unconfirmed');
  });
});

describe('pages that say nothing', () => {
  it('count when their make-up is not understood, not when somebody guards them or they are gone', () => {
    expect((['not_understood', 'price_unsure', 'several_products'] as const).every(isExtractionFailure)).toBe(true);
    expect((['captcha', 'timed_out', 'soft_not_found', 'robots_forbidden'] as const).some(isExtractionFailure)).toBe(
      false,
    );
  });

  it('rise when they are a good part of what was read before', () => {
    expect(failuresRise({ known: 100, failing: 25, changed: 0 })).toBe(false);
    expect(failuresRise({ known: 100, failing: 26, changed: 0 })).toBe(true);
    expect(failuresRise({ known: 6, failing: 2, changed: 0 })).toBe(false);
    expect(failuresRise({ known: 2, failing: 2, changed: 0 })).toBe(true);
    expect(failuresRise({ known: 1, failing: 1, changed: 0 })).toBe(false);
  });

  it('hold the site together with those that have changed', () => {
    expect(hasSiteChanged({ known: 10, failing: 2, changed: 3 })).toBe(false);
    expect(hasSiteChanged({ known: 10, failing: 2, changed: 4 })).toBe(true);
  });
});

describe('a field', () => {
  const day = (seen: number, fields: Record<string, number>) => ({ seen, fields });

  it('has vanished when nearly every page had it, and none of the last', () => {
    expect(vanishedFields([day(5, { title: 5 }), day(20, { title: 20, gtin: 19 })])).toEqual(['gtin']);
  });

  it('has not while one page has it, while too few were seen, or where it was no rule', () => {
    expect(vanishedFields([day(5, { gtin: 1 }), day(20, { gtin: 20 })])).toEqual([]);
    expect(vanishedFields([day(4, {}), day(20, { gtin: 20 })])).toEqual([]);
    expect(vanishedFields([day(5, {}), day(19, { gtin: 19 })])).toEqual([]);
    expect(vanishedFields([day(5, {}), day(20, { listPrice: 18 })])).toEqual([]);
  });

  it('is looked for over as many days as it takes', () => {
    expect(vanishedFields([day(2, {}), day(3, {}), day(10, { gtin: 10 }), day(10, { gtin: 10 })])).toEqual(['gtin']);
    expect(vanishedFields([])).toEqual([]);
  });
});
