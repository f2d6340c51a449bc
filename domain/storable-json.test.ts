import { expect, it } from '@jest/globals';
import { clipText, storableJson } from './storable-json.ts';

it('texts and names lose what PostgreSQL takes in none', () => {
  expect(storableJson({ 'a\0': ['x\0y', '\ud83d', 1, null, true], b: { c: 'ö' } })).toEqual({
    a: ['xy', '\ufffd', 1, null, true],
    b: { c: 'ö' },
  });
});

it('a text is cut between characters', () => {
  expect(clipText('abc', 3)).toBe('abc');
  expect(clipText('abcd', 3)).toBe('ab…');
  expect(clipText('a😀bc', 3)).toBe('a…');
});
