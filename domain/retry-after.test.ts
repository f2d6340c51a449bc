import { expect, it } from '@jest/globals';
import { parseRetryAfter } from './retry-after.ts';

const now = new Date('2026-11-21T12:00:00Z');

it.each([
  ['120', 120],
  [' 0 ', 0],
  ['Sat, 21 Nov 2026 12:00:30 GMT', 30],
  ['Saturday, 21-Nov-26 12:00:30 GMT', 30],
  ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
  ['', undefined],
  ['soon', undefined],
  ['-5', undefined],
  ['1.5', undefined],
  ['2026', 2026],
  ['99999999999', undefined],
  [undefined, undefined],
])('Retry-After: %s means %s seconds', (header, seconds) => {
  expect(parseRetryAfter(header, now)).toBe(seconds);
});
