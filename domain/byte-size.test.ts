import { expect, it } from '@jest/globals';
import { showBytes } from './byte-size.ts';

it.each([
  [0, '0 bytes'],
  [1_048_575, '1048575 bytes'],
  [1_048_576, '1 MB'],
  [5_242_880, '5 MB'],
  [5_800_000, '5.5 MB'],
])('%d bytes are shown as %s', (bytes, shown) => {
  expect(showBytes(bytes)).toBe(shown);
});
