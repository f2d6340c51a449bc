import { describe, expect, it } from '@jest/globals';
import { preferredLocale } from './accept-language.ts';

describe('the language of a browser', () => {
  it.each([
    ['de-AT,de;q=0.9,en;q=0.8', 'de-AT'],
    ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5', 'en'],
    ['en;q=0.1, ja', 'ja'],
    ['DE-de', 'de-DE'],
    ['en;q=0, es;q=0.5', 'es'],
    ['zh-Hans-CN', undefined],
    ['*', undefined],
    ['', undefined],
    [undefined, undefined],
    ['en\u0000;q=1', undefined],
    ['en;q=much', undefined],
    ["de'; drop table orders; --", undefined],
  ])('%s → %s', (header, expected) => {
    expect(preferredLocale(header)).toBe(expected);
  });

  it('reads no more than a person would write', () => {
    expect(preferredLocale(`${'xx,'.repeat(30_000)}de`)).toBeUndefined();
  });
});
