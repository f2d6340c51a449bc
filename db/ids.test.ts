import { expect, it } from '@jest/globals';
import { uuidv7 } from './ids.ts';

it('is a UUIDv7 that says when it was made', () => {
  const id = uuidv7(0x0198_0000_0001);
  expect(id).toMatch(/^01980000-0001-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it('grows from one to the next within a millisecond', () => {
  const ids = Array.from({ length: 2_000 }, () => uuidv7(1_700_000_000_000));
  expect([...ids].sort()).toEqual(ids);
});

it('never comes twice, however many a millisecond has', () => {
  const ids = Array.from({ length: 20_000 }, () => uuidv7(1_700_000_000_001));
  expect(new Set(ids).size).toBe(ids.length);
});
