import { expect, it } from '@jest/globals';
import { preferredWait } from './prefer.ts';

it.each([
  ['wait=10', 10_000],
  ['wait="5"', 5_000],
  ['WAIT = 3', 3_000],
  ['respond-async, wait=2', 2_000],
  ['return=minimal; wait=1', 1_000],
  ['wait=31', 30_000],
  ['wait=999999', 30_000],
])('waits as %s asks, 30 s at most', (header, ms) => {
  expect(preferredWait(header)).toBe(ms);
});

it.each([undefined, '', 'wait', 'wait=', 'wait=0', 'wait=-1', 'wait=soon', 'await=5', 'return=minimal', 'xwait=5'])(
  'does not wait for %s',
  (header) => {
    expect(preferredWait(header)).toBeUndefined();
  },
);
